//! Who answers, without names: a family's card, an animal for each person, a role.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The symbols of a card code: none of `0/O 1/I/L 5/S 8/B 2-Z 6-G U Q`. Their number, 23, is prime,
/// so one weighted check symbol catches every single wrong symbol and every swap of two.
const ALPHABET: &[u8; 23] = b"234679ACDEFHJKMNPRTVWXY";

/// Weights of the five drawn symbols; the check symbol has weight 1.
const WEIGHTS: [usize; 5] = [2, 3, 4, 5, 6];

/// Words that must not be read out of a code, in English and near it, spelt in the card's symbols
/// with the look-alikes that children see (`4` as A, `3` as E, `7` as T).
const RUDE: [&str; 36] = [
    "ARSE", "ANAL", "CRAP", "CVNT", "DAMN", "DYKE", "DEAD", "DEATH", "FANNY", "FART", "FAT", "FCK", "FECK", "FKN",
    "FVCK", "HATE", "HEHE", "JEW", "KKK", "KNACKER", "KNT", "MANK", "NAZ", "NAKED", "PAKX", "PEE", "PERV", "PHCK",
    "RAPE", "RETARD", "TAFT", "TART", "TWAT", "WANK", "WTF", "XXX",
];

/// A family's code: five drawn symbols and one check symbol, shown as `PEN-C4T`.
///
/// A code opens a blank form and nothing else. It never appears in a log or a data file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardCode(String);

/// Why something typed is not a card code, in words for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CardCodeError {
    /// Nothing was typed.
    #[error("Type the six letters and numbers on the card.")]
    Empty,
    /// A symbol that no card has. Cards leave out symbols that look alike.
    #[error("Cards have no “{found}”. {hint}")]
    Symbol {
        /// The symbol that was typed.
        found: char,
        /// Where to look instead.
        hint: &'static str,
    },
    /// Too short or too long.
    #[error("The code has six letters and numbers; this has {found}. Look at the card again.")]
    Length {
        /// How many symbols were typed.
        found: usize,
    },
    /// The check symbol does not fit: a symbol is wrong or two are swapped.
    #[error("That is not quite right: one letter or number is different on the card, or two are swapped.")]
    Check,
}

impl CardCode {
    /// Reads a code as people type it: any case, with or without hyphen and spaces.
    ///
    /// # Errors
    /// Says which symbol is not on cards, how many symbols there should be, or that the check
    /// symbol does not fit. Nothing is corrected silently.
    ///
    /// ```
    /// use pencilmark::person::CardCode;
    /// let code = CardCode::parse(" pen c4t")?;
    /// assert_eq!(code.to_string(), "PEN-C4T");
    /// assert!(CardCode::parse("PEN-C4A").is_err());
    /// # Ok::<(), pencilmark::person::CardCodeError>(())
    /// ```
    pub fn parse(typed: &str) -> Result<CardCode, CardCodeError> {
        let symbols: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '‑' | '.' | '_'))
            .flat_map(char::to_uppercase)
            .collect();
        if symbols.is_empty() {
            return Err(CardCodeError::Empty);
        }
        for found in symbols.chars() {
            if position(found).is_none() {
                return Err(CardCodeError::Symbol { found, hint: hint(found) });
            }
        }
        if symbols.len() != 6 {
            return Err(CardCodeError::Length { found: symbols.len() });
        }
        let (drawn, check) = symbols.split_at(5);
        if check_symbol(drawn) == check.chars().next() { Ok(CardCode(symbols)) } else { Err(CardCodeError::Check) }
    }

    /// Makes a code from five bytes of randomness per try, or `None` when the draw must be
    /// repeated: a byte falls outside the evenly divisible range, or the code would read as a rude word.
    pub fn from_random(bytes: [u8; 5]) -> Option<CardCode> {
        let drawn = symbols(&bytes)?;
        let code = format!("{drawn}{}", check_symbol(&drawn)?);
        (!is_rude(&code)).then_some(CardCode(code))
    }

    /// The six symbols without the hyphen, as stored and as in the card's address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.0[..3], &self.0[3..])
    }
}

/// Codes stay out of logs, so the debug form hides them.
impl fmt::Debug for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardCode(…)")
    }
}

impl TryFrom<String> for CardCode {
    type Error = CardCodeError;
    fn try_from(typed: String) -> Result<CardCode, CardCodeError> {
        CardCode::parse(&typed)
    }
}

impl From<CardCode> for String {
    fn from(code: CardCode) -> String {
        code.0
    }
}

