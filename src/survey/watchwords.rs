//! Words that put what a family wrote at the top of the list of whoever reads it. A help for the order of reading,
//! and no promise: every text is read.

/// The list that comes with the program.
const EMBEDDED: &str = include_str!("../../surveys/safeguarding.txt");

/// A list of words and phrases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watchwords(Vec<String>);

impl Watchwords {
    /// The list that comes with the program.
    pub fn embedded() -> Watchwords {
        Watchwords::read(EMBEDDED)
    }

    /// Reads a list: a word or phrase a line, `#` before what is for people.
    pub fn read(text: &str) -> Watchwords {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        Watchwords(lines.filter(|line| !line.starts_with('#')).map(plain).filter(|phrase| phrase != "  ").collect())
    }

    /// Whether one of them stands in a text, as whole words.
    pub fn are_in(&self, text: &str) -> bool {
        let text = plain(text);
        self.0.iter().any(|phrase| text.contains(phrase))
    }
}

/// Small letters, one space around each word, without what stands inside one: `Don’t!` is ` dont `.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace(['\'', '’', '-'], "");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_however_they_are_written_and_parts_of_words_are_not() {
        let list = Watchwords::read("# for people\n\nhit me\nDon't feel safe\n");
        for text in ["He HIT me!", "they hit,  me", "i don’t feel safe", "dont feel safe at home"] {
            assert!(list.are_in(text), "{text}");
        }
        for text in ["", "white meat", "we hit the ball", "for people", "I feel safe"] {
            assert!(!list.are_in(text), "{text}");
        }
        assert!(!Watchwords::read("#\n\n").are_in("anything"), "an empty list finds nothing");
        assert!(
            Watchwords::embedded().are_in("Somebody hurts me") && !Watchwords::embedded().are_in("a vet or a chef")
        );
    }
}
