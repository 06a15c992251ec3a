//! Several parts at once, and an attacker who has read every page of them.

use std::collections::BTreeMap;

use pencilmark::person::KeyStage;
use pencilmark::report::{Cut, Figure, Finding, Group, Level, Report, ReportInput, html};
use pencilmark::survey::{Rank, Rule};

use crate::cohort::{Answerer, programme, registered};

/// The attacker's parts: a project's people on one questionnaire.
type People = BTreeMap<(i64, String), [i64; 3]>;

/// Five projects in three areas, of two terms; of some key stages a few children only, of one project nobody else.
fn five_projects() -> ReportInput {
    use KeyStage::{Ks1, Ks2, Ks3};
    let mut input = programme(&["Story Jobs", "Job Trail", "Roadshow", "Open Doors", "First Jobs"]);
    for (place, project) in input.projects.iter_mut().enumerate() {
        project.area_id = Some([1, 1, 2, 2, 3][place]);
    }
    // A score of two values, cut and crossed as main results are.
    let of_one_job = input.measures.iter_mut().filter(|spec| spec.measure.id == "STE~nurse");
    of_one_job.for_each(|spec| spec.measure.rank = Rank::Primary);
    input.areas = (1..=3)
        .map(|id| pencilmark::session::Area { id, name: format!("Area {id}"), ..input.areas[0].clone() })
        .collect();
    for session in input.sessions.iter_mut().filter(|session| session.project_id % 2 == 0) {
        "2023-10-20".clone_into(&mut session.held_on);
    }
    for (project, sizes) in [(1, [3, 40, 30]), (2, [24, 31, 12]), (3, [0, 35, 6]), (4, [16, 9, 28]), (5, [0, 60, 0])] {
        registered(&mut input, project, sizes.iter().sum());
        for (stage, n) in [Ks1, Ks2, Ks3].into_iter().zip(sizes) {
            let third = n / 3;
            for (n, jobs, answers, nurse) in [
                (third, (8, 12), (3, 3), (1, 1)),
                (third, (8, 8), (1, 3), (0, 1)),
                (n - 2 * third, (8, 8), (1, 1), (0, 0)),
            ] {
                if n > 0 {
                    Answerer::child(project, stage).times(n).matched(&mut input, "STE~nurse", 1, nurse);
                    Answerer::child(project, stage).times(n).matched(&mut input, "AWR", 20, jobs);
                    Answerer::child(project, stage).times(n).matched(&mut input, "CNF-JOB", 1, answers);
                }
            }
        }
    }
    input
}

/// Matched people of each part, and of them those who were positive before and after.
fn matched_of(input: &ReportInput, measure: &str) -> People {
    let mut people = People::new();
    for count in input.counts.iter().filter(|count| count.measure == measure) {
        let (Some(pre), Some(post)) = (count.pre, count.post) else { continue };
        let spec = input.measures.iter().find(|spec| spec.survey == count.survey && spec.measure.id == measure);
        let spec = &spec.expect("a measure").measure;
        let cut = match spec.rule {
            Rule::ShareAtLeast => 1,
            _ => spec.positive_from.map_or(i64::MAX, i64::from),
        };
        let sums = people.entry((count.group.project_id, count.survey.clone())).or_default();
        let is = |score: i64| if score >= cut { count.n } else { 0 };
        *sums = [sums[0] + count.n, sums[1] + is(pre), sums[2] + is(post)];
    }
    people
}

/// Whether a part of people is in a group: told again from what was put in.
fn is_in(input: &ReportInput, group: &Group, (project, survey): &(i64, String)) -> bool {
    let area = input.projects.iter().find(|one| one.id == *project).and_then(|one| one.area_id);
    let began = || input.sessions.iter().filter(|one| one.project_id == *project).map(|one| &one.held_on).min();
    match group.cut {
        Cut::Project => group.key == project.to_string(),
        Cut::Area => area.is_some_and(|area| group.key == area.to_string()),
        Cut::KeyStage => group.key == *survey,
        Cut::Term => (group.key == "2023-3") == (began().is_some_and(|day| day.starts_with("2023-1"))),
        _ => panic!("{group:?}"),
    }
}

