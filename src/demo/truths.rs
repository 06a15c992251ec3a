//! What comes out of a sample, from its answers through scoring and pairing, without a database.

use std::collections::{BTreeMap, BTreeSet};

use crate::pairing::{Doubts, Scored, pairs_of};
use crate::person::{Animal, CardCode, KeyStage, Role, SchoolYear};
use crate::response::{Answer, Missing};
use crate::scoring::score;
use crate::session::SessionRole;
use crate::statistics::{ClusterPairs, PairTable, Unit, clustered_percent_change, percent_change, summary};
use crate::survey::{Comparison, Library, Wave};

use super::Sample;

/// One pair of a person, with the groups it belongs to.
#[derive(Debug, Clone)]
struct Row {
    project: usize,
    /// The session of the before, or the family's card where that is one-off.
    cluster: Cluster,
    role: Role,
    stage: Option<KeyStage>,
    measure: String,
    comparison: Comparison,
    /// The lowest score that is positive or regular.
    cut: i64,
    denominator: i64,
    pre: Option<i64>,
    post: Option<i64>,
}

/// Who is alike: people of one session, or of one family where sessions are one-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cluster {
    Session(i64),
    Card(usize),
}

/// Every pair of the sample.
fn rows(library: &Library, sample: &Sample) -> Vec<Row> {
    let mut histories: BTreeMap<(&CardCode, Animal), (usize, Vec<Scored>)> = BTreeMap::new();
    for response in &sample.responses {
        let envelope = &response.envelope;
        let survey = &library.by_hash(&envelope.version).expect("a known version").survey;
        assert_eq!(survey.check_answers(envelope.wave, &envelope.answers), [], "answers fit their survey");
        let scored = Scored {
            id: envelope.id.as_str().to_owned(),
            started_ms: envelope.started_ms,
            aside: false,
            arrival: i64::try_from(response.received_order).expect("few"),
            wave: envelope.wave,
            session_id: i64::try_from(response.session).expect("few"),
            held_on: Some(sample.sessions[response.session].held_on.to_string()),
            survey: envelope.survey.clone(),
            complete: !envelope.answers.values().any(|answer| *answer == Answer::Missing(Missing::NotReached)),
            scores: score(survey, envelope.wave, &envelope.answers),
            doubts: Doubts::NONE,
            helper: envelope.helper,
            language: envelope.language.clone(),
            own_yes: true,
            newcomer: String::new(),
        };
        let entry = histories.entry((&envelope.card, envelope.animal)).or_insert((response.person, Vec::new()));
        entry.1.push(scored);
    }
    let mut rows = Vec::new();
    for (person, history) in histories.into_values() {
        let record = &sample.people[person];
        for pair in pairs_of(&history) {
            let session = usize::try_from(pair.session_id).expect("few");
            let one_off = sample.sessions[session].role == SessionRole::Single;
            rows.push(Row {
                cluster: if one_off { Cluster::Card(record.card) } else { Cluster::Session(pair.session_id) },
                project: sample.cards[record.card].project,
                role: record.role,
                stage: record.school_year.map(SchoolYear::key_stage),
                cut: cut(library, &pair.survey, &pair.measure),
                measure: pair.measure,
                comparison: pair.comparison,
                denominator: pair.denominator,
                pre: pair.pre,
                post: pair.post,
            });
        }
    }
    rows
}

/// The measure's lowest positive or regular code in this survey.
fn cut(library: &Library, survey: &str, measure: &str) -> i64 {
    let measure = library.newest(survey).and_then(|version| version.survey.measure(measure));
    measure.and_then(|measure| measure.positive_from).map_or(i64::MAX, i64::from)
}

/// Every truth by name. Percentages run from 0 to 100.
pub(super) fn truths(library: &Library, sample: &Sample) -> BTreeMap<String, f64> {
    let rows = rows(library, sample);
    let mut truths = Truths { rows: &rows, found: BTreeMap::new() };
    truths.awareness();
    truths.ratings();
    truths.talk(sample);
    truths.flow(sample);
    truths.found
}

struct Truths<'a> {
    rows: &'a [Row],
    found: BTreeMap<String, f64>,
}

