//! The parts of a session's pages that change while it runs. A page is drawn with them, and brought up to date
//! with the same ones: each has an element of its own that names it in `data-part`.

use std::collections::BTreeMap;

use maud::Markup;
use sha2::{Digest, Sha256};

use crate::person::{Animal, CardCode};
use crate::session::board::{Board, Present};
use crate::session::pack_away::{NotSafe, check, is_safe};
use crate::session::{Visit, days_between};
use crate::store::{
    Attendee, CardStock, FamilyMember, Pairing, Presence, PriorVisit, SessionPlace, SessionTablet, StateCount,
};
use crate::web::card_door::attended_before;
use crate::web::family::shell_hash;
use crate::web::sitting::unwilling_at;
use crate::web::unwilling::Unanswered;
use crate::web::{App, Error, reasons};

use super::{board, collecting, pack_list, pairings, so_far, tablets};

/// The parts at one moment.
pub struct Parts {
    /// Names the whole: a hash, so that it means the same after a restart.
    pub version: String,
    /// Each part by its name.
    pub html: BTreeMap<String, String>,
    /// The names of the families' parts, in the order of the board.
    pub families: Vec<String>,
}

impl Parts {
    /// Parts with the version that follows from them.
    pub fn new(html: BTreeMap<String, String>, families: Vec<String>) -> Parts {
        let mut sum = Sha256::new();
        for text in html.iter().flat_map(|(key, html)| [key, html]).chain(&families) {
            sum.update(text.len().to_le_bytes());
            sum.update(text);
        }
        let version = sum.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Parts { version, html, families }
    }
}

/// Everything the parts show.
pub struct Scene {
    /// The session.
    pub at: SessionPlace,
    /// Who has answered, and who owes what.
    pub board: Board,
    /// Its tablets, and families' own devices.
    pub tablets: Vec<SessionTablet>,
    /// Requests of tablets, and pairings.
    pub pairings: Vec<Pairing>,
    /// Who came and who said no.
    pub presence: Presence,
    /// How many stopped.
    pub stopped: i64,
    /// Its responses by state.
    pub states: Vec<StateCount>,
    /// The project's cards.
    pub stock: CardStock,
    /// How many cards an offline copy knows if it is new.
    pub cards: i64,
    /// The start page that an offline copy is of if it is new.
    pub shell: String,
    /// What its tablets have to say that they stopped under; `None` while families may answer.
    pub collecting: Option<i64>,
    /// Answers that arrived after it was closed.
    pub late: i64,
    /// Children's answers that count and do not say how permission was given, while nobody has said it since.
    pub unpermitted: i64,
    /// Texts that families wrote here and nobody has read; in the sample nobody has to.
    pub unread: i64,
    /// Whether it was closed and its day is over, so that opening it again has to say why.
    pub is_over: bool,
    /// This moment, microseconds since 1970.
    pub now_us: i64,
}

impl Scene {
    /// Looks at a session.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn of(app: &App, at: SessionPlace) -> Result<Scene, Error> {
        let (store, id, now_us) = (app.store(), at.session.id, app.now_us());
        let tablets = store.session_tablets(id, &at.session.key).await?;
        let people = who_is_here(app, &at, &tablets).await?;
        Ok(Scene {
            board: Board::of(at.session.role, at.session.afters_us, people, now_us),
            tablets,
            pairings: store.pairings(id).await?,
            presence: store.presence(id).await?,
            stopped: store.withdrawn_at(&at.session.key).await?,
            states: store.states_of_session(id).await?,
            stock: store.card_stock(at.project.id).await?,
            cards: store.cards_of_programme(at.programme.id).await?,
            shell: shell_hash(app, &at),
            collecting: store.collecting(id).await?,
            late: if at.session.is_open() { 0 } else { store.late_at(id).await? },
            unpermitted: store.unpermitted_at(id).await?,
            unread: if at.programme.sample { 0 } else { store.unread_at(id).await? },
            is_over: reasons::is_over(app, &at),
            now_us,
            at,
        })
    }

    /// Whether all tablets may be packed away.
    pub fn is_safe(&self) -> bool {
        let facts: Vec<_> = self.tablets.iter().map(SessionTablet::facts).collect();
        is_safe(&facts, self.collecting, self.now_us)
    }

    /// Tablets that may not be packed away, with why.
    pub fn open_tablets(&self) -> Vec<NotSafe> {
        self.tablets.iter().filter_map(|one| self.check(one).err()).collect()
    }

    /// Whether one tablet may be packed away, or why not.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, tablet: &SessionTablet) -> Result<(), NotSafe> {
        check(&tablet.facts(), self.collecting, self.now_us)
    }

    /// Its parts.
    pub fn parts(&self) -> Parts {
        let drawn: [(&str, Markup); 7] = [
            ("requests", pairings::requests(self)),
            ("numbers", board::numbers(self)),
            ("so-far", so_far::so_far(self)),
            ("tablets", tablets::list(self)),
            ("pack-list", pack_list::pack_list(self)),
            ("away", tablets::away(self)),
            ("collecting", collecting::collecting(self)),
        ];
        let mut html: BTreeMap<String, String> =
            drawn.into_iter().map(|(key, markup)| (key.to_owned(), markup.into_string())).collect();
        let mut families = Vec::with_capacity(self.board.families.len());
        for family in &self.board.families {
            families.push(board::part_of(family));
            html.insert(board::part_of(family), board::family(&self.at.session.key, family).into_string());
        }
        Parts::new(html, families)
    }
}