fn by(report: &Report, cut: Cut) -> Vec<Group> {
    report.parts.iter().filter(|part| part.cut == cut).cloned().collect()
}

/// Every choice of one place or none, one key stage or none and one term or none.
fn choices(report: &Report) -> Vec<Vec<Group>> {
    let or_none = |groups: Vec<Group>| groups.into_iter().map(Some).chain([None]).collect::<Vec<_>>();
    let places = [by(report, Cut::Project), by(report, Cut::Area)].concat();
    let mut found = Vec::new();
    for place in or_none(places) {
        for stage in or_none(by(report, Cut::KeyStage)) {
            for term in or_none(by(report, Cut::Term)) {
                found.push([place.clone(), stage.clone(), term].into_iter().flatten().collect());
            }
        }
    }
    found
}

/// Whether a set is a sum and difference of others, by elimination in small numbers.
fn follows(secret: &[bool], known: &[Vec<bool>]) -> bool {
    let mut basis: Vec<(usize, Vec<f64>)> = Vec::new();
    let reduce = |set: &[bool], basis: &[(usize, Vec<f64>)]| {
        let mut row: Vec<f64> = set.iter().map(|&is| f64::from(u8::from(is))).collect();
        for (pivot, known) in basis {
            let factor = row[*pivot];
            row.iter_mut().zip(known).for_each(|(x, k)| *x -= factor * k);
        }
        row
    };
    for set in known {
        let rest = reduce(set, &basis);
        if let Some(pivot) = rest.iter().position(|x| x.abs() > 1e-9) {
            let by = rest[pivot];
            basis.push((pivot, rest.into_iter().map(|x| x / by).collect()));
        }
    }
    reduce(secret, &basis).iter().all(|x| x.abs() < 1e-9)
}

/// How many a shown change says were positive before and after, where it is a share of people.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a count of people")]
fn positives(finding: &Finding, n: i64) -> Option<[i64; 2]> {
    let change = finding.change.shown().filter(|_| finding.unit != Level::JobsOf100)?;
    Some([&change.before, &change.after].map(|level| (level.value * n as f64 / 100.0).round() as i64))
}

/// People, and how many of them were positive before and after where the result is a share of people.
type Counted = (i64, Option<[i64; 2]>);

/// Whether that tells of one to nine people, or of one to four on a side.
fn tells((n, positives): Counted) -> bool {
    let sides = positives.iter().flatten().flat_map(|count| [*count, n - count]);
    (1..10).contains(&n) || (n > 0 && sides.clone().any(|count| (1..5).contains(&count)))
}

/// What somebody finds who lays all shown sets beside each other: every set of a choice, every set that one choice has and
/// another inside it has not, and every one to three indivisible parts, that tells of few and is a sum and difference of
/// shown ones. What follows from the sets that the page of everyone shows is not counted here.
fn recovered(
    count: &dyn Fn(&[bool]) -> Counted,
    [main, shown, choices]: [&[Vec<bool>]; 3],
) -> std::collections::BTreeSet<String> {
    let all: Vec<Vec<bool>> = main.iter().chain(shown).cloned().collect();
    let inside = |whole: &[bool], part: &[bool]| whole != part && part.iter().zip(whole).all(|(part, is)| !part || *is);
    let mut secrets: std::collections::BTreeSet<Vec<bool>> = choices.iter().cloned().collect();
    // Any three of the parts that nothing divides.
    let parts = main.first().map_or(0, Vec::len);
    for (a, b, c) in (0..parts).flat_map(|a| (a..parts).flat_map(move |b| (b..parts).map(move |c| (a, b, c)))) {
        secrets.insert((0..parts).map(|part| [a, b, c].contains(&part)).collect());
    }
    for whole in choices {
        for part in choices.iter().filter(|part| inside(whole, part)) {
            secrets.insert(whole.iter().zip(part).map(|(whole, part)| *whole && !part).collect());
        }
    }
    let told = secrets.into_iter().filter(|set| tells(count(set)));
    told.filter(|set| follows(set, &all) && !follows(set, main))
        .map(|set| format!("{:?} of {set:?}", count(&set)))
        .collect()
}

