//! Lists of jobs: tiles to tap, and rows of answers.

use maud::{Markup, html};

use crate::survey::{Item, ResponseOption, Survey};

use super::Draw;
use super::screen::{Kind, Screen, frame};

/// How many jobs stand on one screen of rows.
const ROWS_A_SCREEN: usize = 4;

/// Tiles, each tapped on or left.
pub fn tiles(draw: &mut Draw, item: &Item, question: &str) -> Markup {
    let jobs = in_order(draw, item);
    let controls = html! {
        div class={ "tiles of-" (jobs.len()) } data-shuffle=[to_shuffle(draw, item)] {
            @for job in &jobs {
                label.option {
                    input.pick type="checkbox" name=(field(item, job)) value="1" autocomplete="off";
                    span.plate { (draw.pictures.job(job)) span { (label(draw.survey, job)) } }
                }
            }
        }
    };
    let fields = jobs.iter().map(|job| field(item, job)).collect();
    let say = words_before_jobs(draw);
    frame(draw, &Screen { item, kind: Kind::Ticks, fields, question, say, controls })
}

/// A few jobs to a screen, each with its own row of answers.
pub fn rows(draw: &mut Draw, item: &Item, question: &str, options: &[ResponseOption]) -> Vec<Markup> {
    let jobs = in_order(draw, item);
    jobs.chunks(ROWS_A_SCREEN)
        .map(|jobs| {
            let controls = html! { div.rows data-shuffle=[to_shuffle(draw, item)] { @for job in jobs { (row(draw, item, job, options)) } } };
            let fields = jobs.iter().map(|job| field(item, job)).collect();
            let say = words_before_jobs(draw);
            frame(draw, &Screen { item, kind: Kind::Rows, fields, question, say, controls })
        })
        .collect()
}

fn row(draw: &mut Draw, item: &Item, job: &str, options: &[ResponseOption]) -> Markup {
    let name = format!("n-{}", field(item, job).replace('.', "-"));
    html! {
        div.job-row role="radiogroup" aria-labelledby=(name) {
            (draw.pictures.job(job))
            span.name id=(name) { (label(draw.survey, job)) }
            div.answers {
                @for option in options {
                    label.option {
                        input.pick type="radio" name=(field(item, job)) value=(option.value) autocomplete="off";
                        span.plate { span { (option.label) } }
                    }
                }
            }
        }
    }
}

fn in_order<'a>(draw: &Draw, item: &'a Item) -> Vec<&'a String> {
    match draw.order.filter(|_| draw.shuffles_jobs()) {
        Some(order) => order.shuffled(&item.id, &item.jobs),
        None => item.jobs.iter().collect(),
    }
}

/// The list whose order the script still has to share out.
fn to_shuffle<'a>(draw: &Draw, item: &'a Item) -> Option<&'a str> {
    (draw.order.is_none() && draw.shuffles_jobs()).then_some(&*item.id)
}

fn field(item: &Item, job: &str) -> String {
    format!("{}.{job}", item.id)
}

fn label<'a>(survey: &'a Survey, job: &'a str) -> &'a str {
    survey.jobs.get(job).map_or(job, |job| &job.label)
}

/// The words that are said before the first jobs of a survey.
fn words_before_jobs<'a>(draw: &mut Draw<'a>) -> Option<&'a str> {
    let first = !std::mem::replace(&mut draw.jobs_begun, true);
    draw.survey.words.before_jobs.as_deref().filter(|_| first)
}
