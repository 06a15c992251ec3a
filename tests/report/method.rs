//! The method note and the caveats: said where they are true of the data, and only there.

use pencilmark::person::{KeyStage, Role};
use pencilmark::report::input::FlowCount;
use pencilmark::report::{Report, ReportInput, SessionVisits, html};
use pencilmark::session::closing::DayNotes;
use pencilmark::session::{Design, Project, SessionRole};
use pencilmark::survey::{Comparison, Wave};

use crate::cohort::{Answerer, programme, registered, session};
use crate::riverside::riverside;

fn child(n: i64) -> Answerer {
    Answerer::child(1, KeyStage::Ks2).times(n)
}

/// Forty children of one project, matched on one list, at an end of programme: 30 rise, 10 stay.
fn plain() -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 40);
    child(30).matched(&mut input, "AWR", 20, (8, 12));
    child(10).matched(&mut input, "AWR", 20, (8, 8));
    input
}

fn says(input: &ReportInput, words: &str) -> bool {
    let report = Report::build(input);
    report.evidence.caveats.iter().any(|caveat| caveat.contains(words))
}

/// Checks a caveat against data of which it is not true, and the same data changed until it is.
fn only_when(words: &str, not: &ReportInput, then: impl FnOnce(&mut ReportInput)) {
    assert!(!says(not, words), "“{words}” is not true of these data");
    let mut input = not.clone();
    then(&mut input);
    assert!(says(&input, words), "“{words}” is true of these data");
}

fn matched_in(project_id: i64, n: i64) -> impl FnOnce(&mut ReportInput) {
    move |input| Answerer::child(project_id, KeyStage::Ks2).times(n).matched(input, "AWR", 20, (8, 12))
}

fn lost(n: i64, before: i64) -> impl FnOnce(&mut ReportInput) {
    move |input| child(n).counted(input, "AWR", 20, Comparison::After, (Some(before), None))
}

#[test]
fn without_a_change_there_is_nothing_to_warn_of_and_with_one_there_is_no_comparison_group() {
    let mut befores = programme(&["Story Jobs"]);
    registered(&mut befores, 1, 40);
    lost(40, 8)(&mut befores);
    only_when("no comparison group", &befores, matched_in(1, 12));
    only_when("wish to please", &befores, matched_in(1, 12));
    assert_eq!(Report::build(&befores).evidence.caveats, [""; 0]);
}

#[test]
fn the_second_step_of_evidence_is_reached_where_a_change_is_shown_and_every_level_says_what_is_true() {
    let evidence = |input: &ReportInput| Report::build(input).evidence;
    let mut empty = programme(&["Story Jobs"]);
    registered(&mut empty, 1, 40);
    let with = |pairs: &[(i64, Option<i64>)]| {
        let mut input = empty.clone();
        for &(n, after) in pairs {
            child(n).counted(&mut input, "AWR", 20, Comparison::After, (Some(8), after));
        }
        input
    };
    let nobody = evidence(&with(&[(40, None)]));
    assert_eq!((nobody.nesta, nobody.maryland), (1, 0));
    assert!(
        nobody.level.starts_with("No main result has answers of the same people before and after"),
        "{}",
        nobody.level
    );
    let three = evidence(&with(&[(3, Some(12))]));
    assert_eq!((three.nesta, three.maryland), (1, 0));
    assert!(three.level.starts_with("No change of a main result can be shown"), "{}", three.level);
    assert_eq!(three.caveats, [""; 0], "there is no change to read with care");
    // Six rise by two jobs and six fall by as many.
    let open = evidence(&with(&[(6, Some(10)), (6, Some(6)), (8, Some(8))]));
    assert_eq!((open.nesta, open.maryland), (1, 1));
    assert!(open.level.contains("cannot tell whether any main result changed"), "{}", open.level);
    assert!(open.caveats.iter().any(|caveat| caveat.contains("no comparison group")));
    let fell = evidence(&with(&[(20, Some(4)), (20, Some(5))]));
    assert_eq!((fell.nesta, fell.maryland), (2, 1));
    assert!(fell.level.contains("They show what changed, not why"), "{}", fell.level);
    assert_eq!(evidence(&empty).nesta, 0);
}

