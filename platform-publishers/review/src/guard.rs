//! Who is let in, and what every answer carries.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::answer::page;
use crate::review::Review;

/// The person who decides, as an application knows them: in a request's extensions it takes the
/// place of the key, and its name stands in the approval.
#[derive(Clone, Debug)]
pub struct Reviewer(pub String);

/// Lets in only who may be here.
pub(crate) async fn guard(State(review): State<Review>, mut request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(|authority| authority.as_str())).unwrap_or_default();
    if !is_here(host) && !review.has_host(host) {
        return sealed(page(StatusCode::MISDIRECTED_REQUEST, "This address is not served here."));
    }
    if request.method() != Method::GET && !from_here(request.headers(), host) {
        return sealed(page(StatusCode::FORBIDDEN, "This came from another page and was not taken."));
    }
    let entering = request.uri().path().ends_with("/enter");
    let known = request.extensions().get::<Reviewer>().is_some();
    if !known && cookies(request.headers()).any(|(name, key)| name == review.cookie() && review.is_session(key)) {
        request.extensions_mut().insert(Reviewer(review.person().to_owned()));
    }
    if !entering && request.extensions().get::<Reviewer>().is_none() {
        let words = "Open the address that the program printed. It works once: where it was used already, stop the \
                     program and start it again for a new one. Nothing that was decided is lost.";
        return sealed(page(StatusCode::FORBIDDEN, words));
    }
    sealed(next.run(request).await)
}

/// An address, or this machine itself: no name that another site could let lead here.
fn is_here(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok()
}

/// Whether a browser says that its own page of this host sent it. Other programs say nothing of
/// it, and no browser lets a page lie about it.
fn from_here(headers: &HeaderMap, host: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let origin = text(header::ORIGIN)
        .is_none_or(|origin| origin.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(host)));
    let site = text(HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin");
    origin && site
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// With what keeps a browser from doing more with an answer than showing it.
fn sealed(response: Response) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        // Colours of brands stand in style attributes; scripts stand in no page.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; script-src 'self'; \
             connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Without any, a browser would send forms without their origin.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
