//! What a person sees when something cannot be done.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::html::family::pass_on;
use crate::html::{Page, page};
use crate::store::StoreError;

/// What can go wrong with a request; one match below turns it into a status and a page.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or not for this person.
    NotFound,
    /// A staff page was asked for from elsewhere without the token.
    StaffOnly,
    /// The page is for others of the team.
    OtherRole,
    /// The page wants somebody to sign in first.
    SignIn {
        /// Where they were going, if they can be led there.
        next: Option<String>,
    },
    /// Something was to be changed by somebody who is not signed in any more.
    SignedOut,
    /// A link that was used, is too old or was taken back.
    SpentLink,
    /// A practice that has been taken away.
    PracticeOver,
    /// A form did not come from one of our own pages.
    ForeignForm,
    /// The request makes no sense; the sentence is for the person who sent it.
    Bad(&'static str),
    /// Something here does not work, which was logged where it happened; the sentence says what to do instead.
    Failed(&'static str),
    /// More was sent than any questionnaire holds.
    TooLarge,
    /// The database failed. Logged here, never shown.
    Store(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        Error::Store(error)
    }
}

impl From<getrandom::Error> for Error {
    fn from(_: getrandom::Error) -> Error {
        Error::Store(StoreError::Stopped)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let over = matches!(self, Error::PracticeOver);
        let (status, title, words) = match self {
            Error::SignIn { next } => {
                let query = next.map(|next| format!("?next={next}")).unwrap_or_default();
                return Redirect::to(&format!("/sign-in{query}")).into_response();
            }
            Error::SignedOut => (
                StatusCode::FORBIDDEN,
                "You are signed out",
                "Nothing was changed. Sign in again in another tab, then go back and try once more.",
            ),
            Error::NotFound => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "The address may be misspelt, or what was here is gone.",
            ),
            Error::StaffOnly => (
                StatusCode::FORBIDDEN,
                "This page is for the team",
                "Open it on the machine that runs Pencilmark, or with the address “From elsewhere” that it printed when it started.",
            ),
            Error::SpentLink => (
                StatusCode::GONE,
                "This link does not work any more",
                "It was used already, its time is over, or it was taken back. Ask whoever sent it for another.",
            ),
            Error::PracticeOver => (
                StatusCode::GONE,
                "This practice is over",
                "Nothing of it was kept. On a tablet, open the address of the real session: point the camera at the square on the leader’s page.",
            ),
            Error::OtherRole => (
                StatusCode::FORBIDDEN,
                "This page is for others of the team",
                "It belongs to a part of the work that you have no role in. Ask an administrator if you need it.",
            ),
            Error::ForeignForm => (
                StatusCode::FORBIDDEN,
                "This did not come from one of our pages",
                "Nothing was changed. Go back, load the page again and try once more.",
            ),
            Error::Bad(words) => (StatusCode::BAD_REQUEST, "That did not work", words),
            Error::Failed(words) => (StatusCode::INTERNAL_SERVER_ERROR, "That did not work", words),
            Error::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too much at once",
                "A questionnaire may have 256 kB at the most. Shorten the long texts and press Finish once more.",
            ),
            Error::Store(StoreError::Held) => (
                StatusCode::CONFLICT,
                "Not now",
                "These answers are kept from being deleted for now. Nothing was taken out.",
            ),
            Error::Store(error) => {
                tracing::error!(%error, "a request failed in the database");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Please try again",
                    "Something is wrong with the database. What was sent before is safe.",
                )
            }
        };
        // A tablet that practised is given back to whoever hands out the next address.
        let page = if over { pass_on::trouble(title, words) } else { error_page(title, words) };
        (status, page).into_response()
    }
}

fn error_page(title: &str, words: &str) -> Markup {
    page(&Page::family(
        title,
        html! {
            h1 { (title) }
            p { (words) }
        },
    ))
}

/// Any address without a page.
pub async fn not_found() -> Error {
    Error::NotFound
}

/// A panic ends one request, not the server.
pub fn after_panic(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    let page = error_page("Please try again", "Something went wrong here. What was sent before is safe.");
    (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_keeps_from_being_deleted_is_no_fault_of_the_database() {
        let status = |error: StoreError| Error::from(error).into_response().status();
        assert_eq!(status(StoreError::Held), StatusCode::CONFLICT);
        assert_eq!(status(StoreError::Stopped), StatusCode::SERVICE_UNAVAILABLE);
    }
}
