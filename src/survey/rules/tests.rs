//! Each rule, broken once in a copy of the example of `docs/survey-format.md`.

use crate::survey::check;

const EXAMPLE: &str = include_str!("../../../docs/examples/science-day.v1.toml");

/// Asserts that one edit of the example gives exactly these problems, told without the file's name.
#[track_caller]
fn refused(from: &str, to: &str, says: &[&str]) {
    assert!(EXAMPLE.contains(from), "the example has “{from}”");
    let problems = check("science-day.v1.toml", &EXAMPLE.replacen(from, to, 1)).expect_err("this is a breach");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let told: Vec<&str> = told.iter().filter_map(|problem| problem.strip_prefix("science-day.v1.toml, ")).collect();
    assert_eq!(told, says);
}

#[test]
fn the_example_is_sound() {
    check("science-day.v1.toml", EXAMPLE).expect("the example of the documentation");
}

#[test]
fn a_line_that_is_not_toml_is_pointed_at() {
    refused(
        "seconds = 14",
        "sec\tonds = 14",
        &["line 27, column 5: this is not TOML: key with no value, expected `=`. \
           Look at this line and the one above it."],
    );
}

#[test]
fn a_misspelt_key_is_named_with_the_nearest_known_one() {
    refused(
        "write_in = true",
        "writein = true",
        &["line 51, column 57, item SD-WH1, options 3, writein: there is no key “writein” here. \
           Did you mean “write_in”?"],
    );
}

#[test]
fn a_value_of_the_wrong_type_is_named() {
    refused(
        "seconds = 14",
        "seconds = \"14\"",
        &["line 27, column 11, item SD-CF1: invalid type: string \"14\", expected a whole number. \
           See docs/survey-format.md for what belongs here."],
    );
}

#[test]
fn a_missing_key_of_a_measure_is_named() {
    refused(
        "title = \"Science jobs known\"\n",
        "",
        &["line 73, column 1, measure SD-AWR: missing key “title”. See docs/survey-format.md for what belongs here."],
    );
}

#[test]
fn a_file_may_lie_in_any_folder() {
    for path in ["science-day.v1.toml", "docs/examples/science-day.v1.toml", "/srv/own surveys/science-day.v1.toml"] {
        assert!(crate::survey::check(path, EXAMPLE).is_ok(), "{path}");
    }
}

#[test]
fn the_name_of_the_file_says_id_and_version() {
    refused(
        "version = 1",
        "version = 2",
        &["line 4, column 1, version: the file holds version 2 of “science-day”, which its name does not say. \
           Call the file science-day.v2.toml, or change id or version."],
    );
}

#[test]
fn an_unknown_scale_job_or_wave_is_named_with_the_nearest_known_one() {
    refused(
        "scale = \"two4\"",
        "scale = \"two5\"",
        &["line 25, column 1, item SD-CF1, scale: there is no scale “two5”. Did you mean “two4”?"],
    );
    refused(
        "\"astronomer\", ",
        "\"astronomist\", ",
        &["line 18, column 29, item SD-AW1, jobs 3: there is no job “astronomist”. Did you mean “astronomer”?"],
    );
    refused(
        "\"post_prog\"",
        "\"post_programme\"",
        &["line 40, column 17, item SD-TK1, waves 2: there is no wave “post_programme”. Did you mean “post_prog”?"],
    );
}

#[test]
fn an_item_has_text_and_a_scale() {
    refused(
        "text = \"What was the best bit?\"\n",
        "",
        &["line 56, column 1, item SD-FB1, text: the text is missing. Write `text = \"…\"`."],
    );
    refused(
        "scale = \"two4\"\n",
        "",
        &["line 22, column 1, item SD-CF1, scale: the scale is missing. Write `scale = \"agree5\"`, or another."],
    );
}

#[test]
fn an_item_id_is_unique_and_can_become_a_column_name() {
    refused(
        "id = \"SD-TK1\"",
        "id = \"SD-CF1\"",
        &[
            "line 37, column 1, item SD-CF1, id: there are two items “SD-CF1”. Give one of them another id.",
            "line 92, column 10, measure SD-TLK, items 1: there is no item “SD-TK1”. Did you mean “SD-FB1”?",
        ],
    );
    refused(
        "id = \"SD-WH1\"",
        "id = \"SD WH1\"",
        &["line 45, column 1, item SD WH1, id: “SD WH1” cannot be an item's id, which becomes a column name. \
           Use letters, digits and hyphens: K2-CF1."],
    );
    refused(
        "id = \"SD-WH1\"",
        "id = \"SD-WHAT-DID-YOU-LIKE-BEST\"",
        &["line 45, column 1, item SD-WHAT-DID-YOU-LIKE-BEST, id: the id “SD-WHAT-DID-YOU-LIKE-BEST” is longer \
           than 24 letters, and it becomes a column name. Shorten it."],
    );
}

