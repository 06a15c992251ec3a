//! Codes that are words, with what they mean: a column of texts that says one of a few things has labels, too.

use crate::export::column::{Attribute, Fact, Source};
use crate::person::{KeyStage, Role};
use crate::response::{Helper, Mode};
use crate::survey::{SurveyVersion, Wave};

/// What a column of words can say, with its label; nothing where it holds keys, names or what people typed.
pub fn words(source: &Source, versions: &[&SurveyVersion]) -> Vec<(String, String)> {
    let known = |pairs: Vec<(&str, &str)>| pairs.into_iter().map(|(code, label)| (code.into(), label.into())).collect();
    match source {
        Source::Person(Attribute::Role) => known(vec![
            (Role::Child.code(), "Child or young person"),
            (Role::Adult.code(), "Parent, carer or other grown-up"),
        ]),
        Source::Person(Attribute::KeyStage) => known(KeyStage::ALL.map(|stage| (stage.code(), stage.name())).to_vec()),
        Source::About(_, Fact::Wave) => known(Wave::AFTERS.map(|wave| (wave.code(), after(wave))).to_vec()),
        Source::About(_, Fact::Mode) => {
            known(vec![(Mode::Screen.code(), "On a screen"), (Mode::Paper.code(), "On paper, keyed in")])
        }
        Source::About(_, Fact::OwnYes) => {
            known(vec![(Mode::Screen.code(), "On the screen"), (Mode::Paper.code(), "On paper")])
        }
        Source::About(_, Fact::Helper) => known(Helper::ALL.map(|who| (who.code(), helper(who))).to_vec()),
        Source::About(_, Fact::Survey) => {
            let mut surveys: Vec<(String, String)> = Vec::new();
            for survey in versions.iter().map(|version| &version.survey) {
                if !surveys.iter().any(|(id, _)| *id == survey.id) {
                    surveys.push((survey.id.clone(), survey.title.clone()));
                }
            }
            surveys
        }
        _ => Vec::new(),
    }
}

fn after(wave: Wave) -> &'static str {
    match wave {
        Wave::PostProg => "At the end of a programme, four weeks or more after the before",
        Wave::PostSame => "On the day of the before, or within four weeks of it",
        Wave::PostHome => "At home, within 48 hours",
        Wave::PostExit => "In short, on leaving early",
        Wave::Pre | Wave::FollowUp | Wave::Event => wave.word(),
    }
}

fn helper(who: Helper) -> &'static str {
    match who {
        Helper::None => "Nobody",
        Helper::Parent => "A parent or carer",
        Helper::Leader => "The leader or a volunteer",
        Helper::Sibling => "A brother or sister",
        Helper::OtherChild => "Another child",
    }
}