#[test]
fn memory_of_the_list_matters_where_an_after_was_on_the_day() {
    let mut one_off = plain();
    one_off.projects[0].design = Design::OneOff;
    only_when("remember the list", &one_off, |input| input.flow[0].after = vec![(Wave::PostSame, 40)]);
}

#[test]
fn the_lost_are_counted_where_five_or_more_are_lost() {
    only_when("Changes are among those who answered both times. 5 of 45 children", &plain(), lost(5, 8));
    only_when("Changes are among those", &plain(), lost(5, 8));
    let mut four = plain();
    lost(4, 8)(&mut four);
    assert!(!says(&four, "Changes are among those"), "four lost are too few to count aloud");
}

#[test]
fn a_fifth_lost_is_a_warning_and_more_than_half_very_weak() {
    let mut ten = plain();
    lost(10, 8)(&mut ten);
    only_when("More than a fifth", &ten, lost(1, 8));
    let mut forty = plain();
    lost(40, 8)(&mut forty);
    only_when("More than half", &forty, lost(1, 8));
    assert!(says(&forty, "More than a fifth"));
}

#[test]
fn the_lost_differ_where_ten_of_them_knew_two_points_more_or_less() {
    let mut alike = plain();
    lost(12, 8)(&mut alike);
    only_when("those who stayed are not quite like", &alike, lost(12, 4));
}

#[test]
fn a_project_is_small_below_thirty_matched() {
    let mut two = plain();
    two.projects.push(programme(&["Story Jobs", "Job Trail"]).projects[1].clone());
    Answerer::child(2, KeyStage::Ks2).times(30).matched(&mut two, "AWR", 20, (8, 12));
    only_when("1 of 2 projects have fewer than 30", &two, |input| input.counts[2].n = 29);
}

#[test]
fn several_results_make_chance_likelier() {
    only_when("2 main results are reported", &plain(), |input| {
        child(20).matched(input, "CNF-JOB", 1, (2, 3));
        child(20).matched(input, "CNF-JOB", 1, (3, 3));
    });
}

#[test]
fn people_hang_together_where_a_cluster_has_two_of_them() {
    let mut families_of_one = plain();
    families_of_one.sessions = vec![session(1, SessionRole::Single)];
    only_when("Brothers and sisters answer alike", &families_of_one, |input| {
        input.sessions = vec![session(1, SessionRole::Last), session(2, SessionRole::Last)];
        input.counts[1].group.session_id = 2;
    });
}

#[test]
fn an_interval_that_treats_everybody_as_independent_is_not_said_to_take_sessions() {
    // One session: there is nothing to tell how much sessions differ.
    let one = plain();
    only_when("take sessions as the units", &one, |input| input.counts[1].group.session_id = 2);
}

#[test]
fn a_ceiling_is_told_once_of_each_result_with_its_number_also_of_scales_and_later() {
    let mut input = plain();
    for comparison in [Comparison::After, Comparison::Later] {
        for (n, pair) in [(45, (3, 4)), (45, (4, 3)), (10, (2, 4))] {
            child(n).counted(&mut input, "CNF-UNI", 1, comparison, (Some(pair.0), Some(pair.1)));
        }
        // Six of forty stand at the top of a scale of twelve.
        for (n, pair) in [(6, (12, 11)), (34, (4, 8))] {
            child(n).counted(&mut input, "SKL", 12, comparison, (Some(pair.0), Some(pair.1)));
        }
        for (n, pair) in [(20, (1, 0)), (20, (0, 1))] {
            child(n).counted(&mut input, "STE~nurse", 1, comparison, (Some(pair.0), Some(pair.1)));
        }
    }
    let report = Report::build(&input);
    let of_a_job = report.secondary.iter().find(|outcome| outcome.is_about_a_job()).expect("asked about one job");
    assert!(
        of_a_job.at_top.as_ref().is_some_and(|at_top| at_top.shown().is_some()),
        "many stood at the top there, too"
    );
    let (job, caveats) = (of_a_job.title.clone(), report.evidence.caveats);
    let said = caveats.iter().collect::<std::collections::BTreeSet<_>>();
    assert_eq!(said.len(), caveats.len(), "each once: {caveats:#?}");
    for words in ["(children): 90% of the 100 matched", "(children, later): 90% of the 100 matched"] {
        assert!(caveats.iter().any(|caveat| caveat.contains(words)), "{words}: {caveats:#?}");
    }
    let scales = caveats.iter().find(|caveat| caveat.contains("top of a scale")).expect("fifteen percent");
    assert!(!scales.contains(&job), "single jobs are not named one by one: {scales}");
    assert_eq!(scales.matches("15% of 40 in ").count(), 2, "{scales}");
}

