//! The only task that writes. It owns the writing connection; everyone else sends it work.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use sqlx::Connection;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::store::erasure::ErasureKey;
use crate::store::{IntakeReceipt, StoreError};
use crate::survey::Library;

use super::intake::{self, Arrived};
use super::transaction::{begin, finish};
use super::{CAN_BE_LOST, Conn, Place, connection, processing};

/// Jobs taken up together at the most; also the rows of one commit.
const GROUP: usize = 256;

/// Judging waits until nothing has arrived for this long: tablets that were just answered send their next
/// response within a few milliseconds, and a commit should not queue behind a batch of judging.
const LULL: Duration = Duration::from_millis(5);

/// While answers keep arriving, judging them gets a turn this often all the same,
const TURN: Duration = Duration::from_millis(250);
/// of this many responses: tens of milliseconds, which is all that a waiting tablet notices.
const TURN_BATCH: i64 = 100;

/// Work for the writer.
pub enum Job {
    /// Store a response's bytes; committed together with its neighbours.
    TakeIn(Arrived, oneshot::Sender<Result<IntakeReceipt, StoreError>>),
    /// Run a transaction of its own.
    Edit(Edit),
    /// Judge what waits, all of it or one batch, and say how many responses that were.
    Process { all: bool, done: oneshot::Sender<Result<i64, StoreError>> },
    /// Close the connection.
    Stop(oneshot::Sender<()>),
}

/// A transaction with its answer to the one who waits inside.
pub type Edit = Box<dyn for<'c> FnOnce(&'c mut Conn) -> Running<'c, ()> + Send>;
/// What runs on the writer's connection.
pub type Running<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// The task behind every [`Side`](super::side::Side) of a database.
pub struct Writer {
    conn: Conn,
    /// Where to open it again if the server behind it goes away.
    place: Place,
    receiver: mpsc::Receiver<Job>,
    library: Arc<RwLock<Arc<Library>>>,
    /// When judging last had a turn.
    turn: Instant,
    /// Tells what was taken out from what is new.
    key: ErasureKey,
    /// Tells those who look on that something was written.
    changed: watch::Sender<u64>,
    /// Who waits for the end.
    stopping: Option<oneshot::Sender<()>>,
}

impl Writer {
    /// One that has done nothing yet.
    pub fn new(
        conn: Conn,
        place: Place,
        receiver: mpsc::Receiver<Job>,
        library: Arc<RwLock<Arc<Library>>>,
        key: ErasureKey,
        changed: watch::Sender<u64>,
    ) -> Writer {
        Writer { conn, place, receiver, library, turn: Instant::now(), key, changed, stopping: None }
    }

    /// Works until every [`Side`](super::side::Side) is gone.
    pub async fn run(mut self) {
        let mut waiting = Vec::with_capacity(GROUP);
        let mut unjudged = false;
        loop {
            let arriving = self.receiver.recv_many(&mut waiting, GROUP);
            let arrived = if unjudged { timeout(LULL, arriving).await.ok() } else { Some(arriving.await) };
            match arrived {
                Some(0) => break,
                Some(_) => {
                    self.reconnect_if_lost().await;
                    unjudged = self.work(&mut waiting, unjudged).await;
                    if self.stopping.is_some() {
                        break;
                    }
                    if unjudged && self.turn.elapsed() > TURN {
                        unjudged = self.process_batch(TURN_BATCH).await;
                    }
                }
                None => unjudged = self.process_batch(processing::BATCH).await,
            }
            self.changed.send_modify(|times| *times += 1);
        }
        // Every handle is gone, or one asked for the end: let SQLite fold its log into the file.
        let _closing = self.conn.close().await;
        if let Some(done) = self.stopping {
            let _nobody_may_wait = done.send(());
        }
    }

    /// A PostgreSQL server that was restarted has forgotten us; everything else keeps its connection.
    async fn reconnect_if_lost(&mut self) {
        if !CAN_BE_LOST || self.conn.ping().await.is_ok() {
            return;
        }
        match connection::open_writer(&self.place).await {
            Ok(conn) => self.conn = conn,
            Err(error) => tracing::error!(%error, "the database does not answer; whoever sends is asked to try again"),
        }
    }

