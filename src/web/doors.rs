//! Every address there is, who it is for, and what the audit log says when it was used. An address that
//! is not in this table is closed: `tests/doors.rs` holds the table against the routes in the source, and
//! tries every door as every role, at home and at the neighbours'.
//!
//! Where an address is stands in the address: `{programme}`, `{project}` or `{session}`, by these names.
//! What lies below is walled with it, so a part of a session is `/sessions/{session}/…`. An address that
//! is in none of the three is about everything here, or looks at what was posted by itself.

use crate::account::Role;
use crate::store::WITHDRAWN;

/// Who an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Families, and the tablets they hold: anybody in the hall.
    Everybody,
    /// Everybody, but the team sees another page there.
    Both,
    /// Whoever is about to sign in, or has a link: as everybody, but forms must come from our own pages.
    Guest,
    /// Those of the team who have one of these roles, for what they reach.
    Team(&'static [Role]),
}

/// One method of one route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// `GET`, `POST`, `PUT`.
    pub method: &'static str,
    /// The route as the router has it.
    pub route: &'static str,
    /// Who it is for.
    pub whom: For,
    /// Whether those who reach only some projects of a programme may see it; it then shows them only these.
    pub in_part: bool,
    /// What the audit log says once it was used; nothing where nothing was changed or handed out.
    pub deed: Option<&'static str>,
}

impl Door {
    /// Whether it is closed to families.
    pub fn is_for_team(&self) -> bool {
        matches!(self.whom, For::Team(_))
    }
}

/// Who runs this Pencilmark.
const RUN: &[Role] = &[Role::Administrator];
/// Who looks after projects.
const MANAGE: &[Role] = &[Role::Administrator, Role::Manager];
/// Who runs sessions, besides.
const LEAD: &[Role] = &[Role::Administrator, Role::Manager, Role::Leader];
/// Who reads what changed.
const READ: &[Role] = &[Role::Administrator, Role::Manager, Role::Evaluator];
/// Who may have answers row by row.
const ROWS: &[Role] = &[Role::Administrator, Role::Evaluator];
/// Who reads what the funder reads.
const FUND: &[Role] = &[Role::Administrator, Role::Evaluator, Role::Funder];
/// Who works with families or figures: everybody but the funder.
const WORK: &[Role] = &[Role::Administrator, Role::Manager, Role::Leader, Role::Evaluator];

/// Everybody who has signed in.
const TEAM: &[Role] = &Role::ALL;

const fn family(method: &'static str, route: &'static str) -> Door {
    Door { method, route, whom: For::Everybody, in_part: false, deed: None }
}

const fn guest(method: &'static str, route: &'static str) -> Door {
    Door { whom: For::Guest, ..family(method, route) }
}

const fn look(route: &'static str, roles: &'static [Role]) -> Door {
    Door { method: "GET", route, whom: For::Team(roles), in_part: false, deed: None }
}

const fn look_in_part(route: &'static str, roles: &'static [Role]) -> Door {
    Door { in_part: true, ..look(route, roles) }
}

const fn hand_out(route: &'static str, roles: &'static [Role], deed: &'static str) -> Door {
    Door { deed: Some(deed), ..look(route, roles) }
}

const fn hand_out_in_part(route: &'static str, roles: &'static [Role], deed: &'static str) -> Door {
    Door { in_part: true, ..hand_out(route, roles, deed) }
}

const fn change(route: &'static str, roles: &'static [Role], deed: &'static str) -> Door {
    Door { method: "POST", ..hand_out(route, roles, deed) }
}