#[test]
fn the_ceiling_is_reached_by_one_in_twenty() {
    only_when("knew the whole list before", &plain(), |input| child(5).matched(input, "AWR", 20, (20, 20)));
    let mut four = plain();
    child(4).matched(&mut four, "AWR", 20, (20, 20));
    assert!(!says(&four, "knew the whole list before"), "four children are too few to tell of");
}

#[test]
fn lists_differ_where_two_lengths_were_seen() {
    only_when("different length (12 or 20 jobs)", &plain(), |input| {
        Answerer::child(1, KeyStage::Ks1).times(20).matched(input, "AWR", 12, (4, 8));
    });
}

#[test]
fn the_method_note_tells_design_steps_waves_and_the_wording_that_was_answered() {
    let report = Report::build(&riverside());
    let said = report.method.design.join("\n");
    for words in [
        "Several sessions with the same families, with a before at the first and an after at the last: 8 projects.",
        "One-off sessions with a before and an after on the day: 2 projects.",
        "Children: asked 1,500; registered (permission and own yes) 1,4",
        "Children, afters that count: ",
        "at the end of a programme; ",
        "Grown-ups: asked 900; registered (permission and own yes) 900; ",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("Events with feedback only") && !said.contains("on leaving early"));
    let answered: Vec<&str> = report.method.questionnaires.iter().map(|one| one.survey.as_str()).collect();
    assert_eq!(answered, ["ks1", "ks2", "ks3", "parent"], "nobody gave feedback on an event");
    assert!(report.method.questionnaires.iter().all(|one| one.hash.len() == 64 && one.version == 1));
}

#[test]
fn a_method_is_noted_where_it_was_used() {
    let noted =
        |input: &ReportInput, words: &str| Report::build(input).method.notes.iter().any(|note| note.contains(words));
    let input = plain();
    assert!(noted(&input, "real jobs tapped") && noted(&input, "no change” (paired t-test), as one family"));
    assert!(!noted(&input, "at or above the cut") && !noted(&input, "Points of 100"));
    let mut shares = programme(&["Story Jobs"]);
    registered(&mut shares, 1, 40);
    child(20).matched(&mut shares, "CNF-JOB", 1, (2, 3));
    child(20).matched(&mut shares, "CNF-JOB", 1, (3, 3));
    assert!(noted(&shares, "at or above the cut") && !noted(&shares, "real jobs tapped"));
    let mut nobody = programme(&["Story Jobs"]);
    nobody.flow.push(FlowCount { role: Role::Adult, ..input.flow[0].clone() });
    assert!(noted(&nobody, "No answer is filled in") && !noted(&nobody, "Every interval is a 95% interval"));
}

#[test]
fn every_method_of_a_page_is_named_on_it_and_no_other() {
    let whole = Report::build(&riverside());
    let part = whole.parts[0].clone();
    for report in [whole.clone(), whole.narrowed(&part), Report::build(&programme(&["Story Jobs"]))] {
        let csv = report.to_csv().expect("writes");
        let rows = csv::Reader::from_reader(csv.as_bytes()).into_records().map(|row| row.expect("a row"));
        let used: std::collections::BTreeSet<String> =
            rows.map(|row| row[12].to_owned()).filter(|name| !name.is_empty()).collect();
        let named = html::evaluator(&report).into_string();
        let named =
            named.split("names them row by row: ").nth(1).map(|rest| rest.split(".</li>").next().expect("it ends"));
        let named = named.unwrap_or_default().replace("&#39;", "'").replace("&amp;", "&");
        assert_eq!(named, Vec::from_iter(used).join("; "));
    }
}

