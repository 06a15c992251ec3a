//! Names of columns that R, SPSS and spreadsheets all take.

use std::collections::HashSet;

use super::slot::Slot;

/// The longest name SPSS files of every age can hold.
const LONGEST: usize = 32;

/// The names given so far.
#[derive(Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// A name that no other column has: lower case, letters, digits and underscores, a letter first, at
    /// most 32 characters, ending in its place (`k2_cf1_pre`).
    pub fn give(&mut self, base: &str, slot: Option<Slot>) -> String {
        let base = plain(base);
        let suffix = slot.map_or_else(String::new, |slot| format!("_{}", slot.suffix()));
        let mut name = joined(&base, &suffix);
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = joined(&base, &format!("_{number}{suffix}"));
            number += 1;
        }
        name
    }
}

fn plain(base: &str) -> String {
    let plain: String = base.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain } else { format!("v_{plain}") }
}

fn joined(base: &str, suffix: &str) -> String {
    let room = LONGEST.saturating_sub(suffix.len()).min(base.len());
    format!("{}{suffix}", base[..room].trim_end_matches('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_short_and_say_when() {
        let mut names = Names::default();
        assert_eq!(names.give("K2-CF1", Some(Slot::Pre)), "k2_cf1_pre");
        assert_eq!(names.give("K2-AW1.vet", Some(Slot::FollowUp)), "k2_aw1_vet_fu");
        assert_eq!(names.give("3-ÄW", None), "v_3__w");
        assert_eq!(names.give("STE~primary_school_teacher_idx", Some(Slot::Event)), "ste_primary_school_teacher_event");
    }

    #[test]
    fn two_columns_never_share_a_name() {
        let mut names = Names::default();
        let long = "a".repeat(40);
        assert_eq!(names.give(&long, Some(Slot::Post)), format!("{}_post", "a".repeat(27)));
        assert_eq!(names.give(&long, Some(Slot::Post)), format!("{}_2_post", "a".repeat(25)));
        assert_eq!(names.give("A-B", None), "a_b");
        assert_eq!(names.give("a.b", None), "a_b_2");
    }
}
