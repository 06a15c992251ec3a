//! How long a sign-in lasts.

const MINUTE_US: i64 = 60 * 1_000_000;

/// Unused, it ends after this: a leader's page stays open through a whole session without a press.
pub const IDLE_US: i64 = 120 * MINUTE_US;

/// Used or not, it ends after this: nobody is signed in overnight.
pub const LONGEST_US: i64 = 12 * 60 * MINUTE_US;

/// Between the password and the six digits of the second step.
pub const HALF_WAY_US: i64 = 5 * MINUTE_US;

/// A sign-in as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Digest of the secret in its cookie.
    pub digest: String,
    /// Whose.
    pub account: i64,
    /// The password was right, and the second step is still to come: it opens nothing.
    pub half_way: bool,
    /// When it began, microseconds since 1970.
    pub begun_us: i64,
    /// When it was last used.
    pub used_us: i64,
    /// The browser, as it calls itself.
    pub browser: String,
}

impl SignIn {
    /// Whether it still stands.
    pub fn stands(&self, now_us: i64) -> bool {
        let age = now_us - self.begun_us;
        let longest = if self.half_way { HALF_WAY_US } else { LONGEST_US };
        age < longest && now_us - self.used_us < IDLE_US
    }

    /// Whether its last use is to be written down again; not at every request.
    pub fn is_worth_noting(&self, now_us: i64) -> bool {
        now_us - self.used_us > MINUTE_US
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(begun_us: i64, used_us: i64, half_way: bool) -> SignIn {
        SignIn { digest: String::new(), account: 1, half_way, begun_us, used_us, browser: String::new() }
    }

    #[test]
    fn a_sign_in_ends_two_hours_after_its_last_use_and_twelve_hours_after_its_first() {
        assert!(at(0, 0, false).stands(IDLE_US - 1));
        assert!(!at(0, 0, false).stands(IDLE_US));
        assert!(at(0, LONGEST_US - 10, false).stands(LONGEST_US - 1));
        assert!(!at(0, LONGEST_US - 10, false).stands(LONGEST_US));
    }

    #[test]
    fn half_way_it_lasts_five_minutes() {
        assert!(at(0, 0, true).stands(HALF_WAY_US - 1) && !at(0, 0, true).stands(HALF_WAY_US));
    }
}
