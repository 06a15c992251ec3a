//! Who had been to such an activity before, as they said with the before: of those with a before, and of those with both.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pairing::{Circumstance, Moment};
use crate::person::Role;

use super::Flow;
use super::groups::Groups;
use super::input::ReportInput;
use super::suppression::{Figure, Plan, SMALLEST_COUNT, SMALLEST_GROUP, Withheld, is_small};

/// People who gave one answer.
#[derive(Debug, Clone, Serialize)]
pub struct Newcomers {
    /// Unique in the report: `newcomer.adult.PA-NW1.1`, with `all` for everybody who said.
    pub id: String,
    /// The question's id.
    pub item: String,
    /// Children or grown-ups.
    pub who: Role,
    /// What they answered.
    pub label: String,
    /// Those with a before.
    pub before: Figure<i64>,
    /// Those of them with an after, too.
    pub both: Figure<i64>,
}

/// Everybody who said, question by question; nothing of a question that fewer than ten answered, or where those of a few
/// people follow from it and the boxes of the flow: who answered both times and is not matched.
pub(super) fn newcomers(input: &ReportInput, groups: &Groups<'_>, flows: &[Flow]) -> Vec<Newcomers> {
    let mut asked: BTreeMap<&str, &[(i32, String)]> = BTreeMap::new();
    for questionnaire in &input.questionnaires {
        if let Some((item, choices)) = &questionnaire.asks_whether_new {
            asked.insert(item, choices);
        }
    }
    let count = |who: Role, moment: Moment, value: &str| -> i64 {
        let here = input.circumstances.iter().filter(|count| groups.includes(count.project_id));
        let fits = here
            .filter(|count| (count.role, count.moment, count.circumstance) == (who, moment, Circumstance::Newcomer));
        fits.filter(|count| count.value == value).map(|count| count.n).sum()
    };
    let mut all = Vec::new();
    for (item, choices) in asked {
        for who in [Role::Child, Role::Adult] {
            let of = |moment: Moment| -> Vec<i64> {
                choices.iter().map(|(code, _)| count(who, moment, &format!("{item}.{code}"))).collect()
            };
            let (before, both) = (of(Moment::Before), of(Moment::After));
            let all_both: i64 = both.iter().sum();
            let flow = flows.iter().find(|flow| flow.who == who);
            let boxes = flow.into_iter().flat_map(|flow| &flow.steps).filter_map(|step| step.people.shown());
            if boxes.into_iter().any(|people| is_small((people - all_both).abs())) {
                continue;
            }
            all.extend(of_question([item, who.code()], who, choices, &before, &both));
        }
    }
    all
}

fn of_question(
    [item, role]: [&str; 2],
    who: Role,
    choices: &[(i32, String)],
    before: &[i64],
    both: &[i64],
) -> Vec<Newcomers> {
    let total: i64 = before.iter().sum();
    let all_both: i64 = both.iter().sum();
    if total < SMALLEST_GROUP || all_both < SMALLEST_COUNT || (1..SMALLEST_COUNT).contains(&(total - all_both)) {
        return Vec::new();
    }
    // Who answered both and who did not are the parts of every choice.
    let parts: Vec<i64> = both.iter().zip(before).flat_map(|(both, before)| [*both, before - both]).collect();
    let mut plan = Plan::over(&parts);
    plan.cut((0..choices.len()).map(|choice| vec![2 * choice, 2 * choice + 1]).collect());
    let lost = (0..choices.len()).map(|choice| 2 * choice + 1).collect();
    plan.cut((0..choices.len()).map(|choice| vec![2 * choice]).chain([lost]).collect());
    let hidden = plan.withhold(SMALLEST_COUNT, &plan.small(SMALLEST_COUNT, Withheld::FewerThanFive));
    let figures: Vec<Figure<i64>> =
        plan.sizes().into_iter().zip(hidden).map(|(n, why)| why.map_or(Figure::Shown(n), Figure::Withheld)).collect();
    let row = |code: &str, label: &str, before: Figure<i64>, both: Figure<i64>| Newcomers {
        id: format!("newcomer.{role}.{item}.{code}"),
        item: item.to_owned(),
        who,
        label: label.to_owned(),
        before,
        both,
    };
    let each = choices.iter().enumerate().map(|(place, (code, label))| {
        row(&code.to_string(), label, figures[place].clone(), figures[choices.len() + place].clone())
    });
    let everybody = row("all", "Everybody who said", Figure::Shown(total), Figure::Shown(all_both));
    std::iter::once(everybody).chain(each).collect()
}