/// The parts of a session's pages; `None` where there is no such session any more.
///
/// # Errors
/// Where the database fails.
pub async fn parts_of(app: &App, key: &str) -> Result<Option<Parts>, Error> {
    match app.store().session(key).await? {
        Some(at) => Ok(Some(Scene::of(app, at).await?.parts())),
        None => Ok(None),
    }
}

/// Who came, who has begun at one of the tablets and sent nothing yet, and who did not want to.
async fn who_is_here(app: &App, at: &SessionPlace, tablets: &[SessionTablet]) -> Result<Vec<Present>, Error> {
    let today = &at.session.held_on;
    let mut known = Families::default();
    let mut people: Vec<Present> =
        app.store().attendees(at.session.id).await?.into_iter().map(|one| present(one, today)).collect();
    for sitting in app.store().sitting(at.session.id).await? {
        let is_them = |one: &Present| one.card == sitting.card && one.animal == sitting.animal;
        let name = tablets.iter().find(|tablet| tablet.device == sitting.device).and_then(|tablet| tablet.name.clone());
        let sits_at = Some(name.unwrap_or_else(|| "a tablet that is not paired".to_owned()));
        match people.iter_mut().find(|one| is_them(one)) {
            // What was finished on another tablet meanwhile is not under way any more.
            Some(one) if one.visits.iter().any(|visit| visit.wave == sitting.wave && visit.days_ago == 0) => {}
            Some(one) => one.sits_at = sits_at,
            None => {
                people.push(Present { sits_at, ..newcomer(app, at, &mut known, sitting.card, sitting.animal).await? })
            }
        }
    }
    for Unanswered { card, animal, wave, how } in unwilling_at(app, at).await? {
        match people.iter_mut().find(|one| one.card == card && one.animal == animal) {
            // Whoever thought better of it answers again.
            Some(one) if one.sits_at.is_some() => {}
            Some(one) => one.unanswered.push((wave, how)),
            None => {
                let newcomer = newcomer(app, at, &mut known, card, animal).await?;
                people.push(Present { unanswered: vec![(wave, how)], ..newcomer });
            }
        }
    }
    Ok(people)
}

/// Families that were read for a board: several of one may have sent nothing, and each is read once.
type Families = BTreeMap<CardCode, Vec<FamilyMember>>;

/// Somebody who has sent nothing at this session, with what they answered at others.
async fn newcomer(
    app: &App,
    at: &SessionPlace,
    families: &mut Families,
    card: CardCode,
    animal: Animal,
) -> Result<Present, Error> {
    if !families.contains_key(&card) {
        families.insert(card.clone(), app.store().family(&card).await?);
    }
    let known = families.get(&card).into_iter().flatten().find(|member| member.animal == animal);
    let visits = known.iter().flat_map(|member| &member.visits).map(|visit| visit_of(visit, &at.session.held_on));
    Ok(Present {
        id: known.map(|member| member.id),
        card,
        animal,
        sits_at: None,
        first_seen_us: 0,
        attended: known.map_or(0, |member| attended_before(member, at)),
        visits: visits.collect(),
        unanswered: Vec::new(),
    })
}

fn present(one: Attendee, today: &str) -> Present {
    let visits = one.visits.iter().map(|visit| visit_of(visit, today)).collect();
    let Attendee { id, card, animal, first_seen_us, attended, .. } = one;
    Present { id: Some(id), card, animal, sits_at: None, first_seen_us, attended, visits, unanswered: Vec::new() }
}

fn visit_of(visit: &PriorVisit, today: &str) -> Visit {
    Visit { wave: visit.wave, days_ago: days_between(&visit.held_on, today) }
}
