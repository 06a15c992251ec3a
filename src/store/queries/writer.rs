//! The only task that writes. It owns the writing connection; everyone else sends it work.
//!
//! A handler whose client vanishes is dropped while it waits for an answer, never inside a
//! transaction, so no connection is ever left half-way.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Connection, Pool};
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::response::ResponseId;
use crate::store::erasure::{Erasing, ErasureKey};
use crate::store::line::{LogLine, Outcome};
use crate::store::{Edition, IntakeReceipt, Processed, StoreError};
use crate::survey::{Library, SurveyVersion};

use super::edition::Watcher;
use super::intake::{self, Arrived};
use super::{BEGIN, CAN_BE_LOST, Conn, Db, Place, audit, connection, processing};

/// Jobs taken up together at the most; also the rows of one commit.
const GROUP: usize = 256;

/// Judging waits until nothing has arrived for this long: tablets that were just answered send their next
/// response within a few milliseconds, and a commit should not queue behind a batch of judging.
const LULL: Duration = Duration::from_millis(5);

/// While answers keep arriving, judging them gets a turn this often all the same,
const TURN: Duration = Duration::from_millis(250);
/// of this many responses: tens of milliseconds, which is all that a waiting tablet notices.
const TURN_BATCH: i64 = 100;

/// One database: its readers and its writer.
#[derive(Clone)]
pub struct Side {
    readers: Pool<Db>,
    jobs: mpsc::Sender<Job>,
    library: Arc<RwLock<Arc<Library>>>,
    erasing: Erasing,
    changes: watch::Receiver<u64>,
    place: Place,
    watcher: Arc<Mutex<Watcher>>,
}

/// Work for the writer.
enum Job {
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
type Edit = Box<dyn for<'c> FnOnce(&'c mut Conn) -> Running<'c, ()> + Send>;
type Running<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

impl Side {
    /// Starts the writer on its connection.
    pub fn start(conn: Conn, readers: Pool<Db>, place: Place, library: Library, erasing: Erasing) -> Side {
        let library = Arc::new(RwLock::new(Arc::new(library)));
        let (jobs, receiver) = mpsc::channel(1024);
        let (key, turn) = (erasing.key.clone(), Instant::now());
        let (changed, changes) = watch::channel(0);
        let side = Side {
            readers,
            jobs,
            library: Arc::clone(&library),
            erasing,
            changes,
            place: place.clone(),
            watcher: Arc::default(),
        };
        tokio::spawn(Writer { conn, place, receiver, library, turn, key, changed, stopping: None }.run());
        side
    }

    /// A connection to read with.
    pub async fn reader(&self) -> Result<PoolConnection<Db>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// Counts up whenever something was written.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// What the database is now, whoever writes to it.
    pub async fn edition(&self) -> Result<Edition, StoreError> {
        let mut watcher = self.watcher.lock().await;
        if self.readers.is_closed() {
            return Err(StoreError::Stopped);
        }
        watcher.edition(&self.place).await
    }

