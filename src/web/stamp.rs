//! What shows that a form came from a page made for this sign-in: every form of a team's page carries a
//! token. It is put in here, after the page is made, so that no screen can forget it; and it is looked for
//! at the gate, so that no handler can either. The browser's `Origin` is looked at besides.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;

use super::Error;
use super::guard::same;

/// The field's name, and the header's for scripts.
pub const FIELD: &str = "form-token";

/// What a form without a file may hold; with one, what `/rescue` takes and a little more.
const PLAIN_LIMIT: usize = super::BODY_LIMIT;
const FILE_LIMIT: usize = 17 * 1024 * 1024;

/// Where the token stands in a form with a file: in front of the file.
const LOOKED_AT: usize = 4 * 1024;

/// Puts the token into every form of a page. Other answers pass.
pub async fn stamped(response: Response, token: &str) -> Result<Response, Error> {
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"));
    if !is_page {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    // Pages are made whole, so this waits for nothing.
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| Error::Bad("The page could not be made. Try again."))?;
    let page = String::from_utf8_lossy(&bytes);
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(with_token(&page, token))))
}

/// Every `<` and `>` that somebody typed is escaped by then, so a tag is one of ours.
fn with_token(page: &str, token: &str) -> String {
    let mut made = String::with_capacity(page.len() + 256);
    let mut rest = page;
    while let Some(at) = rest.find("<form") {
        let end = rest[at..].find('>').map_or(rest.len(), |length| at + length + 1);
        made.push_str(&rest[..end]);
        if rest[at..end].contains("method=\"post\"") {
            made.push_str(&format!("<input type=\"hidden\" name=\"{FIELD}\" value=\"{token}\">"));
        }
        rest = &rest[end..];
    }
    made.push_str(rest);
    made
}

/// The request, if it carries the token.
///
/// # Errors
/// Where it does not, or is too large.
pub async fn checked(parts: Parts, body: Body, token: &str) -> Result<Request, Error> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let in_header = same(text(FIELD), token);
    let with_file = text("content-type").starts_with("multipart/form-data");
    if in_header {
        return Ok(Request::from_parts(parts, body));
    }
    let limit = if with_file { FILE_LIMIT } else { PLAIN_LIMIT };
    let bytes = to_bytes(body, limit).await.map_err(|_| Error::TooLarge)?;
    let found = if with_file { in_parts(&bytes) } else { in_pairs(&bytes) };
    if found.is_some_and(|found| same(&found, token)) {
        Ok(Request::from_parts(parts, Body::from(bytes)))
    } else {
        Err(Error::ForeignForm)
    }
}

fn in_pairs(bytes: &Bytes) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.split('&').find_map(|pair| pair.strip_prefix(FIELD)?.strip_prefix('=')).map(str::to_owned)
}

fn in_parts(bytes: &Bytes) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]).into_owned();
    let (_, after) = start.split_once(&format!("name=\"{FIELD}\""))?;
    let (_, value) = after.split_once("\r\n\r\n")?;
    value.split_once("\r\n").map(|(value, _)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_change_something_carry_the_token_and_others_do_not() {
        let page = "<form class=\"a\" method=\"post\"><p></p></form><form action=\"/x\"></form><p>&lt;form method=\"post\"&gt;";
        let made = with_token(page, "abc");
        assert_eq!(made.matches("value=\"abc\"").count(), 1, "{made}");
        assert!(made.starts_with(
            "<form class=\"a\" method=\"post\"><input type=\"hidden\" name=\"form-token\" value=\"abc\"><p>"
        ));
        assert_eq!(with_token("no form", "abc"), "no form");
        assert_eq!(with_token("<form method=\"post\"", "abc").matches("<form").count(), 1, "a tag that never ends");
    }

    #[test]
    fn the_token_is_found_in_both_kinds_of_form() {
        assert_eq!(in_pairs(&Bytes::from("a=1&form-token=abc&b=")), Some("abc".to_owned()));
        assert_eq!(in_pairs(&Bytes::from("a=form-token=abc")), None);
        let file = "--x\r\nContent-Disposition: form-data; name=\"form-token\"\r\n\r\nabc\r\n--x\r\n";
        assert_eq!(in_parts(&Bytes::from(file)), Some("abc".to_owned()));
        assert_eq!(in_parts(&Bytes::from_static(b"\xff\xfe")), None);
    }
}
