//! How questionnaires were answered: who helped, and in which languages.

use serde::Serialize;

use crate::pairing::{Circumstance, Moment};
use crate::person::Role;

use super::estimate::Share;
use super::groups::Groups;
use super::input::{CircumstanceCount, ReportInput};
use super::number;
use super::print;
use super::suppression::{self, Figure, SMALLEST_GROUP};
use super::wording::{self, say};

/// People whose questionnaire was answered in one way.
#[derive(Debug, Clone, Serialize)]
pub struct AnsweredWith {
    /// Unique in the report: `circumstance.child.pre.helper.parent`.
    pub id: String,
    /// Children or grown-ups.
    pub who: Role,
    /// When, for programs: `pre`.
    pub moment: &'static str,
    /// What was noted, for programs: `helper`.
    pub circumstance: &'static str,
    /// The same and its value in words.
    pub label: String,
    /// People, of all with a questionnaire of that time that counts.
    pub people: Figure<Share>,
}

/// Who helped children, and the languages of everybody.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Circumstances {
    /// Line by line.
    pub rows: Vec<AnsweredWith>,
    /// Children whom somebody helped, before and after, of those of whom it is told.
    pub helped: Vec<AnsweredWith>,
    /// What they come to, in sentences.
    pub sentences: Vec<String>,
    /// The caveat that somebody helped, where that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caveat: Option<String>,
}

/// The code of languages that are not named.
const OTHERS: &str = "others";

/// People by how a questionnaire was answered.
type Kinds<'a> = Vec<(&'a str, i64)>;

