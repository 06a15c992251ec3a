//! The way from an empty programme to a session that families can answer at, one step after the other.

use maud::{Markup, html};

use crate::html::partials::button_link;
use crate::session::{Project, Session};

use super::{App, Error};

/// How far a programme has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    programme_id: i64,
    /// The project to go on with.
    project_id: Option<i64>,
    /// The key of the session to go on with.
    session: Option<String>,
    cards: i64,
    /// Families have come or a session was closed: nobody needs to be shown the way any more.
    running: bool,
}

impl SetUp {
    /// How far a programme has come.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn of(app: &App, programme_id: i64) -> Result<SetUp, Error> {
        let projects = app.store().projects(programme_id).await?;
        let sessions = app.store().sessions(programme_id).await?;
        let mut stock = Vec::new();
        for project in &projects {
            stock.push(app.store().card_stock(project.id).await?);
        }
        let used = stock.iter().any(|stock| stock.unused < stock.issued);
        let cards = stock.iter().map(|stock| stock.issued).sum();
        Ok(SetUp::from(programme_id, &projects, &sessions, cards, used))
    }

    fn from(programme_id: i64, projects: &[Project], sessions: &[Session], cards: i64, used: bool) -> SetUp {
        let open = sessions.iter().find(|session| session.is_open());
        let project_id = open.or(sessions.first()).map(|session| session.project_id);
        SetUp {
            programme_id,
            project_id: project_id.or(projects.first().map(|project| project.id)),
            session: open.map(|session| session.key.clone()),
            cards,
            running: used || sessions.iter().any(|session| !session.is_open()),
        }
    }

    /// The steps with their state and the one thing to do next; nothing once the programme runs.
    pub fn steps(&self) -> Markup {
        let steps = [
            ("Name the programme", true, String::new()),
            ("Add a project", self.project_id.is_some(), format!("/programmes/{}/projects/new", self.programme_id)),
            ("Add its first session", self.session.is_some(), self.of_project("sessions/new")),
            ("Print family cards", self.cards > 0, self.of_project("cards")),
            ("Open the session", false, format!("/sessions/{}", self.session.as_deref().unwrap_or_default())),
        ];
        let next = steps.iter().position(|(_, done, _)| !done).unwrap_or(steps.len());
        html! {
            @if !self.running {
                section.set-up aria-labelledby="set-up" {
                    h2 #set-up { "Five steps to the first family" }
                    ol.steps {
                        @for (index, (label, done, href)) in steps.iter().enumerate() {
                            li.done[*done] aria-current=[(index == next).then_some("step")] {
                                @if index == next { (button_link(label, href)) }
                                @else { span { (label) @if *done { span.hidden { " (done)" } } } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn of_project(&self, path: &str) -> String {
        format!("/projects/{}/{path}", self.project_id.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionRole;

    fn session(closed_at_us: Option<i64>) -> Session {
        Session {
            id: 1,
            key: "abcd2346".to_owned(),
            project_id: 7,
            held_on: "2026-05-16".to_owned(),
            place: String::new(),
            role: SessionRole::Single,
            closed_at_us,
            afters_us: None,
        }
    }

    fn steps(sessions: &[Session], cards: i64, used: bool) -> String {
        SetUp::from(3, &[], sessions, cards, used).steps().into_string()
    }

    #[test]
    fn the_next_step_is_the_only_button() {
        for (sessions, cards, href) in [
            (vec![], 0, "/programmes/3/projects/new"),
            (vec![session(None)], 0, "/projects/7/cards"),
            (vec![session(None)], 16, "/sessions/abcd2346"),
        ] {
            let text = steps(&sessions, cards, false);
            assert!(text.contains(&format!(r#"class="button" href="{href}""#)), "{text}");
            assert_eq!(text.matches("class=\"button\"").count(), 1);
        }
    }

    #[test]
    fn nobody_is_shown_the_way_once_families_come() {
        assert_eq!(steps(&[session(None)], 16, true), "");
        assert_eq!(steps(&[session(Some(1))], 16, false), "");
    }
}