    /// Does the jobs in order, neighbouring intakes in one commit. Returns whether anything waits to be judged, where
    /// it is told whether anything did.
    async fn work(&mut self, waiting: &mut Vec<Job>, mut unjudged: bool) -> bool {
        let mut group: Vec<(Arrived, oneshot::Sender<Result<IntakeReceipt, StoreError>>)> = Vec::new();
        for job in waiting.drain(..) {
            match job {
                Job::TakeIn(arrived, done) => {
                    unjudged = true;
                    group.push((arrived, done));
                }
                other => {
                    take_in(&mut self.conn, &self.key, std::mem::take(&mut group)).await;
                    match other {
                        Job::Edit(edit) => edit(&mut self.conn).await,
                        Job::Process { all, done } => {
                            let library = self.library();
                            let judged = process(&mut self.conn, &library, all).await;
                            // Whoever waited for all of it finds a database at rest.
                            unjudged &= !(all && judged.is_ok());
                            let _nobody_may_wait = done.send(judged);
                        }
                        Job::Stop(done) => self.stopping = Some(done),
                        Job::TakeIn(..) => {}
                    }
                }
            }
        }
        take_in(&mut self.conn, &self.key, group).await;
        unjudged
    }

    /// Judges some of what waits. Returns whether more may wait.
    async fn process_batch(&mut self, size: i64) -> bool {
        let library = self.library();
        let result = process_batch(&mut self.conn, &library, size).await;
        self.turn = Instant::now();
        result.unwrap_or_else(|error| {
            tracing::error!(%error, "responses are stored but could not be judged yet");
            0
        }) > 0
    }

    fn library(&self) -> Arc<Library> {
        Arc::clone(&self.library.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

/// Commits a group of arrivals and then tells each sender. If the group fails, each is tried alone, so
/// that one bad row cannot fail its neighbours.
async fn take_in(
    conn: &mut Conn,
    key: &ErasureKey,
    group: Vec<(Arrived, oneshot::Sender<Result<IntakeReceipt, StoreError>>)>,
) {
    if group.is_empty() {
        return;
    }
    let (arrived, waiting): (Vec<Arrived>, Vec<_>) = group.into_iter().unzip();
    let receipts = match insert(conn, key, &arrived).await {
        Ok(receipts) => receipts.into_iter().map(Ok).collect(),
        Err(error) if arrived.len() == 1 => vec![Err(error)],
        Err(_) => {
            let mut receipts = Vec::with_capacity(arrived.len());
            for one in &arrived {
                let receipt = insert(conn, key, std::slice::from_ref(one)).await;
                receipts.push(receipt.and_then(|mut receipts| receipts.pop().ok_or(StoreError::Unreadable("receipt"))));
            }
            receipts
        }
    };
    for (receipt, done) in receipts.into_iter().zip(waiting) {
        let _nobody_may_wait = done.send(receipt);
    }
}

/// Stores arrivals in a transaction of their own.
async fn insert(conn: &mut Conn, key: &ErasureKey, arrived: &[Arrived]) -> Result<Vec<IntakeReceipt>, StoreError> {
    let result = match begin(conn).await {
        Ok(()) => intake::insert(conn, key, arrived).await,
        Err(error) => Err(error),
    };
    finish(conn, result).await
}

/// Judges one batch, or batch after batch until none is left. Returns the responses judged.
async fn process(conn: &mut Conn, library: &Library, all: bool) -> Result<i64, StoreError> {
    let mut total = 0;
    loop {
        let batch = process_batch(conn, library, processing::BATCH).await?;
        total += batch;
        if batch == 0 || !all {
            return Ok(total);
        }
    }
}

/// Judges one batch. If it fails, its first response is tried alone, and set aside if it fails again
/// while the database itself still answers: one response never holds up the others.
async fn process_batch(conn: &mut Conn, library: &Library, size: i64) -> Result<i64, StoreError> {
    let error = match try_batch(conn, library, size).await {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    if conn.ping().await.is_err() {
        return Err(error);
    }
    if let Ok(done) = try_batch(conn, library, 1).await {
        return Ok(done);
    }
    tracing::error!(%error, "a response cannot be judged; it is kept and set aside");
    let result = match begin(conn).await {
        Ok(()) => processing::set_aside(conn).await,
        Err(error) => Err(error),
    };
    finish(conn, result).await
}

async fn try_batch(conn: &mut Conn, library: &Library, size: i64) -> Result<i64, StoreError> {
    let result = match begin(conn).await {
        Ok(()) => processing::batch(conn, library, size).await,
        Err(error) => Err(error),
    };
    finish(conn, result).await
}
