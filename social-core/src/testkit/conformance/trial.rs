//! The faults, kills and options that every suite tries.

use std::error::Error as _;
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;
use serde_json::json;

use super::content::{all_texts, shows_secret};
use super::subject::{SECRET, Subject, Violations};
use super::wire::{Dribble, Echo, Edited, Hanging, add_unknown_fields};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Transport;
use crate::run::{Journal as _, Run};
use crate::testkit::scene::{Lasting, RUN};
use crate::testkit::{Answer, Case, Fault, FaultTransport, Received, ScriptedVendor, fault_matrix};

/// The exception of vendors that want their secret in the URL.
pub(super) const URL: &str = "url";

/// A request with one option set.
#[derive(Clone, Debug)]
pub struct Variant<R> {
    /// The option's name.
    pub option: &'static str,
    /// Whether the implementation says that it honours the value; `None` when it says nothing.
    pub offered: Option<bool>,
    /// The request.
    pub request: R,
    /// What it is compared with, where that is not the plain request: of a choice among tools, the
    /// request with the tools.
    pub beside: Option<R>,
}

/// One call of an implementation, with what makes its result worth something.
pub(super) struct Trial<'a, M: ?Sized, R, Call, Sound> {
    pub(super) subject: &'a Subject<M>,
    pub(super) request: &'a R,
    pub(super) call: Call,
    /// What is wrong with a result.
    pub(super) sound: Sound,
    /// Another request that the implementation takes, for what must be kept apart.
    pub(super) another: Option<&'a R>,
}

struct Tried<T> {
    result: Result<T>,
    vendor: ScriptedVendor,
    requests: Vec<Received>,
}

