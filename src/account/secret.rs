//! What opens something to whoever has it: a sign-in's cookie, a one-time link, a funder's link. It goes out
//! once; only its digest is kept, so that a copy of the database opens nothing.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::system::hex;

/// 256 random bits, as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// From random bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Secret {
        Secret(hex(&bytes))
    }

    /// Reads one that came back; `None` for what is none.
    pub fn parse(text: &str) -> Option<Secret> {
        let fits = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Secret(text.to_owned()))
    }

    /// As it goes out.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is kept. The secret has 256 bits of chance, so a plain hash cannot be worked back.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }

    /// What the forms of a sign-in carry: only pages made for it know it, and it opens nothing itself.
    pub fn for_forms(&self) -> String {
        let mut digest = hex(&Sha256::new().chain_update("forms ").chain_update(&self.0).finalize());
        digest.truncate(32);
        digest
    }
}

/// Never printed by accident.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_back_as_itself_and_is_kept_as_something_else() {
        let secret = Secret::from_bytes([0xa5; 32]);
        assert!(Secret::parse(secret.as_str()).is_some_and(|read| read == secret));
        assert!(!secret.digest().contains("a5a5") && !secret.for_forms().contains("a5a5"));
        assert_eq!(format!("{secret:?}"), "Secret");
        for wrong in ["", "A5", &"g".repeat(64), &"A".repeat(64)] {
            assert!(Secret::parse(wrong).is_none(), "{wrong}");
        }
    }
}
