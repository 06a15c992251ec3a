//! Names of columns that R, SPSS and spreadsheets all take.

use std::collections::HashSet;

use super::slot::Slot;

/// The longest name SPSS files of every age can hold.
const LONGEST: usize = 32;

/// Room that is kept for the longest place, so that the names of one thing differ in their place alone.
const PLACE: usize = "_event".len();

/// The names given so far.
#[derive(Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// A name that no other column has: lower case, letters, digits and underscores, a letter first, at
    /// most 32 characters. It begins like `stem`, cut where need be, and ends in `ending` (`_idx`) and its
    /// place: `k2_cf1_pre`.
    pub fn give(&mut self, stem: &str, ending: &str, slot: Option<Slot>) -> String {
        let stem = plain(stem);
        let place = slot.map_or_else(String::new, |slot| format!("_{}", slot.suffix()));
        let mut name = format!("{}{place}", joined(&stem, ending));
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{}{place}", joined(&stem, &format!("_{number}{ending}")));
            number += 1;
        }
        name
    }
}

fn plain(base: &str) -> String {
    let plain: String = base.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain } else { format!("v_{plain}") }
}

fn joined(stem: &str, ending: &str) -> String {
    let room = LONGEST.saturating_sub(PLACE + ending.len()).min(stem.len());
    format!("{}{ending}", stem[..room].trim_end_matches('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_short_and_say_when() {
        let mut names = Names::default();
        assert_eq!(names.give("K2-CF1", "", Some(Slot::Pre)), "k2_cf1_pre");
        assert_eq!(names.give("K2-AW1.vet", "", Some(Slot::FollowUp)), "k2_aw1_vet_fu");
        assert_eq!(names.give("AWR", "_idx", Some(Slot::Post)), "awr_idx_post");
        assert_eq!(names.give("3-ÄW", "", None), "v_3__w");
    }

    #[test]
    fn a_long_name_is_cut_alike_at_every_place_and_keeps_its_ending() {
        let mut names = Names::default();
        let given = Slot::ALL.map(|slot| names.give("STE~primary_school_teacher", "_idx", Some(slot)));
        let stem = "ste_primary_school_tea_idx";
        assert_eq!(given, ["pre", "post", "fu", "event"].map(|place| format!("{stem}_{place}")));
        assert_eq!(given[3].len(), 32);
    }

    #[test]
    fn two_columns_never_share_a_name() {
        let mut names = Names::default();
        let long = "a".repeat(40);
        assert_eq!(names.give(&long, "", Some(Slot::Post)), format!("{}_post", "a".repeat(26)));
        assert_eq!(names.give(&long, "", Some(Slot::Post)), format!("{}_2_post", "a".repeat(24)));
        assert_eq!(names.give("A-B", "", None), "a_b");
        assert_eq!(names.give("a.b", "", None), "a_b_2");
    }
}
