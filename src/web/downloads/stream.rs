//! A file on its way to whoever downloads it, written a little ahead of them.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::Frame;
use tokio::sync::mpsc;

use crate::export::{ExportError, Packing, Writing};

use super::App;
use super::packs::{Packed, State};

/// Pieces of a file that may wait for a slow reader.
const AHEAD: usize = 4;

/// What a download is read from.
pub enum Source {
    /// A file by itself.
    Data(Writing),
    /// Everything in one zip.
    Pack(Box<Followed>),
}

/// A pack that somebody follows on the page.
pub struct Followed {
    /// The pack.
    pub packing: Packing,
    /// Who is told how far it is.
    pub app: App,
    /// What it is asked about with.
    pub key: String,
    /// How many people are in it.
    pub of: usize,
}

impl Followed {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let piece = self.packing.next().await;
        self.note(match &piece {
            Ok(Some(_)) => State::UnderWay,
            Ok(None) => State::Whole,
            Err(_) => State::BrokenOff,
        });
        piece
    }

    fn note(&self, state: State) {
        self.app.packs().note(&self.key, Packed { people: self.packing.people(), of: self.of, state });
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        if self.app.packs().of(&self.key).state == State::UnderWay {
            self.note(State::BrokenOff);
        }
    }
}

impl Source {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        match self {
            Source::Data(writing) => writing.next().await,
            Source::Pack(followed) => followed.next().await,
        }
    }
}

/// Writes a file ahead of its reader. A reader who leaves stops the writing, and one who is slow keeps
/// nothing but a few pieces of it waiting: no connection to the database is held.
pub fn stream(mut source: Source) -> Pieces {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        loop {
            let piece = match source.next().await {
                // Nothing to send says nothing about whoever left.
                Ok(Some(bytes)) if bytes.is_empty() && !sender.is_closed() => continue,
                Ok(Some(bytes)) => Piece::Bytes(bytes.into()),
                Ok(None) => Piece::End,
                Err(error) => {
                    tracing::error!(%error, "a download was broken off");
                    return;
                }
            };
            let is_last = matches!(piece, Piece::End);
            if sender.send(piece).await.is_err() || is_last {
                return;
            }
        }
    });
    Pieces { receiver, whole: false }
}

/// A piece of a file on its way.
enum Piece {
    Bytes(Bytes),
    /// The file is whole.
    End,
}

/// A body that breaks the connection where its file was not written to the end, for whatever reason, so
/// that half a file never looks whole.
pub struct Pieces {
    receiver: mpsc::Receiver<Piece>,
    /// The end was handed out: whoever asks again, as compression does, hears the same.
    whole: bool,
}

/// The file was not written to its end.
#[derive(Debug, thiserror::Error)]
#[error("the file was not written to its end")]
pub struct BrokenOff;

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let pieces = self.get_mut();
        if pieces.whole {
            return Poll::Ready(None);
        }
        pieces.receiver.poll_recv(context).map(|piece| match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => {
                pieces.whole = true;
                None
            }
            None => Some(Err(BrokenOff)),
        })
    }
}
