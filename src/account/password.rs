//! Passwords: which are taken, and how they are kept. No rules of composition and no expiry: length, and
//! nothing that everybody tries first (NIST SP 800-63B, OWASP ASVS 5.0 V6.2).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use thiserror::Error;

/// The fewest letters.
pub const SHORTEST: usize = 12;

/// The most. Longer ones are refused rather than cut.
pub const LONGEST: usize = 200;

/// Common passwords and what they are made of, sorted: see `common-passwords.md`.
const COMMON: &str = include_str!("common-passwords.txt");

/// RFC 9106's second choice in memory, in one lane: 64 MiB, three passes. On two cores of a small server a hash
/// takes some 220 ms, and two at a time are let in (`web/sign_in.rs`), so they hold 128 MiB at the most.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Weak {
    /// Too short.
    #[error("Use twelve letters or more. Three or four words that do not belong together are easy to keep in mind.")]
    Short,
    /// Longer than anybody types.
    #[error("Use two hundred letters at the most.")]
    Long,
    /// On every list, or a word on every list with figures around it.
    #[error("This is one of the passwords that are tried first. Add a word or two that nobody expects.")]
    Common,
    /// Figures alone, or a few letters over and over.
    #[error("Use more different letters.")]
    Plain,
    /// Their own name, or what the page is called.
    #[error("Do not use your name or the name of this page.")]
    Own,
}

/// Judges a password; `own` are words that anybody would try for this person.
///
/// # Errors
/// Where it is not to be taken, and why.
pub fn judge(password: &str, own: &[&str]) -> Result<(), Weak> {
    let letters = password.chars().count();
    if letters < SHORTEST {
        return Err(Weak::Short);
    }
    if letters > LONGEST {
        return Err(Weak::Long);
    }
    let small = password.to_lowercase();
    let core = small.trim_matches(|c: char| !c.is_alphabetic());
    let mut different: Vec<char> = small.chars().collect();
    different.sort_unstable();
    different.dedup();
    if core.is_empty() || different.len() < 5 {
        return Err(Weak::Plain);
    }
    if is_common(&small) || is_common(core) || is_common(unit_of(core)) {
        return Err(Weak::Common);
    }
    let is_own = |word: &&str| {
        let word = word.to_lowercase();
        word.chars().count() >= 4 && [core, unit_of(core), small.as_str()].contains(&word.as_str())
    };
    if own.iter().chain(&["pencilmark"]).any(is_own) {
        return Err(Weak::Own);
    }
    Ok(())
}

fn is_common(text: &str) -> bool {
    COMMON.lines().any(|line| line == text)
}

/// `passwordpassword` → `password`; anything else is its own unit.
fn unit_of(text: &str) -> &str {
    let lengths = (1..=text.len() / 2).filter(|n| text.len().is_multiple_of(*n) && text.is_char_boundary(*n));
    lengths.map(|n| &text[..n]).find(|unit| unit.repeat(text.len() / unit.len()) == text).unwrap_or(text)
}

/// A password could not be hashed: the machine has no 64 MiB left.
#[derive(Debug, Error)]
#[error("The password could not be worked on.")]
pub struct HashError;

/// Argon2id of a password, with all that is needed to check it, as `$argon2id$…`. The salt is random.
///
/// # Errors
/// Where there is no memory for it.
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, HashError> {
    let hash: PasswordHash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| HashError)?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed. Takes as long for a wrong one.
pub fn matches(password: &str, hash: &str) -> bool {
    let Ok(stored) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &stored).is_ok()
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| HashError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused_and_four_words_are_taken() {
        for (password, verdict) in [
            ("correct horse battery", Ok(())),
            ("Vier Hühner im Keller", Ok(())),
            ("gull-tractor-sock", Ok(())),
            ("elevenchars", Err(Weak::Short)),
            ("supernatural", Err(Weak::Common)),
            ("Password1234", Err(Weak::Common)),
            ("!!liverpool2026", Err(Weak::Common)),
            ("passwordpassword1", Err(Weak::Common)),
            ("123456789012", Err(Weak::Plain)),
            ("aaaaaaaaaaaaaa", Err(Weak::Plain)),
            ("abababababab", Err(Weak::Plain)),
            ("pencilmark2026", Err(Weak::Own)),
            ("AnnaBaker2026", Err(Weak::Own)),
            ("Weaverham-2026!", Err(Weak::Own)),
        ] {
            assert_eq!(judge(password, &["annabaker", "Weaverham"]), verdict, "{password}");
        }
        assert_eq!(judge(&"word ".repeat(50), &[]), Err(Weak::Long));
    }

    #[test]
    fn the_list_of_common_passwords_is_there() {
        assert!(COMMON.lines().count() > 9_000 && is_common("password") && !is_common("gull-tractor-sock"));
    }

    #[test]
    fn a_hash_is_argon2id_and_fits_its_password_alone() {
        let stored = hash("gull-tractor-sock", [7; 16]).expect("memory");
        assert!(stored.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{stored}");
        assert!(matches("gull-tractor-sock", &stored) && !matches("gull-tractor-sick", &stored));
        assert!(!matches("", "") && !matches("anything", "no hash"));
        assert_ne!(stored, hash("gull-tractor-sock", [8; 16]).expect("memory"), "another salt, another hash");
    }
}
