//! The second door: sample data to look around with, and the way to be rid of them.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;

use crate::demo;
use crate::store::LogLine;
use crate::survey::Library;

use super::{App, Error};

/// `POST /sample` and `POST /sample/removal`
pub fn routes() -> Router<App> {
    Router::new().route("/sample", post(load)).route("/sample/removal", post(remove))
}

/// Loads the sample and opens it; where it is loaded already, just opens it.
async fn load(State(app): State<App>) -> Result<Redirect, Error> {
    // A task of its own: a browser that goes away must not leave half a sample behind.
    let loading = LogLine::in_task(async move {
        let sample = demo::sample(&Library::embedded(), demo::SEED).map_err(|error| failed(&error))?;
        match demo::load(app.store(), &sample, app.now_us(), |_, _| ()).await {
            Ok(id) => Ok(Redirect::to(&format!("/programmes/{id}"))),
            Err(demo::LoadError::Loaded) => Ok(Redirect::to("/")),
            Err(demo::LoadError::CodeInUse) => Err(Error::Bad(
                "The sample cannot be loaded beside your own data: a card of yours has a code of the sample’s. \
                 Start Pencilmark with another --data folder and load it there.",
            )),
            Err(demo::LoadError::Store(error)) => Err(Error::Store(error)),
            Err(error @ (demo::LoadError::Json(_) | demo::LoadError::Texts(_))) => Err(failed(&error)),
        }
    });
    loading.await.unwrap_or(Err(BROKEN))
}

async fn remove(State(app): State<App>) -> Result<Redirect, Error> {
    let removing = LogLine::in_task(async move { demo::unload(app.store()).await });
    removing.await.map_err(|_| BROKEN)??;
    Ok(Redirect::to("/"))
}

const BROKEN: Error = Error::Bad("The sample could not be loaded. The server’s log says why.");

fn failed(error: &dyn std::error::Error) -> Error {
    tracing::error!(%error, "the sample could not be loaded");
    BROKEN
}
