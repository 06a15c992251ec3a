//! What the operating system says, in words for the person who has to mend it.

use std::io;
use std::path::Path;

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

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text as it stands in an address, whatever letters it has.
pub fn in_address(text: &str) -> String {
    let escaped = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(escaped).collect()
}

/// Makes a folder, and those above it, that nobody else on this machine may look into. One that is there stays as it is.
///
/// # Errors
/// Where it cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Makes an empty file that nobody else on this machine may read, or takes others' rights on one that is there away.
/// Where that cannot be, whoever opens the file next says why it cannot be used.
pub fn make_private(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
        if made.is_err()
            && let Ok(found) = std::fs::metadata(file)
            && found.is_file()
            && found.permissions().mode() & 0o077 != 0
        {
            let _not_ours = std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600));
        }
    }
    #[cfg(not(unix))]
    let _rights_are_the_folder_s = file;
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
