//! Who was seen at a session, for whoever looks for the family of a lost card: never a name, never an answer.

use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::survey::Wave;

/// The most people that are proposed for one.
const MOST_CANDIDATES: usize = 3;

/// Someone seen at a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Key in the store; `None` for answers that came with a card nobody knows.
    pub id: Option<i64>,
    /// Their family's card.
    pub family: CardCode,
    /// Their picture.
    pub animal: Animal,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// Waves that count for them anywhere.
    pub waves: Vec<Wave>,
    /// What they answered at this session, in the order in which it was begun.
    pub told: Vec<Told>,
}

/// One questionnaire, without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its id.
    pub response: String,
    /// Whose card it was sent with.
    pub card: CardCode,
    /// Its wave.
    pub wave: Wave,
    /// The tablet.
    pub device: Option<String>,
    /// The school year that was said.
    pub school_year: Option<SchoolYear>,
    /// Begun and finished, on the tablet's clock, milliseconds since 1970.
    pub span_ms: (i64, i64),
    /// Whether it counts.
    pub counted: bool,
}

impl Seen {
    /// Child or grown-up.
    pub fn role(&self) -> Role {
        self.animal.role()
    }

    fn has(&self, wave: Wave) -> bool {
        self.waves.contains(&wave)
    }

    /// Whether they have answered an after and no before: their before may be on another card.
    pub fn lacks_a_before(&self) -> bool {
        !self.has(Wave::Pre) && Wave::AFTERS.iter().any(|wave| self.has(*wave))
    }

    /// When they came, as far as is known: their first questionnaire was begun, milliseconds since 1970.
    pub fn came_ms(&self) -> Option<i64> {
        self.told.iter().map(|told| told.span_ms.0).filter(|ms| *ms > 0).min()
    }
}

/// Up to three people of the same session whose after is missing, and who may be the one that answered an after
/// without a before: children of nearly the same school year, the likeliest first. Only ever shown, never linked.
pub fn candidates<'a>(one: &Seen, people: &'a [Seen]) -> Vec<&'a Seen> {
    let year = |seen: &Seen| seen.school_year.map(|year| i64::from(year.number()));
    let apart = |other: &Seen| match (year(one), year(other)) {
        (Some(a), Some(b)) => (a - b).abs(),
        _ => 0,
    };
    let without_after = |seen: &&Seen| seen.has(Wave::Pre) && !Wave::AFTERS.iter().any(|wave| seen.has(*wave));
    let mut found: Vec<&Seen> = people
        .iter()
        .filter(|other| other.id.is_some() && other.id != one.id && other.role() == one.role() && apart(other) <= 1)
        .filter(without_after)
        .collect();
    found.sort_by_key(|other| (apart(other), other.animal != one.animal, other.came_ms(), other.id));
    found.truncate(MOST_CANDIDATES);
    found
}

/// Why two questionnaires of one wave may be two people's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collision {
    /// They say different school years.
    Years,
    /// They were answered on two tablets at the same time.
    AtOnce,
    /// They were both answered.
    Twice,
}

/// The questionnaires of one wave that came with one card and picture more than once, those sure to be two people's
/// first.
pub fn collisions(people: &[Seen]) -> Vec<(&Seen, &Told, &Told, Collision)> {
    let mut found = Vec::new();
    for seen in people {
        for (at, first) in seen.told.iter().enumerate() {
            for second in seen.told[at + 1..].iter().filter(|told| told.wave == first.wave) {
                let overlap = first.span_ms.0 < second.span_ms.1 && second.span_ms.0 < first.span_ms.1;
                let kind = match (first.school_year, second.school_year) {
                    (Some(a), Some(b)) if a != b => Collision::Years,
                    _ if overlap && first.device != second.device => Collision::AtOnce,
                    _ => Collision::Twice,
                };
                found.push((seen, first, second, kind));
            }
        }
    }
    found.sort_by_key(|(_, _, second, kind)| (*kind == Collision::Twice, second.span_ms.0));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(id: i64, animal: Animal, year: u8, waves: &[Wave]) -> Seen {
        let family = CardCode::parse("PENC4T").expect("a code");
        let told = waves
            .iter()
            .map(|wave| Told {
                response: id.to_string(),
                card: family.clone(),
                wave: *wave,
                device: None,
                school_year: SchoolYear::new(year),
                span_ms: (id * 100, id * 100 + 50),
                counted: true,
            })
            .collect();
        Seen { id: Some(id), family, animal, school_year: SchoolYear::new(year), waves: waves.to_vec(), told }
    }

    #[test]
    fn up_to_three_who_miss_an_after_are_proposed_the_likeliest_first() {
        use Wave::{PostSame, Pre};
        let lost = seen(1, Animal::Fox, 4, &[PostSame]);
        let people = [
            lost.clone(),
            seen(2, Animal::Owl, 4, &[Pre]),
            seen(3, Animal::Fox, 5, &[Pre]),
            seen(4, Animal::Fox, 4, &[Pre]),
            seen(5, Animal::Bee, 4, &[Pre]),
            seen(6, Animal::Fox, 4, &[Pre, PostSame]),
            seen(7, Animal::Fox, 9, &[Pre]),
            seen(8, Animal::Sun, 4, &[Pre]),
        ];
        assert!(lost.lacks_a_before() && !people[1].lacks_a_before());
        let proposed: Vec<_> = candidates(&lost, &people).iter().map(|seen| seen.id).collect();
        assert_eq!(proposed, [Some(4), Some(2), Some(5)], "same year and picture, then same year");
    }

    #[test]
    fn two_of_a_wave_are_a_collision_and_one_says_why() {
        let mut fox = seen(1, Animal::Fox, 4, &[Wave::Pre, Wave::Pre, Wave::PostSame]);
        let found = |fox: &Seen| collisions(std::slice::from_ref(fox)).into_iter().map(|one| one.3).collect::<Vec<_>>();
        assert_eq!(found(&fox), [Collision::Twice]);
        fox.told[1].device = Some("a".to_owned());
        assert_eq!(found(&fox), [Collision::AtOnce]);
        fox.told[1].school_year = SchoolYear::new(1);
        assert_eq!(found(&fox), [Collision::Years]);
        fox.told[1].wave = Wave::PostProg;
        assert_eq!(found(&fox), []);
    }
}
