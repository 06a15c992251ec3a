//! Pairing a tablet: the two words that show the leader which tablet asks, and the colour it is then called.

/// How a tablet looks or feels; said aloud across a hall.
const FIRST: [&str; 32] = [
    "amber", "brave", "bright", "calm", "clever", "cosy", "crisp", "early", "fancy", "fresh", "gentle", "giant",
    "golden", "happy", "honest", "jolly", "kind", "lucky", "merry", "mighty", "neat", "polite", "proud", "quick",
    "quiet", "round", "shiny", "silver", "sunny", "swift", "tidy", "warm",
];

/// Things that are no picture of a family's card.
const SECOND: [&str; 32] = [
    "apple", "anchor", "basket", "bridge", "button", "candle", "castle", "cherry", "comet", "drum", "feather",
    "garden", "hammer", "island", "jacket", "kettle", "ladder", "lantern", "marble", "needle", "orchard", "pebble",
    "pillow", "pocket", "rocket", "saddle", "spoon", "teapot", "ticket", "tunnel", "violin", "window",
];

/// What tablets are called, in this order; leaders put a sticker of that colour on them.
pub const COLOURS: [&str; 14] = [
    "Red",
    "Blue",
    "Green",
    "Yellow",
    "Orange",
    "Purple",
    "Pink",
    "Brown",
    "White",
    "Black",
    "Grey",
    "Gold",
    "Turquoise",
    "Lime",
];

/// Two words from two bytes of randomness: 1,024 in all, told apart by ear and by eye.
pub fn matching_words([first, second]: [u8; 2]) -> String {
    format!("{} {}", FIRST[usize::from(first % 32)], SECOND[usize::from(second % 32)])
}

/// The next name for a tablet: a colour, and from the second round on with a number.
pub fn next_name(taken: &[String]) -> String {
    let names = (1..).flat_map(|round| {
        COLOURS.iter().map(move |colour| if round == 1 { (*colour).to_owned() } else { format!("{colour} {round}") })
    });
    names.into_iter().find(|name| !taken.contains(name)).unwrap_or_default()
}

/// Whether tablets are called like this.
pub fn is_name(name: &str) -> bool {
    let (colour, number) = name.split_once(' ').unwrap_or((name, "2"));
    COLOURS.contains(&colour) && number.parse().is_ok_and(|number: u32| (2..1000).contains(&number))
}

/// The colour in a tablet's name: `Red 2` → `red`.
pub fn colour_of(name: &str) -> String {
    name.split(' ').next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_bytes_give_each_pair_of_words_alike_often() {
        let all: BTreeSet<String> =
            (0..=255).flat_map(|a| (0..=255).step_by(8).map(move |b| matching_words([a, b]))).collect();
        assert_eq!(all.len(), 32 * 4, "steps of eight meet four of the second words");
        assert_eq!(FIRST.iter().chain(&SECOND).collect::<BTreeSet<_>>().len(), 64, "no word stands twice");
        assert_eq!(matching_words([0, 15]), "amber kettle");
        assert_eq!(matching_words([32, 47]), "amber kettle");
    }

    #[test]
    fn tablets_are_named_by_colour_and_then_numbered() {
        let taken = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(next_name(&[]), "Red");
        assert_eq!(next_name(&taken(&["Red", "Green"])), "Blue");
        assert_eq!(next_name(&taken(&COLOURS)), "Red 2");
        let mut many = Vec::new();
        for _ in 0..60 {
            many.push(next_name(&many));
        }
        assert_eq!(many.iter().collect::<BTreeSet<_>>().len(), 60);
        assert_eq!(colour_of("Turquoise 3"), "turquoise");
        assert!(many.iter().all(|name| is_name(name)));
        assert!(["", "Crimson", "Red x", "Red 1", "<b>"].into_iter().all(|name| !is_name(name)));
    }
}
