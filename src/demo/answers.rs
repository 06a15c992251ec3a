//! The answers of one person to one questionnaire, from what the person is like and has been through.

use crate::person::Role;
use crate::response::{Answer, Answers, Missing};
use crate::survey::{Item, Look, Survey, Wave};

use super::awareness::Awareness;
use super::dice::{Dice, logistic};
use super::families::Member;
use super::leanings::{Aspirations, Factor, Leanings, Quote, Rating, Texts, Weights, Who};

/// Draws that stay with a person at every wave, told apart from those of a wave.
const ALWAYS: u8 = 15;

/// Share of questions that are seen and skipped; job lists are hardly ever.
const SKIPPED: f64 = 0.012;
const LIST_SKIPPED: f64 = 0.003;
/// Share of practice questions that are not followed.
const PRACTICE_WRONG: f64 = 0.05;
/// Share of *afters* that are not finished.
const UNFINISHED: f64 = 0.03;
/// How much of an effect is left at the follow-up, where it wears off.
const LASTING: f64 = 0.85;
/// How much of the new talk at home there is by the end of a programme, later being all of it.
const TALK_SO_FAR: f64 = 0.5;
/// How much the sessions move the log-odds of "anyone".
const OPENING: f64 = 0.95;

/// One questionnaire that is about to be answered.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub(super) seed: u64,
    pub(super) survey: &'a Survey,
    pub(super) wave: Wave,
    pub(super) leanings: &'a Leanings,
    pub(super) texts: &'a Texts,
    /// The person's number, which all their draws hang on.
    pub(super) number: usize,
    pub(super) person: &'a Member,
    /// How much of the project the person has had; 1 is usual.
    pub(super) dose: f64,
    /// How much a child gains in the project; 1 is usual.
    pub(super) gain: f64,
    /// What a parent or carer writes, where they write something.
    pub(super) quote: Option<&'a Quote>,
}

/// Answers every question that the survey asks at the wave.
pub(super) fn answer(sheet: &Sheet) -> Answers {
    let items: Vec<&Item> = sheet.survey.items_at(sheet.wave).collect();
    let awareness = Awareness::of(sheet, &items);
    let silent = sheet.has_not_talked(&items);
    let reached = sheet.reached(items.len());
    let mut answers = Answers::new();
    for (place, item) in items.into_iter().enumerate() {
        if place >= reached {
            sheet.leave(item, Missing::NotReached, &mut answers);
        } else if !is_asked(item, &answers) {
            sheet.leave(item, Missing::NotAsked, &mut answers);
        } else {
            sheet.answer_item(item, &awareness, silent, &mut answers);
        }
    }
    answers
}

/// Whether the item's conditions hold, where it has any.
fn is_asked(item: &Item, answers: &Answers) -> bool {
    item.only_after.is_empty()
        || item.only_after.iter().any(|condition| match answers.get(&condition.item) {
            None | Some(Answer::Missing(_)) => false,
            Some(Answer::Text(_)) => condition.is.is_empty(),
            Some(Answer::Value(value)) => condition.is.is_empty() || condition.is.contains(value),
        })
}

