//! One person's questionnaire on A4: the pictures of the tablet, a box for each answer and beside it the code that is
//! keyed.

use maud::{Markup, html};

use crate::html::Pictures;
use crate::html::questionnaire::{WHICH_CHILD, how_much, pictures_of};
use crate::person::{Animal, KeyStage, Role, SchoolYear};
use crate::store::SessionPlace;
use crate::survey::{Accepts, Audience, Field, Item, Look, ResponseOption, Survey, Wave};
use crate::web::words::weekday;

use super::sheets::Sheet;

/// More answers than this stand in columns, as a list.
const ONE_ROW: usize = 5;

/// A key never stands alone on the next line.
const KEPT_TOGETHER: &str = "\u{a0}";

/// Draws the sheets of one questionnaire; a picture travels once, on however many of them it is seen.
pub struct Twin<'a> {
    at: &'a SessionPlace,
    survey: &'a Survey,
    wave: Wave,
    pictures: Pictures,
    /// What is said before the first jobs of the sheet at hand, until it was said.
    before_jobs: Option<&'a str>,
}

impl<'a> Twin<'a> {
    /// For one questionnaire of a session.
    pub fn new(at: &'a SessionPlace, survey: &'a Survey, wave: Wave) -> Twin<'a> {
        Twin { at, survey, wave, pictures: Pictures::default(), before_jobs: None }
    }

    /// The drawings of every sheet, to stand once behind them.
    pub fn pictures(&self) -> Markup {
        self.pictures.sheet()
    }

    /// Whether children answer who are only learning to read.
    pub fn is_for_the_youngest(&self) -> bool {
        self.key_stage() == Some(KeyStage::Ks1)
    }

    fn key_stage(&self) -> Option<KeyStage> {
        match self.survey.audience {
            Audience::Child { key_stage } => Some(key_stage),
            Audience::Adult | Audience::Event => None,
        }
    }

    /// One person's sheets of paper.
    pub fn article(&mut self, sheet: &Sheet) -> Markup {
        let survey = self.survey;
        self.before_jobs = survey.words.before_jobs.as_deref();
        html! {
            article.paper {
                header {
                    h2.title { (survey.title) " – " (self.wave.word()) }
                    p { (self.at.project.name) ", " (weekday(&self.at.session.held_on)) @if !self.at.session.place.is_empty() { ", " (self.at.session.place) } }
                    p.paper-how { (self.how()) }
                    (self.who(sheet))
                    // Which child a grown-up is to think of is not keyed in.
                    @if !survey.words.opening.contains("[animal]") { p.paper-says { (on_paper(&survey.words.opening)) } }
                }
                @for item in survey.items_at(self.wave) { (self.question(item)) }
                footer { p { (self.closing()) } p.small { (survey.id) ", version " (survey.version) ", " (self.wave.code()) } }
            }
        }
    }

    fn how(&self) -> &'static str {
        if self.is_for_the_youngest() {
            "For the helper: read each question aloud. The child ticks or points; look away while they choose. The small numbers are for keying in."
        } else {
            "Tick a box for each answer. Leave out what you do not want to answer. The small numbers are for keying in."
        }
    }

    /// The survey's own last words speak of the tablet.
    fn closing(&self) -> &'static str {
        match self.survey.audience {
            Audience::Child { key_stage: KeyStage::Ks1 } => {
                "All done! Thank you. Give this paper back to your grown-up."
            }
            Audience::Child { .. } | Audience::Event => {
                "Finished. Thank you! Give this paper to the person who runs the session."
            }
            Audience::Adult => {
                "Thank you. Give this paper to the person who runs the session, and keep your card for next time."
            }
        }
    }

    /// The card's code, the picture, and a child's school year.
    fn who(&mut self, sheet: &Sheet) -> Markup {
        let audience = self.survey.audience;
        let adult = audience == Audience::Adult;
        let fits = |animal: &Animal| audience == Audience::Event || (animal.role() == Role::Adult) == adult;
        let code: Vec<char> = sheet.card.iter().flat_map(|card| card.as_str().chars()).collect();
        let key_stage = self.key_stage();
        let years = SchoolYear::all().filter(|year| key_stage.is_none_or(|of| year.key_stage() == of));
        html! {
            div.paper-line { strong { "Code on your card" } span.boxes {
                @for n in 0..6 { @if n == 3 { " – " } span.box { @if let Some(symbol) = code.get(n) { (symbol) } } }
            } }
            div.paper-part { strong { "Your picture" }
                div.paper-animals { @for animal in Animal::ALL.into_iter().filter(fits) {
                    span.pick.drawn { (self.pictures.animal(animal)) (tick(sheet.animal == Some(animal))) (animal.name()) }
                } }
            }
            @if !adult {
                div.paper-line { strong { "School year" } @for year in years {
                    span.pick { (tick(sheet.school_year == Some(year))) @if year.number() == 0 { "R" } @else { (year.number()) } }
                } }
            }
        }
    }

    /// One question with a box for each answer.
    fn question(&mut self, item: &Item) -> Markup {
        let survey = self.survey;
        let look = survey.scale_of(item).map(|scale| scale.look);
        if let (Some(statements), [second_really, second_bit, first_bit, first_really]) =
            (&item.children, survey.options_of(item))
        {
            return self.two_children(item, statements, [[first_bit, first_really], [second_bit, second_really]]);
        }
        let (ticks, lines): (Vec<_>, Vec<_>) =
            survey.fields_of(item).into_iter().partition(|field| is_ticked(survey, item, field));
        let has_jobs = !item.jobs.is_empty();
        let says = if has_jobs { self.before_jobs.take() } else { None };
        html! {
            section.paper-item.long[lines.len() > ONE_ROW] {
                @if let Some(words) = says { p.paper-says { (on_paper(words)) } }
                h3 { (on_paper(item.text_at(self.wave))) " " span.item-id { (item.id) } }
                @if !ticks.is_empty() {
                    div.paper-list.drawn[has_jobs] { @for field in &ticks {
                        span.pick.drawn[has_jobs] {
                            @if has_jobs { (self.pictures.job(part_key(field))) }
                            span.box {} span { (field.part.unwrap_or("Yes")) (KEPT_TOGETHER) small { "1" } }
                        }
                    } }
                }
                @for field in &lines {
                    div class=(if field.part.is_none() { "paper-answers" } else if has_jobs { "paper-part paper-job" } else { "paper-part" }) {
                        @if let Some(part) = field.part {
                            strong { @if has_jobs { (self.pictures.job(part_key(field))) " " } (part) }
                        }
                        (self.boxes(look, field))
                    }
                }
            }
        }
    }

    /// Two children and how much each is like one's own self: first *a bit*, then *really*, as on the tablet.
    fn two_children(&mut self, item: &Item, statements: &[String; 2], answers: [[&ResponseOption; 2]; 2]) -> Markup {
        html! {
            section.paper-item {
                h3 { (WHICH_CHILD) " " span.item-id { (item.id) } }
                @for ((statement, picture), answers) in statements.iter().zip(["scale/child-1", "scale/child-2"]).zip(answers) {
                    div.paper-part.paper-child {
                        strong { (self.pictures.show(picture)) " " (on_paper(statement)) }
                        div.paper-row.of-2 { @for option in answers {
                            span.pick { span.box {} span { (how_much(&option.label)) (KEPT_TOGETHER) small { (option.value) } } }
                        } }
                    }
                }
            }
        }
    }

    fn boxes(&mut self, look: Option<Look>, field: &Field<'_>) -> Markup {
        match field.accepts {
            Accepts::Tick => html! {},
            Accepts::Options(options) => {
                let count = options.len();
                let class = if count > ONE_ROW { "paper-list".to_owned() } else { format!("paper-row of-{count}") };
                let pictures = look.map_or_else(Vec::new, |look| pictures_of(look, options));
                html! { div class=(class) { @for (index, option) in options.iter().enumerate() {
                    (self.pick(pictures.get(index).and_then(Option::as_deref), option))
                } } }
            }
            Accepts::Text { buttons } => html! {
                span.write {}
                @for option in buttons { (self.pick(None, option)) }
            },
        }
    }

    fn pick(&mut self, picture: Option<&str>, option: &ResponseOption) -> Markup {
        html! {
            span.pick.drawn[picture.is_some()] {
                @if let Some(picture) = picture { (self.pictures.show(picture)) }
                span.box {} span { (on_paper(&option.label)) (KEPT_TOGETHER) small { (option.value) } }
            }
        }
    }
}

