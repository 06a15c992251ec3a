//! Pages as values: layout, partials and the families' screens. What a page shows is passed in, so
//! every page can be built in a test without a server.

pub mod assets;
pub mod layout;
pub mod partials;
pub mod pictures;

pub use layout::{Kind, Nav, Page, page};
pub use pictures::Pictures;