impl Sheet<'_> {
    /// Draws for a question at this wave.
    pub(super) fn dice(&self, question: &str) -> Dice {
        Dice::of_question(self.seed, self.number, self.wave as u8, question)
    }

    /// Draws for a question that come out alike at every wave.
    pub(super) fn lasting_dice(&self, question: &str) -> Dice {
        Dice::of_question(self.seed, self.number, ALWAYS, question)
    }

    pub(super) fn is_later(&self) -> bool {
        self.wave != Wave::Pre
    }

    /// How much of the sessions' effect shows at this wave.
    pub(super) fn effect(&self) -> f64 {
        match self.wave {
            Wave::Pre => 0.0,
            Wave::FollowUp => self.dose * LASTING,
            _ => self.dose,
        }
    }

    /// How many of the items are reached before somebody gives up.
    fn reached(&self, items: usize) -> usize {
        let dice = &mut self.dice("(stops)");
        if self.is_later() && self.quote.is_none() && dice.chance(UNFINISHED) {
            items - dice.below(items / 2 + 1)
        } else {
            items
        }
    }

    fn answer_item(&self, item: &Item, awareness: &Awareness, silent: bool, answers: &mut Answers) {
        let Some(scale) = self.survey.scale_of(item) else { return };
        let dice = &mut self.dice(&item.id);
        if scale.look.lists_jobs() {
            if dice.chance(LIST_SKIPPED) {
                self.leave(item, Missing::Skipped, answers);
            } else {
                awareness.tap(self, item, scale.look, answers);
            }
        } else if scale.look == Look::Text {
            self.type_text(item, dice, answers);
        } else if let (true, Some(quote)) = (item.topic.as_deref() == Some("quote_consent"), self.quote) {
            answers.insert(item.id.clone(), Answer::Value(quote.consent));
        } else if dice.chance(SKIPPED) {
            self.leave(item, Missing::Skipped, answers);
        } else if scale.look == Look::Multi {
            self.tick(item, silent, dice, answers);
        } else if let Some(weights) = self.leanings.choice.get(&item.id) {
            self.choose(item, weights, silent, dice, answers);
        } else {
            answers.insert(item.id.clone(), self.rate(item, dice));
        }
    }

    fn leave(&self, item: &Item, reason: Missing, answers: &mut Answers) {
        for field in self.survey.fields_of(item) {
            answers.insert(field.name, Answer::Missing(reason));
        }
    }

    /// A question with one answer on a scale.
    fn rate(&self, item: &Item, dice: &mut Dice) -> Answer {
        let mut values: Vec<i32> = self.survey.options_of(item).iter().map(|option| option.value).collect();
        values.sort_unstable();
        let at =
            |place: usize| values.get(place).map_or(Answer::Missing(Missing::Skipped), |&value| Answer::Value(value));
        if let Some(known) = item.known_answer {
            let other = at(dice.below(values.len()));
            return if dice.chance(PRACTICE_WRONG) { other } else { Answer::Value(known) };
        }
        if let Some(&who) = self.leanings.who.get(&item.id) {
            return Answer::Value(self.who(who, &values, dice));
        }
        let Some(rating) = self.leanings.rating.get(&item.id) else {
            // A question that a later version added: any answer is as good as another.
            return at(dice.below(values.len()));
        };
        if dice.chance(rating.unsure) {
            return Answer::Missing(Missing::DontKnow);
        }
        let latent = self.latent(rating, dice);
        at(rating.cuts.iter().filter(|&&cut| latent > cut).count())
    }

    /// The hidden number of a rating.
    fn latent(&self, rating: &Rating, dice: &mut Dice) -> f64 {
        let gain = match rating.factor {
            Factor::General => rating.gain * self.effect(),
            Factor::Talk => rating.gain * self.talk_so_far(),
        };
        let (trait_, weight, chance) = match (rating.factor, self.person.role) {
            (Factor::Talk, _) => (self.person.talk, 0.8, 0.6),
            (Factor::General, Role::Adult) => (self.person.general, 0.8, 0.6),
            (Factor::General, Role::Child) => (self.person.general, 0.72, 0.62),
        };
        let latent = weight * trait_ + chance * dice.normal() + gain;
        if rating.reverse { -latent } else { latent }
    }

    /// How much of the new talk at home has begun.
    fn talk_so_far(&self) -> f64 {
        match self.wave {
            Wave::Pre => 0.0,
            Wave::FollowUp => 1.0,
            _ => TALK_SO_FAR,
        }
    }

    /// Who can do a job: "anyone" is the highest value.
    fn who(&self, who: Who, values: &[i32], dice: &mut Dice) -> i32 {
        let open = who.anyone + 0.9 * self.person.openness + OPENING * self.effect();
        let anyone = values.last().copied().unwrap_or(who.usual);
        if dice.chance(logistic(open)) {
            anyone
        } else if dice.chance(0.9) {
            who.usual
        } else {
            values.iter().copied().find(|&value| value != anyone && value != who.usual).unwrap_or(who.usual)
        }
    }

    /// Whether the family has not talked about jobs at all, by the answer to the first such question.
    fn has_not_talked(&self, items: &[&Item]) -> bool {
        let frequency = |item: &&&Item| {
            let rating = self.leanings.rating.get(&item.id);
            item.home_frequency && rating.is_some_and(|rating| rating.factor == Factor::Talk)
        };
        items.iter().find(frequency).is_some_and(|item| {
            let dice = &mut self.dice(&item.id);
            let skipped = dice.chance(SKIPPED);
            let lowest = self.survey.options_of(item).iter().map(|option| option.value).min();
            !skipped && self.rate(item, dice).value() == lowest
        })
    }

    fn choose(&self, item: &Item, weights: &Weights, silent: bool, dice: &mut Dice, answers: &mut Answers) {
        let options = self.survey.options_of(item);
        let place = match weights.silent(options) {
            Some(place) if silent => place,
            // What somebody chose before is chosen again half the time.
            _ if !self.is_later() || dice.chance(0.5) => {
                self.lasting_dice(&item.id).weighted(&weights.of(options, false))
            }
            _ => dice.weighted(&weights.of(options, true)),
        };
        let Some(option) = options.get(place) else { return };
        answers.insert(item.id.clone(), Answer::Value(option.value));
        let others = self.texts.aspirations.get(&item.id).map_or(&[][..], |texts| &texts.other);
        if option.write_in && !others.is_empty() {
            let typed = self.lasting_dice("(something else)").below(others.len());
            answers.insert(format!("{}.typed", item.id), Answer::Text(others[typed].clone()));
        }
    }

    fn tick(&self, item: &Item, silent: bool, dice: &mut Dice, answers: &mut Answers) {
        let options = self.survey.options_of(item);
        let Some(weights) = self.leanings.multi.get(&item.id) else { return };
        let silent = weights.silent(options).filter(|_| silent);
        for (place, (option, chance)) in options.iter().zip(weights.of(options, self.is_later())).enumerate() {
            let Some(key) = &option.key else { continue };
            let drawn = dice.chance(chance);
            let ticked = silent.map_or(drawn, |silent| silent == place);
            answers.insert(format!("{}.{key}", item.id), Answer::Value(i32::from(ticked)));
        }
    }

    fn type_text(&self, item: &Item, dice: &mut Dice, answers: &mut Answers) {
        let text = if let Some(aspirations) = self.texts.aspirations.get(&item.id) {
            self.aspiration(item, aspirations, dice)
        } else if let Some(remarks) = self.texts.remarks.get(&item.id) {
            let text = &remarks.texts[dice.below(remarks.texts.len())];
            dice.chance(remarks.share).then(|| Answer::Text(text.clone()))
        } else {
            self.quote.map(|quote| Answer::Text(quote.text.clone()))
        };
        answers.insert(item.id.clone(), text.unwrap_or(Answer::Missing(Missing::Skipped)));
    }

    /// The job a child would like: the same as before half the time, and fewer without an idea later.
    fn aspiration(&self, item: &Item, aspirations: &Aspirations, dice: &mut Dice) -> Option<Answer> {
        if dice.chance(2.0 * SKIPPED) {
            return None;
        }
        let lasting = &mut self.lasting_dice(&item.id);
        let again = !self.is_later() || dice.chance(0.5);
        let (dice, jobs) = if again { (lasting, &aspirations.before) } else { (dice, &aspirations.after) };
        let undecided = if again { 0.2 } else { 0.06 };
        if let (true, Some(button)) = (dice.chance(undecided), self.survey.options_of(item).first()) {
            return Some(Answer::Value(button.value));
        }
        jobs.get(dice.below(jobs.len())).map(|job| Answer::Text(job.clone()))
    }
}
