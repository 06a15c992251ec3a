//! Style, script, type and pictures: compiled in, and addressed by what they contain.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::bundle;

/// The files of `static/`. A debug build reads them from disk at each request.
#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// One file, ready to be served.
pub struct Asset {
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
}

/// The address of a file of `static/`.
///
/// One hash names the whole set, so a stylesheet can name its type by a relative address, and a
/// page can never be put together from two releases.
pub fn url(name: &str) -> String {
    format!("/static/{}/{name}", hash())
}

/// The hash in every address: 12 hexadecimal digits of the SHA-256 of all names and contents.
pub fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut names: Vec<_> = names().collect();
        names.sort();
        let mut sum = Sha256::new();
        for name in names {
            if let Some(file) = Files::get(&name) {
                sum.update(name.as_bytes());
                sum.update([0]);
                sum.update(file.metadata.sha256_hash());
            }
        }
        sum.finalize().iter().take(6).fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    })
}

/// The name of every file that is served, for those that read a whole folder.
pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    Files::iter().filter(|name| !name.ends_with(".md"))
}

/// The file with this name, or `None`.
pub fn get(name: &str) -> Option<Asset> {
    let content_type = match name.rsplit('.').next()? {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    };
    let bytes = match bundle::get(name) {
        Some(whole) => whole.into(),
        None if name.ends_with(".css") => {
            bundle::lean_style(std::str::from_utf8(&original(name)?).ok()?).into_bytes().into()
        }
        None => original(name)?,
    };
    Some(Asset { bytes, content_type })
}

/// A file as it stands in `static/`.
pub(super) fn original(name: &str) -> Option<Cow<'static, [u8]>> {
    Some(Files::get(name)?.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_an_address_with_the_hash_of_the_set() {
        assert_eq!(hash().len(), 12);
        assert_eq!(url("family.css"), format!("/static/{}/family.css", hash()));
        let asset = get("family.css").expect("the style of family pages");
        assert_eq!(asset.content_type, "text/css; charset=utf-8");
        assert!(!asset.bytes.is_empty());
    }

    #[test]
    fn only_what_a_page_may_ask_for_is_served() {
        assert!(get("pictures/README.md").is_none());
        assert!(get("../Cargo.toml").is_none());
        assert!(get("fonts/LICENSE.txt").is_some(), "the licence travels with the type");
    }
}
