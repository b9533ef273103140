//! A transport that fails in every way.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};
use tokio::sync::Notify;

use super::vendor::path_fits;
use crate::clock::{Clock, Timestamp};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::http::{Request, Response, Transport};

/// What goes wrong in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// No connection: the vendor provably never sees the request.
    CutBefore,
    /// The connection dies before the vendor has the request, but the caller cannot tell.
    LostBefore,
    /// The vendor takes the request, then the connection dies.
    CutAfter,
    /// The vendor takes the request and does not answer in time.
    Stall,
    /// The vendor does not take the request and answers with this status, with this `Retry-After`
    /// if there is one.
    Status(u16, Option<Duration>),
    /// The vendor takes the request and something on the way answers with this status.
    StatusAfter(u16),
    /// The connection dies for the caller, and the request reaches the vendor so much later, by the
    /// clock of the work: what is asked meanwhile does not show it. A list that lags behind looks
    /// the same.
    ArrivesLate(Duration),
    /// The process dies while the request is under way, which reaches the vendor so much later.
    /// Ends in [`FaultTransport::death`].
    DiesInFlight(Duration),
    /// The vendor takes the request; its answer is a success that cannot be read.
    Garbage,
    /// The vendor takes the request; its answer is a success that says nothing: `{}`.
    EmptyObject,
    /// The vendor takes the request; its answer breaks off after this many bytes.
    TruncatedBody(usize),
    /// The vendor does not take the request; its answer is a success that holds an error.
    ErrorBodyIn200,
    /// The process dies before the request goes out. Ends in [`FaultTransport::death`].
    DiesBefore,
    /// The process dies when the vendor has taken the request. Ends in [`FaultTransport::death`].
    DiesAfter,
}

/// Platforms were seen to show a post two seconds after they took it.
const LAG: Duration = Duration::from_secs(2);

impl Fault {
    /// One of each.
    pub const ALL: [Self; 20] = [
        Self::CutBefore,
        Self::LostBefore,
        Self::CutAfter,
        Self::Stall,
        Self::Status(429, Some(Duration::from_secs(2))),
        Self::Status(429, None),
        Self::Status(500, None),
        Self::Status(503, None),
        Self::StatusAfter(500),
        Self::StatusAfter(502),
        Self::StatusAfter(503),
        Self::StatusAfter(504),
        Self::ArrivesLate(LAG),
        Self::DiesInFlight(LAG),
        Self::Garbage,
        Self::EmptyObject,
        Self::TruncatedBody(1),
        Self::ErrorBodyIn200,
        Self::DiesBefore,
        Self::DiesAfter,
    ];

    /// Whether the process ends with it.
    #[must_use]
    pub const fn is_death(self) -> bool {
        matches!(self, Self::DiesBefore | Self::DiesAfter | Self::DiesInFlight(_))
    }

    /// Nobody says anything about the work with it.
    pub(super) const fn says_nothing(self) -> bool {
        !matches!(self, Self::Garbage | Self::EmptyObject | Self::TruncatedBody(_) | Self::ErrorBodyIn200)
    }

    const fn vendor_takes_it(self) -> bool {
        match self {
            Self::CutBefore
            | Self::LostBefore
            | Self::Status(..)
            | Self::ArrivesLate(_)
            | Self::DiesInFlight(_)
            | Self::ErrorBodyIn200
            | Self::DiesBefore => false,
            Self::CutAfter
            | Self::Stall
            | Self::StatusAfter(_)
            | Self::Garbage
            | Self::EmptyObject
            | Self::TruncatedBody(_)
            | Self::DiesAfter => true,
        }
    }
}

#[derive(Clone, Debug)]
enum Place {
    Nowhere,
    Exchange(usize),
    From(usize),
    Reads,
    Route(Method, String),
}

/// A transport that breaks one exchange, all from one on, or all of one route, and passes on the
/// rest.
pub struct FaultTransport {
    inner: Arc<dyn Transport>,
    place: Place,
    fault: Fault,
    exchanges: AtomicUsize,
    death: Notify,
    healed: AtomicBool,
    clock: Option<Arc<dyn Clock>>,
    /// Requests under way, and when they arrive where a clock tells.
    late: Mutex<Vec<(Option<Timestamp>, Request)>>,
}

impl fmt::Debug for FaultTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultTransport").field("fault", &self.fault).field("place", &self.place).finish_non_exhaustive()
    }
}

impl FaultTransport {
    fn new(inner: Arc<dyn Transport>, place: Place, fault: Fault) -> Arc<Self> {
        Arc::new(Self::of(inner, place, fault, None))
    }

    fn of(inner: Arc<dyn Transport>, place: Place, fault: Fault, clock: Option<Arc<dyn Clock>>) -> Self {
        let (exchanges, death, healed, late) = Default::default();
        Self { inner, place, fault, exchanges, death, healed, clock, late }
    }

    /// Breaks one exchange, or all from one on, with requests that arrive late by this clock.
    pub(super) fn on_clock(
        inner: Arc<dyn Transport>,
        exchange: usize,
        lasting: bool,
        fault: Fault,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        let place = if lasting { Place::From(exchange) } else { Place::Exchange(exchange) };
        Arc::new(Self::of(inner, place, fault, Some(clock)))
    }

    /// Breaks nothing from now on. What is under way still arrives in its time.
    pub(super) fn heal(&self) {
        self.healed.store(true, Ordering::SeqCst);
    }

    /// Lets requests that are late reach the vendor; without a clock, when this is called.
    pub async fn deliver_late(&self) {
        self.deliver(|_| true).await;
    }

