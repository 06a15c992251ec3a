//! Pencilmark: before/after questionnaires for children and parents, and honest evidence of change.
//!
//! The modules in the order data travels; each may use those above it, never those below.

pub mod system; // what the operating system says, in plain words
pub mod person; // family, card code, animal, school year: who answers, without names
pub mod survey; // questionnaires as data: items, scales, waves, measures
pub mod session; // programme, project, session; which wave a person is due
pub mod response; // one completed questionnaire: ids, answers, missing codes
pub mod scoring; // answers → scores
pub mod pairing; // before and after of one person, side by side
pub mod statistics; // counts of pairs → estimates, tests and the reason where there is none
pub mod analyse; // an old spreadsheet → the same statistics
pub mod report; // one value that says what changed, and its writers
pub mod account; // the team: roles, and how much of the data each reaches

pub mod html; // layout, partials and the families' screens
pub mod pdf; // reports on paper, from the pages' own markup
pub mod store; // everything that is kept: all SQL
pub mod export; // downloads for evaluators, streamed from the store
pub mod demo; // the sample programme: invented people and their answers, from a seed
pub mod web; // one file a screen
pub mod cli; // one word a task
