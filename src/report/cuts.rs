//! A measure cut by project, area and questionnaire, with one plan of what to withhold for all of them.

use crate::person::KeyStage;

use super::breakdown::{self, Breakdown};
use super::change::{Change, View};
use super::finding::{Base, Cut, Finding, Group, Level};
use super::groups::{AreaGroup, Groups};
use super::input::SurveyMeasure;
use super::suppression::{self, Figure, Plan, SMALLEST_COUNT, SMALLEST_GROUP, Withheld};
use super::tally::{Subject, Tally};

/// The findings of one measure.
pub(super) struct Findings {
    pub headline: Finding,
    pub by_project: Vec<Finding>,
    pub by_area: Vec<Finding>,
    pub by_model: Vec<Finding>,
    pub by_term: Vec<Finding>,
    pub by_key_stage: Vec<Finding>,
}

impl Findings {
    /// Whether any group is withheld because fewer than ten stand behind it.
    pub fn hold_few(&self) -> bool {
        let cuts = [&self.by_project, &self.by_area, &self.by_model, &self.by_term, &self.by_key_stage];
        cuts.into_iter().flatten().any(|finding| matches!(finding.change, Figure::Withheld(Withheld::FewerThanTen)))
    }

    /// Leaves everyone's alone: what only describes is not cut.
    pub fn keep_headline(&mut self) {
        self.by_project.clear();
        self.by_area.clear();
        self.by_model.clear();
        self.by_term.clear();
        self.by_key_stage.clear();
    }
}

/// The headline and every cut, with one plan of what to withhold for all of them.
pub(super) fn findings(tally: &Tally<'_>, spec: &SurveyMeasure, groups: &Groups<'_>) -> Findings {
    let cells = Cells::of(tally, groups);
    let base = |place: Option<usize>| cells.base(place);
    let finding = |group: Group, base: Base, change: Figure<Change>| {
        let Subject { measure, who, comparison } = tally.subject.clone();
        let id = [&measure, who.code(), comparison.code(), group.cut.code()].join(".");
        Finding {
            id: if group.key.is_empty() { id } else { format!("{id}.{}", group.key) },
            title: spec.measure.title.clone(),
            rank: spec.measure.rank,
            unit: Level::of(spec.measure.rule),
            measure,
            who,
            comparison,
            group,
            base,
            change,
        }
    };
    let everyone = Group { cut: Cut::All, key: String::new(), name: "Everyone".to_owned() };
    let headline = finding(everyone, base(None), cells.whole.clone());
    let mut parts = cells
        .groups
        .iter()
        .enumerate()
        .map(|(place, group)| finding(group.clone(), base(Some(place)), cells.change(place)));
    let by_project = parts.by_ref().take(groups.projects.len()).collect();
    let by_area = parts.by_ref().take(groups.areas.len()).collect();
    let by_model = parts.by_ref().take(groups.models.len()).collect();
    let by_term = parts.by_ref().take(groups.terms.len()).collect();
    Findings { headline, by_project, by_area, by_model, by_term, by_key_stage: parts.collect() }
}

/// A comparison group by itself, beside the finding of those who took part. It is divided no further and nobody of it is in
/// any other finding, so what protects everyone's result protects it.
pub(super) fn of_comparison_group(headline: &Finding, tally: &Tally<'_>, groups: &Groups<'_>) -> Finding {
    let group = Group { cut: Cut::Group, key: "comparison".to_owned(), name: "Comparison group".to_owned() };
    let registered = groups.comparison.iter().map(|&id| groups.registered(headline.who, id)).sum();
    let [registered, before, after, matched] =
        [registered, tally.before(), tally.after(), tally.matched()].map(suppression::lone_count);
    let id = [&headline.measure, headline.who.code(), headline.comparison.code(), &group.code()].join(".");
    let base = Base { registered, before, after, matched };
    Finding { id, group, base, change: whole(tally, false), ..headline.clone() }
}

/// Every group of every cut with its counts: projects, then areas, delivery models and terms, then questionnaires.
struct Cells<'a> {
    groups: Vec<Group>,
    tallies: Vec<Tally<'a>>,
    /// Everyone's change.
    whole: Figure<Change>,
    /// Why a group's change, the direction in it or who changed sides is withheld.
    withheld: Vec<Option<Withheld>>,
    directions: Vec<Option<Withheld>>,
    /// Whether all of a group moved one way and a few of them are withheld, who then did so too.
    moved_alike: Vec<bool>,
    switches: Vec<Option<Withheld>>,
    /// Registered, before, after, matched: of everyone first, then of every group.
    columns: [Vec<Figure<i64>>; 4],
}

