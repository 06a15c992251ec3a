//! Numbers in addresses: they say in which order things were made, and nobody guesses one from another.

use std::collections::{BTreeMap, BTreeSet};

use pencilmark::account::Role;
use pencilmark::person::Animal;
use pencilmark::store::{NewAccount, Target};
use pencilmark::survey::Wave;
use pencilmark::web::DOORS;

use super::common::things::one_of_each;
use super::common::web::app;
use super::common::{NOW, SINGLE, a_place, a_project, fresh_beside, ks2, on_each_target, open, send};

/// Parts of addresses that are no numbers of things: random themselves, drawn for a tablet, or words that everybody knows.
const NO_NUMBERS: [&str; 11] =
    ["session", "key", "id", "code", "device", "secret", "hash", "name", "file", "survey", "wave"];

/// A sheet of cards is named by the microsecond in which it was made.
const MOMENT: &str = "issued";

/// Two of everything, made one after the other in a new database.
async fn two_of_each(target: &Target) -> BTreeMap<&'static str, [i64; 2]> {
    let store = open(target).await;
    let place = a_place(&store, "Riverside", 2).await;
    let other = a_place(&store, "Harbour", 1).await.programme_id;
    let beside = store.add_project(a_project(place.programme_id, "Beside")).await.expect("a project");
    for (n, card) in (1..).zip(&place.cards) {
        send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
    }
    let app = app(&store);
    let first = one_of_each(&store, &app, &place, 0, &"01".repeat(16)).await;
    let second = one_of_each(&store, &app, &place, 1, &"02".repeat(16)).await;
    let mut people = Vec::new();
    for name in ["Anna", "Bea"] {
        let (name, password) = (name.to_owned(), "none".to_owned());
        let new = NewAccount { name, role: Role::Administrator, holdings: Vec::new(), password };
        people.push(store.add_account(new, NOW).await.expect("an account"));
    }
    let mut two: BTreeMap<&str, [i64; 2]> = first.iter().map(|(what, id)| (*what, [*id, second[what]])).collect();
    two.extend([("programme", [place.programme_id, other]), ("person", [people[0], people[1]])]);
    two.insert("project", [place.project_id, beside]);
    store.close().await.expect("closed");
    two
}

#[tokio::test]
async fn numbers_in_addresses_go_up_by_steps_that_nobody_can_guess() {
    on_each_target(async |target| {
        let folder = tempfile::tempdir().expect("a folder");
        let elsewhere = match &target {
            Target::Sqlite(_) => Target::in_folder(folder.path()),
            Target::Postgres(_) => fresh_beside(&target).await,
        };
        let (here, there) = (two_of_each(&target).await, two_of_each(&elsewhere).await);
        for (what, [first, second]) in &here {
            let [one, next] = there[what];
            assert!(0 < *first && first < second && 0 < one && one < next, "{what}: numbers keep the order");
            assert_ne!([*first, *second], [one, next], "{what}: the same in another database");
            // Four steps, each below 2³² and as likely to be anything: together below a million once in 10¹⁶ times.
            assert!(second + next > 1_000_000, "{what}: {first} and {second}, elsewhere {one} and {next}");
            assert!(*second <= 3 << 32 && next <= 3 << 32, "{what}: two million of these stay below 2⁵³");
        }
        let named: BTreeSet<&str> = DOORS
            .iter()
            .flat_map(|door| door.route.split('/'))
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|part| part.trim_start_matches('*'))
            .filter(|part| !NO_NUMBERS.contains(part) && *part != MOMENT)
            .collect();
        let forgotten: Vec<&&str> = named.iter().filter(|part| !here.contains_key(**part)).collect();
        assert!(forgotten.is_empty(), "make two of these as well: {forgotten:?}");
    })
    .await;
}
