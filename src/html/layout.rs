//! The frame around every page.

use maud::{DOCTYPE, Markup, html};

use super::assets;
use crate::session::MadeUp;

/// Who a page is for, and so what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Families on a tablet or a telephone: big, warm, nothing to get lost in.
    Family,
    /// Leaders, evaluators and funders: calm, dense, made to print.
    Staff,
}

/// One entry of the staff pages' navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nav {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is this page or holds it.
    pub current: bool,
}

impl Nav {
    /// An entry; `current` where the page at hand is below it.
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Nav {
        Nav { label: label.into(), href: href.into(), current }
    }
}

/// Who of the team looks at a page, for its masthead and its foot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Viewer {
    /// Their name; none where nobody signs in yet.
    pub name: Option<String>,
    /// What the foot leads them to: (label, address).
    pub foot: Vec<(&'static str, &'static str)>,
}

/// Everything a page is made of. Begin with [`Page::family`] or [`Page::staff`].
#[derive(Debug)]
pub struct Page {
    /// What the browser's tab says, before the product's name.
    pub title: String,
    /// Who it is for.
    pub kind: Kind,
    /// Whether the page is about anything but real answers: then a ribbon says so.
    pub made_up: MadeUp,
    /// Whether sample data is loaded beside what the page is about: the ribbon tells the two apart.
    pub beside_sample: bool,
    /// Language of the page, BCP 47.
    pub language: String,
    /// Further classes of the page's body: `target-72`, `sheet`.
    pub class: String,
    /// Further styles of `static/` that the page needs, by name.
    pub styles: Vec<&'static str>,
    /// Further scripts of `static/` that the page needs, by name.
    pub scripts: Vec<&'static str>,
    /// The navigation of staff pages; none is drawn where it is empty.
    pub nav: Vec<Nav>,
    /// Who of the team looks at it; none on pages for guests.
    pub viewer: Viewer,
    /// What stands inside `<main>`.
    pub body: Markup,
}

impl Page {
    /// A page for families, without script of its own.
    pub fn family(title: impl Into<String>, body: Markup) -> Page {
        Page::new(title, Kind::Family, body)
    }

    /// A page for staff, without navigation.
    pub fn staff(title: impl Into<String>, body: Markup) -> Page {
        Page::new(title, Kind::Staff, body)
    }

    fn new(title: impl Into<String>, kind: Kind, body: Markup) -> Page {
        Page {
            title: title.into(),
            kind,
            made_up: MadeUp::No,
            beside_sample: false,
            language: "en-GB".to_owned(),
            class: String::new(),
            styles: Vec::new(),
            scripts: Vec::new(),
            nav: Vec::new(),
            viewer: Viewer::default(),
            body,
        }
    }

    /// With the ribbon that says what the data are, where they are not real.
    #[must_use]
    pub fn made_up(mut self, made_up: MadeUp) -> Page {
        self.made_up = made_up;
        self
    }

    /// With or without the ribbon that says there are made-up data elsewhere.
    #[must_use]
    pub fn beside_sample(mut self, beside_sample: bool) -> Page {
        self.beside_sample = beside_sample;
        self
    }

    /// With further classes on its body.
    #[must_use]
    pub fn class(mut self, class: &str) -> Page {
        class.clone_into(&mut self.class);
        self
    }

    /// With a further style of `static/`.
    #[must_use]
    pub fn style(mut self, name: &'static str) -> Page {
        self.styles.push(name);
        self
    }

    /// With a script of `static/`.
    #[must_use]
    pub fn script(mut self, name: &'static str) -> Page {
        self.scripts.push(name);
        self
    }

    /// For somebody of the team.
    #[must_use]
    pub fn viewer(mut self, viewer: Viewer) -> Page {
        self.viewer = viewer;
        self
    }

    /// With navigation.
    #[must_use]
    pub fn nav(mut self, nav: Vec<Nav>) -> Page {
        self.nav = nav;
        self
    }
}

