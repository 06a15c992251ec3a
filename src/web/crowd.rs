//! How many may be connected at once. When all seats are taken, one is given up by whoever has most of them: of theirs
//! the one that was kept longest without asking for anything whole. A thousand connections that send a letter a minute
//! cannot keep a tablet out, nor can a machine that opens new ones without end push out the others; and a tablet that
//! lost an idle connection opens another.

use std::collections::HashMap;
use std::net::IpAddr;
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
    /// Who has it. A hall behind one address is one: then the longest wait alone decides.
    whose: IpAddr,
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
    pub fn enter(&self, whose: IpAddr) -> Option<Seat> {
        let mut seats = lock(&self.seats);
        if seats.taken.len() >= self.most {
            let idle = || seats.taken.iter().filter(|(_, taken)| !taken.answering);
            let mut each: HashMap<IpAddr, usize> = HashMap::new();
            for (_, taken) in idle() {
                *each.entry(taken.whose).or_default() += 1;
            }
            let most = each.values().copied().max()?;
            let longest = idle()
                .filter(|(_, taken)| each.get(&taken.whose) == Some(&most))
                .min_by_key(|(_, taken)| taken.since)
                .map(|(number, _)| *number)?;
            if let Some(taken) = seats.taken.remove(&longest) {
                taken.out.notify_one();
            }
        }
        let (number, out) = (seats.next, Arc::new(Notify::new()));
        seats.next += 1;
        seats.taken.insert(number, Taken { whose, since: Instant::now(), answering: false, out: Arc::clone(&out) });
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

    const HALL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 7));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 66));

    #[test]
    fn whoever_opens_connections_without_end_pushes_out_their_own() {
        let crowd = Crowd::of(4);
        let tablet = crowd.enter(HALL).expect("a seat");
        let mut theirs: Vec<Seat> = (0..3).map(|_| crowd.enter(OTHER).expect("a seat")).collect();
        for _ in 0..20 {
            theirs.push(crowd.enter(OTHER).expect("a seat"));
            assert!(lock(&crowd.seats).taken.contains_key(&tablet.number), "the tablet has waited longest, and stays");
            assert_eq!(lock(&crowd.seats).taken.len(), 4);
        }
    }

    #[test]
    fn whoever_has_waited_longest_makes_room_and_nobody_who_is_being_answered() {
        let crowd = Crowd::of(2);
        let (first, second) = (crowd.enter(HALL).expect("a seat"), crowd.enter(HALL).expect("a seat"));
        first.answers(true);
        let third = crowd.enter(HALL).expect("a seat");
        assert_eq!(lock(&crowd.seats).taken.len(), 2, "the second has gone");
        assert!(!lock(&crowd.seats).taken.contains_key(&second.number));
        third.answers(true);
        assert!(crowd.enter(HALL).is_none(), "both are being answered");
        first.answers(false);
        assert!(crowd.enter(HALL).is_some());
        drop(second);
        assert_eq!(lock(&crowd.seats).taken.len(), 1, "a seat that was taken away is not given back twice");
    }
}
