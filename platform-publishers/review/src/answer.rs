//! What is answered in place of the page.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use platform_publishers::outbox::Escaped;

/// A page with a sentence of ours and a way back.
pub(crate) fn page(status: StatusCode, words: &str) -> Response {
    let words = Escaped(words);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\"><title>Review</title><style>:root{{color-scheme:light dark}}body{{font:1.1rem/1.6 system-ui,\
         sans-serif;max-width:34em;margin:18vh auto;padding:0 24px}}</style><p>{words}</p><p><a href=\"posts\">To the \
         posts</a></p></html>\n"
    );
    (status, Html(html)).into_response()
}
