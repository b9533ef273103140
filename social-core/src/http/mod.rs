//! The one HTTP path: every request of every adapter goes through here.
//!
//! An adapter describes its vendor once as an [`Endpoint`] and then only makes [`Call`]s.
//! Deadlines, body limits, redirects, request ids, rate state, retries, redaction and spans happen
//! in this module, so that no adapter can forget them. A [`Transport`] carries the bytes; it is
//! handed in, and recording, replaying and fault injection are transports too. So a whole pipeline
//! is tested without a network:
//!
//! ```
//! use std::sync::Arc;
//! use social_core::http::{Endpoint, Exchange, ReplayTransport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> social_core::Result<()> {
//! let exchange = Exchange::from_json(
//!     r#"{"request": {"method": "GET", "path": "/v1/posts?limit=2"},
//!         "response": {"status": 200, "body": {"posts": ["a", "b"]}}}"#,
//! )?;
//! let vendor = Arc::new(ReplayTransport::new([exchange]));
//! let endpoint = Endpoint::builder("acme", "https://api.acme.example/v1").transport(vendor.clone()).build()?;
//!
//! #[derive(serde::Deserialize)]
//! struct Page {
//!     posts: Vec<String>,
//! }
//! let reply = endpoint.get("posts")?.query("limit", "2").operation("list").send().await?;
//! assert_eq!(reply.json::<Page>()?.posts, ["a", "b"]);
//! assert_eq!(vendor.left(), 0);
//! # Ok(())
//! # }
//! ```

mod body;
mod endpoint;
mod event;
mod moment;
mod multipart;
mod rate;
mod recorded;
mod redact;
mod request;
#[cfg(feature = "reqwest")]
mod reqwest;
mod retry;
#[cfg(test)]
#[cfg(feature = "reqwest")]
mod test_server;
mod wait;

use std::sync::Arc;

#[cfg(feature = "reqwest")]
pub use self::reqwest::{ReqwestTransport, ReqwestTransportBuilder};
pub use body::{Body, BodySource, ByteStream};
pub(crate) use endpoint::ReplyHead;
pub use endpoint::{
    Auth, Call, Endpoint, EndpointBuilder, Failure, FixedToken, Reply, RequestSigner, Route, SigningRequest,
    StreamReply, TokenSource,
};
pub(crate) use event::Form;
pub use event::{Event, EventReader};
pub use multipart::Multipart;
pub use rate::RateState;
pub use recorded::{
    Check, Cut, Exchange, RecordedBody, RecordedRequest, RecordedResponse, RecordingTransport, ReplayTransport,
};
pub use request::{Limits, Redirects, Repeat, Request, Response, Timeouts, Transport};
pub use retry::RetryPolicy;

use crate::error::Result;

/// The transport that all endpoints of an application share unless they are given another.
///
/// Its connections live in the tokio runtime that made them: a program with several runtimes, such
/// as a test suite, hands out one transport per runtime.
///
/// # Errors
/// [`ErrorKind::Config`](crate::ErrorKind::Config) when the crate is built without the `reqwest`
/// feature, or the machine has no root certificates.
pub fn shared_transport() -> Result<Arc<dyn Transport>> {
    #[cfg(feature = "reqwest")]
    {
        static SHARED: std::sync::OnceLock<Arc<ReqwestTransport>> = std::sync::OnceLock::new();
        if let Some(transport) = SHARED.get() {
            return Ok(Arc::clone(transport) as Arc<dyn Transport>);
        }
        let transport = Arc::new(ReqwestTransport::new()?);
        Ok(Arc::clone(SHARED.get_or_init(|| transport)) as Arc<dyn Transport>)
    }
    #[cfg(not(feature = "reqwest"))]
    Err(crate::Error::config("no transport was given and social-core is built without its `reqwest` feature"))
}