impl<'a> Cells<'a> {
    fn of(tally: &Tally<'a>, groups: &Groups<'_>) -> Cells<'a> {
        let (projects, specs) = (groups.projects.len(), tally.specs.len());
        let part = |project: usize, spec: usize| project * specs + spec;
        let all_specs = |project: usize| (0..specs).map(move |spec| part(project, spec));
        let unions = |of: &[AreaGroup]| -> Vec<Vec<usize>> {
            of.iter().map(|group| group.projects.iter().flat_map(|&p| all_specs(p)).collect()).collect()
        };
        let cuts: [Vec<Vec<usize>>; 5] = [
            (0..projects).map(|project| all_specs(project).collect()).collect(),
            unions(&groups.areas),
            unions(&groups.models),
            unions(&groups.terms),
            (0..specs).map(|spec| (0..projects).map(|project| part(project, spec)).collect()).collect(),
        ];
        let id = |place: usize| groups.projects[place].id;
        let in_area = |area: &AreaGroup, wanted: i64| area.projects.iter().any(|&p| id(p) == wanted);
        let by_project = (0..projects).map(|place| (groups.project_group(place), tally.only(|p, _| p == id(place))));
        let together = groups.areas.iter().chain(&groups.models).chain(&groups.terms);
        let by_union = together.map(|area| (area.group.clone(), tally.only(|p, _| in_area(area, p))));
        let by_survey = tally.specs.iter().map(|spec| {
            let name = spec.key_stage().map_or_else(|| spec.survey_title.clone(), |stage| stage.name().to_owned());
            let group = Group { cut: Cut::KeyStage, key: spec.survey.clone(), name };
            (group, tally.only(|_, survey| survey == spec.survey))
        });
        let (names, tallies): (Vec<Group>, Vec<Tally<'a>>) = by_project.chain(by_union).chain(by_survey).unzip();

        let each_part = |count: &dyn Fn(usize, &SurveyMeasure) -> i64| -> Vec<i64> {
            (0..projects).flat_map(|p| tally.specs.iter().map(move |spec| count(p, spec))).collect()
        };
        let counted = |count: &dyn Fn(&Tally<'a>) -> i64| {
            each_part(&|p, spec| count(&tally.only(|project, survey| project == id(p) && survey == spec.survey)))
        };
        let matched = counted(&Tally::matched);
        let plan = |sizes: &[i64]| {
            let mut plan = Plan::over(sizes);
            cuts.iter().for_each(|cut| plan.cut(cut.clone()));
            plan
        };
        let few = |n: i64| (1..SMALLEST_GROUP).contains(&n).then_some(Withheld::FewerThanTen);
        let too_few: Vec<Option<Withheld>> = tallies.iter().map(|cell| few(cell.matched())).collect();
        let column = |sizes: &[i64]| with_whole(&plan(sizes));
        let people = plan(&matched);
        let holds_few = too_few.iter().any(Option::is_some);
        let holds_few_inside =
            |cell: usize| (0..too_few.len()).any(|inner| too_few[inner].is_some() && people.holds(cell, inner));
        let alike_in = |cell: usize, count: Count| {
            let matched = tallies[cell].matched();
            matched > 0 && holds_few_inside(cell) && count(&tallies[cell]).contains(&matched)
        };
        // Scores have no sides, but who all stand at one end of a scale are told by the level alone.
        let at_one_end = |cell: usize| alike_in(cell, breakdown::ends).then_some(Withheld::FewerThanFive);
        let secret: Vec<Option<Withheld>> =
            too_few.iter().enumerate().map(|(cell, why)| why.or_else(|| at_one_end(cell))).collect();
        let whole = whole(tally, holds_few);
        let is_shown = |count: Count| whole.shown().is_some() && !(holds_few && is_alike(tally, count));
        let by = |count: Count| Breakdown::of(count, tally, &tallies, is_shown(count));
        let withheld = by(breakdown::sides).withhold(&people, SMALLEST_GROUP, &secret);
        let of_shown = |count| by(count).withhold(&people, SMALLEST_COUNT, &withheld);
        Cells {
            directions: of_shown(breakdown::directions),
            switches: of_shown(breakdown::switches),
            moved_alike: (0..tallies.len()).map(|cell| alike_in(cell, breakdown::directions)).collect(),
            withheld,
            whole,
            columns: [
                with_whole(&registered_plan(tally, groups)),
                column(&counted(&Tally::before)),
                column(&counted(&Tally::after)),
                column(&matched),
            ],
            groups: names,
            tallies,
        }
    }