    /// The surveys this side scores with.
    pub fn library(&self) -> Arc<Library> {
        Arc::clone(&self.library.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Adds versions that the database holds, then judges what was left waiting by the last stop.
    pub async fn learn(&self, known: Vec<SurveyVersion>) -> Result<(), StoreError> {
        {
            let mut guard = self.library.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            let mut library = Library::clone(&guard);
            for version in known {
                library.remember(version);
            }
            *guard = Arc::new(library);
        }
        let (done, _nobody_waits) = oneshot::channel();
        self.jobs.send(Job::Process { all: true, done }).await.map_err(|_| StoreError::Stopped)
    }

    /// Hands a response's bytes to the writer and waits for the commit.
    pub async fn take_in(&self, id: ResponseId, bytes: Vec<u8>, received_us: i64) -> Result<IntakeReceipt, StoreError> {
        self.line_first().await?;
        let (done, wait) = oneshot::channel();
        self.jobs
            .send(Job::TakeIn(Arrived::new(id, bytes, received_us), done))
            .await
            .map_err(|_| StoreError::Stopped)?;
        wait.await.map_err(|_| StoreError::Stopped)?
    }

    /// Hands many responses to the writer at once, so that they are committed in groups, and waits for all.
    pub async fn take_in_all(
        &self,
        responses: Vec<(ResponseId, Vec<u8>, i64)>,
    ) -> Result<Vec<IntakeReceipt>, StoreError> {
        self.line_first().await?;
        let mut waiting = Vec::with_capacity(responses.len());
        for (id, bytes, received_us) in responses {
            let (done, wait) = oneshot::channel();
            let arrived = Arrived::new(id, bytes, received_us);
            self.jobs.send(Job::TakeIn(arrived, done)).await.map_err(|_| StoreError::Stopped)?;
            waiting.push(wait);
        }
        let mut receipts = Vec::with_capacity(waiting.len());
        for wait in waiting {
            receipts.push(wait.await.map_err(|_| StoreError::Stopped)??);
        }
        Ok(receipts)
    }

    /// Runs a transaction on the writer's connection and waits for its commit. Where something is done that has a
    /// line in the log, the line is written in it.
    pub async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Outcome + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Running<'c, Result<T, StoreError>> + Send + 'static,
    {
        let (done, wait) = oneshot::channel();
        let line = LogLine::under_way();
        let edit: Edit = Box::new(move |conn| {
            Box::pin(async move {
                let result = match begin(conn).await {
                    Ok(()) => change(conn).await,
                    Err(error) => Err(error),
                };
                let _nobody_may_wait = done.send(finish_with_line(conn, result, line.as_ref()).await);
            })
        });
        self.jobs.send(Job::Edit(edit)).await.map_err(|_| StoreError::Stopped)?;
        wait.await.map_err(|_| StoreError::Stopped)?
    }

    /// Writes the line under way by itself. Responses are committed in groups, whoever sends them: where taking them in
    /// has a line in the log, it stands before.
    pub async fn line_first(&self) -> Result<(), StoreError> {
        match LogLine::under_way().filter(|line| !line.stands()) {
            Some(_) => self.write(|_| Box::pin(async { Ok(()) })).await,
            None => Ok(()),
        }
    }

    /// Closes every connection and waits until that is done.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close().await;
        self.watcher.lock().await.close().await?;
        let (done, wait) = oneshot::channel();
        self.jobs.send(Job::Stop(done)).await.map_err(|_| StoreError::Stopped)?;
        wait.await.map_err(|_| StoreError::Stopped)
    }

    /// What answers are taken out with.
    pub fn erasing(&self) -> &Erasing {
        &self.erasing
    }

    /// Lets nothing that was deleted linger in the database's files, as far as the database can. `false` where readers
    /// hold that up.
    pub async fn scrub(&self) -> Result<bool, StoreError> {
        self.tidied(|conn| Box::pin(connection::scrub(conn))).await
    }

    /// Empties the database's log, where nobody reads it now.
    pub async fn empty_log(&self) -> Result<bool, StoreError> {
        self.tidied(|conn| Box::pin(connection::empty_log(conn))).await
    }

    /// Runs on the writer's connection what is no transaction.
    async fn tidied<F>(&self, tidy: F) -> Result<bool, StoreError>
    where
        F: for<'c> FnOnce(&'c mut Conn) -> Running<'c, Result<bool, StoreError>> + Send + 'static,
    {
        let (done, wait) = oneshot::channel();
        let edit: Edit = Box::new(move |conn| {
            Box::pin(async move {
                let _nobody_may_wait = done.send(tidy(conn).await);
            })
        });
        self.jobs.send(Job::Edit(edit)).await.map_err(|_| StoreError::Stopped)?;
        wait.await.map_err(|_| StoreError::Stopped)?
    }

    /// Waits until everything taken in is judged.
    pub async fn settle(&self) -> Result<Processed, StoreError> {
        Ok(Processed { responses: self.process(true).await? })
    }

    /// Judges one batch; 0 when nothing waits.
    pub async fn process_batch(&self) -> Result<i64, StoreError> {
        self.process(false).await
    }

    async fn process(&self, all: bool) -> Result<i64, StoreError> {
        let (done, wait) = oneshot::channel();
        self.jobs.send(Job::Process { all, done }).await.map_err(|_| StoreError::Stopped)?;
        wait.await.map_err(|_| StoreError::Stopped)?
    }
}

/// The task behind [`Side`].
struct Writer {
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
    /// Works until every [`Side`] is gone.
    async fn run(mut self) {
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

/// Begins a transaction with the write lock already held.
async fn begin(conn: &mut Conn) -> Result<(), StoreError> {
    for statement in BEGIN {
        sqlx::query(*statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Commits what went well and rolls back what did not, a failed commit included.
async fn finish<T>(conn: &mut Conn, result: Result<T, StoreError>) -> Result<T, StoreError> {
    let result = match result {
        Ok(value) => sqlx::query("commit").execute(&mut *conn).await.map(|_| value).map_err(StoreError::from),
        Err(error) => Err(error),
    };
    if result.is_err() {
        // Nothing to do if this fails too: the connection is broken and the next begin will say so.
        let _already_failing = sqlx::query("rollback").execute(&mut *conn).await;
    }
    result
}

/// The same, with the line in the log of what was done. What cannot be written down is not done.
async fn finish_with_line<T: Outcome>(
    conn: &mut Conn,
    result: Result<T, StoreError>,
    line: Option<&LogLine>,
) -> Result<T, StoreError> {
    let due = result.as_ref().ok().and_then(|outcome| line?.due(outcome));
    let Some((deed, at_us)) = due else { return finish(conn, result).await };
    let written = audit::append(conn, deed, at_us).await;
    let result = finish(conn, written.and(result)).await;
    if let (Ok(_), Some(line)) = (&result, line) {
        line.set_down();
    }
    result
}
