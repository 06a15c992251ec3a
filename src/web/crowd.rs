//! How many may be connected at once. When all seats are taken, whoever has kept one longest without asking for
//! anything whole gives it up: a thousand clients that send a letter a minute cannot keep a tablet out, and a
//! tablet that lost an idle connection opens another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

/// Everybody who is connected.
#[derive(Clone)]
pub struct Crowd {
    most: usize,
    seats: Arc<Mutex<Seats>>,
}

#[derive(Default)]
struct Seats {
    next: u64,
    taken: HashMap<u64, Taken>,
}

struct Taken {
    /// Since when nothing whole has been asked for.
    since: Instant,
    /// A whole request is being answered.
    answering: bool,
    out: Arc<Notify>,
}

/// A place in the crowd, until it is dropped.
pub struct Seat {
    number: u64,
    seats: Arc<Mutex<Seats>>,
    out: Arc<Notify>,
}

impl Crowd {
    /// At most so many at once.
    pub fn of(most: usize) -> Crowd {
        Crowd { most, seats: Arc::default() }
    }

    /// A seat for somebody new; none if everybody is being answered.
    pub fn enter(&self) -> Option<Seat> {
        let mut seats = lock(&self.seats);
        if seats.taken.len() >= self.most {
            let idle = seats.taken.iter().filter(|(_, taken)| !taken.answering);
            let longest = idle.min_by_key(|(_, taken)| taken.since).map(|(number, _)| *number)?;
            if let Some(taken) = seats.taken.remove(&longest) {
                taken.out.notify_one();
            }
        }
        let (number, out) = (seats.next, Arc::new(Notify::new()));
        seats.next += 1;
        seats.taken.insert(number, Taken { since: Instant::now(), answering: false, out: Arc::clone(&out) });
        Some(Seat { number, seats: Arc::clone(&self.seats), out })
    }
}

impl Seat {
    /// Ready when the seat is wanted for somebody else.
    pub fn out(&self) -> Arc<Notify> {
        Arc::clone(&self.out)
    }

    /// A whole request has come, or its answer has been made.
    pub fn answers(&self, answering: bool) {
        if let Some(taken) = lock(&self.seats).taken.get_mut(&self.number) {
            (taken.answering, taken.since) = (answering, Instant::now());
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.seats).taken.remove(&self.number);
    }
}

fn lock(seats: &Mutex<Seats>) -> MutexGuard<'_, Seats> {
    seats.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_waited_longest_makes_room_and_nobody_who_is_being_answered() {
        let crowd = Crowd::of(2);
        let (first, second) = (crowd.enter().expect("a seat"), crowd.enter().expect("a seat"));
        first.answers(true);
        let third = crowd.enter().expect("a seat");
        assert_eq!(lock(&crowd.seats).taken.len(), 2, "the second has gone");
        assert!(!lock(&crowd.seats).taken.contains_key(&second.number));
        third.answers(true);
        assert!(crowd.enter().is_none(), "both are being answered");
        first.answers(false);
        assert!(crowd.enter().is_some());
        drop(second);
        assert_eq!(lock(&crowd.seats).taken.len(), 1, "a seat that was taken away is not given back twice");
    }
}
