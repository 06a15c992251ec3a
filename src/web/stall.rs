//! A client that asks and does not take the answer. Reading a byte a minute it would keep its seat, and what was made
//! for it, for hours: where it has taken nothing at all for a while, the connection is broken off.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A connection that is broken off where whoever is at its other end takes nothing for so long.
pub struct Impatient<S> {
    stream: S,
    longest: Duration,
    /// Runs while something waits to be taken.
    until: Option<Pin<Box<Sleep>>>,
}

impl<S> Impatient<S> {
    /// The same connection, with patience for so long.
    pub fn new(stream: S, longest: Duration) -> Impatient<S> {
        Impatient { stream, longest, until: None }
    }

    /// What came of a try to write: something was taken, it waits, or it has waited for too long.
    fn tried<T>(&mut self, context: &mut Context<'_>, tried: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.until = None;
            return tried;
        }
        let longest = self.longest;
        ready!(self.until.get_or_insert_with(|| Box::pin(sleep(longest))).as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.tried(context, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.tried(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        self.tried(context, tried)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.tried(context, tried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn whoever_takes_a_little_keeps_the_connection_and_whoever_takes_nothing_loses_it() {
        let (ours, mut theirs) = duplex(10);
        let mut patient = Impatient::new(ours, Duration::from_secs(3_600));
        let reading = tokio::spawn(async move {
            for _ in 0..20 {
                theirs.read_exact(&mut [0; 5]).await.expect("something comes");
            }
            theirs
        });
        patient.write_all(&[7; 100]).await.expect("it is taken in small pieces");
        let _still_there = reading.await.expect("no panic");

        let (ours, _nobody_reads) = duplex(10);
        let mut hasty = Impatient::new(ours, Duration::ZERO);
        hasty.write_all(&[7; 10]).await.expect("what fits is taken at once");
        let error = hasty.write_all(&[7]).await.expect_err("nothing is taken any more");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
