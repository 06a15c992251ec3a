//! One database as everybody else has it: readers of their own, and one writer whom they send work and wait for.
//!
//! A handler whose client vanishes is dropped while it waits for an answer, never inside a
//! transaction, so no connection is ever left half-way.

use std::sync::{Arc, RwLock};

use sqlx::Pool;
use sqlx::pool::PoolConnection;
use tokio::sync::{Mutex, mpsc, oneshot, watch};

use crate::response::ResponseId;
use crate::store::erasure::Erasing;
use crate::store::line::{LogLine, Outcome};
use crate::store::{Edition, IntakeReceipt, Processed, StoreError};
use crate::survey::{Library, SurveyVersion};

use super::edition::Watcher;
use super::intake::Arrived;
use super::transaction::{begin, finish_with_line};
use super::writer::{Edit, Job, Running, Writer};
use super::{Conn, Db, Place, connection};

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

impl Side {
    /// Starts the writer on its connection.
    pub fn start(conn: Conn, readers: Pool<Db>, place: Place, library: Library, erasing: Erasing) -> Side {
        let library = Arc::new(RwLock::new(Arc::new(library)));
        let (jobs, receiver) = mpsc::channel(1024);
        let key = erasing.key.clone();
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
        tokio::spawn(Writer::new(conn, place, receiver, library, key, changed).run());
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
