//! What people write for a report, from the form to the page.

mod common;

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use common::web::{Browser, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_database, open, run_program, send};
use pencilmark::person::Animal;
use pencilmark::report::Passage;
use pencilmark::session::closing::DayNotes;
use pencilmark::store::{SignOff, Target};
use pencilmark::survey::Wave;
use pencilmark::web::router;
use tower::ServiceExt;

#[tokio::test]
async fn texts_stand_in_the_report_until_they_are_emptied() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let other = a_place(&store, "Away", 1).await;
        let team = Browser::of_staff(&app(&store));
        let report = format!("/programmes/{}/report", place.programme_id);
        let texts = format!("{report}/texts");
        assert!(team.get(&report).await.text.contains("Nobody has written about the programme"));

        let typed = [("about", "Families meet <b>at work</b>."), ("inputs", "- a hall\r\n- a leader"), ("hopes", "")];
        assert_eq!(team.post(&texts, &typed).await.location(), report);
        let page = team.get(&report).await.text;
        assert!(page.contains("Families meet &lt;b&gt;at work&lt;/b&gt;."));
        assert!(page.contains("<li>a hall</li><li>a leader</li>"));
        assert!(!page.contains("What may follow later"), "an empty box is not drawn");
        let elsewhere = format!("/programmes/{}/report", other.programme_id);
        assert!(!team.get(&elsewhere).await.text.contains("Families meet"));
        assert!(
            team.get(&texts).await.text.contains("- a hall\n- a leader</textarea>"),
            "it comes back as it was typed"
        );

        let long = "long ".repeat(2_000);
        let refused = team.post(&texts, &[("about", &long)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        team.post(&texts, &[("about", " ")]).await.location();
        let page = team.get(&report).await.text;
        assert!(!page.contains("Families meet") && page.contains("<li>a hall</li>"), "what was not sent stays");
        let log = store.audit(None, 1).await.expect("log");
        assert_eq!(log[0].deed.what, "Changed the texts of a report");
    })
    .await;
}

#[tokio::test]
async fn a_page_shows_what_another_program_has_written_since() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 12).await;
    let team = Browser::of_staff(&app(&store));
    let report = format!("/programmes/{}/report", place.programme_id);
    let first = team.get(&report).await.text;
    let timeless = |page: &str| page.split("datetime=").next().expect("a page").to_owned();
    assert_eq!(timeless(&team.get(&report).await.text), timeless(&first));
    let other = open(&Target::in_folder(folder.path())).await;
    for (n, card) in (0..).step_by(2).zip(&place.cards) {
        send(&other, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        send(&other, &ks2(n + 1, card, Animal::Fox, SINGLE, Wave::PostSame, 12, 3)).await;
    }
    other.settle().await.expect("settled");
    let page = team.get(&report).await.text;
    assert!(!first.contains("12 children") && page.contains("12 children"), "{page}");
    other
        .keep_texts(place.programme_id, vec![(Passage::About, "Families meet at work.".to_owned())])
        .await
        .expect("kept");
    assert!(team.get(&report).await.text.contains("Families meet at work."));
}

