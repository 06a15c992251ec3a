//! The completed questionnaires as tablets send them: when, on which, with whose help.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::html::family::notice::notice;
use crate::person::{Animal, KeyStage, Role};
use crate::response::{Envelope, GivenBy, Helper, Mode, ResponseId};
use crate::session::Design;
use crate::survey::{Library, SurveyVersion, Wave};

use super::answers::{Sheet, answer};
use super::dice::{Dice, Purpose};
use super::families::{Family, Member};
use super::journeys::{Journey, Step};
use super::leanings::{Leanings, Quote, Texts};
use super::plans::PLANS;
use super::second_cards::People;
use super::sessions::place_of;
use super::{CardRecord, ResponseRecord, SampleError, SessionRecord, TabletRecord};

const MINUTE_MS: i64 = 60_000;

/// Everything around the people that a response needs.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub(super) seed: u64,
    pub(super) library: &'a Library,
    pub(super) leanings: &'a Leanings,
    pub(super) texts: &'a Texts,
    pub(super) families: &'a [Family],
    pub(super) sessions: &'a [SessionRecord],
    pub(super) cards: &'a [CardRecord],
    pub(super) tablets: &'a [TabletRecord],
}

/// The tablets, known by the colour of their cases.
pub(super) fn tablets(seed: u64) -> Vec<TabletRecord> {
    const COLOURS: [&str; 14] = [
        "Red", "Blue", "Green", "Yellow", "Orange", "Purple", "Pink", "Teal", "Brown", "Silver", "Gold", "Black",
        "White", "Lime",
    ];
    let dice = &mut Dice::new(seed, Purpose::Circumstances, 0);
    COLOURS.into_iter().map(|name| TabletRecord { name, device: device(dice) }).collect()
}

fn device(dice: &mut Dice) -> String {
    dice.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every response, in the order in which they arrive.
///
/// # Errors
/// Where the library has no survey for somebody.
pub(super) fn responses(setting: &Setting, people: &People) -> Result<Vec<ResponseRecord>, SampleError> {
    let quotes = quotes(setting, people);
    let words = words(setting, people, &quotes);
    let mut responses = Vec::new();
    for (person, journey) in people.journeys.iter().enumerate() {
        for &step in &journey.steps {
            let mut response = setting.respond(people, person, step, quotes.get(&person).copied())?;
            response.envelope.words = words[people.members[person].family];
            responses.push(response);
        }
    }
    responses.sort_by(|a, b| (a.envelope.finished_ms, &a.envelope.id).cmp(&(b.envelope.finished_ms, &b.envelope.id)));
    let mut sent: BTreeMap<String, u64> = BTreeMap::new();
    for (order, response) in responses.iter_mut().enumerate() {
        response.received_order = order;
        if let Some(device) = &response.envelope.device {
            let count = sent.entry(device.clone()).or_default();
            *count += 1;
            response.envelope.sequence = Some(*count);
        }
    }
    Ok(responses)
}

/// Which grown-up wrote which quote, among those who answered an *after* that asks for words.
fn quotes<'a>(setting: &Setting<'a>, people: &People) -> BTreeMap<usize, &'a Quote> {
    let asked =
        |person: &usize| people.members[*person].role == Role::Adult && people.journeys[*person].after().is_some();
    let mut writers: Vec<usize> = (0..people.members.len()).filter(asked).collect();
    Dice::new(setting.seed, Purpose::Quotes, 0).shuffle(&mut writers);
    writers.into_iter().zip(&setting.texts.quote).collect()
}

/// Which families allow their words to be used: two in five, and those who said so beside a quote.
fn words(setting: &Setting, people: &People, quotes: &BTreeMap<usize, &Quote>) -> Vec<bool> {
    let drawn = |family| Dice::new(setting.seed, Purpose::Permission, 1 + family).chance(0.4);
    let mut words: Vec<bool> = (0..setting.families.len()).map(drawn).collect();
    for (&person, quote) in quotes {
        words[people.members[person].family] = quote.consent > 0;
    }
    words
}

