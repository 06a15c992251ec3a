//! What must stay although its day has come, and what must not be used while it is disputed.

use serde::{Deserialize, Serialize};

coded! {
    /// What is kept from happening to what families gave.
    ProtectionKind {
        /// Nobody deletes it, and the clock does not: somebody may need it as evidence.
        Hold = "hold", "Keep it from being deleted";
        /// It stays where it is and counts nowhere, while somebody disputes it.
        Restriction = "restriction", "Leave it out of every figure and file";
    }
}

impl ProtectionKind {
    /// What is said of something that is under it.
    pub fn standing(self) -> &'static str {
        match self {
            ProtectionKind::Hold => "Kept from being deleted",
            ProtectionKind::Restriction => "Left out of every figure and file",
        }
    }
}
