//! Intervals that take sessions and families as units, grades, tests, and what they must not tell.

use pencilmark::pairing::{Doubts, FamilyPairs, FamilyScore, FamilySums};
use pencilmark::person::{KeyStage, Role};
use pencilmark::report::{Change, Cluster, Figure, Outcome, Report, ReportInput, Standing, Withheld};
use pencilmark::session::SessionRole;
use pencilmark::statistics::Grade;
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, fifteen_children, programme, registered, session};

/// Jobs of twenty before and after, of eighteen children in five groups: sessions, or families.
const GROUPS: [&[(i64, i64)]; 5] = [
    &[(6, 12), (8, 12), (10, 14), (4, 8), (8, 8)],
    &[(12, 12), (6, 12), (9, 14)],
    &[(7, 7), (10, 16), (3, 6), (6, 9)],
    &[(3, 9), (6, 6), (4, 4), (5, 11), (9, 10)],
    &[(2, 3)],
];

/// The limits of the eighteen children's change, from R 4.2 (Bell & McCaffrey's matrix formula; `uniroot` on the
/// CR2 test of post − r·pre for the percent). A job is five points of a list of twenty.
const POINTS: [f64; 2] = [5.0 * 2.195_570_792_752_487, 5.0 * 3.915_540_318_358_624];
const PERCENT: [f64; 2] = [41.181_146_429_419_6, 53.815_098_750_307_9];

fn eighteen_at_five_sessions() -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 18);
    input.sessions = (1..=5).map(|id| session(id, SessionRole::First)).collect();
    for (id, group) in (1..).zip(GROUPS) {
        for pair in group {
            Answerer::child(1, KeyStage::Ks2).at(id).matched(&mut input, "AWR", 20, *pair);
        }
    }
    input
}

/// The same children as five families at two one-off sessions.
fn eighteen_in_five_families() -> ReportInput {
    let mut input = eighteen_at_five_sessions();
    input.sessions = [1, 2].map(|id| session(id, SessionRole::Single)).into();
    for (place, count) in input.counts.iter_mut().enumerate() {
        count.group.session_id = if place % 2 == 0 { 1 } else { 2 };
    }
    let mut sessions = input.counts.iter().map(|count| count.group.session_id);
    let families = GROUPS.map(|group| {
        let member = |(session_id, &(pre, post))| FamilyScore {
            session_id,
            survey: "ks2".to_owned(),
            denominator: 20,
            pre,
            post,
            doubts: Doubts::NONE,
        };
        FamilyPairs {
            project_id: 1,
            role: Role::Child,
            measure: "AWR".to_owned(),
            comparison: Comparison::After,
            members: sessions.by_ref().zip(group).map(member).collect(),
        }
    });
    let several = families.into_iter().filter(|family| family.members.len() > 1);
    input.family_sums = FamilySums::of(several, |_, _, score| score >= 10);
    input
}

fn awareness(input: &ReportInput) -> (Outcome, Change) {
    let outcome = Report::build(input).awareness().expect("measured").clone();
    let change = outcome.headline.change.shown().expect("eighteen are enough").clone();
    (outcome, change)
}

fn within(figure: &Figure<pencilmark::report::Interval>, [low, high]: [f64; 2], method: &str) {
    let interval = figure.shown().expect("an interval");
    assert!((interval.low.value - low).abs() < 1e-7 && (interval.high.value - high).abs() < 1e-7, "{interval:?}");
    assert_eq!(interval.method, method);
}

