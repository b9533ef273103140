//! The routes.

use std::convert::Infallible;

use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router, middleware};
use futures_util::stream::{self, Stream};
use platform_publishers::outbox::LiveHtml;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use tower_http::services::ServeFile;

use crate::answer::page;
use crate::form::Fields;
use crate::guard::{Reviewer, guard};
use crate::review::{Refused, Review};

/// A form of more bytes is refused.
const MAX_FORM: usize = 256 * 1024;

const SCRIPT: &str = include_str!("review.js");

impl Review {
    /// The page and what belongs to it, to be served alone or nested below any path.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/enter", get(enter))
            .route("/posts", get(posts))
            .route("/decide", post(decide))
            .route("/events", get(events))
            .route("/review.js", get(script))
            .route("/{*file}", get(file))
            .layer(DefaultBodyLimit::max(MAX_FORM))
            .layer(middleware::from_fn_with_state(self.clone(), guard))
            .with_state(self.clone())
    }
}

#[derive(Deserialize)]
struct Entrance {
    #[serde(default)]
    key: String,
}

/// The key of the address becomes a cookie, and is worth nothing afterwards.
async fn enter(
    State(review): State<Review>,
    Query(Entrance { key }): Query<Entrance>,
    known: Option<Extension<Reviewer>>,
) -> Response {
    if known.is_some() {
        return Redirect::to("posts").into_response();
    }
    if !review.enter(&key) {
        let words = "This address was used already, or is not right. Stop the program and start it again for a new one. \
                     Nothing that was decided is lost.";
        return page(StatusCode::FORBIDDEN, words);
    }
    let session = review.session().expose_secret();
    let cookie = format!("{}={session}; Path=/; HttpOnly; SameSite=Strict", review.cookie());
    let mut response = Redirect::to("posts").into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn posts(State(review): State<Review>, Extension(Reviewer(person)): Extension<Reviewer>) -> Response {
    let live = review.page(&person);
    match live.html(review.dir()).await {
        Ok(LiveHtml { html, .. }) => {
            review.shown(&live);
            Html(html).into_response()
        }
        Err(_) => page(StatusCode::INTERNAL_SERVER_ERROR, "The folder of the posts cannot be read."),
    }
}

async fn decide(
    State(review): State<Review>,
    Extension(Reviewer(person)): Extension<Reviewer>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields(fields);
    match review.take(&fields, &person) {
        Ok(()) => Redirect::to("posts").into_response(),
        Err(Refused::Changed) => {
            let words = "The post changed since you looked at it, or was decided about already. Nothing was done. \
                         Look at it again.";
            page(StatusCode::CONFLICT, words)
        }
        Err(Refused::Wrong(error)) => {
            page(StatusCode::UNPROCESSABLE_ENTITY, &format!("Nothing was done: {}.", error.message()))
        }
    }
}

/// The number of the page, whenever there is another one. The last is followed by the end.
async fn events(State(review): State<Review>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut revisions = review.revisions();
    revisions.mark_changed();
    let events = stream::unfold(Some((review, revisions)), |state| async move {
        let (review, mut revisions) = state?;
        revisions.changed().await.ok()?;
        let revision = revisions.borrow_and_update().to_string();
        let next = if review.has_ended() { None } else { Some((review, revisions)) };
        Some((Ok(Event::default().event("page").data(revision)), next))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)
}

/// A file that the page shows, and no other of the folder.
async fn file(State(review): State<Review>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let gone = || page(StatusCode::NOT_FOUND, "There is no such file.");
    let Ok(LiveHtml { files, .. }) = review.page("").html(review.dir()).await else { return gone() };
    if !files.contains(&name) {
        return gone();
    }
    let path = review.dir().join(name);
    // A link would lead out of the folder.
    if !tokio::fs::symlink_metadata(&path).await.is_ok_and(|file| file.is_file()) {
        return gone();
    }
    let mut request = Request::new(axum::body::Body::empty());
    *request.headers_mut() = headers;
    ServeFile::new(path).try_call(request).await.map_or_else(|_| gone(), IntoResponse::into_response)
}
