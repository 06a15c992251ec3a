//! Attendance project by project: what it shows, and what it must not.

use pencilmark::person::Role;
use pencilmark::report::input::AttendanceCount;
use pencilmark::report::{DoseCount, Figure, Report, ReportInput, SessionVisits, Withheld};
use pencilmark::session::closing::{DayNotes, Food, SameLeader, Topic};
use pencilmark::session::{Design, SessionRole};

use crate::cohort::{programme, registered, session};

/// Projects with these children at their sessions, in order; everybody came to one session.
fn attended(projects: &[(&str, &[i64])]) -> ReportInput {
    let names: Vec<&str> = projects.iter().map(|(name, _)| *name).collect();
    let mut input = programme(&names);
    input.sessions.clear();
    for (project_id, (_, children)) in (1..).zip(projects) {
        for (place, &children) in (1..).zip(*children) {
            let id = project_id * 100 + place;
            let held_on = format!("2024-03-{place:02}");
            input.sessions.push(pencilmark::session::Session {
                project_id,
                held_on,
                key: format!("key{id}"),
                ..session(id, SessionRole::Middle)
            });
            input.attended.sessions.push(SessionVisits { session_id: id, children, newcomers: children });
        }
        let all: i64 = children.iter().sum();
        registered(&mut input, project_id, all);
        input.attendances.push(AttendanceCount { project_id, role: Role::Child, n: all });
        input.attended.doses.push(DoseCount { project_id, sessions: 1, children: all });
    }
    input
}

fn build(input: &ReportInput) -> Report {
    Report::build(input)
}

/// Children at the sessions of each project, or why they are not shown.
fn shown(report: &Report) -> Vec<Result<Vec<i64>, Withheld>> {
    let of = |figure: &Figure<Vec<pencilmark::report::SessionPoint>>| match figure {
        Figure::Shown(points) => Ok(points.iter().map(|point| point.children).collect()),
        Figure::Withheld(why) => Err(*why),
        Figure::Undefined(why) => panic!("{why}"),
    };
    report.visits.projects.iter().map(|project| of(&project.sessions)).collect()
}

#[test]
fn a_project_with_few_children_at_a_session_is_withheld_and_so_is_another_where_it_would_tell_of_it() {
    let report = build(&attended(&[("Story Jobs", &[20, 22, 30]), ("Job Trail", &[3]), ("Makers", &[12, 14])]));
    // All children at sessions are shown: without Makers, the three of Job Trail would be the rest.
    assert_eq!(shown(&report), [Ok(vec![20, 22, 30]), Err(Withheld::FewerThanFive), Err(Withheld::ProtectsAnother)]);
    let many = build(&attended(&[("Story Jobs", &[20, 22, 30]), ("Job Trail", &[12, 3, 9]), ("Makers", &[12, 14])]));
    assert!(matches!(shown(&many)[1], Err(Withheld::FewerThanFive)), "one session of few");
    assert!(report.visits.trend_finding.contains("1 of 1 project"), "{}", report.visits.trend_finding);
    assert!(report.visits.trend_finding.contains("withheld: 2"), "{}", report.visits.trend_finding);
}

#[test]
fn everything_said_of_attendance_is_made_of_sessions_that_are_shown() {
    let mut input =
        attended(&[("Story Jobs", &[20, 22, 30, 33]), ("Job Trail", &[4, 9, 9, 9]), ("Makers", &[12, 14, 15, 16])]);
    for visits in &input.attended.sessions {
        let hot = visits.session_id % 100 > 2;
        let food = Some(if hot { Food::Hot } else { Food::None });
        let same_leader = Some(if visits.session_id % 100 == 1 { SameLeader::First } else { SameLeader::Yes });
        input.attended.notes.push((visits.session_id, DayNotes { food, same_leader, ..DayNotes::default() }));
    }
    input.projects[0].established = Some(false);
    let report = build(&input);
    assert_eq!(shown(&report)[1], Err(Withheld::FewerThanFive));
    let lever = |key: &str| report.delivery.levers.iter().find(|lever| lever.key == key).expect("a table");
    let cells = |key: &str, row: &str| -> Vec<String> {
        let row = lever(key).rows.iter().find(|one| one.key == row).unwrap_or_else(|| panic!("{row} of {key}"));
        row.cells.iter().map(|cell| cell.shown().map_or_else(|| "–".to_owned(), |n| n.text.clone())).collect()
    };
    assert_eq!(shown(&report)[2], Err(Withheld::ProtectsAnother), "its 31 children must not be a remainder");
    // Only Story Jobs is left: 20 and 22 without, 30 and 33 with hot food.
    assert_eq!(cells("food", "1"), ["2", "31.5", "2", "21.0"]);
    assert_eq!(lever("food").rows.len(), 1);
    assert_eq!(cells("providers", "new"), ["1", "21.0", "31.5", "+50.0%"]);
    assert!(lever("providers").finding.contains("cannot be set beside"), "{}", lever("providers").finding);
    assert!(lever("leaders").rows.is_empty(), "nobody but the same leader");
    assert_eq!(cells("recruitment", "community")[..3], ["1", "105", "20"]);
    assert!(lever("recruitment").finding.contains("nothing to compare"));
}