impl Truths<'_> {
    fn note(&mut self, name: impl Into<String>, value: f64) {
        self.found.insert(name.into(), value);
    }

    fn awareness(&mut self) {
        let change = |table: &PairTable| percent_change(table).value.expect("children know some jobs before");
        let all = index_table(self.rows, "AWR", |_| true);
        let limits = percent_change(&all).fieller.expect("many pairs").interval().expect("bounded");
        let before = summary(&all.pre()).mean.expect("many");
        let after = summary(&all.post()).mean.expect("many");
        self.note("AWR n", number(all.n()));
        self.note("AWR R1", change(&all));
        self.note("AWR lower limit", limits.low);
        self.note("AWR upper limit", limits.high);
        let by_cluster = clustered_percent_change(&clusters(self.rows)).cr2.expect("many sessions and families");
        let limits = by_cluster.interval().expect("bounded");
        self.note("AWR lower limit by cluster", limits.low);
        self.note("AWR upper limit by cluster", limits.high);
        self.note("AWR before", before);
        self.note("AWR after", after);
        self.note("AWR up by half", percent(all.count(|pre, post| post > pre && 2 * post >= 3 * pre), all.n()));
        self.note("AWR improved", percent(all.count(|pre, post| post > pre), all.n()));
        self.note("AWR same", percent(all.count(|pre, post| post == pre), all.n()));
        self.note("AWR lower", percent(all.count(|pre, post| post < pre), all.n()));
        self.note("AWR~clean R1", change(&index_table(self.rows, "AWR~clean", |_| true)));
        for project in 0..10 {
            let table = index_table(self.rows, "AWR", |row| row.project == project);
            self.note(format!("AWR P{:02} R1", project + 1), change(&table));
            self.note(format!("AWR P{:02} n", project + 1), number(table.n()));
        }
        for stage in KeyStage::ALL {
            let table = index_table(self.rows, "AWR", |row| row.stage == Some(stage));
            self.note(format!("AWR {} R1", stage.code()), change(&table));
            self.note(format!("AWR {} n", stage.code()), number(table.n()));
        }
        let lost = self.rows.iter().filter(|row| row.measure == "AWR" && row.comparison == Comparison::After);
        let lost: Vec<i64> = lost.filter(|row| row.post.is_none()).filter_map(index_before).collect();
        self.note("AWR before of the lost", lost.iter().sum::<i64>() as f64 / lost.len() as f64 / 2.4);
    }

    fn ratings(&mut self) {
        for (measure, role) in
            [("CNF-JOB", Role::Child), ("CNF-UNI", Role::Child), ("PCN-TALK", Role::Adult), ("STE-PAR", Role::Adult)]
        {
            let pairs = coded(self.rows, measure, Comparison::After, |row| row.role == role);
            self.rating(measure, &pairs);
        }
        let open: Vec<_> = matched(self.rows, "STE", Comparison::After, |_| true).collect();
        let mean = |part: fn(&(&Row, i64, i64)) -> i64| {
            let share = |pair: &(&Row, i64, i64)| part(pair) as f64 / pair.0.denominator as f64;
            100.0 * open.iter().map(share).sum::<f64>() / open.len() as f64
        };
        self.note("STE before", mean(|pair| pair.1));
        self.note("STE after", mean(|pair| pair.2));
        self.note("STE same", percent(open.iter().filter(|(_, pre, post)| pre == post).count(), open.len()));
        let alone = |measure: &str, part: fn(&Row) -> Option<i64>| -> Vec<i64> {
            let of = self.rows.iter().filter(|row| row.measure == measure && row.comparison == Comparison::After);
            of.filter_map(part).collect()
        };
        let share =
            |values: &[i64], cut: i64| percent(values.iter().filter(|&&value| value >= cut).count(), values.len());
        let (fun, worth) = (alone("FUN", |row| row.post), alone("WORTH", |row| row.post));
        let teacher = alone("STE~primary_school_teacher", |row| row.pre);
        self.note("FUN after", share(&fun, 4));
        self.note("WORTH after", share(&worth, 4));
        self.note("teacher ceiling", share(&teacher, 1));
    }

    fn rating(&mut self, name: &str, pairs: &[(i64, i64, i64)]) {
        let share = |holds: fn(&&(i64, i64, i64)) -> bool| percent(pairs.iter().filter(holds).count(), pairs.len());
        self.note(format!("{name} n"), number(pairs.len()));
        self.note(format!("{name} before"), share(|&&(cut, pre, _)| pre >= cut));
        self.note(format!("{name} after"), share(|&&(cut, _, post)| post >= cut));
        self.note(format!("{name} improved"), share(|(_, pre, post)| post > pre));
        self.note(format!("{name} same"), share(|(_, pre, post)| post == pre));
        self.note(format!("{name} lower"), share(|(_, pre, post)| post < pre));
    }

    fn talk(&mut self, sample: &Sample) {
        for role in [Role::Child, Role::Adult] {
            for comparison in [Comparison::After, Comparison::Later] {
                let pairs = coded(self.rows, "TLK", comparison, |row| row.role == role);
                self.rating(&format!("TLK {} {}", role.code(), comparison.code()), &pairs);
            }
            let pairs = coded(self.rows, "TLK", Comparison::Later, |row| row.role == role);
            let silent: Vec<_> = pairs.iter().filter(|(cut, pre, _)| pre < cut).collect();
            let starters = silent.iter().filter(|(cut, _, post)| post >= cut).count();
            self.note(format!("TLK {} starters", role.code()), percent(starters, silent.len()));
        }
        let mut by_area = vec![0; sample.areas.len()];
        for (row, ..) in matched(self.rows, "TLK", Comparison::Later, |row| row.role == Role::Child) {
            if let Some(area) = sample.projects[row.project].area {
                by_area[area] += 1;
            }
        }
        by_area.sort_unstable();
        self.note("TLK child small area n", number(by_area[0]));
        self.note("TLK child second smallest area n", number(by_area[1]));
    }

    fn flow(&mut self, sample: &Sample) {
        let count = |role: Role, waves: &[Wave]| {
            let sent = sample.responses.iter().map(|response| &response.envelope);
            number(sent.filter(|sent| sent.role == role && waves.contains(&sent.wave)).count())
        };
        self.note("children before", count(Role::Child, &[Wave::Pre]));
        self.note("children after", count(Role::Child, &Wave::AFTERS));
        self.note("exit forms", count(Role::Child, &[Wave::PostExit]));
        self.note("at home", count(Role::Child, &[Wave::PostHome]));
        self.note("adults before", count(Role::Adult, &[Wave::Pre]));
        self.note("adults after", count(Role::Adult, &Wave::AFTERS));
        let children = |part: &dyn Fn(usize) -> bool| {
            let there = sample.attendances.iter().filter(|attendance| {
                let session = &sample.sessions[attendance.session];
                sample.people[attendance.person].role == Role::Child
                    && session.role != SessionRole::FollowUp
                    && part(attendance.session)
            });
            there.count()
        };
        self.note("children attendances", number(children(&|_| true)));
        // The sixty sessions come first, six to a project.
        let more = (0..10).filter(|project| {
            let third =
                |from: usize| children(&|session| (project * 6 + from..project * 6 + from + 2).contains(&session));
            10 * third(4) > 11 * third(0)
        });
        self.note("projects with more at the end", number(more.count()));
    }
}