impl<M, R, T, F, Call, Sound> Trial<'_, M, R, Call, Sound>
where
    M: Debug + ?Sized,
    R: Clone,
    T: Debug,
    F: Future<Output = Result<T>>,
    Call: Fn(Arc<M>, Run, R) -> F,
    Sound: Fn(&T) -> Option<String>,
{
    pub(super) async fn begin(&self, shared: &Lasting, transport: Arc<dyn Transport>, request: R) -> Result<T> {
        let scene = shared.scene(transport).await?;
        let implementation = (self.subject.connect)(&scene)?;
        // Futures of whole adapters are large: not all of them lie on one stack.
        Box::pin((self.call)(implementation, scene.run, request)).await
    }

    pub(super) async fn over(&self, transport: Arc<dyn Transport>) -> Result<T> {
        self.begin(&Lasting::default(), transport, self.request.clone()).await
    }

    async fn try_out(&self, request: R) -> Tried<T> {
        let vendor = (self.subject.vendor)();
        let result = self.begin(&Lasting::default(), vendor.transport(), request).await;
        Tried { result, requests: self.subject.requests(&vendor), vendor }
    }

    /// What every implementation promises. Returns the number of exchanges of the happy path.
    pub(super) async fn common(&self, violations: &mut Violations) -> usize {
        let Some(exchanges) = self.happy_path(violations).await else { return 0 };
        if exchanges > 0 {
            self.refusals(violations).await;
            self.edited(violations).await;
            self.dribbled(violations).await;
        }
        for exchange in 0..exchanges {
            self.echoed(violations, exchange).await;
            self.unreadable(violations, exchange).await;
            self.dropped(violations, exchange).await;
        }
        exchanges
    }

    async fn happy_path(&self, violations: &mut Violations) -> Option<usize> {
        let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
        let result = async {
            let scene = shared.scene(vendor.transport()).await?;
            let implementation = (self.subject.connect)(&scene)?;
            violations.check(!shows_secret(&format!("{implementation:?}")), || "the secret is in Debug".to_owned());
            Box::pin((self.call)(implementation, scene.run, self.request.clone())).await
        };
        let result = result.await;
        for unexpected in vendor.unexpected() {
            violations.add(format!("the script does not know {unexpected}"));
        }
        self.no_secret_in_urls(&vendor, "the happy path", violations);
        match shared.journal.open(&RUN.into()).await {
            Ok(open) => violations
                .check(!shows_secret(&format!("{:?}", open.entries)), || "the secret is in the journal".to_owned()),
            Err(error) => violations.add(format!("the run is still held after the call: {error}")),
        }
        match result {
            Ok(result) => {
                if let Some(fault) = (self.sound)(&result) {
                    violations.add(format!("the happy path: {fault}"));
                }
                violations.check(!shows_secret(&format!("{result:?}")), || "the secret is in the result".to_owned());
                Some(vendor.received().len())
            }
            Err(error) => {
                violations.add(format!("the happy path fails: {error:?}"));
                None
            }
        }
    }

    /// A vendor that refuses everything, and repeats the secret in its refusal.
    async fn refusals(&self, violations: &mut Violations) {
        use ErrorKind::{Auth, OutcomeUnknown, QuotaExhausted, RateLimited, Unavailable};
        for (status, kinds) in
            [(401, &[Auth] as &[_]), (429, &[RateLimited, QuotaExhausted]), (503, &[Unavailable, OutcomeUnknown])]
        {
            let echo = json!({"error": {"message": format!("refused, key {SECRET}"), "code": SECRET}});
            let answer = Answer::json(echo).with_status(StatusCode::from_u16(status).unwrap_or_default());
            let vendor = ScriptedVendor::new().respond_if("everything", |_| true, move |_| answer.clone());
            let Err(error) = self.over(vendor.transport()).await else {
                violations.add(format!("a vendor that answers everything with {status} is a success"));
                continue;
            };
            let kind = error.kind();
            violations.check(kinds.contains(&kind), || format!("{status} is {kind}, expected one of {kinds:?}"));
            violations.check(error.vendor().is_some(), || format!("the error of {status} names no vendor"));
            violations.check(error.status() == Some(status), || {
                format!("the error of {status} has status {:?}", error.status())
            });
            violations.check(!shows_secret(&texts(&error)), || format!("the secret is in the error of {status}"));
        }
    }

    /// A vendor that repeats the secret from some exchange on, whatever it was asked.
    async fn echoed(&self, violations: &mut Violations, exchange: usize) {
        for status in [200, 400, 401, 404, 429, 500] {
            let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
            let inner = vendor.transport();
            let echo = Arc::new(Echo { inner, from: exchange, status, exchanges: AtomicUsize::new(0) });
            let result = self.begin(&shared, echo, self.request.clone()).await;
            let shown = match &result {
                Ok(result) => format!("{result:?}"),
                Err(error) => texts(error),
            };
            let when = format!("{status} in exchange {exchange}, which repeats the secret");
            violations.check(!shows_secret(&shown), || format!("{when}: it is in what comes of it"));
            if let Ok(open) = shared.journal.open(&RUN.into()).await {
                let entries = format!("{:?}", open.entries);
                violations.check(!shows_secret(&entries), || format!("{when}: it is in the journal"));
            }
            self.no_secret_in_urls(&vendor, &when, violations);
        }
    }

    /// Answers that come byte by byte are the same answers.
    async fn dribbled(&self, violations: &mut Violations) {
        let vendor = (self.subject.vendor)();
        match self.over(Arc::new(Dribble(vendor.transport()))).await {
            Ok(result) => {
                if let Some(fault) = (self.sound)(&result) {
                    violations.add(format!("with answers that come byte by byte: {fault}"));
                }
            }
            Err(error) => violations.add(format!("answers that come byte by byte break it: {error:?}")),
        }
    }

    async fn edited(&self, violations: &mut Violations) {
        let inner = (self.subject.vendor)().transport();
        match self.over(Arc::new(Edited { inner, edit: add_unknown_fields })).await {
            Ok(result) => {
                if let Some(fault) = (self.sound)(&result) {
                    violations.add(format!("with unknown fields in the answers: {fault}"));
                }
            }
            Err(error) => violations.add(format!("unknown fields in the answers break it: {error:?}")),
        }
    }

    /// Success may survive an answer that cannot be read, but not without its content.
    async fn unreadable(&self, violations: &mut Violations, exchange: usize) {
        for fault in [Fault::Garbage, Fault::EmptyObject, Fault::ErrorBodyIn200] {
            let transport = FaultTransport::at((self.subject.vendor)().transport(), exchange, fault);
            if let Ok(result) = self.over(transport).await
                && let Some(unsound) = (self.sound)(&result)
            {
                violations.add(format!("{fault:?} in exchange {exchange} is an empty success: {unsound}"));
            }
        }
    }

    /// Dropping the call ends its exchange, and nothing goes on behind the caller's back.
    async fn dropped(&self, violations: &mut Violations, exchange: usize) {
        let vendor = (self.subject.vendor)();
        let hanging = Hanging::new(vendor.transport(), exchange, false);
        tokio::select! {
            _ = self.over(hanging.clone()) => {}
            () = hanging.reached.notified() => {}
        }
        let begun = hanging.exchanges.load(Ordering::SeqCst);
        for _ in 0..64 {
            tokio::task::yield_now().await;
        }
        for unexpected in vendor.unexpected() {
            violations.add(format!("dropped in exchange {exchange}: the script does not know {unexpected}"));
        }
        let went_on = hanging.exchanges.load(Ordering::SeqCst) - begun;
        violations.check(hanging.is_left() && went_on == 0, || {
            format!(
                "dropped in exchange {exchange}, it goes on: {went_on} more exchanges, held: {}",
                !hanging.is_left()
            )
        });
    }

    /// No option is dropped: it is honoured on the wire, or refused before anything is sent.
    pub(super) async fn options(&self, violations: &mut Violations, variants: Vec<Variant<R>>) {
        let plain = self.try_out(self.request.clone()).await;
        let again = self.try_out(self.request.clone()).await;
        if !same(&plain.requests, &again.requests) {
            violations.add("the same call makes different requests under a fixed clock and fixed randomness");
            return;
        }
        for Variant { option, offered, request, beside } in variants {
            if self.subject.exceptions.contains_key(option) {
                continue;
            }
            let beside = match beside {
                Some(beside) => Some(self.try_out(beside).await),
                None => None,
            };
            let plain = beside.as_ref().unwrap_or(&plain);
            let tried = self.try_out(request).await;
            match &tried.result {
                Err(error) if error.kind() == ErrorKind::Unsupported => {
                    violations.check(offered != Some(true), || format!("`{option}` is offered and refused: {error}"));
                    violations.check(tried.requests.is_empty(), || {
                        format!("`{option}` is refused after {} requests, not before the first", tried.requests.len())
                    });
                    violations.check(error.field().is_some(), || format!("the refusal of `{option}` does not name it"));
                }
                Err(error) => violations.add(format!("with `{option}` it fails: {error:?}")),
                Ok(_) if offered == Some(false) => violations.add(format!("`{option}` is not offered and not refused")),
                Ok(result) => {
                    let honoured = if tried.requests.is_empty() {
                        plain.result.as_ref().is_ok_and(|plain| format!("{plain:?}") != format!("{result:?}"))
                    } else {
                        !same(&plain.requests, &tried.requests)
                    };
                    violations
                        .check(honoured, || format!("`{option}` is dropped: the requests are the same without it"));
                }
            }
            for unexpected in tried.vendor.unexpected() {
                violations.add(format!("with `{option}`: the script does not know {unexpected}"));
            }
        }
    }

    /// The effect happens once, whatever breaks and whoever dies. Returns the cases for further
    /// looks at them.
    pub(super) async fn once(&self, violations: &mut Violations) -> Vec<Case<ScriptedVendor, T>> {
        let Some(count) = &self.subject.count else {
            violations.add("nothing says what may happen only once: use `Subject::counting`");
            return Vec::new();
        };
        let work = |scene: crate::testkit::Scene| async move {
            let implementation = (self.subject.connect)(&scene)?;
            Box::pin((self.call)(implementation, scene.run, self.request.clone())).await
        };
        // A happy path that fails has its own line.
        let Ok(cases) = fault_matrix(|| (self.subject.vendor)(), work, |vendor| count(vendor)).await else {
            return Vec::new();
        };
        for case in &cases {
            if let Some(violation) = case.violation() {
                violations.add(violation);
            }
            violations.check(case.exchanges_after_success.is_none_or(|exchanges| exchanges == 0), || {
                format!("{case}: called again after its success, it makes {:?} exchanges", case.exchanges_after_success)
            });
            if let Some(Err(error)) = &case.broken
                && case.fault.says_nothing()
                && matches!(error.kind(), ErrorKind::JobFailed | ErrorKind::Rejected)
            {
                violations.add(format!("{case}: an exchange that failed is taken for the vendor's verdict: {error}"));
            }
            for result in [case.broken.as_ref(), Some(&case.result)].into_iter().flatten() {
                let fault = match result {
                    Ok(result) => (self.sound)(result),
                    Err(error) => shows_secret(&texts(error)).then(|| "the secret is in the error".to_owned()),
                };
                if let Some(fault) = fault {
                    violations.add(format!("{case}: {fault}"));
                }
            }
            self.no_secret_in_urls(&case.vendor, &case.to_string(), violations);
        }
        cases
    }

    /// The exchange that has the effect, counted from zero.
    pub(super) async fn effect_at(&self, exchanges: usize) -> Option<usize> {
        let count = self.subject.count.as_ref()?;
        for exchange in 0..exchanges {
            let vendor = (self.subject.vendor)();
            let transport = FaultTransport::from(vendor.transport(), exchange + 1, Fault::CutBefore);
            let _ = self.over(transport).await;
            if count(&vendor) > 0 {
                return Some(exchange);
            }
        }
        None
    }

    fn no_secret_in_urls(&self, vendor: &ScriptedVendor, when: &str, violations: &mut Violations) {
        if self.subject.exceptions.contains_key(URL) {
            return;
        }
        for request in vendor.received() {
            violations.check(!shows_secret(request.url.as_str()), || {
                format!("{when}: the secret is in the URL of {}", request.url.path())
            });
        }
    }

    /// What was asked for in words is asked for in these words.
    pub(super) async fn words(&self, violations: &mut Violations, words: &[&str]) {
        let tried = self.try_out(self.request.clone()).await;
        let texts = all_texts(&tried.requests);
        for word in words.iter().filter(|_| tried.result.is_ok() && !tried.requests.is_empty()) {
            violations.check(texts.iter().any(|text| text.contains(word)), || {
                format!("`{word}` is changed or dropped: it stands in no request as it is")
            });
        }
    }

    /// A run that is cancelled starts nothing.
    pub(super) async fn cancelled(&self, violations: &mut Violations) {
        let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
        let result = async {
            let scene = shared.scene(vendor.transport()).await?;
            scene.run.cancellation().cancel();
            Box::pin((self.call)((self.subject.connect)(&scene)?, scene.run, self.request.clone())).await
        };
        if result.await.is_ok() && !vendor.received().is_empty() {
            violations.add("a cancelled run does the whole work");
        }
        if let Some(count) = &self.subject.count {
            violations.check(count(&vendor) == 0, || "a cancelled run still has its effect".to_owned());
        }
    }
}

/// Everything that an error shows, causes included.
pub(super) fn texts(error: &Error) -> String {
    let mut texts = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        texts.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    texts
}

/// Whether two calls sent the same, in whatever order: requests side by side come in any.
pub(super) fn same(a: &[Received], b: &[Received]) -> bool {
    let sorted = |requests| {
        let mut wire = wire(requests);
        wire.sort();
        wire
    };
    sorted(a) == sorted(b)
}

/// What went over the wire.
pub(super) fn wire(requests: &[Received]) -> Vec<(String, String, bytes::Bytes, String)> {
    let wire = |r: &Received| (r.method.to_string(), r.url.to_string(), r.body.clone(), format!("{:?}", r.headers));
    requests.iter().map(wire).collect()
}
