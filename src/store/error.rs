//! What can go wrong with the database, in words for the person who runs the server.

use std::path::PathBuf;

use thiserror::Error;

/// What can go wrong with the database.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The address is not one of a database we know.
    #[error("“{0}” is not a database address. Use sqlite:PATH or postgres://USER@HOST/NAME.")]
    Address(String),
    /// The file is something else.
    #[error(
        "{0} is not a database of ours: its contents are something else. Point --data or PENCILMARK_DATABASE elsewhere; the file was not changed."
    )]
    NotADatabase(PathBuf),
    /// A file stands where a folder should be.
    #[error("{0} is a file, and the data are kept in a folder. Name a folder with --data; the file was not changed.")]
    NotAFolder(PathBuf),
    /// The file or its folder cannot be written.
    #[error(
        "{path} cannot be opened for writing: {reason}. Check that the folder exists and belongs to the user who runs Pencilmark."
    )]
    CannotWrite {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The server does not answer or refuses us.
    #[error("The PostgreSQL server could not be used: {0}")]
    Server(String),
    /// The database was upgraded by a newer Pencilmark, or a migration was changed.
    #[error("The database does not fit this version of Pencilmark: {0}. Nothing was changed.")]
    Migration(String),
    /// A setting that keeps answers safe does not hold.
    #[error(
        "The database does not keep its promises: {name} is {found}, but must be {wanted}. Pencilmark does not start, because answers could be lost."
    )]
    Setting {
        /// The setting.
        name: &'static str,
        /// What was read back.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A name or key is in use.
    #[error("That name is taken.")]
    Taken,
    /// What was to be changed is not what whoever changes it looked at.
    #[error("Somebody else changed this in the meantime. Nothing was changed.")]
    Overtaken,
    /// A target changes while answers are in, and nobody says why.
    #[error("Answers are in: a target is changed with a reason. Nothing was changed.")]
    ReasonDue,
    /// Nobody would be left who can let anybody in.
    #[error("There must be an administrator who can sign in.")]
    LastAdministrator,
    /// `backup` was asked for on PostgreSQL.
    #[error("A PostgreSQL database is copied with pg_dump; `pencilmark backup` copies SQLite files.")]
    BackupOfPostgres,
    /// The copy's file exists.
    #[error("{0} exists already; a copy never overwrites. Choose another name.")]
    BackupExists(PathBuf),
    /// The list of what was taken out, beside the database, cannot be read or written.
    #[error(
        "The list of withdrawn answers at {path} cannot be used: {reason}. Nothing was taken out; mend the file's rights and try again."
    )]
    ErasureList {
        /// The list.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Somebody keeps them from being deleted for now.
    #[error(
        "These answers are kept from being deleted for now: the page on how long answers are kept says why. Nothing was taken out."
    )]
    Held,
    /// The operating system gave no randomness.
    #[error("The operating system gave no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The copy to restore is not there.
    #[error("There is no file at {0}. Nothing was changed.")]
    NoCopy(PathBuf),
    /// Another program has the database open.
    #[error("{0} is in use: stop Pencilmark first. Nothing was changed.")]
    InUse(PathBuf),
    /// The writer is gone: the server is shutting down after a fault.
    #[error("The database writer has stopped.")]
    Stopped,
    /// A stored row does not read back; only a change from outside can do that.
    #[error("A stored {0} could not be read back.")]
    Unreadable(&'static str),
    /// Anything else the database said.
    #[error("The database said: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
            StoreError::Taken
        } else {
            StoreError::Database(error)
        }
    }
}