#[test]
fn a_frequency_at_home_is_never_asked_on_the_day_of_the_before() {
    refused(
        "waves = [\"pre\", \"post_prog\", \"follow_up\"]",
        "waves = [\"pre\", \"post\", \"post_exit\"]",
        &["line 40, column 1, item SD-TK1, waves: it asks how often something happens at home, which cannot have \
           changed by post_same, post_exit, post_home. Ask it at pre, post_prog and follow_up, and ask an intention \
           at post_same."],
    );
}

#[test]
fn two_children_both_speak() {
    refused(
        ", \"Other children feel unsure about them.\"",
        "",
        &["line 24, column 1, item SD-CF1, children: one child says nothing. Write what both children say."],
    );
    refused(
        "children = [",
        "text = \"Experiments.\"\n#",
        &["line 22, column 1, item SD-CF1, children: the two children's statements are missing. \
           Write `children = [\"Some children …\", \"Other children …\"]`."],
    );
}

#[test]
fn options_have_distinct_values_from_zero_up_and_labels() {
    refused(
        "value = 2, key",
        "value = 1, key",
        &["line 50, column 5, item SD-WH1, options 2, value: two options have the value 1. \
           Give each option a value of its own."],
    );
    refused(
        "value = 2, key",
        "value = -2, key",
        &["line 50, column 5, item SD-WH1, options 2, value: the value -2 is negative, and negative numbers are \
           kept for missing answers. Use a number from 0 up."],
    );
    refused(
        "\"The people\"",
        "\" \"",
        &["line 50, column 32, item SD-WH1, options 2, label: the label is missing. Write `label = \"…\"`."],
    );
    refused(
        "key = \"people\", ",
        "",
        &["line 48, column 1, item SD-WH1, options: each option to tick is a column, and one has no key. \
           Add `key = \"short_name\"` to it."],
    );
}

#[test]
fn a_condition_names_an_earlier_item() {
    refused(
        "{ item = \"SD-FB1\" }",
        "{ item = \"SD-FB9\" }",
        &["line 68, column 17, item SD-FB2, only_after 1, item: there is no item “SD-FB9” before this one. \
           Did you mean “SD-FB1”?"],
    );
    refused(
        "{ item = \"SD-FB1\" }",
        "{ item = \"SD-WH1\", is = [4] }",
        &["line 68, column 34, item SD-FB2, only_after 1, is: 4 is not an option of SD-WH1. \
           Use the values of the options of SD-WH1."],
    );
}

#[test]
fn a_measure_names_items_that_its_rule_can_score() {
    refused(
        "items = [\"SD-AW1\"]",
        "items = [\"SD-AW2\"]",
        &["line 77, column 10, measure SD-AWR, items 1: there is no item “SD-AW2”. Did you mean “SD-AW1”?"],
    );
    refused(
        "rule = \"count_jobs\"",
        "rule = \"mean_pomp\"",
        &["line 77, column 10, measure SD-AWR, items 1: SD-AW1 is a list of jobs, not one answer. \
           Use the rule count_jobs."],
    );
    refused(
        "needs = 1",
        "needs = 3",
        &["line 86, column 1, measure SD-CNF, needs: it needs 3 answers and has 2 items. \
           Need at most as many as there are items."],
    );
}

#[test]
fn only_an_ordered_scale_can_be_turned_round() {
    refused(
        "items = [\"SD-TK1\"]\nrule = \"value\"\npositive_from = 2",
        "items = [\"SD-FB2\"]\nreversed = [\"SD-FB2\"]\nrule = \"share_at_least\"\npositive_from = 2",
        &["line 93, column 13, measure SD-TLK, reversed 1: SD-FB2 cannot be turned round: the options of its scale \
           have no order. Take it out, or give the item an ordered scale."],
    );
}

#[test]
fn a_cut_lies_on_the_scale() {
    refused(
        "positive_from = 2",
        "positive_from = 4",
        &["line 94, column 1, measure SD-TLK, positive_from: 4 lies outside the scale of SD-TK1, which runs \
           from 0 to 3. Use a value of the scale."],
    );
}

#[test]
fn all_problems_are_told_at_once_from_the_top() {
    refused(
        "text = \"What was the best bit?\"\nscale = \"text\"\nwaves",
        "txt = \"What was the best bit?\"\nscale = \"txet\"\nwave",
        &[
            "line 56, column 1, item SD-FB1, text: the text is missing. Write `text = \"…\"`.",
            "line 56, column 1, item SD-FB1, waves: it is never asked. \
             Write `waves = [\"pre\", \"post\", \"follow_up\"]` or fewer.",
            "line 58, column 1, item SD-FB1, txt: there is no key “txt” here. Did you mean “text”?",
            "line 59, column 1, item SD-FB1, scale: there is no scale “txet”. Did you mean “text”?",
            "line 60, column 1, item SD-FB1, wave: there is no key “wave” here. Did you mean “waves”?",
        ],
    );
}