#[test]
fn whoever_reads_every_page_of_parts_that_are_crossed_works_out_nobody() {
    let input = five_projects();
    let whole = Report::build(&input);
    let choices = choices(&whole);
    let told: Vec<(Vec<Group>, Report)> = choices
        .into_iter()
        .map(|parts| (parts.clone(), whole.clone().told_of(&input, &parts).expect("these can be crossed")))
        .collect();
    for measure in ["AWR", "CNF-JOB", "STE~nurse"] {
        let people = matched_of(&input, measure);
        let parts: Vec<&(i64, String)> = people.keys().collect();
        let set = |groups: &[Group]| -> Vec<bool> {
            parts.iter().map(|part| groups.iter().all(|group| is_in(&input, group, part))).collect()
        };
        let count = |set: &[bool]| -> Counted {
            let of = parts.iter().zip(set).filter(|(_, is)| **is).map(|(part, _)| people[*part]);
            let sum = of.fold([0; 3], |sum, one| std::array::from_fn(|at| sum[at] + one[at]));
            (sum[0], (measure != "AWR").then_some([sum[1], sum[2]]))
        };
        let (mut main, mut shown, mut choices, mut crossed, mut eager) = (vec![], vec![], vec![], 0, vec![]);
        for (groups, report) in &told {
            let set = set(groups);
            let (n, positive) = count(&set);
            let finding = &report.primary.iter().find(|one| one.measure == measure).expect("measured").headline;
            assert_eq!(n == 0, matches!(finding.change, Figure::Undefined(_)), "{groups:?}");
            if n >= 10 {
                eager.push(set.clone());
            }
            if let (Figure::Shown(matched), Figure::Shown(_)) = (&finding.base.matched, &finding.change) {
                assert_eq!((*matched, positives(finding, n)), (n, positive), "{groups:?}");
                assert!(groups.len() < 2 || !tells((n, positive)), "{groups:?}");
                crossed += usize::from(groups.len() > 1);
                if groups.len() < 2 { &mut main } else { &mut shown }.push(set.clone());
            }
            choices.push(set);
        }
        assert!(crossed > 15, "{measure}: {crossed} shown");
        assert_eq!(recovered(&count, [&main, &shown, &choices]), [].into(), "{measure}");
        assert!(!recovered(&count, [&main, &eager, &choices]).is_empty(), "{measure}: the attacker finds something");
    }
}

/// People of each part by how they moved: improved, the same, lower.
fn moved_of(input: &ReportInput, measure: &str) -> People {
    let mut people = People::new();
    for count in input.counts.iter().filter(|count| count.measure == measure) {
        let (Some(pre), Some(post)) = (count.pre, count.post) else { continue };
        let sums = people.entry((count.group.project_id, count.survey.clone())).or_default();
        sums[usize::from(post <= pre) + usize::from(post < pre)] += count.n;
    }
    people
}

/// How many a shown change says improved, stayed the same and got lower.
fn told_moves(finding: &Finding) -> [Option<i64>; 3] {
    let Some(change) = finding.change.shown() else { return [None; 3] };
    let moved = &change.direction;
    let told = [&moved.improved, &moved.same, &moved.lower].map(|share| share.shown().map(|share| share.count));
    let (Level::PercentOfAnswers, Figure::Shown(n)) = (finding.unit, &finding.base.matched) else { return told };
    // Of two values the change tells how many more rose than fell, and so of one way to move both others.
    let more = positives(finding, *n).map_or(0, |[before, after]| after - before);
    match told {
        [Some(up), ..] => [Some(up), Some(n - 2 * up + more), Some(up - more)],
        [_, _, Some(down)] => [Some(down + more), Some(n - 2 * down - more), Some(down)],
        [None, Some(same), None] => [Some((n - same + more) / 2), Some(same), Some((n - same - more) / 2)],
        _ => told,
    }
}

