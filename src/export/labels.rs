//! What the columns of the files mean, in words; those of the wide file and of the sessions have their own.

use super::{File, links, sessions};

/// What a column of a file means.
pub fn label(file: File, column: &str) -> &'static str {
    match file {
        File::Wide => "",
        File::Sessions => sessions::label(column),
        File::Links => links::label(column),
        File::Long => long(column),
        File::Pairs => pairs(column),
        File::Attendance => person(column),
        File::Measures => measures(column),
        File::Codebook => codebook(column),
    }
}

/// Who a row is about, and where.
fn person(column: &str) -> &'static str {
    match column {
        "person" => "Person, numbered for these files",
        "family" => "Family, numbered for these files",
        "role" => "Child or grown-up",
        "key_stage" => "Key stage of a child's school year",
        "project" => "Project of the family's card",
        "session" => "Session, numbered for these files",
        _ => "",
    }
}

fn long(column: &str) -> &'static str {
    match column {
        "project" => "Project the session belongs to",
        "response" => "The person's responses in the order of arrival, from 1",
        "counted" => {
            "Whether the response counts; 0 for a second one at the same wave, or a follow-up within four weeks of the before"
        }
        "wave" => "When it was asked",
        "survey" => "Questionnaire",
        "version" => "Version of the questionnaire",
        "item" => "Question, or the tile or part of one",
        "value" => "Code of the answer",
        "missing" => "Why there is no answer",
        "text" => "What was typed",
        "quotable" => "How far the family let its words go",
        "seconds" => "Time on the question, in its first row",
        _ => person(column),
    }
}

fn pairs(column: &str) -> &'static str {
    match column {
        "session" => "Session of the before, numbered for these files",
        "measure" => "Measure",
        "comparison" => "What the before is compared with: after, or later (the follow-up)",
        "survey" => "Questionnaire",
        "pre" => "Before: percent of the maximum, or the code of a single question",
        "post" => "After or later, in the same unit",
        "pre_units" => "Before, exactly: divide by denominator",
        "post_units" => "After or later, exactly: divide by denominator",
        "denominator" => "Units in a whole",
        "doubts" => "What may speak against relying on the pair",
        "visits" => "Sessions the child came to; 8 for eight or more",
        _ => person(column),
    }
}

fn measures(column: &str) -> &'static str {
    match column {
        "measure" => "Measure",
        "survey" => "Questionnaire",
        "title" => "What people call it",
        "rank" => "How much rests on it: primary, secondary, describe",
        "rule" => "How answers become a score",
        "positive_from" => "Code from which an answer is positive",
        "higher_is_better" => "Whether a higher score is better",
        "list_length" => "Jobs on the list, without those that do not exist",
        "codes" => "Codes of the choices, in order",
        "items" => "Questions that are scored",
        "reversed" => "Those of them that are turned round first",
        "headline" => "What its main result sets beside the before: after or later",
        _ => "",
    }
}

fn codebook(column: &str) -> &'static str {
    match column {
        "name" => "Column of data_wide.csv",
        "label" => "Wording of the question, with the wave",
        "form" => "Questionnaire",
        "item" => "Question",
        "wave" => "When it was asked",
        "type" => "What stands in the column",
        "level" => "Level of measurement",
        "codes" => "Codes and what they mean",
        "missing_codes" => "Codes for reasons why there is no answer",
        "n_valid" => "Valid values",
        "n_dont_know" => "Don't know",
        "n_rather_not_say" => "Would rather not say",
        "n_skipped" => "Skipped",
        "n_not_reached" => "Not reached",
        "n_not_asked" => "Not asked",
        "n_lost" => "Lost, or too few answers for a score",
        "min" => "Smallest valid value",
        "max" => "Largest valid value",
        "mean" => "Mean of valid values",
        "percent" => "Percent of ones",
        "notes" => "How the column is made",
        _ => "",
    }
}

/// What a column of the report's figures, of costs or of quotes means.
pub fn enclosed(column: &str) -> &'static str {
    match column {
        "id" => "What the figure is about; with `statistic` unique but for the groups of one id",
        "measure" => "Measure",
        "title" => "What people call it",
        "who" => "Children or grown-ups",
        "comparison" => "What the before is compared with",
        "cut" => "How people were divided",
        "group" => "Which part of them, or what else the figure is of",
        "statistic" => "What was computed",
        "n" => "People behind it",
        "value" => "The figure, unrounded",
        "low" => "Lower limit of its 95 % interval",
        "high" => "Upper limit of its 95 % interval",
        "method" => "Method of the interval or test",
        "shown" => "As it is printed, or why it is not",
        "strand" => "Strand of the costs",
        "what" => "What it is for",
        "budget" => "Budgeted, in pounds",
        "spent" => "Spent, in pounds",
        "speaker" => "Who said it, and the area where that was allowed",
        "words" => "What may be printed",
        "consent" => "How far its speaker let it go",
        _ => "",
    }
}
