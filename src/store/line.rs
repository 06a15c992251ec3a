//! The line in the log of what is being done. It is written in one transaction with the first change, so that nothing
//! is done without a line, and what could not be done has none.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinHandle;

use super::{Asked, Deed, FunderLink, Store, StoreError};

tokio::task_local! {
    static UNDER_WAY: LogLine;
}

/// A line that is on its way into the log. Whatever is done [over](LogLine::over) it is written down with it.
#[derive(Clone)]
pub struct LogLine(Arc<Mutex<Draft>>);

struct Draft {
    deed: Deed,
    /// Why, as it came with the request.
    said: String,
    at_us: i64,
    about: Option<Naming>,
    stands: bool,
}

impl Draft {
    /// What somebody said of why stays, after what the program says of it.
    fn because(&mut self, reason: &str) {
        let said = std::mem::take(&mut self.deed.reason);
        let reasons: Vec<&str> = [reason, said.as_str()].into_iter().filter(|one| !one.is_empty()).collect();
        self.deed.reason = reasons.join(". ");
    }
}

/// What a deed is about, from the number or name of what it made.
type Naming = Box<dyn Fn(&str) -> String + Send>;

impl LogLine {
    /// The line of a deed that is about to be done.
    pub fn of(deed: Deed, at_us: i64) -> LogLine {
        let said = deed.reason.clone();
        LogLine(Arc::new(Mutex::new(Draft { deed, said, at_us, about: None, stands: false })))
    }

    /// The line of what is being done; none where nothing has to be written down.
    pub fn under_way() -> Option<LogLine> {
        UNDER_WAY.try_with(Clone::clone).ok()
    }

    /// Does something that is written down: the line goes in with its first change.
    pub async fn over<F: Future>(&self, doing: F) -> F::Output {
        UNDER_WAY.scope(self.clone(), doing).await
    }

    /// Does something in a task of its own, over the line that is under way here. Somebody who goes away does not end it.
    pub fn in_task<F>(doing: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match LogLine::under_way() {
            Some(line) => tokio::spawn(async move { line.over(doing).await }),
            None => tokio::spawn(doing),
        }
    }

    /// Says what the deed under way is about, and why it is done; what somebody said of why stays beside it. To be said
    /// once, before it is done.
    pub fn remark(about: impl Into<String>, reason: impl Into<String>) {
        if let Some(line) = LogLine::under_way() {
            let mut draft = line.draft();
            (draft.deed.about, draft.about) = (about.into(), None);
            draft.because(&reason.into());
        }
    }

    /// The same, where what it is about gets its number or name only as it is made.
    pub fn remark_on(about: impl Fn(&str) -> String + Send + 'static, reason: impl Into<String>) {
        if let Some(line) = LogLine::under_way() {
            let mut draft = line.draft();
            draft.about = Some(Box::new(about));
            draft.because(&reason.into());
        }
    }

    /// Nothing came of the deed under way, as where a page has nothing to hand out: it gets no line.
    pub fn came_to_nothing() {
        if let Some(line) = LogLine::under_way() {
            line.set_down();
        }
    }

    /// What came with the request under way of why it is done; a form that is refused for something else shows it again.
    pub fn said() -> String {
        LogLine::under_way().map_or_else(String::new, |line| line.draft().said.clone())
    }

    /// Whether it is written down.
    pub fn stands(&self) -> bool {
        self.draft().stands
    }

    /// What is to be written with a change that came out like this; nothing where the line stands already, or nothing
    /// was done.
    pub(super) fn due(&self, outcome: &impl Outcome) -> Option<(Deed, i64)> {
        let draft = self.draft();
        let mut deed = draft.deed.clone();
        if let (Some(about), Some(called)) = (&draft.about, outcome.called()) {
            deed.about = about(&called);
        }
        (!draft.stands && outcome.is_done()).then_some((deed, draft.at_us))
    }

    /// It was committed.
    pub(super) fn set_down(&self) {
        self.draft().stands = true;
    }

    fn draft(&self) -> MutexGuard<'_, Draft> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of a change.
pub trait Outcome {
    /// Whether anything was changed.
    fn is_done(&self) -> bool {
        true
    }

    /// The number or name of what was made.
    fn called(&self) -> Option<String> {
        None
    }
}

impl Outcome for () {}
impl Outcome for Asked {}
impl Outcome for FunderLink {}
impl<T> Outcome for Vec<T> {}
impl<A, B> Outcome for (A, B) {}

impl Outcome for bool {
    fn is_done(&self) -> bool {
        *self
    }
}

impl Outcome for i64 {
    fn called(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Outcome for String {
    fn called(&self) -> Option<String> {
        Some(self.clone())
    }
}

impl<T: Outcome> Outcome for Option<T> {
    fn is_done(&self) -> bool {
        self.as_ref().is_some_and(Outcome::is_done)
    }

    fn called(&self) -> Option<String> {
        self.as_ref()?.called()
    }
}

impl<T: Outcome, E> Outcome for Result<T, E> {
    fn is_done(&self) -> bool {
        self.as_ref().is_ok_and(Outcome::is_done)
    }

    fn called(&self) -> Option<String> {
        self.as_ref().ok()?.called()
    }
}

impl Store {
    /// Writes the line under way down now, where what it tells of is no change to the database.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn write_line(&self) -> Result<(), StoreError> {
        match self {
            Store::Sqlite(side) => side.line_first().await,
            Store::Postgres(side) => side.line_first().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed() -> Deed {
        Deed { who: "anna".into(), what: "did".into(), about: "/x".into(), reason: String::new() }
    }

    #[tokio::test]
    async fn a_line_goes_with_what_was_done_once_and_not_with_what_was_refused() {
        let line = LogLine::of(deed(), 7);
        assert_eq!(line.due(&()), Some((deed(), 7)));
        for refused in [Ok(false), Err("no")] {
            assert_eq!(line.due(&refused), None);
        }
        assert_eq!(line.due(&None::<i64>), None);
        line.over(async { LogLine::remark_on(|name| format!("the {name} tablet"), "asked") }).await;
        line.over(async { LogLine::remark_on(|name| format!("the {name} tablet"), "") }).await;
        let named = line.due(&Some("red".to_owned())).expect("due");
        assert_eq!(
            (named.0.about.as_str(), named.0.reason.as_str()),
            ("the red tablet", "asked"),
            "what was said stays"
        );
        line.over(async { LogLine::remark("/x", "public task") }).await;
        assert_eq!(
            line.due(&()).expect("due").0.reason,
            "public task. asked",
            "and stands beside what the program says"
        );
        line.set_down();
        assert!(line.stands() && line.due(&()).is_none());
    }

    #[tokio::test]
    async fn a_task_of_its_own_is_done_over_the_same_line() {
        let line = LogLine::of(deed(), 7);
        let there = line.over(async { LogLine::in_task(async { LogLine::under_way().is_some() }).await }).await;
        assert!(there.expect("no panic"));
        assert!(!LogLine::in_task(async { LogLine::under_way().is_some() }).await.expect("no panic"));
    }
}
