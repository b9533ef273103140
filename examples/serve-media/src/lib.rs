//! Serves the files of a folder at addresses that `media_adapters::folder::FolderHost` has signed.
//!
//! An axum router for your application: it serves files whose address is signed and has not ended,
//! whole and in ranges, never lists, and never follows a link. Whatever is not served is answered
//! with 404 alike, so that an answer does not tell which files exist.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use media_adapters::folder::{AddressKeys, FolderHost};
use social_core::clock::{Clock, SystemClock};
use tower_http::services::ServeFile;

/// What is served, and how addresses are checked.
#[derive(Clone, Debug)]
pub struct SignedFolder {
    folder: PathBuf,
    keys: AddressKeys,
    clock: Arc<dyn Clock>,
}

impl SignedFolder {
    /// The files of this host.
    #[must_use]
    pub fn of(host: &FolderHost) -> Self {
        Self { folder: host.folder().to_owned(), keys: host.keys().clone(), clock: Arc::new(SystemClock) }
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The routes, to be nested below the path of the host's public address.
    pub fn router(self) -> Router {
        Router::new().route("/{name}", get(serve)).with_state(self)
    }

    /// The file at a signed address and how many more seconds the address is good, if it is one.
    async fn find(&self, name: &str, query: &str) -> Option<(PathBuf, i64)> {
        let now = self.clock.now().as_second();
        let end = self.keys.check(name, query, now).ok()?;
        // The host signs names of one part only.
        if name.contains(['/', '\\']) || name.starts_with('.') {
            return None;
        }
        let path = self.folder.join(name);
        // Of a link this is about the link itself, which is no file.
        let meta = tokio::fs::symlink_metadata(&path).await.ok()?;
        meta.is_file().then_some((path, end - now))
    }
}

async fn serve(
    State(folder): State<SignedFolder>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> impl IntoResponse {
    let Some((path, seconds)) = folder.find(&name, &query.unwrap_or_default()).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = match ServeFile::new(path).try_call(request).await {
        Ok(response) => response.into_response(),
        Err(_) => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = Response::headers_mut(&mut response);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // No cache outlives the address.
    if let Ok(value) = HeaderValue::try_from(format!("private, max-age={seconds}")) {
        headers.insert(CACHE_CONTROL, value);
    }
    response
}
