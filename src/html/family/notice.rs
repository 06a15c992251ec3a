//! The words that people say yes to, and their version: made from the screens themselves, so that whatever is
//! changed there has another name, and old answers keep the words they were given on.

use std::sync::LazyLock;

use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::permission;
use crate::person::Role;
use crate::session::lawful_basis::LawfulBasis;

/// What is shown before anybody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Names the words: 16 hexadecimal digits, from a hash of them.
    pub version: String,
    /// The words, a line to each paragraph.
    pub words: String,
}

/// The notice of this release.
pub fn notice() -> &'static Notice {
    static NOTICE: LazyLock<Notice> = LazyLock::new(|| {
        let words = spoken(&all().into_string());
        let version = Sha256::digest(&words).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Notice { version, words }
    });
    &NOTICE
}

/// Everything on it, in the order it is met.
fn all() -> Markup {
    html! {
        (permission::asked_of_the_grown_up())
        (permission::invitation(Role::Child))
        (permission::invitation(Role::Adult))
        (privacy())
    }
}

/// What happens with the answers, for whoever wants to know more.
pub fn privacy() -> Markup {
    html! {
        h1 { "What happens with the answers" }
        h2 { "For children" }
        p.lead { "We ask what you think about jobs. It is not a test. You can skip any question and stop whenever you like. We do not ask your name." }
        h2 { "For grown-ups" }
        ul {
            li { "We ask a few questions before and after, to see whether the sessions help." }
            li { "No names, birthdays or addresses. A card code and a picture stand for each person; only your family knows who is who." }
            li { "What we keep: the answers, a child’s school year, the day and place of the session." }
            li { "Who sees it: the people who run and evaluate the programme. Reports show groups, never one person." }
            li { "Your words are used in reports only if you say so, and never with a name." }
            li { "Changed your mind? On the first page of a tablet at any session choose “Take our answers out” and type the code on your card, or ask the person who runs the session to do it. Everything is then deleted for good. They can also show you everything that is kept." }
        }
    }
}

/// On what ground of the law a programme keeps answers and whom to complain to, where that was written down. It is no
/// part of the words that people say yes to: it holds whatever they say.
pub fn law(programme: &str, basis: Option<&LawfulBasis>) -> Markup {
    html! {
        @if let Some(basis) = basis {
            h2 { "What the law says" }
            p { (programme) " may keep the answers because " (basis.ground.plain()) "." }
            @if !basis.contact.is_empty() { p { "Questions and complaints: " (basis.contact) "." } }
            p { "You can also complain to the Information Commissioner (ico.org.uk)." }
        }
    }
}

/// The text of our own markup, a line to each paragraph.
fn spoken(markup: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for symbol in markup.replace("</", "\n</").chars() {
        match symbol {
            '<' => inside = true,
            '>' => inside = false,
            plain if !inside => text.push(plain),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_holds_what_everybody_is_told_and_is_named_by_it() {
        let Notice { version, words } = notice();
        for said in [
            "Is it OK for your children to answer a few questions?",
            "You can skip any question and stop whenever you like.",
            "Would you like to?",
            "Reports show groups, never one person.",
        ] {
            assert!(words.contains(said), "{said} is not in\n{words}");
        }
        assert!(!words.contains('<') && !words.contains("\n\n"));
        assert!(version.len() == 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let other = Sha256::digest(words.replace("never", "seldom"));
        assert!(!version.starts_with(&format!("{:02x}{:02x}", other[0], other[1])), "other words have another name");
    }

    #[test]
    fn markup_is_told_as_lines_of_text() {
        assert_eq!(
            spoken("<h1>A &amp; B</h1><ul><li>one <b>two</b></li><li>&lt;three&gt;</li></ul>"),
            "A & B\none two\n<three>"
        );
    }
}