/// Awareness on the common index: lists of 12, 16 and 20 jobs in units of one 240th.
fn index_table(rows: &[Row], measure: &str, holds: impl Fn(&Row) -> bool) -> PairTable {
    let pairs = matched(rows, measure, Comparison::After, holds)
        .map(|(row, pre, post)| (pre * 240 / row.denominator, post * 240 / row.denominator));
    PairTable::from_pairs(Unit::new(100, 240).expect("a unit"), pairs)
}

/// Awareness on the same index by cluster.
fn clusters(rows: &[Row]) -> Vec<ClusterPairs> {
    let awareness = || matched(rows, "AWR", Comparison::After, |_| true).map(|(row, ..)| row.cluster);
    let each: BTreeSet<Cluster> = awareness().collect();
    let of_cluster = |cluster| ClusterPairs::of(&index_table(rows, "AWR", |row| row.cluster == cluster));
    each.into_iter().map(of_cluster).collect()
}

fn index_before(row: &Row) -> Option<i64> {
    Some(row.pre? * 240 / row.denominator)
}

/// Pairs of one measure with the lowest code that is positive or regular for each.
fn coded(rows: &[Row], measure: &str, comparison: Comparison, holds: impl Fn(&Row) -> bool) -> Vec<(i64, i64, i64)> {
    matched(rows, measure, comparison, holds).map(|(row, pre, post)| (row.cut, pre, post)).collect()
}

/// Matched pairs of one measure in some group.
fn matched<'a>(
    rows: &'a [Row],
    measure: &'a str,
    comparison: Comparison,
    holds: impl Fn(&Row) -> bool + 'a,
) -> impl Iterator<Item = (&'a Row, i64, i64)> {
    rows.iter()
        .filter(move |row| row.measure == measure && row.comparison == comparison && holds(row))
        .filter_map(|row| Some((row, row.pre?, row.post?)))
}

fn number(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().ok().expect("a sample is small"))
}

fn percent(part: impl TryInto<u32>, whole: impl TryInto<u32>) -> f64 {
    100.0 * number(part) / number(whole)
}
