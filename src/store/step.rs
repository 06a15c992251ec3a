//! How far something new stands from what was made before it.

use super::StoreError;

/// What is added to the greatest number so far for the number of something new: anything from 1 to 2³², as the operating
/// system draws it.
///
/// These numbers stand in addresses and forms. They go up, so that they keep the order in which things were made; and by
/// steps that nobody can guess, so that whoever has one knows of its neighbours no more than that each is one of four
/// thousand million. A step is 2³¹ on average, so a number tells roughly how many were made before it, and two million
/// things stay below 2⁵³, up to where JavaScript, R and SPSS can tell one whole number from the next.
///
/// # Errors
/// Where the operating system gives no randomness.
pub(super) fn step() -> Result<i64, StoreError> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes)?;
    Ok(i64::from(u32::from_be_bytes(bytes)) + 1)
}