#[test]
fn a_few_children_of_one_off_projects_are_not_what_the_doses_leave_over() {
    let mut input = attended(&[("Story Jobs", &[20, 22, 30]), ("Skills Day", &[4])]);
    input.projects[1].design = Design::OneOff;
    let report = build(&input);
    assert!(report.visits.doses.is_empty(), "72 of 76 children would tell of the four");
    assert!(matches!(report.visits.dose_children, Figure::Withheld(_)));

    let mut enough = attended(&[("Story Jobs", &[20, 22, 30]), ("Skills Day", &[40])]);
    enough.projects[1].design = Design::OneOff;
    enough.attended.doses = [(1, 1, 30), (1, 2, 22), (1, 3, 20), (2, 1, 40)]
        .map(|(project_id, sessions, children)| DoseCount { project_id, sessions, children })
        .into();
    let report = build(&enough);
    let counts: Vec<i64> = report.visits.doses.iter().filter_map(|dose| Some(dose.children.shown()?.count)).collect();
    assert_eq!(counts, [30, 22, 20]);
    assert_eq!(
        report.visits.dose_finding,
        "28% of the 72 children of projects that meet for weeks came to three sessions or more"
    );
}

#[test]
fn what_leaders_noted_of_talk_and_topics_is_told_of_ten_sessions_or_more() {
    let mut input = attended(&[("Story Jobs", &[20, 22, 30, 33, 31, 35]), ("Job Trail", &[14, 19, 19, 19, 21])]);
    let notes = |place: usize| DayNotes {
        conversations: Some([1, 2, 3, 4, 5, 4, 4, 3, 2, 4, 5][place]),
        topics: if place < 8 { vec![Topic::JobRoles, Topic::School] } else { vec![Topic::JobRoles] },
        other_topic: if place == 9 { "Rocketry".to_owned() } else { String::new() },
        ..DayNotes::default()
    };
    for (place, visits) in input.attended.sessions.iter().enumerate() {
        input.attended.notes.push((visits.session_id, notes(place)));
    }
    let talk = build(&input).delivery.talk;
    let counts = |rows: &[pencilmark::report::NotedRow]| -> Vec<(i64, i64)> {
        rows.iter().map(|row| row.sessions.shown().map_or((-1, -1), |share| (share.count, share.of))).collect()
    };
    assert_eq!(counts(&talk.heard.rows), [(1, 11), (2, 11), (2, 11), (4, 11), (2, 11)]);
    // Six of eleven.
    assert!(talk.heard.finding.starts_with("At 55% of 11 sessions"), "{}", talk.heard.finding);
    assert_eq!(counts(&talk.topics.rows), [(11, 11), (0, 11), (0, 11), (0, 11), (0, 11), (8, 11), (1, 11)]);
    assert_eq!(talk.topics.finding, "Most often: Exploring jobs (11 of 11 sessions)");
    let page = pencilmark::report::html::evaluator(&build(&input)).into_string();
    assert!(page.contains("At every table: 2 (18.2%)."), "said aloud, too");
    assert!(!page.contains("Rocketry"), "what a leader typed is nowhere");

    // A comparison group takes no part: six sessions are left.
    let mut fewer = input.clone();
    fewer.projects[1].design = Design::Comparison;
    let report = build(&fewer);
    assert!(report.delivery.talk.heard.rows.is_empty() && report.delivery.talk.topics.rows.is_empty());
    let page = pencilmark::report::html::evaluator(&report).into_string();
    assert!(page.contains("too few to set out"), "six sessions are");
    let csv = report.to_csv().expect("rows");
    assert!(!csv.contains("talk."), "{csv}");
}