impl Setting<'_> {
    fn respond(
        &self,
        people: &People,
        person: usize,
        step: Step,
        quote: Option<&Quote>,
    ) -> Result<ResponseRecord, SampleError> {
        let (member, journey) = (&people.members[person], &people.journeys[person]);
        let version = self.version(member, step.wave)?;
        let place = place_of(member.plan, step.at);
        let session = &self.sessions[place];
        let sheet = Sheet {
            seed: self.seed,
            survey: &version.survey,
            wave: step.wave,
            leanings: self.leanings,
            texts: self.texts,
            number: person,
            person: member,
            dose: dose(member, journey),
            gain: PLANS[member.plan].gain,
            quote,
        };
        let answers = answer(&sheet);
        let dice = &mut Dice::new(self.seed, Purpose::Circumstances, 1 + person * 16 + step.wave as usize);
        let id = ResponseId::from_bytes(dice.bytes());
        let started_ms = started_ms(dice, session.held_on, step.wave);
        let planned: u32 = version.survey.items_at(step.wave).map(|item| u32::from(item.seconds)).sum();
        let at_home = step.wave == Wave::PostHome;
        let envelope = Envelope {
            schema: 1,
            id,
            session: session.key.clone(),
            card: self.cards[people.cards[person]].code.clone(),
            animal: member.animal,
            role: member.role,
            school_year: member.school_year,
            wave: step.wave,
            survey: version.survey.id.clone(),
            version: version.hash.clone(),
            language: "en".to_owned(),
            started_ms,
            finished_ms: started_ms + duration_ms(dice, planned),
            device: Some(if at_home {
                device(dice)
            } else {
                self.tablets[dice.below(self.tablets.len())].device.clone()
            }),
            sequence: None,
            mode: Mode::Screen,
            helper: helper(dice, member.key_stage()),
            about: self.about(people, member),
            notice: Some(notice().version.clone()),
            permission: (member.role == Role::Child).then_some(GivenBy::Family),
            assent: Some(Mode::Screen),
            words: false,
            answers,
            seconds: BTreeMap::new(),
        };
        Ok(ResponseRecord { session: place, person, received_order: 0, envelope })
    }

    /// The child a grown-up answers about, where the family has more than one: its first.
    fn about(&self, people: &People, member: &Member) -> Option<Animal> {
        let family = self.families[member.family].members.iter().map(|&member| &people.members[member]);
        let mut children = family.filter(|member| member.role == Role::Child);
        let first = children.next()?.animal;
        (member.role == Role::Adult && children.next().is_some()).then_some(first)
    }

    fn version(&self, member: &Member, wave: Wave) -> Result<&SurveyVersion, SampleError> {
        let who = member.key_stage().map_or("grown-ups", KeyStage::code);
        self.library.offered(member.role, member.key_stage(), wave).ok_or(SampleError::NoSurvey { who })
    }
}

/// How much of a project somebody had: all of a one-off, more of a programme with each session.
fn dose(member: &Member, journey: &Journey) -> f64 {
    let sessions = journey.sessions as f64;
    match (member.role, PLANS[member.plan].design) {
        (Role::Child, Design::Programme) => (0.55 + 0.13 * sessions).min(1.3),
        _ => 1.0,
    }
}

/// A *before* runs while people arrive, late ones later; an *after* in the last quarter of an hour.
fn started_ms(dice: &mut Dice, day: Date, wave: Wave) -> i64 {
    let (day, hour) = match (wave, day.weekday()) {
        (Wave::PostHome, _) => (day.tomorrow().unwrap_or(day), 18),
        (_, Weekday::Saturday | Weekday::Sunday) => (day, 10),
        _ => (day, 15),
    };
    let (from, to) = match wave {
        Wave::Pre if dice.chance(0.06) => (16.0, 35.0),
        Wave::Pre | Wave::FollowUp => (0.0, 13.0),
        Wave::PostExit => (35.0, 70.0),
        Wave::PostHome => (0.0, 150.0),
        _ => (75.0, 88.0),
    };
    let start = day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).map_or(0, |start| start.timestamp().as_millisecond());
    start + milliseconds((from + (to - from) * dice.uniform()) * 60.0)
}

/// About the planned time; three in a hundred rush through.
fn duration_ms(dice: &mut Dice, planned_seconds: u32) -> i64 {
    let pace = if dice.chance(0.03) { 0.25 } else { (0.25 * dice.normal()).exp() };
    milliseconds(f64::from(planned_seconds) * pace).max(MINUTE_MS / 6)
}

#[expect(clippy::cast_possible_truncation, reason = "minutes, not centuries")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}

/// Who sat beside a child: nearly always somebody with the youngest.
fn helper(dice: &mut Dice, stage: Option<KeyStage>) -> Option<Helper> {
    let helped = match stage? {
        KeyStage::Ks1 => 0.88,
        KeyStage::Ks2 => 0.19,
        KeyStage::Ks3 => 0.03,
    };
    if !dice.chance(helped) {
        return Some(Helper::None);
    }
    let who = [Helper::Parent, Helper::Leader, Helper::Sibling, Helper::OtherChild];
    Some(who[dice.weighted(&[0.5, 0.38, 0.08, 0.04])])
}