/// The whole document.
pub fn page(page: &Page) -> Markup {
    let (style, kind) = match page.kind {
        Kind::Family => ("family.css", "family"),
        Kind::Staff => ("staff.css", "staff"),
    };
    html! {
        (DOCTYPE)
        html lang=(page.language) {
            head {
                meta charset="utf-8";
                title { (page.title) " – Pencilmark" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="format-detection" content="telephone=no";
                meta name="theme-color" content="#fff8e7";
                link rel="icon" href=(assets::url("icon.svg")) type="image/svg+xml";
                link rel="preload" href=(assets::url("fonts/atkinson-hyperlegible-next.woff2")) as="font" type="font/woff2" crossorigin;
                link rel="stylesheet" href=(assets::url(style));
                @for style in &page.styles { link rel="stylesheet" href=(assets::url(style)); }
                @for script in &page.scripts { script src=(assets::url(script)) {} }
            }
            body class={ (kind) @if !page.class.is_empty() { " " (page.class) } } {
                a.skip-link href="#main" { "Skip to the main part" }
                @match page.made_up {
                    MadeUp::Practice => (ribbon("practice", "Practice", "try everything, nothing here is counted")),
                    MadeUp::Sample => (ribbon("sample", "Sample data", "made up, nobody’s real answers")),
                    MadeUp::No if page.beside_sample => (ribbon("sample", "Sample data", "loaded, and kept apart from your own")),
                    MadeUp::No => {},
                }
                @match page.kind {
                    Kind::Family => { (door_frame()) main #main tabindex="-1" { (page.body) } },
                    Kind::Staff => {
                        (masthead(&page.nav, &page.viewer))
                        main #main tabindex="-1" { (page.body) }
                        (foot(&page.viewer))
                    },
                }
            }
        }
    }
}

fn ribbon(kind: &str, name: &str, words: &str) -> Markup {
    html! {
        aside class={ "ribbon " (kind) } aria-label="About these data" { strong { (name) } span { " – " (words) } }
    }
}

fn foot(viewer: &Viewer) -> Markup {
    html! {
        footer.foot { p {
            "Pencilmark keeps no names of families. Codes and pictures stand for people. "
            @for (index, (label, href)) in viewer.foot.iter().enumerate() {
                @if index > 0 { " · " } a href=(href) { (label) }
            }
        } }
    }
}

fn masthead(nav: &[Nav], viewer: &Viewer) -> Markup {
    html! {
        header.masthead {
            a.brand href="/" { (mark()) "Pencilmark" }
            @if !nav.is_empty() {
                nav aria-label="Main" {
                    ul {
                        @for entry in nav {
                            li { a href=(entry.href) aria-current=[entry.current.then_some("page")] { (entry.label) } }
                        }
                    }
                }
            }
            @if let Some(name) = &viewer.name {
                div.viewer {
                    a href="/account" { (name) }
                    form action="/sign-out" method="post" { button.link-button type="submit" { "Sign out" } }
                }
            }
        }
    }
}

/// The door frame on which children are measured. `tablet/questions.js` moves the pencil up it.
fn door_frame() -> Markup {
    html! {
        div.door-frame aria-hidden="true" {
            span.height {}
            svg.marker viewBox="0 0 64 24" focusable="false" {
                path fill="#f0d2a6" d="m2 12 14-8v16z" {}
                path fill="#1b2f5b" d="m2 12 5.200-3v6z" {}
                path fill="#f7b928" d="M16 4h36v16H16z" {}
                path fill="#ffd978" d="M16 4h36v5H16z" {}
                path fill="#d9970f" d="M16 15h36v5H16z" {}
                path fill="#b4acbc" d="M50 4h4v16h-4z" {}
                path fill="#e8788a" d="M54 4h5a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3h-5z" {}
            }
        }
    }
}

/// The brand: a pencil making a mark on a door frame.
pub fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
            path fill="#e3b77d" d="M4 0h9v32H4z" {}
            path fill="#c99a5b" d="M11.500 0H13v32h-1.500z" {}
            path stroke="#1b2f5b" stroke-width="1.600" d="M4 6.500h4M4 12h4M4 25.500h4" {}
            path stroke="#1b2f5b" stroke-width="2" stroke-linecap="round" d="M4.500 18.800h8" {}
            path fill="#f0d2a6" d="m12.500 18.800 6-3.500v7z" {}
            path fill="#1b2f5b" d="m12.500 18.800 2.300-1.350v2.700z" {}
            path fill="#f7b928" d="M18.500 15.300h9v7h-9z" {}
            path fill="#d9970f" d="M18.500 20h9v2.300h-9z" {}
            path fill="#e8788a" d="M27.500 15.300h3a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-3z" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_who_it_is_for_and_can_be_skipped_into() {
        let text = page(&Page::staff("Sessions", html! { h1 { "Sessions" } })).into_string();
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"en-GB\">"));
        assert!(text.contains("<title>Sessions – Pencilmark</title>"));
        assert!(text.contains("href=\"#main\"") && text.contains("<main id=\"main\""));
        assert!(text.contains("staff.css") && !text.contains("family.css") && !text.contains("<script"));
    }

    #[test]
    fn a_ribbon_says_what_is_not_real_on_pages_of_both_kinds() {
        let kinds: [fn(Markup) -> Page; 2] = [|body| Page::staff("x", body), |body| Page::family("x", body)];
        for kind in kinds {
            let text = |made_up| page(&kind(html! {}).made_up(made_up)).into_string();
            assert!(text(MadeUp::Sample).contains("Sample data") && !text(MadeUp::Sample).contains("Practice"));
            assert!(text(MadeUp::Practice).contains("Practice") && !text(MadeUp::Practice).contains("Sample data"));
            assert!(!text(MadeUp::No).contains("class=\"ribbon"));
        }
    }

    #[test]
    fn a_real_programme_beside_sample_data_is_not_called_made_up() {
        let text = page(&Page::staff("x", html! {}).beside_sample(true)).into_string();
        assert!(text.contains("Sample data") && text.contains("your own") && !text.contains("made up"));
    }

    #[test]
    fn a_title_cannot_become_markup() {
        let text = page(&Page::family("<b>x", html! {})).into_string();
        assert!(text.contains("<title>&lt;b&gt;x – Pencilmark</title>"));
    }

    #[test]
    fn the_entry_of_this_page_is_marked() {
        let nav = vec![Nav::new("Projects", "/projects", true), Nav::new("Sessions", "/sessions", false)];
        let text = page(&Page::staff("Projects", html! {}).nav(nav)).into_string();
        assert_eq!(text.matches("aria-current=\"page\"").count(), 1);
    }
}
