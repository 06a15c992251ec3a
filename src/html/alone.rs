//! A page of staff as a file of its own: with its style within, to be read without a server.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::assets;

/// The whole page. It asks nobody for anything, so that its type is whatever the reader has.
pub fn alone(title: &str, body: &Markup) -> Markup {
    let style = assets::get("staff.css").map(|asset| without_type(&String::from_utf8_lossy(&asset.bytes)));
    document(title, &style.unwrap_or_default(), Some("staff"), body)
}

/// A document with its style within. The style is one of ours and never anybody's words: it is not escaped.
pub(super) fn document(title: &str, style: &str, class: Option<&str>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body class=[class] { main #main { (body) } }
        }
    }
}

/// A style sheet without the rules that fetch type.
fn without_type(style: &str) -> String {
    let mut parts = style.split("@font-face");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once('}').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_by_itself_has_its_style_and_asks_nobody_for_anything() {
        let page = alone("<Riverside>", &html! { p { "Results" } }).into_string();
        assert!(page.contains("--paper: #fffdf7") && page.contains("<title>&lt;Riverside&gt;</title>"));
        for asks in ["url(", "src=", "href=", "http", "<script", "@font-face"] {
            assert!(!page.contains(asks), "{asks}");
        }
        let sheet = assets::get("staff.css").expect("embedded").bytes;
        let braces = |text: &str, brace: char| text.chars().filter(|letter| *letter == brace).count();
        let kept = without_type(&String::from_utf8_lossy(&sheet));
        assert_eq!(braces(&kept, '{'), braces(&kept, '}'));
    }
}