/// Every door.
pub const DOORS: &[Door] = &[
    Door { whom: For::Both, ..family("GET", "/") },
    Door { whom: For::Both, ..family("GET", "/privacy") },
    family("GET", "/static/{hash}/{*name}"),
    family("GET", "/audio/{file}"),
    family("GET", "/sw.js"),
    family("GET", "/trust"),
    family("GET", "/trust/authority.crt"),
    family("GET", "/card"),
    family("POST", "/card"),
    family("POST", "/card/session"),
    family("GET", "/card/withdrawal"),
    family("POST", "/card/withdrawal"),
    family("GET", "/c/{code}"),
    family("GET", "/s/{key}"),
    family("POST", "/s/{key}"),
    family("GET", "/s/{key}/pass"),
    family("GET", "/s/{key}/kit"),
    family("POST", "/s/{key}/pairing"),
    family("POST", "/s/{key}/card"),
    family("GET", "/s/{key}/home"),
    family("POST", "/s/{key}/home"),
    family("GET", "/s/{key}/withdrawal"),
    family("POST", "/s/{key}/withdrawal"),
    family("PUT", "/r/{id}"),
    family("POST", "/r/{id}"),
    family("PUT", "/r/{id}/withdrawal"),
    family("PUT", "/no/{id}"),
    family("POST", "/beat"),
    guest("GET", "/sign-in"),
    guest("POST", "/sign-in"),
    guest("GET", "/sign-in/second-step"),
    guest("POST", "/sign-in/second-step"),
    guest("GET", "/welcome/{secret}"),
    guest("POST", "/welcome/{secret}"),
    guest("GET", "/funder/{secret}"),
    guest("GET", "/funder/{secret}/page.pdf"),
    change("/sign-out", TEAM, "Signed out"),
    look("/account", TEAM),
    change("/account/password", TEAM, "Changed their password"),
    look("/account/second-step", TEAM),
    change("/account/second-step", TEAM, "Turned their second step on"),
    change("/account/second-step/removal", TEAM, "Turned their second step off"),
    change("/account/sign-ins/end", TEAM, "Signed out everywhere else"),
    look("/people", RUN),
    look("/people/first", RUN),
    change("/people/first", RUN, "Set sign-in up"),
    look("/people/new", RUN),
    change("/people", RUN, "Added somebody to the team"),
    look("/people/{person}", RUN),
    change("/people/{person}", RUN, "Changed what somebody may do"),
    change("/people/{person}/link", RUN, "Made a link for a new password"),
    change("/people/{person}/closure", RUN, "Took somebody off the team"),
    change("/people/{person}/reopening", RUN, "Took somebody back on the team"),
    look("/programmes/new", RUN),
    change("/programmes", RUN, "Added a programme"),
    look_in_part("/programmes/{programme}", WORK),
    change("/programmes/{programme}", MANAGE, "Changed a programme"),
    look("/programmes/{programme}/edit", MANAGE),
    change("/programmes/{programme}/areas", MANAGE, "Added an area"),
    change("/programmes/{programme}/organisations", MANAGE, "Added an organisation"),
    look("/programmes/{programme}/projects/new", MANAGE),
    change("/programmes/{programme}/projects", MANAGE, "Added a project"),
    look_in_part("/programmes/{programme}/report", READ),
    hand_out_in_part("/programmes/{programme}/report.pdf", READ, "Downloaded the report as a PDF"),
    look("/programmes/{programme}/report/texts", READ),
    change("/programmes/{programme}/report/texts", READ, "Changed the texts of a report"),
    look("/programmes/{programme}/report/learning", READ),
    change("/programmes/{programme}/report/learning", READ, "Added to the learning log"),
    change("/programmes/{programme}/report/learning/{lesson}/removal", READ, "Took an entry out of the learning log"),
    look("/programmes/{programme}/report/costs", READ),
    change("/programmes/{programme}/report/costs", READ, "Changed what a programme cost"),
    look("/programmes/{programme}/report/quotes", ROWS),
    change("/programmes/{programme}/report/quotes", ROWS, "Wrote a quote down"),
    change("/programmes/{programme}/report/quotes/typed", ROWS, "Took up what families typed"),
    change("/programmes/{programme}/report/quotes/{quote}", ROWS, "Moved a quote on, or out"),
    look("/programmes/{programme}/report/sign-off", READ),
    change("/programmes/{programme}/report/sign-off", READ, "Signed a report off"),
    look("/programmes/{programme}/funder", FUND),
    hand_out("/programmes/{programme}/funder.pdf", FUND, "Downloaded the funder’s page as a PDF"),
    look("/programmes/{programme}/funder/links", ROWS),
    change("/programmes/{programme}/funder/links", ROWS, "Made a link for the funder"),
    change("/programmes/{programme}/funder/links/{link}/revocation", ROWS, "Took a funder’s link back"),
    look("/programmes/{programme}/downloads", ROWS),
    hand_out("/programmes/{programme}/downloads/{file}", ROWS, "Downloaded answers row by row"),
    look("/programmes/{programme}/downloads/{file}/progress", ROWS),
    look("/programmes/{programme}/retention", MANAGE),
    change("/programmes/{programme}/retention", RUN, "Set how long answers are kept"),
    change("/programmes/{programme}/hold", RUN, "Kept a programme from being deleted"),
    change("/programmes/{programme}/protections/{protection}/end", MANAGE, "Let what was protected go again"),
    look("/programmes/{programme}/data-protection", MANAGE),
    change("/programmes/{programme}/data-protection", MANAGE, "Wrote down the lawful basis"),
    change("/programmes/{programme}/complaints", MANAGE, "Noted a complaint"),
    look("/programmes/{programme}/complaints/{complaint}", MANAGE),
    change("/programmes/{programme}/complaints/{complaint}", MANAGE, "Changed what is noted of a complaint"),
    hand_out("/programmes/{programme}/safeguarding", MANAGE, "Opened what families wrote"),
    change("/programmes/{programme}/safeguarding", MANAGE, "Named who reads what families write"),
    change("/programmes/{programme}/safeguarding/read", MANAGE, "Marked what families wrote as read"),
    look("/projects/{project}", LEAD),
    change("/projects/{project}", MANAGE, "Changed a project"),
    look("/projects/{project}/edit", MANAGE),
    look("/projects/{project}/sessions/new", LEAD),
    change("/projects/{project}/sessions", LEAD, "Added a session"),
    look("/projects/{project}/cards", LEAD),
    change("/projects/{project}/cards", LEAD, "Made family cards"),
    hand_out("/projects/{project}/cards/{issued}", LEAD, "Opened a sheet of cards"),
    change("/projects/{project}/practice", LEAD, "Began or opened a practice session"),
    change("/sessions/{session}/practice/end", LEAD, "Ended a practice session"),
    look("/sessions/{session}", LEAD),
    change("/sessions/{session}", LEAD, "Changed a session"),
    look("/sessions/{session}/edit", LEAD),
    look("/sessions/{session}/board", LEAD),
    look("/sessions/{session}/live", LEAD),
    look("/sessions/{session}/now", LEAD),
    look("/sessions/{session}/families/{family}", LEAD),
    look("/sessions/{session}/tablets", LEAD),
    change("/sessions/{session}/tablets/{device}/own", LEAD, "Called a device a family’s own"),
    change("/sessions/{session}/tablets/{device}/ours", LEAD, "Called a device ours again"),
    change("/sessions/{session}/pairings/{pairing}", LEAD, "Paired a tablet"),
    change("/sessions/{session}/pairings/{pairing}/refusal", LEAD, "Refused to pair a tablet"),
    change("/sessions/{session}/pairings/{pairing}/end", LEAD, "Ended a tablet’s pairing"),
    look("/guide", WORK),
    look("/sessions/{session}/notes", LEAD),
    change("/sessions/{session}/notes", LEAD, "Noted a session’s day"),
    look("/sessions/{session}/closure", LEAD),
    change("/sessions/{session}/closure", LEAD, "Closed a session"),
    change("/sessions/{session}/collecting", LEAD, "Collected the tablets of a session"),
    change("/sessions/{session}/collecting/pause", LEAD, "Let families of a session go on"),
    change("/sessions/{session}/reopening", LEAD, "Opened a session again"),
    look("/sessions/{session}/permission", LEAD),
    change("/sessions/{session}/permission", LEAD, "Said how permission is given"),
    change(
        "/sessions/{session}/permission/unrecorded",
        LEAD,
        "Said how permission was given for answers without a record",
    ),
    look("/sessions/{session}/find", LEAD),
    look("/sessions/{session}/families/{family}/spare", LEAD),
    change("/sessions/{session}/families/{family}/spare", LEAD, "Tied a spare card to a family"),
    look("/sessions/{session}/links", LEAD),
    change("/sessions/{session}/links", LEAD, "Decided who is who"),
    change("/sessions/{session}/links/undo", LEAD, "Took a decision on who is who back"),
    look("/sessions/{session}/paper", LEAD),
    look("/sessions/{session}/paper/{survey}/{wave}", LEAD),
    change("/sessions/{session}/paper/{survey}/{wave}", LEAD, "Made sheets of paper for cards"),
    look("/sessions/{session}/keying/{survey}/{wave}", LEAD),
    change("/sessions/{session}/keying/{survey}/{wave}", LEAD, "Keyed in a paper questionnaire"),
    look("/sessions/{session}/keying/{survey}/{wave}/again", LEAD),
    change("/sessions/{session}/keying/{survey}/{wave}/again", LEAD, "Keyed in a paper questionnaire again"),
    look("/sessions/{session}/afters", LEAD),
    change("/sessions/{session}/afters", LEAD, "Started the afters"),
    change("/sessions/{session}/afters/pause", LEAD, "Took the start of the afters back"),
    look("/troubles", RUN),
    change("/sample", RUN, "Loaded the sample data"),
    change("/sample/removal", RUN, "Took the sample data away"),
    look("/rescue", LEAD),
    change("/rescue", LEAD, "Took in a tablet’s file"),
    look("/rights", LEAD),
    change("/rights", LEAD, "Looked up what is kept under a card"),
    change("/rights/answers", MANAGE, "Showed a family’s answers"),
    change("/rights/copy", MANAGE, "Downloaded everything kept under a card"),
    change("/rights/protection", MANAGE, "Protected a family’s answers"),
    change("/rights/withdrawal", LEAD, WITHDRAWN),
    look("/audit", RUN),
];

