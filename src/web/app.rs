//! What every handler needs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::store::Store;

use super::session::live::Live;
use super::withdrawal::WrongCodes;

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
    wrong_codes: WrongCodes,
    /// Whether tablets on https get a service worker.
    service_worker: bool,
    moved: Option<Moved>,
    live: Live,
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
            wrong_codes: WrongCodes::default(),
            service_worker: true,
            moved: None,
            live: Live::default(),
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

    /// The address that tablets knew before, where it was another one.
    pub fn moved_from(&self) -> Option<&Moved> {
        self.0.moved.as_ref()
    }

    /// Whether tablets on https get a service worker.
    pub fn has_service_worker(&self) -> bool {
        self.0.service_worker
    }

    /// Whether a request that comes from this machine may have come from anywhere.
    pub fn is_behind_proxy(&self) -> bool {
        self.0.behind_proxy
    }

    /// The wrong codes tried where a family takes its answers out.
    pub(super) fn wrong_codes(&self) -> &WrongCodes {
        &self.0.wrong_codes
    }

    /// The sessions that leaders look at.
    pub(super) fn live(&self) -> &Live {
        &self.0.live
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The address that cards and tablets are told: `http://192.168.1.20:8080`.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The token that opens staff pages from another machine, new at every start.
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