/// A symbol of the cards for each byte of randomness, or `None` when the draw must be repeated: a byte
/// falls outside the evenly divisible range, or the symbols would read as a rude word.
pub fn symbols(bytes: &[u8]) -> Option<String> {
    let drawn: Option<String> =
        bytes.iter().map(|&byte| (byte < 253).then(|| char::from(ALPHABET[usize::from(byte) % 23]))).collect();
    drawn.filter(|drawn| !is_rude(drawn))
}

fn position(symbol: char) -> Option<usize> {
    ALPHABET.iter().position(|&known| char::from(known) == symbol)
}

fn check_symbol(drawn: &str) -> Option<char> {
    let mut sum = 0;
    for (symbol, weight) in drawn.chars().zip(WEIGHTS) {
        sum += position(symbol)? * weight;
    }
    Some(char::from(ALPHABET[(23 - sum % 23) % 23]))
}

fn hint(symbol: char) -> &'static str {
    match symbol {
        'O' | '0' | 'Q' => "If it looks like a circle it may be a C or a D: look again.",
        'I' | '1' | 'L' => "If it looks like a line it may be a T or a 7: look again.",
        'S' | '5' => "If it looks like an S or a 5 it may be a 3 or a 2: look again.",
        'B' | '8' => "If it looks like a B or an 8 it may be a 3, a 6 or an E: look again.",
        'Z' => "If it looks like a Z it may be a 2: look again.",
        'G' => "If it looks like a G it may be a 6 or a C: look again.",
        'U' => "If it looks like a U it may be a V: look again.",
        _ => "Look at the card again.",
    }
}

fn is_rude(code: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|c| match c {
                '4' => 'A',
                '3' => 'E',
                '7' => 'T',
                '6' => 'G',
                '9' => 'P',
                other => other,
            })
            .collect()
    };
    let code = plain(code);
    RUDE.iter().any(|word| code.contains(&plain(word)))
}

/// The picture that stands for one person of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Animal {
    /// Child.
    Fox,
    /// Child.
    Owl,
    /// Child.
    Frog,
    /// Child.
    Bee,
    /// Child.
    Cat,
    /// Child.
    Whale,
    /// Grown-up.
    Sun,
    /// Grown-up.
    Moon,
}

impl Animal {
    /// Every picture on the card, children first.
    pub const ALL: [Animal; 8] =
        [Animal::Fox, Animal::Owl, Animal::Frog, Animal::Bee, Animal::Cat, Animal::Whale, Animal::Sun, Animal::Moon];

    /// The stored code: `fox`.
    pub fn code(self) -> &'static str {
        match self {
            Animal::Fox => "fox",
            Animal::Owl => "owl",
            Animal::Frog => "frog",
            Animal::Bee => "bee",
            Animal::Cat => "cat",
            Animal::Whale => "whale",
            Animal::Sun => "sun",
            Animal::Moon => "moon",
        }
    }

    /// The name on screens: `Fox`.
    pub fn name(self) -> &'static str {
        match self {
            Animal::Fox => "Fox",
            Animal::Owl => "Owl",
            Animal::Frog => "Frog",
            Animal::Bee => "Bee",
            Animal::Cat => "Cat",
            Animal::Whale => "Whale",
            Animal::Sun => "Sun",
            Animal::Moon => "Moon",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Animal> {
        Animal::ALL.into_iter().find(|animal| animal.code() == code)
    }

    /// The role the picture stands for: sun and moon are grown-ups, the rest children.
    pub fn role(self) -> Role {
        match self {
            Animal::Sun | Animal::Moon => Role::Adult,
            _ => Role::Child,
        }
    }
}

/// Child or grown-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A child or young person.
    Child,
    /// A parent, carer or other grown-up with the child.
    Adult,
}

impl Role {
    /// The stored code: `child` or `adult`.
    pub fn code(self) -> &'static str {
        match self {
            Role::Child => "child",
            Role::Adult => "adult",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Role> {
        [Role::Child, Role::Adult].into_iter().find(|role| role.code() == code)
    }
}

/// An English school year: 0 is Reception, 1 to 13 as named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SchoolYear(u8);

impl SchoolYear {
    /// A year from 0 (Reception) to 13; `None` for anything else.
    pub fn new(year: u8) -> Option<SchoolYear> {
        (year <= 13).then_some(SchoolYear(year))
    }

    /// Every year, Reception first.
    pub fn all() -> impl Iterator<Item = SchoolYear> {
        (0..=13).map(SchoolYear)
    }

    /// The number, 0 for Reception.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The key stage whose questionnaire fits: Reception with KS1, Years 10 to 13 with KS3.
    pub fn key_stage(self) -> KeyStage {
        match self.0 {
            0..=2 => KeyStage::Ks1,
            3..=6 => KeyStage::Ks2,
            _ => KeyStage::Ks3,
        }
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("Reception"),
            year => write!(f, "Year {year}"),
        }
    }
}