#[test]
fn the_printed_interval_takes_sessions_as_units_and_the_naive_one_stands_beside_it() {
    let (outcome, change) = awareness(&eighteen_at_five_sessions());
    let percent = change.percent.as_ref().and_then(Figure::shown).expect("a percentage");
    within(&change.points.interval, POINTS, "CR2 by session");
    within(&percent.interval, PERCENT, "Fieller with CR2 by session");
    // R: t.test(post, pre, paired = TRUE)
    within(&change.points.naive_interval, [9.099_982_503_657_1, 21.455_573_051_898_5], "Student’s t");
    assert_eq!(percent.naive_interval.shown().expect("bounded").method, "Fieller");
    assert_eq!((change.clusters.unit, &change.clusters.count), (Cluster::Session, &Figure::Shown(5)));
    let warning = "Few clusters: these answers come from 5 sessions. With fewer than ten, the interval is a rough one.";
    assert!(outcome.sentences.iter().any(|said| said == warning), "{:#?}", outcome.sentences);
    // The interval is well above nothing; eighteen children at five sessions are few.
    assert_eq!(change.judgement.grade, Grade::LikelyGain);
    assert!(
        outcome.sentences[0].contains("a likely gain and no more: fewer than 30 people"),
        "{:?}",
        outcome.sentences
    );
    // R: (qt(.975, df) + qt(.8, df)) * se with df 3.27829 and se 1.41681
    let smallest = change.judgement.smallest.shown().expect("spread").value;
    assert!((smallest - 5.667_819_961_833_8).abs() < 1e-6, "{smallest}");
}

#[test]
fn at_one_off_sessions_families_are_the_units() {
    let (_, change) = awareness(&eighteen_in_five_families());
    let percent = change.percent.as_ref().and_then(Figure::shown).expect("a percentage");
    within(&change.points.interval, POINTS, "CR2 by family");
    within(&percent.interval, PERCENT, "Fieller with CR2 by family");
    assert_eq!((change.clusters.unit, change.clusters.standing), (Cluster::Family, Standing::FewerThanTen));
}

#[test]
fn without_brothers_and_sisters_every_child_of_a_one_off_session_is_a_family() {
    let input = ReportInput { family_sums: Vec::new(), ..eighteen_in_five_families() };
    let (_, change) = awareness(&input);
    assert_eq!(change.clusters.count, Figure::Shown(18));
    let naive = change.points.naive_interval.shown().expect("spread");
    within(&change.points.interval, [naive.low.value, naive.high.value], "CR2 by family");
}

#[test]
fn two_or_three_sessions_have_an_interval_that_nobody_is_told_to_trust() {
    let mut input = eighteen_at_five_sessions();
    input.counts.iter_mut().for_each(|count| count.group.session_id = count.group.session_id.min(3));
    let (outcome, change) = awareness(&input);
    assert_eq!(change.clusters.standing, Standing::FewerThanFour);
    assert!(outcome.sentences.iter().any(|said| said.contains("no interval can be trusted")));
    assert_ne!(change.judgement.grade, Grade::ClearGain);
}

#[test]
fn families_of_a_group_are_not_counted_aloud() {
    let input = eighteen_in_five_families();
    let report = Report::build(&input);
    let outcome = report.awareness().expect("measured");
    let of = |finding: &pencilmark::report::Finding| finding.change.shown().expect("enough").clusters.count.clone();
    assert_eq!(of(&outcome.headline), Figure::Shown(5));
    assert_eq!(of(&outcome.by_project[0]), Figure::Withheld(Withheld::ProtectsAnother));
}

/// Forty children of Key Stage 1 at one session, of whom half were sure before and thirty afterwards. Twelve became
/// sure and two stopped being so, or thirteen and three; everything else about them is the same.
fn forty(lost: i64, role: SessionRole) -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 40);
    input.sessions = vec![session(1, role)];
    let moves = if lost == 2 {
        [((3, 3), 18), ((3, 2), 2), ((2, 3), 12), ((2, 2), 6), ((1, 2), 1), ((2, 1), 1), ((1, 1), 0)]
    } else {
        [((3, 3), 17), ((3, 2), 3), ((2, 3), 13), ((2, 2), 6), ((1, 2), 0), ((2, 1), 0), ((1, 1), 1)]
    };
    for (pair, n) in moves {
        Answerer::child(1, KeyStage::Ks1).at(1).times(n).matched(&mut input, "CNF-JOB", 1, pair);
    }
    input
}

