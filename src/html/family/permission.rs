//! A grown-up's permission and a person's own yes.

use maud::{Markup, html};

use super::{Common, Place, Step, wave_word};
use crate::html::{Page, Pictures, page};
use crate::person::{Animal, KeyStage, Role};
use crate::session::{MadeUp, Proposal};

/// Asked of a grown-up once, before the first child of a card answers.
#[derive(Debug, Clone)]
pub struct PermissionPage {
    /// Where we are.
    pub place: Place,
    /// Where the answer goes: the field `permission` is `yes`, `no` or `later`, `words` is `yes` if
    /// the family's words may be used without a name.
    pub step: Step,
    /// Where the full privacy notice is.
    pub notice: String,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws it.
pub fn permission(permission: &PermissionPage) -> Markup {
    let body = permission_main(permission);
    page(&Page::family("For the grown-up", body).made_up(permission.made_up).class("target-48"))
}

/// What stands on it.
pub fn permission_main(permission: &PermissionPage) -> Markup {
    html! {
        (permission.place.line())
        div.welcome {
            (permission.step.form(&html! {
                p.hand-over.lead { "Children: please give the tablet to your grown-up." }
                (asked_of_the_grown_up())
                div.row {
                    button.button type="submit" name="permission" value="yes" { "Yes" }
                    button.button type="submit" name="permission" value="no" { "No" }
                    button.button.quiet type="submit" name="permission" value="later" { "Ask me later" }
                }
                p.small { a href=(permission.notice) data-notice { "What happens with the answers" } }
            }))
        }
    }
}

/// What a grown-up says yes or no to.
pub fn asked_of_the_grown_up() -> Markup {
    html! {
        h1 { "For the grown-up" }
        ul.three-lines.lead {
            li { "We ask a few questions about jobs, before and after." }
            li { "No names. A card and a picture stand for each of you." }
            li { "Anyone can skip a question or stop at any time." }
        }
        label.option {
            input.pick type="checkbox" name="words" value="yes" autocomplete="off";
            span.plate.tick-box { span { "You may also use our words, with no name " span.small { "(only if you like)" } } }
        }
        h2 { "Is it OK for your children to answer a few questions?" }
    }
}

/// The last screen before the questions: is it you, is this the right one, and would you like to?
#[derive(Debug, Clone)]
pub struct ReadyPage {
    /// Where we are.
    pub place: Place,
    /// Who is about to answer.
    pub animal: Animal,
    /// Which words fit; `None` for a grown-up.
    pub key_stage: Option<KeyStage>,
    /// What the server proposes.
    pub proposal: Proposal,
    /// Where the answer goes: the field `assent` is `yes`, `no`, or `other` for somebody else.
    pub step: Step,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws it.
pub fn ready(ready: &ReadyPage) -> Markup {
    let mut pictures = Pictures::default();
    let name = ready.animal.name();
    let target = match (ready.animal.role(), ready.key_stage) {
        (Role::Child, Some(KeyStage::Ks1)) => "target-72",
        (Role::Child, Some(KeyStage::Ks2)) => "target-56",
        _ => "target-48",
    };
    let main = match ready.proposal {
        Proposal::Due(wave) => {
            due(&html! { (name) }, &wave_word(wave), &invitation(ready.animal.role()), &mut pictures)
        }
        Proposal::Done(wave) => done(&html! { (name) }, &wave_word(wave)),
        Proposal::NotYet(wave) => not_yet(
            &html! { (name) },
            &wave_word(wave),
            &html! {
                button.button.quiet type="submit" name="assent" value="yes" { "Leader: ask it now" }
            },
        ),
        Proposal::Nothing => nothing(&html! { (name) }),
    };
    let body = html! {
        (ready.place.line())
        div.hero {
            (pictures.animal(ready.animal))
            div.welcome { (ready.step.form(&main)) }
        }
        (pictures.sheet())
    };
    page(&Page::family(format!("{name}?"), body).made_up(ready.made_up).class(target))
}

/// The same screen for whoever it may be: `data-when` says which parts stay.
pub fn ready_template(place: &Place, step: &Step, common: &Common, pictures: &mut Pictures) -> Markup {
    let name = html! { span data-animal-name {} };
    let wave = html! { strong data-wave-word {} };
    let invitations = html! { @for (role, said) in [(Role::Child, "ready"), (Role::Adult, "ready-adult")] {
        div data-when=(role.code()) data-audio=[common.audio(said)] { (invitation(role)) }
    } };
    let due = due(&name, &wave, &invitations, pictures);
    html! {
        (place.line())
        ol.family-bar data-bar aria-label="Your family" hidden {}
        div.hero {
            div.picture-box data-animal-picture { (pictures.animal(Animal::Fox)) }
            div.welcome { (step.form(&html! {
                div.stack data-when="due" {
                    (due)
                    button.button.quiet type="submit" name="wave" data-other-wave hidden { "No, it is the " span {} }
                }
                div.stack data-when="done" data-audio=[common.audio("done")] { (done(&name, &wave)) }
                div.stack data-when="not-yet" data-audio=[common.audio("not-yet")] { (not_yet(&name, &wave, &html! {
                    button.button.quiet.hold type="button" data-hold { span { "Leader: ask it now" small { "hold for two seconds" } } }
                })) }
                div.stack data-when="nothing" { (nothing(&name)) }
            })) }
        }
    }
}

/// What somebody is asked for their own yes.
pub fn invitation(role: Role) -> Markup {
    html! {
        @match role {
            Role::Child => p.lead { "We would like to know what you think. There are no wrong answers. Would you like to?" },
            Role::Adult => p.lead { "About two minutes, no names. Would you like to?" },
        }
    }
}

fn due(name: &Markup, wave: &Markup, invitation: &Markup, pictures: &mut Pictures) -> Markup {
    html! {
        h1 { "This is " (name) "’s " (wave) }
        (invitation)
        div.yes-no {
            button.button.pictured type="submit" name="assent" value="yes" { (pictures.show("scale/thumb-3")) span { "Yes" } }
            button.button.plain.pictured type="submit" name="assent" value="no" { (pictures.show("scale/hand")) span { "No thank you" } }
        }
        button.button.quiet type="submit" name="assent" value="other" { "I am not " (name) }
    }
}

/// The before is answered; the after comes once the leader starts the afters.
fn not_yet(name: &Markup, wave: &Markup, now: &Markup) -> Markup {
    html! {
        h1 { (name) "’s " (wave) " comes at the end" }
        p.lead { "Nothing to answer just now. Enjoy the session!" }
        div.row { button.button type="submit" name="assent" value="other" { "Somebody else’s turn" } }
        (now)
    }
}

fn nothing(name: &Markup) -> Markup {
    html! {
        h1 { "There is nothing to answer for " (name) }
        p.lead { "Thank you for looking. Keep your card for next time." }
        div.row { button.button type="submit" name="assent" value="other" { "Somebody else’s turn" } }
    }
}

fn done(name: &Markup, wave: &Markup) -> Markup {
    html! {
        h1 { (name) "’s " (wave) " is done" }
        p.lead { "Thank you! There is nothing more to answer today." }
        div.row {
            button.button type="submit" name="assent" value="other" { "Somebody else’s turn" }
            button.button.quiet type="submit" name="assent" value="yes" { "Answer again" }
        }
        p.small { "Answering again keeps both, and counts the first." }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grown_ups_yes_and_no_look_alike() {
        let asked = PermissionPage {
            place: Place::default(),
            step: Step::to("/s/abcd2346"),
            notice: "/privacy".to_owned(),
            made_up: MadeUp::No,
        };
        let page = permission_main(&asked).into_string();
        for answer in ["yes", "no"] {
            let button = format!("<button class=\"button\" type=\"submit\" name=\"permission\" value=\"{answer}\">");
            assert!(page.contains(&button), "{answer} in {page}");
        }
    }
}
