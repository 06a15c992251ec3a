//! Which jobs a child knows before and after, and which that do not exist.

use std::collections::BTreeSet;

use crate::person::KeyStage;
use crate::response::{Answer, Answers};
use crate::survey::{Item, Look};

use super::answers::Sheet;
use super::dice::whole;

/// The jobs a child would tap at one wave, foils included.
#[derive(Debug, Default)]
pub(super) struct Awareness {
    known: BTreeSet<String>,
}

/// How many jobs children of a key stage know and gain.
struct Level {
    base: f64,
    gain: f64,
    spread: f64,
    /// Share of responses with each foil tapped, and share that tap everything before.
    foil: f64,
    everything: f64,
}

fn level(stage: KeyStage) -> Level {
    match stage {
        KeyStage::Ks1 => Level { base: 4.8, gain: 3.3, spread: 2.5, foil: 0.10, everything: 0.02 },
        KeyStage::Ks2 => Level { base: 8.4, gain: 5.1, spread: 4.0, foil: 0.045, everything: 0.0 },
        KeyStage::Ks3 => Level { base: 6.1, gain: 3.75, spread: 3.4, foil: 0.026, everything: 0.0 },
    }
}

impl Awareness {
    /// What the child knows at this wave; nothing where no jobs are asked about.
    pub(super) fn of(sheet: &Sheet, items: &[&Item]) -> Awareness {
        let lists: Vec<&Item> = items.iter().copied().filter(|item| !item.jobs.is_empty()).collect();
        let (Some(stage), false) = (sheet.person.key_stage(), lists.is_empty()) else { return Awareness::default() };
        let level = level(stage);
        let jobs: Vec<&str> = lists.iter().flat_map(|item| item.jobs.iter().map(String::as_str)).collect();
        let foil = |job: &str| sheet.survey.jobs.get(job).is_some_and(|job| job.foil);

        let dice = &mut sheet.dice("(awareness)");
        let [gain, chance] = [sheet.gain * sheet.effect(), dice.normal()];
        let count =
            whole(level.base + level.gain * gain + level.spread * (0.62 * sheet.person.general + 0.80 * chance));
        let mut real: Vec<(f64, &str)> =
            jobs.iter().filter(|job| !foil(job)).map(|&job| (sheet.familiarity(job), job)).collect();
        real.sort_by(|a, b| b.0.total_cmp(&a.0));
        let everything = dice.chance(level.everything) && !sheet.is_later();
        // Of youngest children who know every job, half are tapping whatever they see.
        let tapping = everything || level.everything > 0.0 && count >= real.len() && dice.chance(0.5);
        let count = if everything { real.len() } else { count.min(real.len()) };

        let mut known: BTreeSet<String> = real[..count].iter().map(|&(_, job)| job.to_owned()).collect();
        for &job in jobs.iter().filter(|job| foil(job)) {
            if tapping || dice.chance(level.foil) {
                known.insert(job.to_owned());
            }
        }
        Awareness { known }
    }

    /// Answers one list of jobs.
    pub(super) fn tap(&self, sheet: &Sheet, item: &Item, look: Look, answers: &mut Answers) {
        for job in &item.jobs {
            let known = self.known.contains(job);
            let value = if look == Look::JobRows {
                // "Heard of it" lies between "new to me" and "could explain it".
                let heard = sheet.dice(job).chance(if sheet.survey.jobs[job].foil { 0.1 } else { 0.55 });
                if known { 2 } else { i32::from(heard) }
            } else {
                i32::from(known)
            };
            answers.insert(format!("{}.{job}", item.id), Answer::Value(value));
        }
    }
}

impl Sheet<'_> {
    /// How well a child knows a job beside others: easy jobs first, and mostly the same ones at every wave.
    fn familiarity(&self, job: &str) -> f64 {
        let ease = self.leanings.ease.get(job).copied().unwrap_or(0.0);
        ease + 0.9 * self.lasting_dice(job).normal() + 0.4 * self.dice(job).normal()
    }
}
