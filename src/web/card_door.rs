//! Where a card leads: to the session in the hall, or home to the after of the last one.

use crate::person::CardCode;
use crate::session::{
    Known, Occasion, Past, Project, Proposal, Session, Visit, days_between, is_open_at_home, propose_wave,
};
use crate::store::{FamilyMember, SessionPlace};

use super::family::find_session;
use super::{App, Error};

/// The session a card is at, and how.
pub enum CardDoor {
    /// In the hall.
    Hall(SessionPlace),
    /// At home, after it.
    Home(AtHome),
}

/// A family at home.
pub struct AtHome {
    /// The last session it came to.
    pub at: SessionPlace,
    /// Whether its after may still be answered.
    pub afters: bool,
}

impl CardDoor {
    /// The address where the family answers; a card never stands in one.
    pub fn address(&self) -> String {
        match self {
            CardDoor::Hall(at) => format!("/s/{}", at.session.key),
            CardDoor::Home(home) => home.address(),
        }
    }
}

impl AtHome {
    /// The address for home.
    pub fn address(&self) -> String {
        format!("/s/{}/home", self.at.session.key)
    }

    /// What people are asked.
    pub fn occasion(&self) -> Occasion {
        Occasion::Home { afters: self.afters }
    }
}

/// Where a card leads: today's open session of its project; else home, where anything is due there; else the
/// newest open session.
///
/// # Errors
/// Where the database fails.
pub async fn door_of_card(app: &App, card: &CardCode, project: &Project) -> Result<Option<CardDoor>, Error> {
    let mut sessions = app.store().open_sessions(project.id).await?;
    let today = app.today();
    let here = async |session: &Session| Ok(Some(CardDoor::Hall(find_session(app, &session.key).await?)));
    if let Some(session) = sessions.iter().find(|session| session.held_on == today) {
        return here(session).await;
    }
    let members = app.store().family(card).await?;
    if let Some(home) = at_home(app, card, &members).await? {
        return Ok(Some(CardDoor::Home(home)));
    }
    if sessions.is_empty() { Ok(None) } else { here(&sessions.swap_remove(0)).await }
}

/// The family at home after its last session, where anything is due or has just been answered there.
///
/// # Errors
/// Where the database fails.
pub async fn at_home(app: &App, card: &CardCode, members: &[FamilyMember]) -> Result<Option<AtHome>, Error> {
    let Some(session) = app.store().last_session(card).await? else { return Ok(None) };
    let (today, now_us) = (app.today(), app.now_us());
    let afters = is_open_at_home(&session, &today, now_us);
    let at = find_session(app, &session.key).await?;
    let is_due = |member: &FamilyMember| {
        let known = known(member, &at, &today);
        let past = Past { visits: &known.visits, attended: known.attended };
        matches!(propose_wave(Occasion::Home { afters }, &past), Proposal::Due(_))
    };
    // Within the two days a family also finds that everything is done.
    let open = members.iter().any(|member| is_due(member) || (afters && !member.visits.is_empty()));
    Ok(open.then_some(AtHome { at, afters }))
}

/// A person as the rules see them. Days are counted between the sessions' dates, so no clock of a tablet has a say in what
/// is asked.
pub fn known(member: &FamilyMember, at: &SessionPlace, today: &str) -> Known {
    let visits =
        member.visits.iter().map(|v| Visit { wave: v.wave, days_ago: days_between(&v.held_on, today) }).collect();
    Known { animal: member.animal, school_year: member.school_year, visits, attended: attended_before(member, at) }
}

/// Sessions somebody came to before this one.
pub fn attended_before(member: &FamilyMember, at: &SessionPlace) -> i64 {
    let others = member.sessions.iter().filter(|session| **session != at.session.id).count();
    i64::try_from(others).unwrap_or(i64::MAX)
}