    async fn deliver(&self, arrives: impl Fn(Option<Timestamp>) -> bool) {
        let arrived: Vec<_> = {
            let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
            let (arrived, under_way) = std::mem::take(&mut *late).into_iter().partition(|(due, _)| arrives(*due));
            *late = under_way;
            arrived
        };
        for (_, request) in arrived {
            // Nobody waits for the answer.
            let _ = self.inner.send(request).await;
        }
    }

    /// Breaks nothing and counts.
    #[must_use]
    pub fn none(inner: Arc<dyn Transport>) -> Arc<Self> {
        Self::new(inner, Place::Nowhere, Fault::CutBefore)
    }

    /// Breaks one exchange, counted from zero.
    #[must_use]
    pub fn at(inner: Arc<dyn Transport>, exchange: usize, fault: Fault) -> Arc<Self> {
        Self::new(inner, Place::Exchange(exchange), fault)
    }

    /// Breaks this exchange, counted from zero, and all that follow.
    #[must_use]
    pub fn from(inner: Arc<dyn Transport>, exchange: usize, fault: Fault) -> Arc<Self> {
        Self::new(inner, Place::From(exchange), fault)
    }

    /// Breaks every exchange that only reads.
    pub(super) fn reads(inner: Arc<dyn Transport>, fault: Fault) -> Arc<Self> {
        Self::new(inner, Place::Reads, fault)
    }

    /// Breaks every exchange of a method and path; see
    /// [`ScriptedVendor::on`](super::ScriptedVendor::on) for the pattern.
    #[must_use]
    pub fn on(inner: Arc<dyn Transport>, method: Method, path: &str, fault: Fault) -> Arc<Self> {
        Self::new(inner, Place::Route(method, path.to_owned()), fault)
    }

    /// How many exchanges began.
    #[must_use]
    pub fn exchanges(&self) -> usize {
        self.exchanges.load(Ordering::SeqCst)
    }

    /// Returns when the process is to die: drop its work then.
    pub async fn death(&self) {
        self.death.notified().await;
    }
}

#[async_trait]
impl Transport for FaultTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        if let Some(clock) = &self.clock {
            let now = clock.now();
            self.deliver(|due| due.is_some_and(|due| due <= now)).await;
        }
        let exchange = self.exchanges.fetch_add(1, Ordering::SeqCst);
        let here = !self.healed.load(Ordering::SeqCst)
            && match &self.place {
                Place::Nowhere => false,
                Place::Exchange(at) => *at == exchange,
                Place::From(first) => *first <= exchange,
                Place::Reads => request.method == Method::GET,
                Place::Route(method, path) => *method == request.method && path_fits(path, &request.url),
            };
        if !here {
            return self.inner.send(request).await;
        }
        let answer = match self.fault {
            Fault::ArrivesLate(lag) | Fault::DiesInFlight(lag) => {
                let due = self.clock.as_ref().and_then(|clock| clock.now().checked_add(lag).ok());
                self.late.lock().unwrap_or_else(PoisonError::into_inner).push((due, request));
                None
            }
            fault if fault.vendor_takes_it() => Some(self.inner.send(request).await?),
            _ => None,
        };
        match self.fault {
            Fault::CutBefore => {
                Err(Error::new(ErrorKind::Transport, "the connection was refused").with_effect(Effect::None))
            }
            Fault::LostBefore | Fault::CutAfter | Fault::ArrivesLate(_) => {
                Err(Error::new(ErrorKind::Transport, "the connection was reset"))
            }
            Fault::Stall => Err(Error::new(ErrorKind::Timeout, "no answer in time")),
            Fault::Status(status, wait) => respond(status, "text/plain", "try again", wait),
            Fault::StatusAfter(status) => respond(status, "text/html", "<html>gateway</html>", None),
            Fault::Garbage => respond(200, "application/json", "{\"\u{fffd}", None),
            Fault::EmptyObject => respond(200, "application/json", "{}", None),
            Fault::ErrorBodyIn200 => {
                respond(200, "application/json", r#"{"error":{"message":"something went wrong"}}"#, None)
            }
            Fault::TruncatedBody(bytes) => match answer {
                Some(answer) => Ok(truncate(answer, bytes)),
                None => Err(Error::new(ErrorKind::Transport, "no answer to break off")),
            },
            Fault::DiesBefore | Fault::DiesAfter | Fault::DiesInFlight(_) => {
                self.death.notify_one();
                std::future::pending().await
            }
        }
    }
}

fn respond(status: u16, content_type: &'static str, body: &'static str, wait: Option<Duration>) -> Result<Response> {
    let status = StatusCode::from_u16(status)
        .map_err(|_| Error::config(format!("{status} is not a status that a fault can have")))?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(wait) = wait {
        headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    }
    let body = Box::pin(stream::iter([Ok(Bytes::from_static(body.as_bytes()))]));
    Ok(Response { status, headers, body })
}

fn truncate(answer: Response, bytes: usize) -> Response {
    let body = stream::try_unfold((answer.body, bytes), |(mut body, left)| async move {
        let piece = if left > 0 { body.next().await.transpose()? } else { None };
        let Some(piece) = piece else {
            return Err(Error::new(ErrorKind::Transport, "the connection was closed in the answer"));
        };
        let piece = piece.slice(..piece.len().min(left));
        let left = left - piece.len();
        Ok(Some((piece, (body, left))))
    });
    Response { body: Box::pin(body), ..answer }
}
