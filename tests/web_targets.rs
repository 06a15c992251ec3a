//! Targets that are changed on the forms: freely before the first answer, and with a trace afterwards.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, WHY, app};
use common::{SINGLE, a_place, ks2, on_each_database, send};
use pencilmark::person::Animal;
use pencilmark::session::{Aimed, Because, Programme, Project, TargetReading};
use pencilmark::store::{NamedProject, Store, StoreError};
use pencilmark::survey::Wave;

const NAMES: [&str; 7] =
    ["name", "starts_on", "ends_on", "awareness_target", "awareness_reading", "target_reason", "funder"];

fn programme<'a>(target: &'a str, reading: &'a str, reason: &'a str) -> Vec<(&'static str, &'a str)> {
    let values = ["Riverside", "2026-05-01", "2026-12-31", target, reading, reason, "Riverside Trust"];
    NAMES.into_iter().zip(values).collect()
}

fn project<'a>(children: &'a str, reason: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("name", "Job Trail"),
        ("delivery_model", "school"),
        ("design", "one_off"),
        ("target_children", children),
        ("award", "10000"),
        ("established", "yes"),
        ("target_reason", reason),
    ]
}

/// What the log says of the newest deed: about what, and why.
async fn newest(store: &Store) -> (String, String) {
    let entry = store.audit(None, 1).await.expect("log").remove(0);
    (entry.deed.about, entry.deed.reason)
}

#[tokio::test]
async fn before_the_first_answer_a_target_is_set_and_leaves_no_trace_but_in_the_log() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let team = Browser::of_staff(&app(&store));
        let home = format!("/programmes/{}", place.programme_id);
        let form = team.get(&format!("{home}/edit")).await.text;
        assert!(form.contains("That is judged by") && form.contains("value=\"overall\" checked"), "{form}");
        assert!(!form.contains("Answers are in") && !form.contains("target_reason"));
        assert_eq!(team.post(&home, &programme("60", "lower_limit", "")).await.location(), home);
        let kept = store.programme(place.programme_id).await.expect("read").expect("there");
        assert_eq!((kept.awareness_target, kept.awareness_reading), (60, TargetReading::LowerLimit));
        assert_eq!(store.target_changes(place.programme_id).await.expect("read"), []);
        let (about, _) = newest(&store).await;
        assert!(about.contains("awareness is to rise by 50% → 60%; judged by "), "{about}");
        let page = team.get(&home).await.text;
        assert!(page.contains("60%, judged by the lower limit of the 95% interval"), "{page}");
        // A form from before there was a choice, and one without the field, leave it as it is.
        assert_eq!(team.post(&home, &programme("60", "", "")).await.location(), home);
        let kept = store.programme(place.programme_id).await.expect("read").expect("there");
        assert_eq!(kept.awareness_reading, TargetReading::LowerLimit);
        let refused = team.post(&home, &programme("60", "by_luck", "")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn once_an_answer_is_in_a_target_changes_only_with_a_reason_that_every_reader_sees() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let team = Browser::of_staff(&app(&store));
        let home = format!("/programmes/{}", place.programme_id);
        send(&store, &ks2(0, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 6, 2)).await;
        store.settle().await.expect("settled");
        let form = team.get(&format!("{home}/edit")).await.text;
        assert!(form.contains("no longer fixed in advance") && form.contains("target_reason"), "{form}");

        let refused = team.post(&home, &programme("30", "overall", "  ")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("href=\"#target_reason\"") && refused.text.contains("value=\"30\""));
        let kept = store.programme(place.programme_id).await.expect("read").expect("there");
        assert_eq!(kept.awareness_target, 50);

        let reason = "The panel wrote so <today>";
        assert_eq!(team.post(&home, &programme("30", "every_project", reason)).await.location(), home);
        let changes = store.target_changes(place.programme_id).await.expect("read");
        let told: Vec<_> = changes.iter().map(|one| (one.target, one.was.as_str(), one.became.as_str())).collect();
        assert_eq!(told, [(Aimed::Awareness, "50", "30"), (Aimed::Reading, "overall", "every_project")]);
        let (about, why) = newest(&store).await;
        assert!(about.starts_with(&format!("{home}: awareness is to rise by 50% → 30%; judged by")), "{about}");
        assert_eq!(why, reason);

        // Anything else of the programme changes with a reason in the log alone, and adds nothing.
        let mut renamed = programme("30", "every_project", "");
        renamed[6].1 = "The panel";
        let refused = team.post(&home, &renamed).await;
        assert!(refused.status == 422 && refused.text.contains("href=\"#log-why\""), "{}", refused.text);
        team.post(&home, &[&renamed[..], &[WHY]].concat()).await.location();
        assert_eq!(store.target_changes(place.programme_id).await.expect("read").len(), 2);

        let at = format!("/projects/{}", place.project_id);
        assert!(team.get(&format!("{at}/edit")).await.text.contains("no longer fixed in advance"));
        assert_eq!(team.post(&at, &project("60", "")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(team.post(&at, &project("60", "more cards")).await.location(), at);
        assert_eq!(newest(&store).await, (format!("{at}: children to reach 20 → 60"), "more cards".to_owned()));

        for page in ["report", "funder"] {
            let page = team.get(&format!("{home}/{page}")).await.text;
            for says in [
                "the rise in job roles known that was set out, from 50% to 30%; what the target for job roles known is judged by, from “the change of everyone together” to “every project: the one with the smallest change decides”. The reason given: The panel wrote so &lt;today&gt;.",
                "the children that Job Trail is to reach, from 20 to 60. The reason given: more cards.",
            ] {
                assert!(page.contains(says), "{says}\n{page}");
            }
            assert!(!page.contains("fixed in advance"));
        }
        assert!(store.remove_programme(place.programme_id).await.expect("removed") > 0);
    })
    .await;
}

