//! What every handler needs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::account::delay::Slips;
use crate::store::{Store, StoreError};

use super::authority::Authority;
use super::downloads::packs::Packs;
use super::guesses::Guesses;
use super::made::Made;
use super::reach::Listening;
use super::session::live::Live;
use super::tls::Tls;
use super::unwilling::Unwilling;

/// Tablets were told another address before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// What they were told.
    pub from: String,
    /// Since when it is another, in microseconds since 1970.
    pub since_us: i64,
}

/// The application's state: cheap to clone, shared by every request.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    store: Store,
    address: String,
    token: String,
    /// Whether the address was given, as behind a proxy: then being on this machine proves nothing.
    behind_proxy: bool,
    guesses: Guesses,
    unwilling: Unwilling,
    /// Wrong passwords, by name.
    slips: Mutex<Slips>,
    /// How many passwords are worked on at once: each takes 64 MiB and a core.
    hashing: Semaphore,
    /// Whether somebody has an account. Once they do, it stays so.
    has_accounts: AtomicBool,
    /// Further names this server answers under.
    names: Vec<String>,
    /// Whether it has https of its own.
    encrypted: bool,
    /// What tablets have to trust for that, where it is this machine's own.
    authority: Option<Authority>,
    /// Whether tablets on https get a service worker.
    service_worker: bool,
    moved: Option<Moved>,
    listening: Option<Listening>,
    live: Live,
    made: Made,
    packs: Packs,
}

impl App {
    /// An application on an open store. `address` is what cards and tablets are told, without a slash at the end.
    ///
    /// # Errors
    /// Where the operating system gives no randomness for the staff token.
    pub fn new(store: Store, address: String) -> Result<App, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(App(Arc::new(Inner {
            store,
            address,
            token,
            behind_proxy: false,
            guesses: Guesses::default(),
            unwilling: Unwilling::default(),
            slips: Mutex::default(),
            hashing: Semaphore::new(2),
            has_accounts: AtomicBool::new(false),
            names: Vec::new(),
            encrypted: false,
            authority: None,
            service_worker: true,
            moved: None,
            listening: None,
            live: Live::default(),
            made: Made::default(),
            packs: Packs::default(),
        })))
    }

    /// The same application behind a proxy on this machine: staff pages want the token from everybody.
    ///
    /// # Errors
    /// As [`App::new`].
    pub fn behind_proxy(store: Store, address: String) -> Result<App, getrandom::Error> {
        let mut app = App::new(store, address)?;
        if let Some(inner) = Arc::get_mut(&mut app.0) {
            inner.behind_proxy = true;
        }
        Ok(app)
    }

    /// The same application, taking the service worker away from every tablet that still has one.
    #[must_use]
    pub fn without_service_worker(mut self) -> App {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.service_worker = false;
        }
        self
    }

    /// The same application, which tablets knew under another address before.
    #[must_use]
    pub fn moved(mut self, moved: Option<Moved>) -> App {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.moved = moved;
        }
        self
    }

    /// The same application, which listens like this.
    #[must_use]
    pub fn listening_on(mut self, listening: Listening) -> App {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.listening = Some(listening);
        }
        self
    }

    /// What it listens on, where that was said.
    pub fn listening(&self) -> Option<Listening> {
        self.0.listening
    }

    /// The same application, answering under further names.
    #[must_use]
    pub fn under_names(mut self, names: Vec<String>) -> App {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.names = names;
        }
        self
    }

    /// The address that tablets knew before, where it was another one.
    pub fn moved_from(&self) -> Option<&Moved> {
        self.0.moved.as_ref()
    }

    /// The same application with https of its own.
    #[must_use]
    pub fn encrypted_by(mut self, tls: &Tls) -> App {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.encrypted = true;
            inner.authority = tls.authority().cloned();
        }
        self
    }

    /// Whether it has https of its own.
    pub fn is_encrypted(&self) -> bool {
        self.0.encrypted
    }

    /// What tablets have to trust for https, where it is this machine's own authority.
    pub fn authority(&self) -> Option<&Authority> {
        self.0.authority.as_ref()
    }

    /// Names it answers under besides its address and those of this network.
    pub fn names(&self) -> &[String] {
        &self.0.names
    }

    /// Whether anybody has an account. While nobody has, whoever is at the machine is the team.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn has_accounts(&self) -> Result<bool, StoreError> {
        if self.0.has_accounts.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let found = self.store().has_accounts().await?;
        self.0.has_accounts.store(found, Ordering::Relaxed);
        Ok(found)
    }

    /// What forms carry while nobody signs in; it goes with the token.
    pub fn form_token(&self) -> String {
        let digest = Sha256::new().chain_update("forms ").chain_update(self.token()).finalize();
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Wrong passwords, by name.
    pub(super) fn slips(&self) -> MutexGuard<'_, Slips> {
        self.0.slips.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who works on a password waits for one of these.
    pub(super) fn hashing(&self) -> &Semaphore {
        &self.0.hashing
    }

    /// Whether tablets on https get a service worker.
    pub fn has_service_worker(&self) -> bool {
        self.0.service_worker
    }

    /// Whether a request that comes from this machine may have come from anywhere.
    pub fn is_behind_proxy(&self) -> bool {
        self.0.behind_proxy
    }

    /// The codes of cards that were tried.
    pub(super) fn guesses(&self) -> &Guesses {
        &self.0.guesses
    }

    /// Who stopped or said no today.
    pub(super) fn unwilling(&self) -> &Unwilling {
        &self.0.unwilling
    }

    /// The sessions that leaders look at.
    pub(super) fn live(&self) -> &Live {
        &self.0.live
    }

    /// The reports that were made last.
    pub(super) fn made(&self) -> &Made {
        &self.0.made
    }

    /// The packs that are being downloaded.
    pub(super) fn packs(&self) -> &Packs {
        &self.0.packs
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The address that cards and tablets are told: `http://192.168.1.20:8080`.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The token that opens staff pages from another machine while there is no account, new at every start.
    pub fn token(&self) -> &str {
        &self.0.token
    }

    /// Microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// Now as a report states it, ISO 8601 in UTC to the second.
    pub fn now_utc(&self) -> String {
        jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Today on this machine, ISO 8601.
    pub fn today(&self) -> String {
        jiff::Zoned::now().date().to_string()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_time_zone_is_known_by_its_name_or_every_day_would_begin_in_greenwich() {
        let zone = jiff::tz::TimeZone::get("America/New_York").expect("the machine's tzdata are read");
        let noon = jiff::civil::date(2026, 11, 23).at(12, 0, 0, 0).to_zoned(zone).expect("a moment");
        assert_eq!(noon.timestamp().to_string(), "2026-11-23T17:00:00Z");
    }
}
