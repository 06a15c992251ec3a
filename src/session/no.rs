//! A *No*: a count, nothing else. What was declined, and whether those whom it was about were known already.

use serde::{Deserialize, Serialize};

use crate::person::{Animal, Role};

coded! {
    /// What was declined, and by whom.
    Declined {
        /// A grown-up said that the children of their card are not asked.
        Children = "children", "a grown-up, for their children";
        /// A child would rather not.
        Child = "child", "a child, for themselves";
        /// A grown-up would rather not.
        Adult = "adult", "a grown-up, for themselves";
    }
}

impl Declined {
    /// A person's own no.
    pub fn own(role: Role) -> Declined {
        match role {
            Role::Child => Declined::Child,
            Role::Adult => Declined::Adult,
        }
    }

    /// What tablets of older releases mean, who told whether a grown-up or a child said it, and at whose turn.
    pub fn told_by_role(said_by: Role, turn: Option<Animal>) -> Declined {
        match (said_by, turn.map(Animal::role)) {
            (Role::Child, _) => Declined::Child,
            (Role::Adult, Some(Role::Adult)) => Declined::Adult,
            (Role::Adult, _) => Declined::Children,
        }
    }

    /// Who does not answer for it.
    pub fn whose(self) -> Role {
        match self {
            Declined::Children | Declined::Child => Role::Child,
            Declined::Adult => Role::Adult,
        }
    }
}

/// One *No*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct No {
    /// What was declined.
    pub declined: Declined,
    /// Whether they, or for their children one of these, had answered before and so are people of the programme.
    pub known: bool,
}