/// The last part of a field's name: the job, of a list of jobs.
fn part_key<'f>(field: &'f Field<'_>) -> &'f str {
    field.name.rsplit('.').next().unwrap_or_default()
}

/// A box, with a tick in it where that is known beforehand.
fn tick(ticked: bool) -> Markup {
    html! { span.box { @if ticked { "✓" } } }
}

/// Whether a field is one of a list of things to tick: one box, whatever a screen offers.
pub fn is_ticked(survey: &Survey, item: &Item, field: &Field<'_>) -> bool {
    let tiles = survey.scale_of(item).is_some_and(|scale| matches!(scale.look, Look::Tiles));
    match field.accepts {
        Accepts::Tick => true,
        Accepts::Options(options) => tiles && options.iter().map(|option| option.value).eq([0, 1]),
        Accepts::Text { .. } => false,
    }
}

/// A survey's words as somebody with a pencil needs them: nothing is tapped on paper.
pub fn on_paper(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(match word {
            "Tap" => "Tick",
            "tap" => "tick",
            "tapped" => "ticked",
            word => word,
        });
        let next = after.find(char::is_alphanumeric).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tapped_on_a_tablet_is_ticked_on_paper() {
        assert_eq!(on_paper("Tap the jobs you know. “Tap” one!"), "Tick the jobs you know. “Tick” one!");
        assert_eq!(on_paper("fixes pipes, taps and heating"), "fixes pipes, taps and heating");
        assert_eq!(on_paper(" (a tap)"), " (a tick)");
        assert_eq!(on_paper(""), "");
    }
}