impl Circumstances {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>) -> Circumstances {
        let counts: Vec<&CircumstanceCount> =
            input.circumstances.iter().filter(|count| groups.includes(count.project_id)).collect();
        let kinds = |who: Role, moment: Moment, circumstance: Circumstance| -> Kinds<'_> {
            let mut found: Kinds<'_> = Vec::new();
            let fits = |count: &&&CircumstanceCount| {
                (count.role, count.moment, count.circumstance) == (who, moment, circumstance)
            };
            for count in counts.iter().filter(fits) {
                match found.iter_mut().find(|(value, _)| *value == count.value) {
                    Some((_, n)) => *n += count.n,
                    None => found.push((&count.value, count.n)),
                }
            }
            found.sort_by_key(|(value, n)| (value.is_empty(), std::cmp::Reverse(*n), *value));
            found
        };
        let mut said = Circumstances::default();
        for moment in Moment::ALL {
            said.helpers(moment, &kinds(Role::Child, moment, Circumstance::Helper));
        }
        for who in [Role::Child, Role::Adult] {
            for moment in Moment::ALL {
                let languages = together(kinds(who, moment, Circumstance::Language));
                said.add(who, moment, Circumstance::Language, &languages);
            }
        }
        said.caveat = caveat(&said.helped);
        said
    }

    fn helpers(&mut self, moment: Moment, kinds: &Kinds<'_>) {
        let first = self.rows.len();
        self.add(Role::Child, moment, Circumstance::Helper, kinds);
        let all: i64 = kinds.iter().map(|(_, n)| n).sum();
        let helped: i64 = kinds.iter().filter(|(who, _)| !matches!(*who, "" | "none")).map(|(_, n)| n).sum();
        let unsaid: i64 = kinds.iter().filter(|(who, _)| who.is_empty()).map(|(_, n)| n).sum();
        // Where one kind is hidden, the sum of some of them may be what tells it.
        let whole = self.rows[first..].iter().all(|row| row.people.shown().is_some());
        let shown = suppression::counts(&[helped, all - helped - unsaid, unsaid]).swap_remove(0);
        if all < SMALLEST_GROUP || !whole {
            return;
        }
        let people = shown.and_then(|helped| Share::counted(helped, all));
        let row = AnsweredWith {
            id: format!("circumstance.child.{}.helped", moment.code()),
            who: Role::Child,
            moment: moment.code(),
            circumstance: Circumstance::Helper.code(),
            label: say("circumstances", "helped", &[]),
            people,
        };
        let Some(share) = row.people.shown().filter(|share| share.count > 0) else { return };
        let each: Vec<String> = self.rows[first..]
            .iter()
            .filter(|row| !row.id.ends_with(".none") && !row.id.ends_with(".unsaid"))
            .filter_map(|row| Some(format!("{} {}", row.label, number::count(row.people.shown()?.count))))
            .collect();
        let fills = [
            ("when", say("circumstances", moment.code(), &[])),
            ("count", number::count(share.count)),
            ("of", number::count(share.of)),
            ("percent", share.percent.whole()),
            ("each", each.join(", ")),
        ];
        self.sentences.push(say("circumstances", "helpers", &fills));
        self.helped.push(row);
    }

    fn add(&mut self, who: Role, moment: Moment, circumstance: Circumstance, kinds: &Kinds<'_>) {
        let sizes: Vec<i64> = kinds.iter().map(|(_, n)| *n).collect();
        let all: i64 = sizes.iter().sum();
        let figures = suppression::counts(&sizes);
        let rows = kinds.iter().zip(figures).filter(|_| all >= SMALLEST_GROUP).map(|((value, _), figure)| {
            let code = if value.is_empty() { "unsaid" } else { value };
            AnsweredWith {
                id: ["circumstance", who.code(), moment.code(), circumstance.code(), code].join("."),
                who,
                moment: moment.code(),
                circumstance: circumstance.code(),
                label: match circumstance {
                    Circumstance::Helper => say("circumstances", code, &[]),
                    Circumstance::Language if value.is_empty() => say("circumstances", "no_language", &[]),
                    Circumstance::Language if *value == OTHERS => say("circumstances", "other_languages", &[]),
                    Circumstance::Language => wording::language(value),
                    Circumstance::NoOwnYes | Circumstance::Newcomer => (*value).to_owned(),
                },
                people: figure.and_then(|n| Share::counted(n, all)),
            }
        });
        self.rows.extend(rows);
        // The languages of afters are in the table: they rarely differ.
        if (circumstance, moment) == (Circumstance::Language, Moment::Before) && all >= SMALLEST_GROUP {
            let last = self.rows.iter().filter(|row| row.circumstance == circumstance.code());
            let here = last.filter(|row| (row.who, row.moment) == (who, moment.code()));
            let each: Vec<String> = here.map(|row| format!("{} {}", row.label, print::share(&row.people))).collect();
            let fills = [
                ("who", print::capital(wording::who(who))),
                ("when", say("circumstances", moment.code(), &[])),
                ("each", each.join(", ")),
            ];
            self.sentences.push(say("circumstances", "languages", &fills));
        }
    }
}

/// Languages of fewer than five people are not named: that a family reads one would tell where it is from.
fn together(languages: Kinds<'_>) -> Kinds<'_> {
    let (few, mut named): (Kinds<'_>, Kinds<'_>) =
        languages.into_iter().partition(|(language, n)| !language.is_empty() && suppression::is_small(*n));
    let others = few.iter().map(|(_, n)| n).sum();
    if others > 0 {
        let unsaid = named.iter().position(|(language, _)| language.is_empty()).unwrap_or(named.len());
        named.insert(unsaid, (OTHERS, others));
    }
    named
}

/// That somebody helped children, where somebody did.
fn caveat(helped: &[AnsweredWith]) -> Option<String> {
    let told = |row: &AnsweredWith| {
        let share = row.people.shown()?;
        let moment = say("circumstances", row.moment, &[]);
        Some(format!("{}% of {} {moment}", share.percent.whole(), number::count(share.of)))
    };
    let each: Vec<String> = helped.iter().filter_map(told).collect();
    (!each.is_empty()).then(|| say("caveats", "helped", &[("each", print::listed(&each))]))
}