impl TryFrom<u8> for SchoolYear {
    type Error = String;
    fn try_from(year: u8) -> Result<SchoolYear, String> {
        SchoolYear::new(year).ok_or_else(|| format!("a school year is 0 (Reception) to 13, not {year}"))
    }
}

impl From<SchoolYear> for u8 {
    fn from(year: SchoolYear) -> u8 {
        year.0
    }
}

/// The age group whose words and scales a child is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStage {
    /// Ages 5 to 7.
    Ks1,
    /// Ages 7 to 11.
    Ks2,
    /// Ages 11 to 14.
    Ks3,
}

impl KeyStage {
    /// All three, youngest first.
    pub const ALL: [KeyStage; 3] = [KeyStage::Ks1, KeyStage::Ks2, KeyStage::Ks3];

    /// The stored code: `ks1`.
    pub fn code(self) -> &'static str {
        match self {
            KeyStage::Ks1 => "ks1",
            KeyStage::Ks2 => "ks2",
            KeyStage::Ks3 => "ks3",
        }
    }

    /// The name in reports: `Key Stage 1`.
    pub fn name(self) -> &'static str {
        match self {
            KeyStage::Ks1 => "Key Stage 1",
            KeyStage::Ks2 => "Key Stage 2",
            KeyStage::Ks3 => "Key Stage 3",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<KeyStage> {
        KeyStage::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same table holds the tablet's own reading: tests/js/journey.test.cjs.
    #[test]
    fn the_table_of_codes_is_read_here_as_on_the_tablet() {
        #[derive(serde::Deserialize)]
        struct Case {
            typed: String,
            code: Option<String>,
            error: Option<String>,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("../tests/tables/cards.json")).expect("a table");
        assert!(cases.len() > 15);
        for Case { typed, code, error } in cases {
            let (read, refused) = match CardCode::parse(&typed) {
                Ok(read) => (Some(read.as_str().to_owned()), None),
                Err(why) => (None, Some(why.to_string())),
            };
            assert_eq!((read, refused), (code, error), "{typed}");
        }
    }

    #[test]
    fn the_worked_examples_of_the_brief_have_these_check_symbols() {
        for (drawn, shown) in [("K7F3M", "K7F-3MR"), ("PENC4", "PEN-C4T"), ("A2A2A", "A2A-2AW")] {
            let check = check_symbol(drawn).expect("drawn from the alphabet");
            let code = CardCode::parse(&format!("{drawn}{check}")).expect("its own check symbol fits");
            assert_eq!(code.to_string(), shown);
        }
    }

    #[test]
    fn case_spaces_and_hyphen_do_not_matter() {
        let same = ["PEN-C4T", "penc4t", " pen c4t", "PEN—C4T", "p e n c 4 t"];
        for typed in same {
            assert_eq!(CardCode::parse(typed).expect(typed).as_str(), "PENC4T");
        }
    }

    #[test]
    fn a_symbol_that_no_card_has_is_named_with_a_hint_and_never_changed() {
        let error = CardCode::parse("PEN-C4O").expect_err("O is not on cards");
        assert!(error.to_string().contains("“O”"), "{error}");
        assert!(error.to_string().contains("look again"), "{error}");
    }

    #[test]
    fn every_single_wrong_symbol_and_every_swap_is_refused() {
        for seed in 0..400_u32 {
            let draw = |i: u32| u8::try_from((seed * 7919 + i * 104_729) % 253).expect("below 253");
            let Some(code) = CardCode::from_random([draw(1), draw(2), draw(3), draw(4), draw(5)]) else { continue };
            let symbols: Vec<char> = code.as_str().chars().collect();
            for place in 0..6 {
                for &other in ALPHABET {
                    let mut wrong = symbols.clone();
                    wrong[place] = char::from(other);
                    let wrong: String = wrong.into_iter().collect();
                    assert_eq!(CardCode::parse(&wrong).is_ok(), wrong == code.as_str());
                }
                for with in 0..place {
                    let mut swapped = symbols.clone();
                    swapped.swap(place, with);
                    let swapped: String = swapped.into_iter().collect();
                    assert_eq!(CardCode::parse(&swapped).is_ok(), swapped == code.as_str());
                }
            }
        }
    }

    #[test]
    fn a_draw_that_reads_as_a_rude_word_is_not_issued() {
        assert!(is_rude("TWA7F4"));
        assert!(!is_rude("PENC4T"));
    }

    #[test]
    fn a_code_is_hidden_in_debug_output() {
        let code = CardCode::parse("PENC4T").expect("valid");
        assert!(!format!("{code:?}").contains("PEN"));
    }
}