#[test]
fn whoever_reads_how_people_moved_on_every_page_works_out_nobody() {
    let mut input = five_projects();
    // Some got lower, too: in one part two of them, whom no page may tell.
    for (project, stage, n) in
        [(1, KeyStage::Ks2, 9), (2, KeyStage::Ks2, 2), (3, KeyStage::Ks2, 8), (5, KeyStage::Ks2, 7)]
    {
        Answerer::child(project, stage).times(n).matched(&mut input, "AWR", 20, (8, 6));
        Answerer::child(project, stage).times(n).matched(&mut input, "CNF-JOB", 1, (3, 2));
        Answerer::child(project, stage).times(n).matched(&mut input, "STE~nurse", 1, (1, 0));
    }
    let whole = Report::build(&input);
    let told: Vec<(Vec<Group>, Report)> = choices(&whole)
        .into_iter()
        .map(|parts| (parts.clone(), whole.clone().told_of(&input, &parts).expect("these can be crossed")))
        .collect();
    for measure in ["AWR", "CNF-JOB", "STE~nurse"] {
        let people = moved_of(&input, measure);
        let parts: Vec<&(i64, String)> = people.keys().collect();
        let set = |groups: &[Group]| -> Vec<bool> {
            parts.iter().map(|part| groups.iter().all(|group| is_in(&input, group, part))).collect()
        };
        let sums = |set: &[bool]| -> [i64; 3] {
            let of = parts.iter().zip(set).filter(|(_, is)| **is).map(|(part, _)| people[*part]);
            of.fold([0; 3], |sum, one| std::array::from_fn(|at| sum[at] + one[at]))
        };
        let all: Vec<Vec<bool>> = told.iter().map(|(groups, _)| set(groups)).collect();
        let alone: Vec<Vec<bool>> = told.iter().filter(|(groups, _)| groups.len() < 2).map(|one| set(&one.0)).collect();
        let mut crossed = 0;
        // The three ways to move beside each other: what all pages tell of each of them, and of all together.
        let of_way = |set: &[bool], way: Option<usize>| -> Vec<bool> {
            (0..3).flat_map(|at| set.iter().map(move |is| *is && way.is_none_or(|way| way == at))).collect()
        };
        let (mut known, mut known_alone) = (vec![], vec![]);
        for way in 0..3 {
            let count = |set: &[bool]| -> Counted {
                let sums = sums(set);
                (sums.iter().sum(), Some([sums[way]; 2]))
            };
            let (mut main, mut shown, mut eager) = (vec![], vec![], vec![]);
            for (groups, report) in &told {
                let set = set(groups);
                let finding = &report.primary.iter().find(|one| one.measure == measure).expect("measured").headline;
                if let Some(n) = told_moves(finding)[way] {
                    assert_eq!(n, sums(&set)[way], "{groups:?}");
                    crossed += usize::from(!alone.contains(&set) && set.contains(&true));
                    if groups.len() < 2 { &mut main } else { &mut shown }.push(set.clone());
                    if groups.len() < 2 { &mut known_alone } else { &mut known }.push(of_way(&set, Some(way)));
                } else if let (Some(_), true) = (finding.change.shown(), groups.len() > 1) {
                    let sentences =
                        &report.primary.iter().find(|one| one.measure == measure).expect("measured").sentences;
                    let why =
                        |said: &String| said.contains("beside what other pages tell") || said.contains("below five");
                    assert!(sentences.iter().any(why), "{sentences:?}");
                }
                if finding.base.matched.shown().is_some() {
                    if groups.len() < 2 { &mut known_alone } else { &mut known }.push(of_way(&set, None));
                }
                if count(&set).0 >= 10 {
                    eager.push(set);
                }
            }
            assert_eq!(recovered(&count, [&main, &shown, &all]), [].into(), "{measure}, {way}");
            assert!(!recovered(&count, [&main, &eager, &all]).is_empty(), "{measure}: the attacker finds something");
        }
        // Who changed sides is on no page of parts that are crossed.
        assert!(crossed > 3 || measure == "STE~nurse", "{measure}: {crossed} shown");
        known.extend(known_alone.iter().cloned());
        let one = |at: usize| -> Vec<bool> { (0..parts.len()).map(|part| part == at).collect() };
        for set in all.iter().cloned().chain((0..parts.len()).map(one)) {
            for way in (0..3).filter(|way| (1..5).contains(&sums(&set)[*way])) {
                let secret = of_way(&set, Some(way));
                let found = follows(&secret, &known) && !follows(&secret, &known_alone);
                assert!(!found, "{measure}: {} of {set:?}", sums(&set)[way]);
            }
        }
    }
}

