//! Copies, putting them back, and the log's chain, by the commands themselves.

use std::fs;

use pencilmark::person::Animal;
use pencilmark::store::Target;
use pencilmark::survey::Wave;

use super::command;
use super::common::outside::Outside;
use super::common::{NOW, SINGLE, a_place, ks2, open, send};

#[tokio::test]
async fn a_copy_replaces_a_database_only_when_told_to_and_what_is_no_whole_copy_never() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    let target = Target::in_folder(&data);
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 2).await;
    send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    store.close().await.expect("closed");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let copy = path("copy.db");
    let (well, said) = command(&data, &["backup", &copy]);
    assert!(well, "{said}");
    let copied = fs::read(&copy).expect("a copy");
    let (well, said) = command(&data, &["backup", &copy]);
    assert!(!well && said.contains("copy.db"), "a copy replaces no file: {said}");
    assert!(fs::read(&copy).expect("a copy") == copied);

    let store = open(&target).await;
    send(&store, &ks2(2, &place.cards[1], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    store.settle().await.expect("settled");
    store.close().await.expect("closed");
    let answers = async || {
        let store = open(&target).await;
        let count = store.response_count().await.expect("count");
        store.close().await.expect("closed");
        count
    };
    let (well, said) = command(&data, &["restore", &copy]);
    assert!(!well && said.contains("--overwrite"), "{said}");
    assert_eq!(answers().await, 2, "nothing was replaced");
    // A copy that lost its end, and one that was changed in the middle.
    fs::write(path("cut.db"), &copied[..copied.len() / 2]).expect("written");
    let mut spoilt = copied.clone();
    let page = 4096;
    for byte in &mut spoilt[page..8 * page] {
        *byte = 0x5a;
    }
    fs::write(path("spoilt.db"), &spoilt).expect("written");
    for broken in ["cut.db", "spoilt.db", "nothing.db"] {
        let (well, said) = command(&data, &["restore", "--overwrite", &path(broken)]);
        assert!(!well, "{broken} was put in place: {said}");
        assert!(!said.contains("panicked"), "{said}");
        assert_eq!(answers().await, 2, "{broken} replaced something");
    }
    let (well, said) = command(&data, &["restore", "--overwrite", &copy]);
    assert!(well && said.contains("with 1 responses") && said.contains("How long answers are kept"), "{said}");
    assert_eq!(answers().await, 1);
}

#[tokio::test]
async fn the_command_that_follows_the_log_fails_where_a_line_was_changed() {
    let folder = tempfile::tempdir().expect("folder");
    let target = Target::in_folder(folder.path());
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 2).await;
    for card in &place.cards {
        store.take_out(card, NOW).await.expect("withdrawn").expect("a card");
    }
    store.close().await.expect("closed");
    let copy = folder.path().join("copy.db").display().to_string();
    for n in 0..3 {
        let (well, said) = command(folder.path(), &["backup", &format!("{copy}{n}")]);
        assert!(well, "{said}");
    }
    let (well, said) = command(folder.path(), &["audit", "verify"]);
    assert!(well && said.contains("All 3 lines of the log follow one another"), "{said}");
    let mut outside = Outside::of(&target).await;
    for guard in outside.guards_of_log().await {
        outside.drop_guard(&guard).await;
    }
    outside.run_one("update audit set who = 'nobody' where n = 2").await.expect("changed");
    outside.close().await;
    let (well, said) = command(folder.path(), &["audit", "verify"]);
    assert!(!well && said.contains("The log is broken at line 2"), "{said}");
}
