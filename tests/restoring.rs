//! An older copy that is put back: what was shut since stays shut, and the log says which log it replaced.

mod common;

use common::{NOW, a_place, open};
use pencilmark::account::{Role, SignIn};
use pencilmark::store::{Deed, FunderLink, LogLine, NewAccount, Store, Target, restore};
use pencilmark::survey::Library;

async fn account(store: &Store, name: &str, role: Role) -> i64 {
    let new = NewAccount { name: name.to_owned(), role, holdings: Vec::new(), password: format!("hash of {name}") };
    store.add_account(new, NOW).await.expect("an account")
}

fn deed(what: &str) -> Deed {
    Deed { who: "the command line".to_owned(), what: what.to_owned(), ..Deed::default() }
}

#[tokio::test]
async fn who_was_taken_off_the_team_and_what_was_taken_back_stays_out_when_an_older_copy_is_put_back() {
    let folder = tempfile::tempdir().expect("folder");
    let (target, copy) = (Target::in_folder(&folder.path().join("data")), folder.path().join("monday.db"));
    let database = folder.path().join("data/pencilmark.db");
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 1).await;
    let (anna, leo) = (account(&store, "Anna", Role::Administrator).await, account(&store, "Leo", Role::Leader).await);
    let begun = SignIn {
        digest: "of anna".to_owned(),
        account: anna,
        half_way: false,
        begun_us: NOW,
        used_us: NOW,
        browser: String::new(),
    };
    store.begin_sign_in(begun).await.expect("signed in");
    store.add_password_link("to leo".to_owned(), leo, NOW + 9).await.expect("a link");
    let link = FunderLink {
        id: 0,
        programme: place.programme_id,
        label: "River Trust".to_owned(),
        made_us: NOW,
        expires_us: NOW + 1_000_000,
        revoked_us: None,
        opened: 0,
        opened_us: None,
    };
    let id = store.add_funder_link(link.clone(), "to the funder".to_owned()).await.expect("a link");
    let still = store.add_funder_link(link, "to another".to_owned()).await.expect("a link");
    store.note(deed("Copied the database"), NOW).await.expect("noted");
    store.copy_to(&copy).await.expect("copied");

    store.close_account(leo, Some(NOW + 1)).await.expect("closed");
    store.set_password(anna, "another hash".to_owned(), String::new()).await.expect("changed");
    assert!(store.turn_second_step_on(anna, "KEY".to_owned(), 7, String::new()).await.expect("on"));
    assert!(store.revoke_funder_link(place.programme_id, id, NOW + 2).await.expect("revoked"));
    store.note(deed("Took somebody off the team"), NOW + 1).await.expect("noted");
    let last = store.audit(None, 1).await.expect("log").remove(0);
    store.close().await.expect("closed");

    let line = LogLine::of(deed("Put a copy in the place of the database"), NOW + 3);
    let restored = line.over(restore(&copy, &database, Library::embedded(), NOW + 3)).await.expect("restored");
    assert!(restored.shut_again && !restored.knows_withdrawn, "nothing was ever withdrawn: there is no list");
    let store = open(&target).await;
    assert!(store.sign_in("of anna").await.expect("read").is_none(), "nobody is signed in");
    assert_eq!(store.password_link("to leo", NOW).await.expect("read"), None);
    assert!(store.credentials("Leo").await.expect("read").is_none(), "off the team");
    let kept = store.credentials("Anna").await.expect("read").expect("on the team");
    assert_eq!((&*kept.password, &*kept.second_step), ("another hash", "KEY"));
    assert!(!store.use_second_step(anna, 7).await.expect("asked"), "digits that were used stay used");
    assert!(store.open_funder_link("to the funder".to_owned(), NOW).await.expect("read").is_none());
    assert_eq!(
        store.open_funder_link("to another".to_owned(), NOW).await.expect("read").map(|link| link.id),
        Some(still)
    );
    let about = store.audit(None, 1).await.expect("log").remove(0).deed.about;
    assert!(about.contains(&format!("line {}, link {}", last.n, last.link)), "{about}");
    store.close().await.expect("closed");
}

#[tokio::test]
async fn somebody_can_always_be_let_in_after_a_copy_is_put_back() {
    let folder = tempfile::tempdir().expect("folder");
    let (target, copy) = (Target::in_folder(&folder.path().join("data")), folder.path().join("monday.db"));
    let store = open(&target).await;
    let anna = account(&store, "Anna", Role::Administrator).await;
    store.copy_to(&copy).await.expect("copied");
    account(&store, "Bea", Role::Administrator).await;
    store.close_account(anna, Some(NOW)).await.expect("closed");
    store.close().await.expect("closed");
    let database = folder.path().join("data/pencilmark.db");
    restore(&copy, &database, Library::embedded(), NOW).await.expect("restored");
    let store = open(&target).await;
    let team = store.accounts().await.expect("team");
    assert_eq!(
        team.iter().map(|one| (&*one.name, one.closed_us, one.has_password)).collect::<Vec<_>>(),
        [("Anna", None, false)]
    );
    store.close().await.expect("closed");
}

#[tokio::test]
async fn a_copy_of_another_database_takes_nothing_over_from_the_one_it_replaces() {
    let folder = tempfile::tempdir().expect("folder");
    let (here, there) =
        (Target::in_folder(&folder.path().join("data")), Target::in_folder(&folder.path().join("other")));
    let copy = folder.path().join("other.db");
    for (target, hash) in [(&here, "of here"), (&there, "of there")] {
        let store = open(target).await;
        let anna = account(&store, "Anna", Role::Administrator).await;
        store.set_password(anna, hash.to_owned(), String::new()).await.expect("set");
        store.note(deed(hash), NOW).await.expect("noted");
        if hash == "of there" {
            store.copy_to(&copy).await.expect("copied");
        }
        store.close().await.expect("closed");
    }
    let database = folder.path().join("data/pencilmark.db");
    let restored = restore(&copy, &database, Library::embedded(), NOW).await.expect("restored");
    assert!(!restored.shut_again);
    let store = open(&here).await;
    assert_eq!(store.credentials("Anna").await.expect("read").expect("there").password, "of there");
    store.close().await.expect("closed");
}
