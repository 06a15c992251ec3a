//! Who reads what a programme's families write, and what is said to the team where nobody does: a child's cry for help
//! must not wait for somebody who has left.

use maud::{Markup, html};

use crate::account::{Account, Hold, Member, Role, Spot};
use crate::session::{Programme, Session};
use crate::store::Unread;

use super::words::count;
use super::{App, Error, asking};

/// Who reads.
pub enum Reader {
    /// Whoever is named, can sign in and reaches the whole programme.
    Named(String),
    /// Whoever is at the machine, while nobody signs in.
    Machine,
    /// Nobody: none was named, or whoever was is off the team or may not see the programme any more.
    Nobody,
}

/// Whoever could be named: they run things, and reach the whole programme.
///
/// # Errors
/// Where the database fails.
pub async fn leads(app: &App, programme: &Programme) -> Result<Vec<Account>, Error> {
    let spot = whole(programme);
    let mut accounts = app.store().accounts().await?;
    accounts.retain(|account| {
        account.closed_us.is_none()
            && matches!(account.role, Role::Administrator | Role::Manager)
            && Member::from(account.clone()).reach.of(&spot) == Hold::Whole
    });
    Ok(accounts)
}

/// Who reads what families of a programme write.
///
/// # Errors
/// Where the database fails.
pub async fn reader(app: &App, programme: &Programme) -> Result<Reader, Error> {
    let Some(named) = app.store().safeguarding(programme.id).await? else { return Ok(Reader::Nobody) };
    if named.lead.is_none() && !app.has_accounts().await? {
        return Ok(Reader::Machine);
    }
    let mut leads = leads(app, programme).await?.into_iter();
    let lead = leads.find(|account| Some(account.id) == named.lead && account.has_password);
    Ok(lead.map_or(Reader::Nobody, |account| Reader::Named(account.name)))
}

/// What the programmes' page says to whoever can name somebody, where texts wait or may come and nobody reads them.
///
/// # Errors
/// Where the database fails.
pub async fn nobody_reads(app: &App, programme: &Programme, sessions: &[Session]) -> Result<Markup, Error> {
    if programme.sample || !may_name(programme) || !matches!(reader(app, programme).await?, Reader::Nobody) {
        return Ok(html! {});
    }
    let unread = app.store().unread(programme.id).await?;
    Ok(html! {
        @if unread.all > 0 || sessions.iter().any(Session::is_open) {
            p.notice role="status" {
                strong { (programme.name) ": " (waiting(unread)) }
                " " a href={ "/programmes/" (programme.id) "/safeguarding" } { "Name somebody" }
            }
        }
    })
}

fn waiting(unread: Unread) -> String {
    let texts = count(unread.all, "text that a family wrote waits", "texts that families wrote wait");
    match (unread.all, unread.raised) {
        (0, _) => "nobody who can sign in is named to read what families write.".to_owned(),
        (_, 0) => format!("{texts}, and nobody who can sign in is named to read."),
        (_, raised) => {
            format!("{texts}, {raised} with a word of the list, and nobody who can sign in is named to read.")
        }
    }
}

/// The same on an open session's own page, for whoever runs it.
///
/// # Errors
/// Where the database fails.
pub async fn nobody_reads_here(app: &App, programme: &Programme, session: &Session) -> Result<Markup, Error> {
    let real = !programme.sample && programme.practice_of.is_none() && session.is_open();
    if !real || !matches!(reader(app, programme).await?, Reader::Nobody) {
        return Ok(html! {});
    }
    Ok(html! {
        p.notice {
            strong { "Nobody is named to read what families write. " }
            "A child may write that it is in danger. "
            @if may_name(programme) {
                a href={ "/programmes/" (programme.id) "/safeguarding" } { "Name somebody" }
            } @else { "Tell a project manager or an administrator." }
        }
    })
}

fn may_name(programme: &Programme) -> bool {
    asking::may("POST", "/programmes/{programme}/safeguarding", Some(&whole(programme)))
}

fn whole(programme: &Programme) -> Spot {
    Spot { programme: programme.id, project: None, organisation: None }
}
