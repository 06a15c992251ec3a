//! Pages as values: layout, partials and the families' screens. What a page shows is passed in, so
//! every page can be built in a test without a server.

pub mod alone;
pub mod assets;
mod bundle;
pub mod codebook;
pub mod family;
pub mod layout;
pub mod partials;
pub mod pictures;
pub mod qr;
pub mod questionnaire;

pub use family::pass_on::trouble as error_page;
pub use layout::{Kind, Nav, Page, Viewer, page};
pub use pictures::Pictures;
pub use qr::qr;