/// The door of a route, by the method it is asked with.
pub fn door(method: &str, route: &str) -> Option<&'static Door> {
    DOORS.iter().find(|door| door.route == route && door.method == method)
}

/// Whether an address is a page of the team that only shows something: where somebody may be led after
/// signing in. Anything else, and above all another site, is not.
pub fn is_page(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let fits = |route: &str| {
        let (named, given): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
        named.len() == given.len()
            && named
                .iter()
                .zip(&given)
                .all(|(name, given)| name == given || (name.starts_with('{') && !given.is_empty()))
    };
    let shows = |door: &&Door| door.method == "GET" && door.is_for_team() && door.deed.is_none();
    path.chars().all(plain) && DOORS.iter().filter(shows).any(|door| fits(door.route))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere_after_signing_in() {
        for page in ["/people", "/programmes/1", "/programmes/7/report", "/sessions/abcd2346"] {
            assert!(is_page(page), "{page}");
        }
        for elsewhere in [
            "/evil.example",
            "/\\evil.example",
            "evil.example",
            "javascript:alert(1)",
            "/people?next=x",
            "",
            "/people/../sign-out",
            "/%2f%2fevil.example",
            "/programmes//report",
            "/programmes/1/downloads/long.csv",
            "/sign-out",
            "/no/such/page",
            "/people\r\nX: y",
        ] {
            assert!(!is_page(elsewhere), "{elsewhere}");
        }
    }
}
