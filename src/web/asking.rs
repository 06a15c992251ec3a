//! Who of the team asks, for the length of one request. The gate says it once; the frame of every page and
//! whatever shows each member only their own part hear it here, without being handed it through every call.

use std::future::Future;

use crate::account::Member;

tokio::task_local! {
    static ASKING: Option<Member>;
}

/// Runs `answer` for this member.
pub async fn scope<F: Future>(member: Option<Member>, answer: F) -> F::Output {
    ASKING.scope(member, answer).await
}

/// Who asks; nobody of the team on pages for everybody, and outside of a request.
pub fn member() -> Option<Member> {
    ASKING.try_with(Clone::clone).unwrap_or_default()
}