#[test]
fn nothing_in_a_report_tells_whether_two_or_three_children_stopped_being_sure() {
    for role in [SessionRole::Last, SessionRole::Single] {
        let reports = [2, 3].map(|lost| Report::build(&forty(lost, role)));
        let change = reports[0].primary[0].headline.change.shown().expect("forty are enough");
        assert!(matches!(change.switch, Some(Figure::Withheld(_))));
        assert_eq!(change.points.naive_interval.shown().map(|interval| interval.method), None);
        // R: Wilson's limits by prop.test(20, 40) and prop.test(30, 40), put together as method 10 does: 3.789, 43.330.
        within(&change.points.interval, [3.8, 43.3], "Newcombe’s method 10, unpaired");
        assert!(change.judgement.tells(), "and still says what it can");
        let [two, three] = reports.map(|report| (report.to_json().expect("writes"), report.to_csv().expect("writes")));
        assert_eq!(two, three);
    }
}

#[test]
fn withheld_switches_leave_an_interval_by_session_no_finer_than_it_is_printed() {
    let mut input = forty(2, SessionRole::First);
    let all: Vec<_> = input.counts.drain(..).collect();
    for count in all.into_iter().flat_map(|count| vec![count.clone(); usize::try_from(count.n).expect("few")]) {
        let place = i64::try_from(input.counts.len()).expect("few");
        let group = pencilmark::pairing::Group { session_id: 1 + place % 5, ..count.group.clone() };
        input.counts.push(pencilmark::pairing::PairCount { group, n: 1, ..count });
    }
    let report = Report::build(&input);
    let change = report.primary[0].headline.change.shown().expect("forty are enough");
    let interval = change.points.interval.shown().expect("an interval");
    assert_eq!(interval.method, "CR2 by session");
    for limit in [&interval.low, &interval.high] {
        assert!((limit.value * 10.0 - (limit.value * 10.0).round()).abs() < 1e-9, "{limit:?}");
    }
}

#[test]
fn only_main_results_of_everyone_have_a_test_and_only_there_is_significant_said() {
    let mut input = fifteen_children();
    for (n, pair) in [(10, (1, 3)), (10, (3, 3))] {
        Answerer::child(1, KeyStage::Ks2).times(n).matched(&mut input, "CNF-UNI", 1, pair);
    }
    // Ten of them are asked again weeks later: a main measure, and not its main comparison.
    Answerer::child(1, KeyStage::Ks2).times(10).counted(&mut input, "AWR", 20, Comparison::Later, (Some(8), Some(9)));
    Answerer::child(1, KeyStage::Ks2).times(10).counted(&mut input, "AWR", 20, Comparison::Later, (Some(8), Some(11)));
    let report = Report::build(&input);
    let tested: Vec<_> =
        report.primary.iter().map(|outcome| (outcome.measure.as_str(), outcome.test.is_some())).collect();
    assert_eq!(tested, [("AWR", true), ("CNF-JOB", true), ("TLK", false)], "six grown-ups are too few for a test");
    let said = "Tested against “no change” (McNemar’s mid-p test): p 0.031, and 0.031 after Holm’s correction for 2 main results. That is significant at 5%.";
    assert!(report.primary[1].sentences.iter().any(|sentence| sentence == said), "{:#?}", report.primary[1].sentences);
    assert!(report.secondary.iter().all(|outcome| outcome.test.is_none()));
    assert!(report.secondary.iter().flat_map(|outcome| &outcome.sentences).all(|said| !said.contains("significant")));
    let of_later = report.secondary.iter().find(|outcome| outcome.measure == "AWR").expect("asked later");
    assert!(of_later.effects.as_ref().is_some_and(|effects| effects.signed_rank_p.is_none()), "it describes");
    let csv = report.to_csv().expect("writes");
    let tests: Vec<&str> = csv
        .lines()
        .filter(|line| [",p,", ",p_holm,", ",p_naive,", ",p_signed_rank,"].iter().any(|p| line.contains(p)))
        .collect();
    assert_eq!(tests.len(), 8, "{tests:#?}");
    assert!(
        tests.iter().all(|line| line.starts_with("AWR.child.after.all") || line.starts_with("CNF-JOB.child.after.all"))
    );
}