#[test]
fn what_looks_back_is_said_to_be_asked_where_it_is_and_not_elsewhere() {
    let mut input = plain();
    let felt = |input: &ReportInput| {
        let page = html::evaluator(&Report::build(input)).into_string();
        let section = page.split("<section id=\"felt\">").nth(1).expect("section 12").to_owned();
        section.split("</section>").next().expect("it ends").to_owned()
    };
    assert!(felt(&input).contains("is asked: who looks back"), "{}", felt(&input));
    input.questionnaires[1].looks_back = true;
    let asked = felt(&input);
    assert!(
        asked.contains(&input.questionnaires[1].title) && asked.contains("No felt change is worked out"),
        "{asked}"
    );
    assert!(!asked.contains("is asked: who looks back"));
}

#[test]
fn a_ceiling_is_told_of_every_share_that_was_high_before() {
    let answers = |high: i64, low: i64| {
        let mut input = plain();
        for (n, pair) in [(high / 2, (3, 4)), (high - high / 2, (4, 3)), (low / 2, (2, 4)), (low - low / 2, (2, 2))] {
            child(n).matched(&mut input, "CNF-JOB", 1, pair);
        }
        input
    };
    let (below, at) = (answers(88, 12), answers(90, 10));
    only_when("were positive before already", &below, |input| *input = at);
    let secondary = |input: &mut ReportInput| {
        for (n, pair) in [(45, (3, 4)), (45, (4, 3)), (10, (2, 4))] {
            child(n).matched(input, "CNF-UNI", 1, pair);
        }
    };
    only_when("90% of the 100 matched were positive before already", &plain(), secondary);
}

#[test]
fn sessions_that_were_disturbed_are_counted_and_what_got_in_the_way_is_not_told_here() {
    only_when("Something got in the way of 1 session", &plain(), |input| {
        input.sessions[0].role = SessionRole::Middle;
        input.attended.sessions.push(SessionVisits { session_id: 1, children: 40, newcomers: 40 });
        let disruption = "The fire alarm rang".to_owned();
        input.attended.notes.push((1, DayNotes { disruption, ..DayNotes::default() }));
    });
}

#[test]
fn a_comparison_group_that_was_not_drawn_by_lot_may_differ() {
    only_when("was not drawn by lot", &plain(), |input| {
        let apart =
            Project { id: 2, name: "Waiting list".to_owned(), design: Design::Comparison, ..input.projects[0].clone() };
        input.projects.push(apart);
        registered(input, 2, 20);
        for after in [8, 9] {
            Answerer::child(2, KeyStage::Ks2).times(10).matched(input, "AWR", 20, (8, after));
        }
    });
}

#[test]
fn a_main_result_that_lost_more_than_half_is_very_weak_and_no_other() {
    let confident = |matched: i64, lost: i64| {
        let mut input = plain();
        child(matched / 2).matched(&mut input, "CNF-JOB", 1, (2, 3));
        child(matched - matched / 2).matched(&mut input, "CNF-JOB", 1, (3, 3));
        child(lost).counted(&mut input, "CNF-JOB", 1, Comparison::After, (Some(2), None));
        input
    };
    let (half, more) = (confident(20, 20), confident(20, 21));
    only_when("(children): 21 of 41 with a before have nothing", &half, |input| *input = more);
}

#[test]
fn small_projects_are_told_of_each_main_result_that_has_them() {
    let confident = |n: i64| {
        move |input: &mut ReportInput| {
            child(n / 2).matched(input, "CNF-JOB", 1, (2, 3));
            child(n - n / 2).matched(input, "CNF-JOB", 1, (3, 3));
        }
    };
    let mut thirty = plain();
    confident(30)(&mut thirty);
    let mut fewer = plain();
    confident(28)(&mut fewer);
    only_when("(children): 1 of 1 projects have fewer than 30 matched", &thirty, |input| *input = fewer);
}