#[test]
fn what_is_shown_of_parts_that_are_crossed_is_of_those_people() {
    let input = five_projects();
    let whole = Report::build(&input);
    let part = |name: &str| whole.part_called(name).expect("a part");
    let parts = [part("Area 1"), part("Key Stage 2")];
    let report = whole.clone().told_of(&input, &parts).expect("crossed");
    let outcome = report.awareness().expect("measured");
    assert_eq!(outcome.headline.base.matched, Figure::Shown(71), "40 and 31");
    let change = outcome.headline.change.shown().expect("enough");
    // 8 of 20 jobs before; 13 of the 40 and 10 of the 31 knew 12 afterwards.
    assert!((change.before.value - 40.0).abs() < 1e-9, "{}", change.before.value);
    assert!((change.after.value - (40.0 + 20.0 * 23.0 / 71.0)).abs() < 1e-9, "{}", change.after.value);
    let moved = [&change.direction.improved, &change.direction.same, &change.direction.lower];
    let moved = moved.map(|share| share.shown().map(|share| share.count));
    assert_eq!(moved, [Some(23), Some(48), Some(0)], "13 of the 40 and 10 of the 31 knew more");
    let said = |words: &str| outcome.sentences.iter().any(|sentence| sentence.contains(words));
    assert!(
        said("Of these 71 children, 32% improved, 68% stayed the same and 0% got lower."),
        "{:?}",
        outcome.sentences
    );
    assert!(outcome.sentence.starts_with("Among 71 children"), "{}", outcome.sentence);
    assert_eq!(report.scope.as_deref(), Some("Area 1, Key Stage 2"));
    let page = html::evaluator(&report).into_string();
    assert!(page.contains("This page is about <strong>Area 1, Key Stage 2</strong> alone."), "{page}");
    assert!(page.contains("71 matched.") && !page.contains("registered."), "who was registered is not counted here");
    for code in parts.iter().map(Group::code) {
        assert!(page.contains(&format!("<option value=\"{code}\" selected>")), "{code} is chosen in the form");
    }
    assert!(report.flows.is_empty() && !report.to_csv().expect("writes").contains("reach."));

    // Three children of Key Stage 1: neither they nor what would give them away.
    let few = whole.clone().told_of(&input, &[part("Story Jobs"), part("Key Stage 1")]).expect("crossed");
    let few = &few.awareness().expect("measured").headline;
    assert!(few.change.shown().is_none() && few.base.matched.shown().is_none());
}

#[test]
fn parts_of_one_kind_cannot_be_crossed() {
    let input = five_projects();
    let whole = Report::build(&input);
    let part = |name: &str| whole.part_called(name).expect("a part");
    for parts in [["Story Jobs", "Job Trail"], ["Story Jobs", "Area 1"], ["Key Stage 1", "Key Stage 2"]] {
        assert!(whole.clone().told_of(&input, &parts.map(part)).is_none(), "{parts:?}");
    }
    let nobody = whole.clone().told_of(&input, &[part("First Jobs"), part("Key Stage 1")]).expect("crossed");
    let sentence = &nobody.awareness().expect("measured").sentence;
    assert!(!sentence.contains("Among"), "{sentence}");
}
