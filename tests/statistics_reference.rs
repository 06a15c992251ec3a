//! Every reference case, computed and compared at its stated tolerance.

use std::path::Path;
use std::sync::LazyLock;

use pencilmark::statistics::verify::{self, CaseOutcome};

/// Computed once: the bootstrap limits take some seconds without optimisation.
static OUTCOMES: LazyLock<Vec<CaseOutcome>> = LazyLock::new(|| {
    verify::run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")).expect("the folder holds cases")
});

#[test]
fn every_reference_value_is_reproduced_and_none_is_left_out() {
    assert_eq!(OUTCOMES.len(), 48, "a case got lost");
    let mut complaints = Vec::new();
    for outcome in OUTCOMES.iter() {
        complaints.extend(outcome.computed.as_ref().err().map(|error| format!("{}: {error}", outcome.id)));
        complaints.extend(
            outcome
                .failed
                .iter()
                .map(|m| format!("{}: {}: expected {}, got {:?}", outcome.id, m.name, m.expected, m.got)),
        );
        complaints.extend(outcome.not_implemented.iter().map(|name| format!("{}: {name}: missing", outcome.id)));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let compared: usize = OUTCOMES.iter().map(|outcome| outcome.passed).sum();
    assert_eq!(compared, 4739, "values compared");
}

#[test]
fn a_wrong_value_and_an_unknown_name_are_told_apart() {
    let case = r#"{"id": "mine", "kind": "summary", "measure": {"decimals": 1}, "input": {"values": [[0.1, 1], [0.3, 1]]},
        "expected": {"mean": {"value": 0.3, "rel_tol": 1e-9}, "n": {"value": 2}, "kurtosis": {"value": 1}}}"#;
    let outcome = verify::check(&serde_json::from_str(case).expect("a case"));
    assert_eq!(outcome.passed, 1);
    assert_eq!(outcome.failed.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["mean"]);
    assert_eq!(outcome.not_implemented, ["kurtosis"]);
}

#[test]
fn a_number_where_the_reference_is_undefined_fails() {
    let case = r#"{"id": "mine", "kind": "summary", "measure": {"decimals": 0}, "input": {"values": [[4, 2]]},
        "expected": {"sd": {"value": null, "undefined": "n < 3"}}}"#;
    let outcome = verify::check(&serde_json::from_str(case).expect("a case"));
    assert_eq!(outcome.failed.len(), 1, "an SD of 0 is not undefined");
}

#[test]
fn the_json_form_holds_numbers_words_and_nulls() {
    let json = verify::to_json(&OUTCOMES);
    assert_eq!(json["sleep"]["pct.fieller_kind"], "exclusive");
    assert_eq!(json["sleep"]["n.pairs"], 10);
    assert!(json["edge_no_pairs"]["change.mean"].is_null());
    assert!(json["edge_no_pairs"].as_object().expect("an object").contains_key("change.mean"));
}

#[test]
fn a_value_with_more_decimals_than_declared_is_reported_not_rounded() {
    let case = r#"{"id": "mine", "kind": "summary", "measure": {"decimals": 0}, "input": {"values": [[0.5, 1]]}}"#;
    let outcome = verify::check(&serde_json::from_str(case).expect("a case"));
    assert!(outcome.computed.is_err());
}
