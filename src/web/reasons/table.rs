//! For each deed whether it has to be told why, asks so in its own words, or needs no reason beside itself.

use crate::store::WITHDRAWN;
use crate::web::sign_in::{WRONG_DIGITS, WRONG_PASSWORD};

/// When a deed has to say why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Whenever it is done; in a programme, but with sample data: they count nowhere.
    Always,
    /// Whenever a file or a link of a programme is handed out, but with sample data.
    Real,
    /// Once somebody answered at the session that the address names, but not until its day is over while it is open: its
    /// leader has families before them.
    AnsweredAndOver,
    /// Once a session is closed and its day is over.
    Over,
    /// The same where something was noted of its day.
    Noted,
    /// Once days stand until which a programme's answers are kept, and there are any.
    Days,
    /// Once a ground of the law stands on which there are answers.
    Ground,
    /// Once somebody is named to read what families write, and there are answers.
    Reader,
    /// Once a complaint was closed.
    Settled,
    /// Once the programme's report was signed off, also when its answers have gone.
    SignedOff,
    /// Where a quote that was approved goes anywhere but into print.
    Approved,
}

/// How a deed comes to its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It has to be told.
    Must(When),
    /// Its form asks in a field of its own, and says by itself when it is due. In words: where it may stay empty.
    Own(&'static str),
    /// It needs none. In words: why not.
    Stands(&'static str),
}

use Reason::{Must, Own, Stands};

const ADDED: Reason = Stands("it was added");
const WAITING: Reason = Stands("families were waiting");
const SIGN_IN: Reason = Stands("their own sign-in");
const MADE_UP: Reason = Stands("it counts nowhere");
const FAMILY: Reason = Stands("the family did it themselves");
const ANSWERS: Reason = Stands("a questionnaire came in");
const GROUPS: Reason = Stands("it tells of groups alone");
const UNANSWERED: Reason = Own("nobody had answered yet, or they are sample data");
/// What asks in its own words, and always.
const ASKS: Reason = Own("");

/// Every deed: what may change something, and what hands something out. What only shows is in no row.
pub const REASONS: &[(&str, &str, Reason)] = &[
    // Of the team, and of those who look at a programme.
    ("POST", "/sign-out", SIGN_IN),
    ("POST", "/account/password", SIGN_IN),
    ("POST", "/account/second-step", SIGN_IN),
    ("POST", "/account/second-step/removal", SIGN_IN),
    ("POST", "/account/sign-ins/end", SIGN_IN),
    ("POST", "/people/first", Stands("the first account")),
    ("POST", "/people", Stands("they joined the team")),
    ("POST", "/people/{person}", Must(When::Always)),
    ("POST", "/people/{person}/link", Must(When::Always)),
    ("POST", "/people/{person}/closure", Must(When::Always)),
    ("POST", "/people/{person}/reopening", Must(When::Always)),
    ("POST", "/programmes/{programme}/funder/links", Must(When::Real)),
    ("POST", "/programmes/{programme}/funder/links/{link}/revocation", Must(When::Always)),
    ("GET", "/programmes/{programme}/funder.pdf", GROUPS),
    ("GET", "/programmes/{programme}/report.pdf", GROUPS),
    ("GET", "/programmes/{programme}/downloads/{file}", Must(When::Real)),
    // What a programme, a project and a session are set to.
    ("POST", "/programmes", ADDED),
    ("POST", "/programmes/{programme}", UNANSWERED),
    ("POST", "/programmes/{programme}/areas", ADDED),
    ("POST", "/programmes/{programme}/organisations", ADDED),
    ("POST", "/programmes/{programme}/projects", ADDED),
    ("POST", "/projects/{project}", UNANSWERED),
    ("POST", "/projects/{project}/sessions", ADDED),
    ("POST", "/projects/{project}/cards", ADDED),
    ("GET", "/projects/{project}/cards/{issued}", Stands("families are given their cards")),
    ("POST", "/projects/{project}/practice", MADE_UP),
    ("POST", "/sessions/{session}/practice/end", MADE_UP),
    ("POST", "/sample", MADE_UP),
    ("POST", "/sample/removal", MADE_UP),
    ("POST", "/sessions/{session}", Must(When::AnsweredAndOver)),
    ("POST", "/sessions/{session}/permission", Must(When::AnsweredAndOver)),
    ("POST", "/sessions/{session}/notes", Must(When::Noted)),
    ("POST", "/sessions/{session}/reopening", Must(When::Over)),
    ("POST", "/sessions/{session}/closure", Own("every tablet was safe")),
    // What is pressed in the hall.
    ("POST", "/sessions/{session}/tablets/{device}/own", WAITING),
    ("POST", "/sessions/{session}/tablets/{device}/ours", WAITING),
    ("POST", "/sessions/{session}/pairings/{pairing}", WAITING),
    ("POST", "/sessions/{session}/pairings/{pairing}/refusal", WAITING),
    ("POST", "/sessions/{session}/pairings/{pairing}/end", WAITING),
    ("POST", "/sessions/{session}/afters", WAITING),
    ("POST", "/sessions/{session}/afters/pause", WAITING),
    ("POST", "/sessions/{session}/collecting", WAITING),
    ("POST", "/sessions/{session}/collecting/pause", WAITING),
    ("POST", "/rescue", Stands("a tablet still held answers")),
    ("POST", "/sessions/{session}/paper/{survey}/{wave}", ADDED),
    ("POST", "/sessions/{session}/keying/{survey}/{wave}", ADDED),
    ("POST", "/sessions/{session}/keying/{survey}/{wave}/again", Own("what differs was looked at, or nothing did")),
    // Who is who, and whose answers count.
    ("POST", "/sessions/{session}/links", ASKS),
    ("POST", "/sessions/{session}/families/{family}/spare", ASKS),
    ("POST", "/sessions/{session}/links/undo", Must(When::AnsweredAndOver)),
    ("POST", "/sessions/{session}/permission/unrecorded", ASKS),
    // What the report is written from.
    ("POST", "/programmes/{programme}/report/texts", Must(When::SignedOff)),
    ("POST", "/programmes/{programme}/report/learning", Must(When::SignedOff)),
    ("POST", "/programmes/{programme}/report/learning/{lesson}/removal", Must(When::SignedOff)),
    ("POST", "/programmes/{programme}/report/costs", Must(When::SignedOff)),
    ("POST", "/programmes/{programme}/report/quotes", ADDED),
    ("POST", "/programmes/{programme}/report/quotes/typed", ADDED),
    ("POST", "/programmes/{programme}/report/quotes/{quote}", Must(When::Approved)),
    ("POST", "/programmes/{programme}/report/sign-off", Stands("they say that it is final")),
    // What families may ask, and how long answers are kept.
    ("POST", "/programmes/{programme}/retention", Must(When::Days)),
    ("POST", "/programmes/{programme}/hold", ASKS),
    ("POST", "/programmes/{programme}/protections/{protection}/end", ASKS),
    ("POST", "/programmes/{programme}/data-protection", Must(When::Ground)),
    ("POST", "/programmes/{programme}/complaints", Stands("a complaint had come")),
    ("POST", "/programmes/{programme}/complaints/{complaint}", Must(When::Settled)),
    ("GET", "/programmes/{programme}/safeguarding", Stands("they read what families write")),
    ("POST", "/programmes/{programme}/safeguarding", Must(When::Reader)),
    ("POST", "/programmes/{programme}/safeguarding/read", Stands("every text is read")),
    ("POST", "/rights", Stands("the family’s card was there")),
    ("POST", "/rights/answers", Must(When::Always)),
    ("POST", "/rights/copy", Must(When::Always)),
    ("POST", "/rights/protection", ASKS),
    ("POST", "/rights/withdrawal", ASKS),
    // What families, tablets, and whoever signs in do themselves: no why is asked of them, whatever comes.
    ("POST", "/card", FAMILY),
    ("POST", "/card/session", FAMILY),
    ("POST", "/card/withdrawal", FAMILY),
    ("POST", "/s/{key}", FAMILY),
    ("POST", "/s/{key}/card", FAMILY),
    ("POST", "/s/{key}/home", FAMILY),
    ("POST", "/s/{key}/withdrawal", FAMILY),
    ("POST", "/s/{key}/pairing", WAITING),
    ("PUT", "/r/{id}", ANSWERS),
    ("POST", "/r/{id}", ANSWERS),
    ("PUT", "/r/{id}/withdrawal", FAMILY),
    ("PUT", "/no/{id}", FAMILY),
    ("POST", "/beat", ANSWERS),
    ("POST", "/sign-in", SIGN_IN),
    ("POST", "/sign-in/second-step", SIGN_IN),
    ("POST", "/welcome/{secret}", SIGN_IN),
];

/// What is written down at no door of the team, by what the log says of it.
pub const ELSEWHERE: &[(&str, &str)] = &[
    (WRONG_PASSWORD, "it was refused"),
    (WRONG_DIGITS, "it was refused"),
    ("Opened the funder’s page by a link", "who has a link may look"),
    ("Downloaded the funder’s page as a PDF by a link", "who has a link may look"),
    (WITHDRAWN, "the family did it themselves"),
    ("Somebody stopped: what had come of it was emptied", "the family did it themselves"),
    ("Signed in", "their own sign-in"),
    ("Chose a password by a link", "their own sign-in"),
    ("Worked everything derived out again", "it changes no answer"),
];
