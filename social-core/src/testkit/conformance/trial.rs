//! The faults, kills and options that every suite tries.

use std::error::Error as _;
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::StatusCode;
use serde_json::json;

use super::subject::{SECRET, Subject, Violations};
use super::wire::{Edited, Hanging, add_unknown_fields};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Transport;
use crate::run::{Journal as _, Run};
use crate::testkit::scene::{Lasting, RUN};
use crate::testkit::{Answer, Case, Fault, FaultTransport, Received, ScriptedVendor, fault_matrix};

/// The exception of vendors that want their secret in the URL.
const URL: &str = "url";

/// A request with one option set.
#[derive(Clone, Debug)]
pub struct Variant<R> {
    /// The option's name.
    pub option: &'static str,
    /// Whether the implementation says that it honours the value; `None` when it says nothing.
    pub offered: Option<bool>,
    /// The request.
    pub request: R,
}

/// One call of an implementation, with what makes its result worth something.
pub(super) struct Trial<'a, M: ?Sized, R, Call, Sound> {
    pub(super) subject: &'a Subject<M>,
    pub(super) request: &'a R,
    pub(super) call: Call,
    /// What is wrong with a result.
    pub(super) sound: Sound,
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
    async fn begin(&self, shared: &Lasting, transport: Arc<dyn Transport>, request: R) -> Result<T> {
        let scene = shared.scene(transport).await?;
        let implementation = (self.subject.connect)(&scene)?;
        (self.call)(implementation, scene.run, request).await
    }

    async fn over(&self, transport: Arc<dyn Transport>) -> Result<T> {
        self.begin(&Lasting::default(), transport, self.request.clone()).await
    }

    async fn try_out(&self, request: R) -> Tried<T> {
        let vendor = (self.subject.vendor)();
        let result = self.begin(&Lasting::default(), vendor.transport(), request).await;
        Tried { result, requests: vendor.received(), vendor }
    }

    /// What every implementation promises. Returns the number of exchanges of the happy path.
    pub(super) async fn common(&self, violations: &mut Violations) -> usize {
        let Some(exchanges) = self.happy_path(violations).await else { return 0 };
        if exchanges > 0 {
            self.refusals(violations).await;
            self.edited(violations).await;
        }
        for exchange in 0..exchanges {
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
            violations.check(!format!("{implementation:?}").contains(SECRET), || "the secret is in Debug".to_owned());
            (self.call)(implementation, scene.run, self.request.clone()).await
        };
        let result = result.await;
        for unexpected in vendor.unexpected() {
            violations.add(format!("the script does not know {unexpected}"));
        }
        for request in vendor.received() {
            let url = request.url.as_str();
            let excepted = self.subject.exceptions.contains_key(URL);
            let hidden = excepted || !url.contains(SECRET);
            violations.check(hidden, || format!("the secret is in the URL of {}", request.url.path()));
        }
        match shared.journal.open(&RUN.into()).await {
            Ok(open) => violations
                .check(!format!("{:?}", open.entries).contains(SECRET), || "the secret is in the journal".to_owned()),
            Err(error) => violations.add(format!("the run is still held after the call: {error}")),
        }
        match result {
            Ok(result) => {
                if let Some(fault) = (self.sound)(&result) {
                    violations.add(format!("the happy path: {fault}"));
                }
                violations.check(!format!("{result:?}").contains(SECRET), || "the secret is in the result".to_owned());
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
            violations.check(!texts(&error).contains(SECRET), || format!("the secret is in the error of {status}"));
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
        for Variant { option, offered, request } in variants {
            if self.subject.exceptions.contains_key(option) {
                continue;
            }
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
            (self.call)(implementation, scene.run, self.request.clone()).await
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
            for result in [case.broken.as_ref(), Some(&case.result)].into_iter().flatten().flatten() {
                if let Some(fault) = (self.sound)(result) {
                    violations.add(format!("{case}: {fault}"));
                }
            }
        }
        cases
    }

    /// A run that is cancelled starts nothing.
    pub(super) async fn cancelled(&self, violations: &mut Violations) {
        let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
        let result = async {
            let scene = shared.scene(vendor.transport()).await?;
            scene.run.cancellation().cancel();
            (self.call)((self.subject.connect)(&scene)?, scene.run, self.request.clone()).await
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
fn texts(error: &Error) -> String {
    let mut texts = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        texts.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    texts
}

fn same(a: &[Received], b: &[Received]) -> bool {
    let wire = |requests: &[Received]| {
        let mut wire: Vec<_> = requests
            .iter()
            .map(|r| (r.method.to_string(), r.url.to_string(), r.body.clone(), format!("{:?}", r.headers)))
            .collect();
        // Requests side by side come in any order.
        wire.sort();
        wire
    };
    wire(a) == wire(b)
}