#[tokio::test]
async fn a_project_sets_out_for_a_rise_of_its_own_and_changes_it_later_only_with_a_reason() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let team = Browser::of_staff(&app(&store));
        let at = format!("/projects/{}", place.project_id);
        let with = |percent: &'static str, reason: &'static str| {
            let mut fields = project("20", reason);
            fields.push(("awareness_target", percent));
            fields
        };
        let kept = async || store.project(place.project_id).await.expect("read").expect("there").awareness_target;
        let form = team.get(&format!("{at}/edit")).await.text;
        assert!(form.contains("name=\"awareness_target\"") && form.contains("the programme’s, which is 50%"), "{form}");
        for wrong in ["0", "501", "lots"] {
            let refused = team.post(&at, &with(wrong, "")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text.contains("href=\"#awareness_target\"") && refused.text.contains("from 1 to 500"));
        }
        assert_eq!(kept().await, None);
        assert_eq!(team.post(&at, &with("30%", "")).await.location(), at);
        assert_eq!(kept().await, Some(30));
        assert_eq!(newest(&store).await.0, format!("{at}: target for awareness the programme’s → 30%"));
        assert!(team.get(&at).await.text.contains("<dt>Awareness is to rise by</dt><dd>30%</dd>"));
        assert!(team.get(&format!("{at}/edit")).await.text.contains("value=\"30\""));
        assert_eq!(store.target_changes(place.programme_id).await.expect("read"), []);

        send(&store, &ks2(0, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 6, 2)).await;
        store.settle().await.expect("settled");
        assert_eq!(team.post(&at, &with("", "")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(kept().await, Some(30));
        assert_eq!(team.post(&at, &with("40", "the panel")).await.location(), at);
        assert_eq!(team.post(&at, &with("", "the panel")).await.location(), at);
        assert_eq!(kept().await, None, "the programme’s holds again");
        let changes = store.target_changes(place.programme_id).await.expect("read");
        let told: Vec<_> =
            changes.iter().map(|one| (one.project_id, one.target, one.was.as_str(), one.became.as_str())).collect();
        let own = |was, became| (Some(place.project_id), Aimed::Awareness, was, became);
        assert_eq!(told, [own("30", "40"), own("40", "")]);
        let page = team.get(&format!("/programmes/{}/report", place.programme_id)).await.text;
        for says in
            ["the rise in job roles known that Job Trail set out for, from 30% to 40%", "from 40% to the programme’s"]
        {
            assert!(page.contains(says), "{says}\n{page}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_project_without_answers_of_its_own_is_still_being_set_up() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let later = common::a_project(place.programme_id, "Story Jobs");
        let later = store.add_project(later).await.expect("a project");
        let team = Browser::of_staff(&app(&store));
        send(&store, &ks2(0, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 6, 2)).await;
        store.settle().await.expect("settled");
        let at = format!("/projects/{later}");
        let fields: Vec<_> = project("75", "")
            .into_iter()
            .map(|(name, value)| (name, if name == "name" { "Story Jobs" } else { value }))
            .collect();
        assert_eq!(team.post(&at, &fields).await.location(), at);
        assert_eq!(store.target_changes(place.programme_id).await.expect("read"), []);
    })
    .await;
}

#[tokio::test]
async fn a_target_that_the_first_answer_overtakes_on_its_way_is_not_changed_without_a_reason() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let silent = || Because { reason: String::new(), on: "2026-05-16".to_owned() };
        let said = || Because { reason: "Agreed with the trust".to_owned(), ..silent() };
        let programme = store.programme(place.programme_id).await.expect("read").expect("there");
        let project = store.project(place.project_id).await.expect("read").expect("there");
        let goal = |awareness_target| Programme { awareness_target, ..programme.clone() };
        let reach = async |target_children, because| {
            let old = store.project(place.project_id).await.expect("read").expect("there");
            let project = Project { target_children, ..project.clone() };
            let named = NamedProject { project, area: "Docks".to_owned(), organisation: "The Harbour".to_owned() };
            store.keep_project(named, Some(old), because).await
        };
        assert!(store.change_programme(goal(60), silent()).await.expect("changed"), "nobody has answered");
        reach(30, silent()).await.expect("changed");
        send(&store, &ks2(0, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 6, 2)).await;
        store.settle().await.expect("settled");
        assert!(!store.change_programme(goal(70), silent()).await.expect("no failure"));
        assert!(matches!(reach(40, silent()).await, Err(StoreError::ReasonDue)));
        assert_eq!(store.target_changes(place.programme_id).await.expect("read"), []);
        let kept = store.programme(place.programme_id).await.expect("read").expect("there");
        assert_eq!(kept.awareness_target, 60);
        let renamed = Programme { name: "Riverside again".to_owned(), ..goal(60) };
        assert!(store.change_programme(renamed, silent()).await.expect("changed"), "a name needs none");
        assert!(store.change_programme(goal(70), said()).await.expect("changed"));
        reach(40, said()).await.expect("changed");
        assert_eq!(store.target_changes(place.programme_id).await.expect("read").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_project_form_that_was_overtaken_changes_nothing_adds_nothing_and_is_not_in_the_log() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let team = Browser::of_staff(&app(&store));
        let at = format!("/projects/{}", place.project_id);
        let lines = async || store.audit(None, 99).await.expect("log").len();
        let state = async || {
            let page = team.get(&format!("{at}/edit")).await.text;
            page.split("name=\"shown\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
        };
        let typed = |shown: &str, area: &str, children: &str| -> Vec<(String, String)> {
            let mut fields: Vec<(String, String)> =
                project(children, "").into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            fields.retain(|(name, _)| name != "area");
            fields.push(("area".to_owned(), area.to_owned()));
            fields.push(("shown".to_owned(), shown.to_owned()));
            fields
        };
        let post = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
            team.post(&at, &fields).await
        };
        // Two have the form open: the second is told, and may then put theirs in the other's place.
        let before = state().await.expect("a form");
        post(typed(&before, "Docks", "25")).await.location();
        let after_first = lines().await;
        let late = post(typed(&before, "Quays", "30")).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.text.contains("Somebody changed this project") && late.text.contains("value=\"Quays\""));
        let areas = async || store.areas(place.programme_id).await.expect("read");
        assert_eq!((areas().await.len(), lines().await), (1, after_first), "no area, no line");
        assert_eq!(store.project(place.project_id).await.expect("read").expect("there").target_children, 25);

        // Another project takes the name meanwhile, or the first answer comes: nothing of the form is kept.
        let shown = state().await.expect("a form");
        store.add_project(common::a_project(place.programme_id, "Story Jobs")).await.expect("a project");
        let mut renamed = typed(&shown, "Quays", "25");
        renamed.retain(|(name, _)| name != "name");
        renamed.push(("name".to_owned(), "Story Jobs".to_owned()));
        assert_eq!(post(renamed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        send(&store, &ks2(0, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 6, 2)).await;
        store.settle().await.expect("settled");
        assert_eq!(post(typed(&shown, "Quays", "40")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((areas().await.len(), lines().await), (1, after_first), "no area, no line");

        let (old, named) = (
            common::a_project(place.programme_id, "Job Trail"),
            store.project(place.project_id).await.expect("read").expect("there"),
        );
        let named = NamedProject { project: named, area: "Quays".to_owned(), organisation: String::new() };
        let because = Because { reason: String::new(), on: "2026-05-16".to_owned() };
        let stale = store.keep_project(named, Some(Project { id: place.project_id, ..old }), because).await;
        assert!(matches!(stale, Err(StoreError::Overtaken)), "asked again where it is written");
        assert_eq!(areas().await.len(), 1);
    })
    .await;
}
