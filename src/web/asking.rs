//! Who of the team asks, for the length of one request. The gate says it once; the frame of every page and
//! whatever shows each member only their own part hear it here, without being handed it through every call.

use std::future::Future;

use crate::account::{Hold, Member, Spot};

use super::doors::{self, For};

/// Who asks, and what comes with it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who.
    pub member: Member,
    /// What the forms of their pages carry.
    pub form_token: String,
    /// Digest of the sign-in; none while there is no account.
    pub sign_in: Option<String>,
}

tokio::task_local! {
    static ASKING: Option<Asked>;
}

/// Runs `answer` for whoever asks.
pub async fn scope<F: Future>(asked: Option<Asked>, answer: F) -> F::Output {
    ASKING.scope(asked, answer).await
}

/// Who asks; nobody of the team on pages for everybody, and outside of a request.
pub fn member() -> Option<Member> {
    ASKING.try_with(|asked| asked.as_ref().map(|asked| asked.member.clone())).unwrap_or_default()
}

/// Who asks, by name.
pub fn name() -> String {
    member().map_or_else(|| "somebody who is not signed in".to_owned(), |member| member.name)
}

/// Who asks, with what came with it.
pub fn asked() -> Option<Asked> {
    ASKING.try_with(Clone::clone).unwrap_or_default()
}

/// The digest of their sign-in.
pub fn sign_in() -> Option<String> {
    ASKING.try_with(|asked| asked.as_ref()?.sign_in.clone()).unwrap_or_default()
}

/// How much of a spot they reach.
pub fn reach(spot: &Spot) -> Hold {
    member().map_or(Hold::Nothing, |member| member.reach.of(spot))
}

/// Whether they would be let through a door, so that a page offers nobody what they cannot have. The gate
/// is what keeps them out. Where nobody asks, as in a test of a page by itself, everything is offered.
pub fn may(method: &str, route: &str, spot: Option<&Spot>) -> bool {
    let Some(member) = member() else { return true };
    let Some(door) = doors::door(method, route) else { return false };
    let For::Team(roles) = door.whom else { return true };
    let reached = spot.is_none_or(|spot| match member.reach.of(spot) {
        Hold::Whole => true,
        Hold::Part => door.in_part,
        Hold::Nothing => false,
    });
    roles.contains(&member.role) && reached
}
