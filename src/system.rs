//! What the operating system says, in words for the person who has to mend it.

use std::io;

/// Why a file or folder could not be read or written, as half a sentence without the system's own number.
pub fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is nothing of that name".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not do that; its rights decide".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of its path is a file, not a folder".to_owned(),
        io::ErrorKind::InvalidData => "it is not plain text in UTF-8; save it as text".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk can only be read".to_owned(),
        io::ErrorKind::ConnectionRefused => "nothing answers there; is it running, and is the port right?".to_owned(),
        io::ErrorKind::TimedOut => "it did not answer in time".to_owned(),
        _ => without_number(&error.to_string()).to_owned(),
    }
}

fn without_number(said: &str) -> &str {
    said.split(" (os error ").next().unwrap_or(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_own_numbers_are_left_out() {
        assert_eq!(why(&io::Error::from_raw_os_error(2)), "there is nothing of that name");
        assert_eq!(why(&io::Error::from_raw_os_error(5)), "Input/output error");
    }
}
