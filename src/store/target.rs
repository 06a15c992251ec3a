//! Where the data live.

use std::path::{Path, PathBuf};

use super::StoreError;

/// The database to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A SQLite file; made when it does not exist.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL database.
    Postgres(String),
}

impl Target {
    /// Reads `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// For any other address.
    pub fn parse(address: &str) -> Result<Target, StoreError> {
        if let Some(path) = address.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() {
                return Ok(Target::Sqlite(PathBuf::from(path)));
            }
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Ok(Target::Postgres(address.to_owned()));
        }
        Err(StoreError::Address(address.to_owned()))
    }

    /// The SQLite file in a data folder.
    pub fn in_folder(folder: &Path) -> Target {
        Target::Sqlite(folder.join("pencilmark.db"))
    }

    /// The place in words, without a password.
    pub fn words(&self) -> String {
        match self {
            Target::Sqlite(path) => path.display().to_string(),
            Target::Postgres(url) => match (url.split_once("://"), url.rsplit_once('@')) {
                (Some((scheme, _)), Some((_, place))) => format!("{scheme}://…@{place}"),
                _ => url.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_file_or_a_server() {
        assert_eq!(Target::parse("sqlite:data/p.db").expect("file"), Target::Sqlite("data/p.db".into()));
        assert_eq!(Target::parse("sqlite:///var/p.db").expect("file"), Target::Sqlite("/var/p.db".into()));
        assert!(matches!(Target::parse("postgres://u@h/db").expect("server"), Target::Postgres(_)));
        assert!(Target::parse("mysql://x").is_err());
    }

    #[test]
    fn a_password_is_not_shown() {
        let target = Target::parse("postgres://anna:secret@hall/pencil").expect("server");
        assert_eq!(target.words(), "postgres://…@hall/pencil");
    }
}
