//! Which of two answers came later.

/// A number that grows with time: a whole number as it is, an ISO date by its digits.
pub(super) fn order_of(text: &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for &byte in text {
        if !byte.is_ascii_digit() {
            return of_date(text);
        }
        number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
    }
    (1..=19).contains(&text.len()).then_some(number)
}

/// Year to microsecond, as far as given.
fn of_date(text: &[u8]) -> Option<u64> {
    const DIGITS: u32 = 17;
    let date = text.len() >= 10 && text[..4].iter().all(u8::is_ascii_digit) && text[4] == b'-' && text[7] == b'-';
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).take(DIGITS as usize);
    let (value, count) = digits.fold((0_u64, 0_u32), |(value, count), b| (value * 10 + u64::from(b - b'0'), count + 1));
    date.then(|| value * 10_u64.pow(DIGITS - count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_is_greater() {
        for (earlier, later) in [
            ("9", "10"),
            ("1714521600", "1714521601"),
            ("2024-05-01", "2024-05-02"),
            ("2024-05-01", "2024-05-01T09:30"),
            ("2024-05-01 09:30:00", "2024-05-01 09:30:01"),
        ] {
            assert!(order_of(earlier.as_bytes()) < order_of(later.as_bytes()), "{earlier} {later}");
        }
        for text in ["", "soon", "1/5/2024", "99999999999999999999"] {
            assert_eq!(order_of(text.as_bytes()), None, "{text}");
        }
    }
}
