//! The walls: how much of the data somebody reaches. A wall is a place in the data, not a list of pages.

/// Where an address is: in a programme, or in one of its projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The programme.
    pub programme: i64,
    /// The project, where the address is about one.
    pub project: Option<i64>,
    /// The organisation that runs that project, where it is said.
    pub organisation: Option<i64>,
}

/// What somebody was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The programme it is in.
    pub programme: i64,
    /// How much of it.
    pub within: Within,
}

/// How much of a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// All of it.
    Whole,
    /// The projects that this organisation runs, those of tomorrow too.
    Organisation(i64),
    /// One project.
    Project(i64),
}

/// How much of the data somebody reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All there is.
    Everything,
    /// What was given, and nothing beside it.
    Only(Vec<Holding>),
}

/// How much of one spot somebody reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// Nothing: it is as if it did not exist.
    Nothing,
    /// Some of the programme's projects.
    Part,
    /// All of it.
    Whole,
}

impl Reach {
    /// How much of a spot is reached.
    pub fn of(&self, spot: &Spot) -> Hold {
        let Reach::Only(holdings) = self else { return Hold::Whole };
        let one = |holding: &Holding| match (holding.within, spot.project) {
            _ if holding.programme != spot.programme => Hold::Nothing,
            (Within::Whole, _) => Hold::Whole,
            (_, None) => Hold::Part,
            (Within::Organisation(id), Some(_)) if spot.organisation == Some(id) => Hold::Whole,
            (Within::Project(id), Some(project)) if project == id => Hold::Whole,
            _ => Hold::Nothing,
        };
        holdings.iter().map(one).max().unwrap_or(Hold::Nothing)
    }

    /// Whether all of a spot is reached.
    pub fn holds(&self, spot: &Spot) -> bool {
        self.of(spot) == Hold::Whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAMME: Spot = Spot { programme: 1, project: None, organisation: None };
    const OURS: Spot = Spot { programme: 1, project: Some(10), organisation: Some(5) };
    const THEIRS: Spot = Spot { programme: 1, project: Some(11), organisation: Some(6) };
    const NOBODYS: Spot = Spot { programme: 1, project: Some(12), organisation: None };
    const ELSEWHERE: Spot = Spot { programme: 2, project: Some(20), organisation: Some(7) };

    fn given(within: Within) -> Reach {
        Reach::Only(vec![Holding { programme: 1, within }])
    }

    #[test]
    fn a_wall_stands_around_what_was_given() {
        use Hold::{Nothing, Part, Whole};
        for (reach, holds) in [
            (Reach::Everything, [Whole, Whole, Whole, Whole, Whole]),
            (given(Within::Whole), [Whole, Whole, Whole, Whole, Nothing]),
            (given(Within::Organisation(5)), [Part, Whole, Nothing, Nothing, Nothing]),
            (given(Within::Project(11)), [Part, Nothing, Whole, Nothing, Nothing]),
            (Reach::Only(Vec::new()), [Nothing; 5]),
        ] {
            let found = [PROGRAMME, OURS, THEIRS, NOBODYS, ELSEWHERE].map(|spot| reach.of(&spot));
            assert_eq!(found, holds, "{reach:?}");
        }
    }

    #[test]
    fn several_holdings_add_up() {
        let here = Holding { programme: 1, within: Within::Project(10) };
        let there = Holding { programme: 2, within: Within::Whole };
        let reach = Reach::Only(vec![here, there]);
        assert!(reach.holds(&OURS) && reach.holds(&ELSEWHERE) && !reach.holds(&THEIRS) && !reach.holds(&PROGRAMME));
    }

    #[test]
    fn an_organisation_of_another_programme_with_the_same_number_holds_nothing_here() {
        let reach = Reach::Only(vec![Holding { programme: 2, within: Within::Organisation(5) }]);
        assert_eq!(reach.of(&OURS), Hold::Nothing);
    }
}
