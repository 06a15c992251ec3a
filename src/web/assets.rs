//! Style, script, type, pictures and recordings, under addresses that change with their content.

use std::ops::Range;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::html::assets;

use super::{App, Error};

/// `GET /static/{hash}/{name}` and `GET /audio/{file}`
pub fn routes() -> Router<App> {
    Router::new().route("/static/{hash}/{*name}", get(file)).route("/audio/{file}", get(recording))
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file of another release is not served under its old address: a page is never half one and half the other.
async fn file(Path((hash, name)): Path<(String, String)>) -> Result<Response, Error> {
    if hash != assets::hash() {
        return Err(Error::NotFound);
    }
    let asset = assets::get(&name).ok_or(Error::NotFound)?;
    let headers = [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, asset.bytes.into_owned()).into_response())
}

/// A recording beside a survey. In parts too: an iPad plays nothing that it cannot have in parts.
async fn recording(State(app): State<App>, Path(file): Path<String>, asked: HeaderMap) -> Result<Response, Error> {
    let library = app.store().library();
    let recording = library.recording(&file).ok_or(Error::NotFound)?;
    let whole = recording.bytes.len();
    let headers = [
        (header::CONTENT_TYPE, recording.content_type),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    let part = asked.get(header::RANGE).and_then(|range| part_of(range.to_str().ok()?, whole));
    Ok(match part {
        None => (headers, recording.bytes.to_vec()).into_response(),
        Some(part) => {
            let says = format!("bytes {}-{}/{whole}", part.start, part.end - 1);
            let body = recording.bytes[part].to_vec();
            (StatusCode::PARTIAL_CONTENT, headers, [(header::CONTENT_RANGE, says)], body).into_response()
        }
    })
}

/// The one part that a `Range` header asks for. Whoever asks for several, or for none there is, gets the whole.
fn part_of(range: &str, whole: usize) -> Option<Range<usize>> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let part = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => from..to.saturating_add(1).min(whole),
        (Ok(from), Err(_)) if to.is_empty() => from..whole,
        (Err(_), Ok(last)) if from.is_empty() => whole.saturating_sub(last)..whole,
        _ => return None,
    };
    (part.start < part.end).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::part_of;

    #[test]
    fn a_part_is_what_was_asked_for_and_never_more_than_there_is() {
        assert_eq!(part_of("bytes=0-1", 10), Some(0..2));
        assert_eq!(part_of("bytes=4-", 10), Some(4..10));
        assert_eq!(part_of("bytes=-3", 10), Some(7..10));
        assert_eq!(part_of("bytes=8-99999999999999", 10), Some(8..10));
        for odd in ["bytes=10-", "bytes=5-2", "bytes=-0", "bytes=a-b", "bytes=0-1,4-5", "lines=0-1", "bytes=-"] {
            assert_eq!(part_of(odd, 10), None, "{odd}");
        }
    }
}