    /// A group's change, without the parts that would tell of another group.
    fn change(&self, place: usize) -> Figure<Change> {
        let (tally, view) = (
            &self.tallies[place],
            View {
                everyone: false,
                direction: self.directions[place].is_none(),
                spread: !self.moved_alike[place],
                switch: self.switches[place].is_none(),
            },
        );
        match self.withheld[place] {
            Some(why) => Figure::Withheld(why),
            None => suppression::if_enough(tally.matched(), || Change::of(tally, view)),
        }
    }

    /// How many people stand behind a group, or behind everyone.
    fn base(&self, place: Option<usize>) -> Base {
        let [registered, before, after, matched] =
            self.columns.each_ref().map(|column| column[place.map_or(0, |place| place + 1)].clone());
        Base { registered, before, after, matched }
    }
}

/// A way to count people by category.
type Count = fn(&Tally<'_>) -> Vec<i64>;

/// Whether all the matched are of one category.
fn is_alike(tally: &Tally<'_>, count: Count) -> bool {
    tally.matched() > 0 && count(tally).contains(&tally.matched())
}

/// Everyone's change. Where there are groups of few among them, what all of them did alike each of those did.
fn whole(tally: &Tally<'_>, holds_few: bool) -> Figure<Change> {
    let alike = |count: Count| holds_few && is_alike(tally, count);
    suppression::if_enough(tally.matched(), || match Change::tells_of_few(tally) {
        Some(why) => Figure::Withheld(why),
        None if alike(breakdown::sides) || alike(breakdown::ends) => Figure::Withheld(Withheld::FewerThanFive),
        None => Change::of(
            tally,
            View {
                direction: !alike(breakdown::directions),
                spread: !alike(breakdown::directions),
                switch: !alike(breakdown::switches),
                ..View::WHOLE
            },
        ),
    })
}

/// Everyone's count and then every group's, with the small ones and what gives them away withheld.
fn with_whole(plan: &Plan) -> Vec<Figure<i64>> {
    let hidden = plan.withhold(SMALLEST_COUNT, &plan.small(SMALLEST_COUNT, Withheld::FewerThanFive));
    let parts = plan.sizes().into_iter().zip(hidden).map(|(n, why)| why.map_or(Figure::Shown(n), Figure::Withheld));
    std::iter::once(suppression::lone_count(plan.whole())).chain(parts).collect()
}

/// People registered, in the same groups; their parts are projects by key stage, known or not.
fn registered_plan(tally: &Tally<'_>, groups: &Groups<'_>) -> Plan {
    let stages = [None, Some(KeyStage::Ks1), Some(KeyStage::Ks2), Some(KeyStage::Ks3)];
    let projects = groups.projects.len();
    let count = |project: usize, stage| groups.registered_at(tally.subject.who, groups.projects[project].id, stage);
    let sizes: Vec<i64> = (0..projects).flat_map(|p| stages.map(|stage| count(p, stage))).collect();
    let whole = |project: usize| project * stages.len()..(project + 1) * stages.len();
    let mut plan = Plan::over(&sizes);
    plan.cut((0..projects).map(|p| whole(p).collect()).collect());
    for unions in [&groups.areas, &groups.models, &groups.terms] {
        plan.cut(unions.iter().map(|area| area.projects.iter().flat_map(|&p| whole(p)).collect()).collect());
    }
    let fits = |spec: &SurveyMeasure, part: usize| {
        spec.key_stage().is_none() || stages[part % stages.len()] == spec.key_stage()
    };
    plan.cut(tally.specs.iter().map(|spec| (0..sizes.len()).filter(|&part| fits(spec, part)).collect()).collect());
    plan
}
