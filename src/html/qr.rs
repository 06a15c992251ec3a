//! An address as a picture that a tablet's camera opens.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};
use maud::{Markup, html};

/// White modules around the code; readers need four.
const MARGIN: usize = 4;

/// The QR code of an address as SVG that scales to its box. An address too long for a code shows
/// nothing: the plain address beside it still works.
pub fn qr(address: &str) -> Markup {
    let Ok(code) = QRBuilder::new(address).ecl(ECL::M).build() else { return html! {} };
    let side = code.size + 2 * MARGIN;
    let mut dark = String::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let run = code[row][column..].iter().take_while(|module| module.value()).count();
            if run > 0 {
                let _ = write!(dark, "M{} {}h{run}v1h-{run}z", column + MARGIN, row + MARGIN);
            }
            column += run + 1;
        }
    }
    html! {
        svg viewBox={ "0 0 " (side) " " (side) } role="img" aria-label={ "QR code of " (address) } focusable="false"
            shape-rendering="crispEdges" {
            path fill="#fff" d={ "M0 0h" (side) "v" (side) "H0z" } {}
            path fill="#000" d=(dark) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_its_margin() {
        let text = qr("hall.example/c/PENC4T").into_string();
        // A version 2 code has 25 modules a side; each corner begins with a run of seven.
        assert!(text.contains(r#"viewBox="0 0 33 33""#), "{text}");
        for corner in ["M4 4h7v1h-7z", "M22 4h7v1h-7z", "M4 22h7v1h-7z"] {
            assert!(text.contains(corner), "{corner} is missing");
        }
        assert!(text.contains(r#"aria-label="QR code of hall.example/c/PENC4T""#));
    }

    #[test]
    fn an_address_that_fits_no_code_shows_none() {
        assert_eq!(qr(&"x".repeat(5_000)).into_string(), "");
    }
}
