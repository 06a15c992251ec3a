//! Reports that were made and are still true, so that whoever turns a page need not wait for the figures again.

use std::sync::{Arc, Mutex, PoisonError};

use crate::report::Report;
use crate::session::Programme;
use crate::store::Edition;

/// How many are kept.
const KEPT: usize = 4;

/// The reports that were made last, the newest at the end.
#[derive(Default)]
pub struct Made(Mutex<Vec<Arc<One>>>);

/// A report on the whole of a programme, with what the database was before anything was read for it.
struct One {
    edition: Edition,
    programme: Programme,
    report: Report,
}

impl Made {
    /// A programme's report, as it would be made now: nothing was written since, and the day is the same.
    pub fn find(&self, programme: i64, edition: &Edition, now: &str) -> Option<(Programme, Report)> {
        let kept = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|one| {
            one.programme.id == programme && one.edition == *edition && day(&one.report.generated_at) == day(now)
        })?);
        let report = Report { generated_at: now.to_owned(), ..kept.report.clone() };
        Some((kept.programme.clone(), report))
    }

    /// Keeps a report in the place of any before on that programme.
    pub fn keep(&self, edition: Edition, programme: &Programme, report: &Report) {
        let one = Arc::new(One { edition, programme: programme.clone(), report: report.clone() });
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| other.programme.id != programme.id);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(one);
    }
}

fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}
