//! The columns of answers.

use std::collections::BTreeMap;

use crate::export::column::{Column, Kind, Lacks, Source};
use crate::export::slot::Slot;
use crate::response::Missing;
use crate::survey::{Accepts, Field, Item, Level, SurveyVersion, Wave};

use super::{Drawing, blank, form_of, in_order, joined};

/// A field as one version has it.
struct Asked<'a> {
    version: &'a SurveyVersion,
    field: Field<'a>,
}

impl<'a> Drawing<'a> {
    pub(super) fn answers(&mut self) {
        for name in self.field_names() {
            let asked: Vec<Asked<'a>> = self
                .versions
                .iter()
                .filter_map(|version| {
                    let field = version.survey.fields().find(|field| field.name == name)?;
                    Some(Asked { version, field })
                })
                .collect();
            let reversed = asked.iter().any(|one| {
                one.version.survey.measures.iter().any(|measure| measure.reversed.contains(&one.field.item.id))
            });
            for slot in Slot::ALL {
                let waves = |one: &&Asked| slot.waves().iter().any(|wave| one.field.item.waves.contains(wave));
                let here: Vec<&Asked> = asked.iter().filter(waves).collect();
                if here.is_empty() {
                    continue;
                }
                self.answer(&name, slot, &here, false);
                if reversed {
                    self.answer(&name, slot, &here, true);
                }
            }
        }
    }

    fn answer(&mut self, name: &str, slot: Slot, here: &[&Asked], turned: bool) {
        let newest = here[0];
        let survey = &newest.version.survey;
        let is_text = matches!(newest.field.accepts, Accepts::Text { .. });
        let label = format!("{} ({})", wording(&newest.field, slot.waves()[0]), slot.word());
        let mut notes = notes_on(&newest.field);
        let mut codes = codes_of(here, &mut notes);
        let ends = codes.keys().next().copied().zip(codes.keys().next_back().copied());
        let typed = is_text.then(|| ends.map_or(1, |(_, highest)| highest + 1));
        let turned = ends.filter(|_| turned).map(|(lowest, highest)| lowest + highest);
        if let Some(code) = typed {
            codes.insert(code, "A text was typed: it stands in the column beside".to_owned());
        }
        if let Some(sum) = turned {
            notes.push(format!("Turned round: {sum} − value."));
            codes = codes.into_iter().map(|(value, label)| (sum - value, label)).collect();
        }
        let level = match survey.scale_of(newest.field.item).map(|scale| scale.level) {
            Some(Level::Ordinal) if !matches!(newest.field.accepts, Accepts::Tick) => "ordinal",
            _ => "nominal",
        };
        let form = joined(here.iter().map(|one| one.version.survey.id.clone()), " ");
        let kind = Kind { field: name.to_owned(), turned, typed };
        let column = Column {
            form: form.clone(),
            item: name.to_owned(),
            codes: codes.into_iter().collect(),
            ..blank(&label, level, Lacks::Answer, &notes.join(" "), Source::Answer(slot, kind))
        };
        let index = self.add(name, if turned.is_some() { "_r" } else { "" }, column);
        for one in here {
            for &wave in slot.waves().iter().filter(|wave| one.field.item.waves.contains(wave)) {
                let key = (one.version.hash.clone(), wave);
                self.plan.asked.entry(key).or_default().push((index, when_absent(&one.field)));
            }
        }
        if is_text {
            let source = Source::Typed(slot, name.to_owned());
            let column =
                blank(&label, "text", Lacks::Nothing, "What was typed; row data, not for publication.", source);
            self.add(name, "_txt", Column { form, item: name.to_owned(), ..column });
        }
    }

    fn field_names(&self) -> Vec<String> {
        in_order(self.versions.iter().flat_map(|version| version.survey.fields().map(|field| field.name)))
    }
}

/// The full wording of a field at a wave.
pub fn wording(field: &Field, wave: Wave) -> String {
    let text = field.item.text_at(wave);
    match (field.part, &field.item.retrospective) {
        (Some(part), Some(_)) => part.to_owned(),
        (Some(part), None) => format!("{text} – {part}"),
        (None, _) => text.to_owned(),
    }
}

fn notes_on(field: &Field) -> Vec<String> {
    let Item { optional, only_after, known_answer, home_frequency, .. } = field.item;
    let mut notes = Vec::new();
    if *optional {
        notes.push("An extra: this version asks it of nobody.".to_owned());
    }
    if !only_after.is_empty() {
        let items = in_order(only_after.iter().map(|condition| condition.item.clone()));
        notes.push(format!("Asked only after certain answers to {}.", items.join(", ")));
    }
    if let Some(value) = known_answer {
        notes.push(format!("A practice question; the answer is known to be {value}."));
    }
    if *home_frequency {
        notes.push("Never asked on the day of the before.".to_owned());
    }
    notes
}

/// Every code of a field with the newest version's label; older labels that differ are noted.
fn codes_of(here: &[&Asked], notes: &mut Vec<String>) -> BTreeMap<i32, String> {
    let mut codes: BTreeMap<i32, String> = BTreeMap::new();
    for one in here {
        for (value, label) in one.field.accepts.values() {
            let known = codes.entry(value).or_insert_with(|| label.to_owned());
            if *known != label {
                notes.push(format!("In {} {value} was “{label}”.", form_of(one.version)));
            }
        }
    }
    codes
}

/// The reason to write where a field that is asked at the wave was not sent: an extra that is off, a
/// question that depends on another or a line that only opens after a choice was not asked; anything
/// else should have arrived and did not.
fn when_absent(field: &Field) -> Missing {
    let opens_after_a_choice = matches!(field.accepts, Accepts::Text { .. }) && field.part.is_some();
    if field.item.optional || !field.item.only_after.is_empty() || opens_after_a_choice {
        Missing::NotAsked
    } else {
        Missing::Lost
    }
}
