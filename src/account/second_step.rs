//! The second step: six digits from a telephone, new every thirty seconds (RFC 6238).

use totp_rs::{Builder, Secret as Key, Totp};

use crate::system::in_address;

/// What a telephone and the server both know: 160 bits, in base 32 as telephones want it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondStep(String);

impl SecondStep {
    /// From random bytes.
    pub fn from_bytes(bytes: [u8; 20]) -> SecondStep {
        SecondStep(Key::from(bytes).to_base32())
    }

    /// Reads a stored one; `None` where there is none.
    pub fn parse(text: &str) -> Option<SecondStep> {
        (!text.is_empty() && Key::try_from_base32(text).is_ok()).then(|| SecondStep(text.to_owned()))
    }

    /// As it is stored, and typed into a telephone that cannot read the picture.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the picture holds.
    pub fn address(&self, name: &str) -> String {
        let name = in_address(name);
        format!("otpauth://totp/Pencilmark:{name}?secret={}&issuer=Pencilmark", self.0)
    }

    /// The step that these digits belong to, this one or a neighbour. It must be newer than the last one used.
    pub fn check(&self, digits: &str, now_s: u64) -> Option<i64> {
        let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.totp()?.check(&digits, now_s).and_then(|step| i64::try_from(step).ok())
    }

    fn totp(&self) -> Option<Totp> {
        Builder::new().with_secret(Key::try_from_base32(&self.0).ok()?).with_skew(1).build().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 6238's appendix B, `12345678901234567890`.
    fn known() -> SecondStep {
        SecondStep::from_bytes(*b"12345678901234567890")
    }

    #[test]
    fn digits_are_those_of_the_standard() {
        // Appendix B gives eight digits; telephones show the last six.
        for (now_s, digits) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(known().check(digits, now_s), i64::try_from(now_s / 30).ok(), "at {now_s}");
        }
        assert_eq!(known().check(" 287 082 ", 89), Some(1), "typed with spaces, half a minute late");
    }

    #[test]
    fn old_wrong_and_odd_digits_are_refused() {
        for (now_s, digits) in [(150, "287082"), (59, "287083"), (59, ""), (59, "٢٨٧٠٨٢"), (59, "0287082")] {
            assert_eq!(known().check(digits, now_s), None, "{digits} at {now_s}");
        }
    }

    #[test]
    fn a_name_cannot_change_what_the_picture_says() {
        let address = known().address("a?secret=X&b");
        assert!(
            address
                .starts_with("otpauth://totp/Pencilmark:a%3Fsecret%3DX%26b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"),
            "{address}"
        );
    }
}
