//! What somebody of the team may do. Which address is for which role stands in `web/doors.rs`.

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs this Pencilmark: everything, and who else may do what.
    Administrator,
    /// Looks after projects: their sessions, cards, figures and families' rights.
    Manager,
    /// Runs sessions.
    Leader,
    /// Works with figures and with answers row by row.
    Evaluator,
    /// Reads the page on which small groups are withheld.
    Funder,
}

impl Role {
    /// Every role, in the order of menus.
    pub const ALL: [Role; 5] = [Role::Administrator, Role::Manager, Role::Leader, Role::Evaluator, Role::Funder];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Manager => "manager",
            Role::Leader => "leader",
            Role::Evaluator => "evaluator",
            Role::Funder => "funder",
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Role::Administrator => "Administrator",
            Role::Manager => "Project manager",
            Role::Leader => "Session leader",
            Role::Evaluator => "Evaluator",
            Role::Funder => "Funder",
        }
    }

    /// What the role is for, in a sentence.
    pub fn explained(self) -> &'static str {
        match self {
            Role::Administrator => "Everything here, and who else may do what",
            Role::Manager => "Sets projects, sessions and cards up, reads their figures, answers families’ requests",
            Role::Leader => "Runs sessions of the projects you choose; sees no answers",
            Role::Evaluator => "Reads all figures and downloads answers row by row; every download is logged",
            Role::Funder => "Reads the funder’s page, on which small groups are withheld",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether the role is given for whole programmes only: its pages show programmes, not projects.
    pub fn needs_whole_programmes(self) -> bool {
        matches!(self, Role::Evaluator | Role::Funder)
    }
}
