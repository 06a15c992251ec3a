//! A bar for long work: drawn on a terminal, silent in a pipe.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts to `length`.
pub fn bar(length: i64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(0));
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len} ({eta})") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}