/// A page of paper in plain words, each parted from the next by one blank.
fn paper(folder: &Path, pdf: &[u8]) -> Option<String> {
    assert!(pdf.starts_with(b"%PDF"), "{}", String::from_utf8_lossy(pdf));
    std::fs::write(folder.join("report.pdf"), pdf).expect("written");
    let (said, well) = run_program(folder, "pdftotext", &["-raw", "report.pdf", "-"])?;
    assert!(well, "{said}");
    Some(said.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn the_head_of_a_report_says_who_signed_it_off_and_when_on_the_page_and_on_paper() {
    let (folder, papers) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let id = place.programme_id;
    let application = app(&store);
    let team = Browser::of_staff(&application);
    let report = format!("/programmes/{id}/report");
    let heads = async || {
        let page = team.get(&report).await.text;
        let served = Request::get(format!("{report}.pdf")).header(header::HOST, "localhost");
        let mut served = served.body(Body::empty()).expect("a request");
        served.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let served = router(application.clone()).oneshot(served).await.expect("an answer").into_body();
        let served = to_bytes(served, usize::MAX).await.expect("a whole body");
        let typed = Command::new(env!("CARGO_BIN_EXE_pencilmark"))
            .args(["report", "--format", "pdf", "--data"])
            .arg(folder.path())
            .output()
            .expect("the program runs");
        let typed = typed.stdout;
        (page, [served.to_vec(), typed].into_iter().filter_map(|pdf| paper(papers.path(), &pdf)).collect::<Vec<_>>())
    };

    let (page, papers) = heads().await;
    assert!(page.contains("<dt>Figures</dt>") && !page.contains("<dt>Signed off</dt>"), "{page}");
    assert!(papers.iter().all(|paper| paper.contains("run by") && !paper.contains("Signed off")), "{papers:?}");

    let signing = team.get(&format!("{report}/sign-off")).await.text;
    let figures = signing.split("name=\"figures\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let figures = figures.expect("a hash").to_owned();
    let word = SignOff { who: "Robin Reed".to_owned(), figures, signed_us: NOW };
    assert!(store.sign_off(id, word).await.expect("query"));
    let (page, papers) = heads().await;
    assert!(page.contains("<dt>Signed off</dt><dd>on 16 May 2026 by Robin Reed</dd>"), "{page}");
    assert!(papers.iter().all(|paper| paper.contains("Signed off on 16 May 2026 by Robin Reed")), "{papers:?}");

    send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    store.settle().await.expect("settled");
    let (page, papers) = heads().await;
    assert!(page.contains("<dt>Signed off</dt><dd>on 16 May 2026 with other figures</dd>"), "{page}");
    assert!(papers.iter().all(|paper| paper.contains("Signed off on 16 May 2026 with other figures")), "{papers:?}");
}

#[tokio::test]
async fn costs_that_do_not_sum_are_refused_and_those_that_do_are_told_by_strand() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let team = Browser::of_staff(&app(&store));
        let report = format!("/programmes/{}/report", place.programme_id);
        let costs = format!("{report}/costs");
        let lines = [
            ("strand_0", "Projects"),
            ("budget_0", "£10,000"),
            ("spent_0", "9,400.50"),
            ("strand_1", "Staff"),
            ("budget_1", "5000"),
            ("spent_1", "5,000"),
        ];
        let with_total = |total: &'static str| [lines.as_slice(), &[("total", total)]].concat();
        let refused = team.post(&costs, &with_total("15,500")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("£15,000 together, and the total says £15,500"));
        assert!(refused.text.contains("9,400.50"), "what was typed is kept");
        assert!(team.get(&report).await.text.contains("No costs by strand have been typed in"));

        team.post(&costs, &with_total("15,000")).await.location();
        let page = team.get(&report).await.text;
        for told in ["£9,400.50", "£14,400.50", "65.3%", "(Projects and Staff)", "£10,000 was awarded to projects"] {
            assert!(page.contains(told), "{told}");
        }
        team.post(&costs, &[("total", "")]).await.location();
        assert!(team.get(&report).await.text.contains("No costs by strand have been typed in"));
    })
    .await;
}

#[tokio::test]
async fn lessons_are_added_told_by_kind_and_taken_out() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let other = a_place(&store, "Away", 1).await;
        let team = Browser::of_staff(&app(&store));
        let report = format!("/programmes/{}/report", place.programme_id);
        let log = format!("{report}/learning");
        let project = place.project_id.to_string();
        let lesson = [("kind", "worked"), ("note", "Soup at six."), ("theme", "food"), ("project", &project)];
        team.post(&log, &lesson).await.location();
        let page = team.get(&report).await.text;
        assert!(page.contains("What worked") && page.contains("Soup at six."));
        assert!(
            page.contains("food <span data-figure=\"learning.themes.1:entries\">1</span>"),
            "a theme, and how often"
        );

        for wrong in [
            [("kind", "worked"), ("note", ""), ("project", "")],
            [("kind", "guessed"), ("note", "Something."), ("project", "")],
            [("kind", "worked"), ("note", "Something."), ("project", &other.project_id.to_string())],
        ] {
            assert_eq!(team.post(&log, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        }
        let kept = store.written(place.programme_id).await.expect("read").lessons;
        assert_eq!(kept.len(), 1);
        let elsewhere = format!("/programmes/{}/report/learning/{}/removal", other.programme_id, kept[0].id);
        assert_eq!(team.post(&elsewhere, &[]).await.status, StatusCode::NOT_FOUND, "not of that programme");
        team.post(&format!("{log}/{}/removal", kept[0].id), &[]).await.location();
        assert!(team.get(&report).await.text.contains("The learning log is empty"));
    })
    .await;
}

#[tokio::test]
async fn a_programme_with_everything_written_and_noted_can_be_taken_away() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        let team = Browser::of_staff(&app(&store));
        let report = format!("/programmes/{}/report", place.programme_id);
        team.post(&format!("{report}/texts"), &[("about", "Families meet.")]).await.location();
        team.post(&format!("{report}/learning"), &[("kind", "worked"), ("note", "Soup.")]).await.location();
        team.post(&format!("{report}/costs"), &[("strand_0", "Staff"), ("budget_0", "5"), ("total", "5")])
            .await
            .location();
        let session = store.session(SINGLE).await.expect("read").expect("a session").session;
        store.note_day(session.id, DayNotes::default(), NOW).await.expect("noted");
        team.post(&format!("/sessions/{SINGLE}/closure"), &[("reason", "over")]).await.location();
        assert_eq!(store.remove_programme(place.programme_id).await.expect("removed"), 1);
        assert_eq!(store.written(place.programme_id).await.expect("read"), pencilmark::report::Written::default());
    })
    .await;
}