#[test]
fn talk_at_the_end_of_a_programme_stands_in_until_ten_have_answered_the_follow_up() {
    let talk = |later: i64| {
        let mut input = programme(&["Story Jobs"]);
        registered(&mut input, 1, 40);
        let child = |n| Answerer::child(1, KeyStage::Ks2).times(n);
        for (n, pair) in [(15, (0, 3)), (8, (3, 3)), (7, (0, 0))] {
            child(n).matched(&mut input, "TLK", 1, pair);
        }
        if later > 0 {
            child(later).counted(&mut input, "TLK", 1, Comparison::Later, (Some(0), Some(3)));
        }
        let report = Report::build(&input);
        (report.primary[0].comparison, report.primary[0].sentences[0].starts_with("The follow-up, weeks later"))
    };
    assert_eq!(talk(0), (Comparison::After, true));
    assert_eq!(talk(9), (Comparison::After, true));
    assert_eq!(talk(10), (Comparison::Later, false));
}

#[test]
fn befores_that_were_never_asked_again_count_against_a_follow_up() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 100);
    input.sessions = (1..=12).map(|id| session(id, SessionRole::First)).collect();
    for id in 1..=12 {
        let child = |n| Answerer::child(1, KeyStage::Ks2).at(id).times(n);
        child(8).counted(&mut input, "TLK", 1, Comparison::After, (Some(0), None));
        child(2).counted(&mut input, "TLK", 1, Comparison::Later, (Some(0), Some(3)));
        child(1).counted(&mut input, "TLK", 1, Comparison::Later, (Some(0), Some(1)));
        child(1 + id % 2).counted(&mut input, "TLK", 1, Comparison::Later, (Some(3), Some(3)));
    }
    let report = Report::build(&input);
    let judgement = &report.primary[0].headline.change.shown().expect("enough").judgement;
    // 54 of 96 befores: 56 %.
    assert_eq!(judgement.grade, Grade::LikelyGain);
    assert_eq!(judgement.reservations, ["fewer than 60% of the people seen answered both times"]);
}

#[test]
fn where_everybody_changed_sides_the_interval_is_of_their_number_and_not_said_to_be_missing() {
    // Fifteen of fifteen at three sessions: Wilson of 0 and of 15 in 15 end at 20.39 and begin at 79.61 %, so that
    // Newcombe's interval of the difference begins at 100 − √2 · 100z²/(15 + z²) = 71.166…
    let mut input = programme(&["Story Jobs"]);
    input.sessions = (1..=3).map(|id| session(id, SessionRole::Middle)).collect();
    registered(&mut input, 1, 15);
    for at in 1..=3 {
        Answerer::child(1, KeyStage::Ks2).at(at).times(5).matched(&mut input, "CNF-JOB", 1, (1, 4));
    }
    let report = Report::build(&input);
    let outcome = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("measured");
    let change = outcome.headline.change.shown().expect("fifteen are enough");
    within(&change.points.interval, [71.166_547_053_370_65, 100.0], "Newcombe’s method 10, all alike");
    assert_eq!(change.judgement.grade, Grade::LikelyGain, "{:?}", change.judgement);
    assert!(outcome.sentence.contains("rose from 0% to 100%"), "{}", outcome.sentence);
    assert!(
        outcome
            .sentences
            .iter()
            .any(|said| said.starts_with("Between the 3 sessions of these answers nothing differs"))
    );
    // Mid-p of McNemar's test: 0.5¹⁵, twice, less half of that of the table itself.
    let test = outcome.test.as_ref().expect("a main result");
    assert_eq!(test.method, "McNemar’s mid-p test");
    assert!((test.p.shown().expect("a p").value - 0.5_f64.powi(15)).abs() < 1e-12, "{:?}", test.p);
    let page = pencilmark::report::html::evaluator(&report).into_string();
    assert!(!page.contains("cannot tell</span>") && !page.contains("No interval"), "{page}");
}

#[test]
fn where_everybody_stayed_as_they_were_nothing_rose() {
    let mut input = programme(&["Story Jobs"]);
    input.sessions = (1..=3).map(|id| session(id, SessionRole::Middle)).collect();
    registered(&mut input, 1, 15);
    for at in 1..=3 {
        Answerer::child(1, KeyStage::Ks2).at(at).times(5).matched(&mut input, "CNF-JOB", 1, (1, 1));
    }
    let report = Report::build(&input);
    let change = report.primary[0].headline.change.shown().expect("fifteen are enough");
    assert_eq!(change.judgement.grade, Grade::CannotTell);
    assert!(report.primary[0].sentence.contains("not a clear change"), "{}", report.primary[0].sentence);
}
