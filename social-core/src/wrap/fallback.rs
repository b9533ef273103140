//! [`Fallback`]: several models in order of preference.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatEvent, ChatModel, ChatReply, ChatRequest, ChatStream, Message};
use crate::clock::{Clock, Timestamp, system_clock};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::money::Attempt;
use crate::run::Run;

/// When to go on to the next member. Data: change what does not fit.
#[derive(Clone, Debug)]
pub struct FallbackPolicy {
    /// Errors of these kinds go on; all others are the answer. Refused content stops by default,
    /// since the next vendor would be paid for the same refusal.
    pub go_on_after: Vec<ErrorKind>,
    /// Go on although the failed call may have had its effect and be billed. For texts by default,
    /// for images and videos not.
    pub go_on_after_unknown_effect: Option<bool>,
    /// A member that failed is not asked again for this long; one whose model does not exist is not
    /// asked again at all.
    pub rest: Duration,
    /// All attempts together may take this long, those for a stream until its first visible piece.
    pub deadline: Option<Duration>,
    /// When a stream breaks after visible text, the next member is asked to go on with this
    /// instruction. `None`: the stream ends with its error.
    pub continuation: Option<String>,
}

impl Default for FallbackPolicy {
    fn default() -> Self {
        use ErrorKind as K;
        Self {
            go_on_after: vec![
                K::Auth,
                K::Permission,
                K::RateLimited,
                K::QuotaExhausted,
                K::Unsupported,
                K::NotFound,
                K::Timeout,
                K::Unavailable,
                K::Transport,
                K::Protocol,
                K::Truncated,
                K::JobFailed,
            ],
            go_on_after_unknown_effect: None,
            rest: Duration::from_secs(30),
            deadline: None,
            continuation: None,
        }
    }
}

struct Member<T: ?Sized> {
    model: Arc<T>,
    rests_until: Mutex<Option<Timestamp>>,
}

/// Several models in order of preference: the first that can answers.
///
/// The reply's address says who answered, its attempts who failed before, why, and what that used.
/// Capabilities are what every member can do; a request for more goes to the members that can.
/// After the first visible piece of a stream it does not switch, unless
/// [`FallbackPolicy::continuation`] asks for it.
pub struct Fallback<T: ?Sized> {
    first: Member<T>,
    others: Vec<Member<T>>,
    policy: FallbackPolicy,
    clock: Arc<dyn Clock>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Fallback<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.members().map(|member| &member.model)).finish()
    }
}

impl<T: ?Sized> Fallback<T> {
    /// The models, the preferred one first.
    #[must_use]
    pub fn new(first: Arc<T>, others: impl IntoIterator<Item = Arc<T>>) -> Self {
        let member = |model| Member { model, rests_until: Mutex::new(None) };
        Self {
            first: member(first),
            others: others.into_iter().map(member).collect(),
            policy: FallbackPolicy::default(),
            clock: system_clock(),
        }
    }

    /// Changes when to go on.
    #[must_use]
    pub fn with_policy(mut self, policy: FallbackPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    fn members(&self) -> impl Iterator<Item = &Member<T>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Members that are not resting; when all are, all of them: a late answer is better than none.
    fn awake(&self) -> Vec<&Member<T>> {
        let now = self.clock.now();
        let awake: Vec<_> = self.members().filter(|member| member.rested(now)).collect();
        if awake.is_empty() { self.members().collect() } else { awake }
    }

    fn goes_on(&self, error: &Error, costly: bool) -> bool {
        let unknown_ok = self.policy.go_on_after_unknown_effect.unwrap_or(!costly);
        self.policy.go_on_after.contains(&error.kind()) && (unknown_ok || error.effect() == Effect::None)
    }

    fn rest(&self, member: &Member<T>, error: &Error) {
        let rest = match error.kind() {
            // The same request is at fault, not the member.
            ErrorKind::Unsupported => return,
            ErrorKind::NotFound => Duration::from_secs(u64::from(u32::MAX)),
            _ => error.wait().unwrap_or(self.policy.rest),
        };
        *member.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.after(rest));
    }

    /// Asks one member after the other, all within the deadline.
    async fn ask<'a, R, F>(
        &'a self,
        costly: bool,
        address: impl Fn(&T) -> ModelAddress,
        call: impl Fn(&'a T) -> F,
    ) -> Result<(R, Vec<Attempt>)>
    where
        F: Future<Output = Result<R>> + 'a,
    {
        let ends = self.policy.deadline.map(|deadline| (deadline, self.after(deadline)));
        let mut attempts = Vec::new();
        let members = self.awake();
        let last = members.len().saturating_sub(1);
        for (index, member) in members.into_iter().enumerate() {
            let (answer, in_time) = match ends {
                None => (call(&member.model).await, true),
                Some((deadline, end)) => tokio::select! {
                    biased;
                    answer = call(&member.model) => (answer, true),
                    () = self.clock.sleep(self.until(end)) => (Err(late(deadline)), false),
                },
            };
            match answer {
                Ok(reply) => return Ok((reply, attempts)),
                Err(error) => {
                    let goes_on = self.goes_on(&error, costly);
                    if goes_on {
                        self.rest(member, &error);
                    }
                    let failed = Attempt::all(&address(&member.model), &error);
                    if !goes_on || !in_time || index == last {
                        if attempts.is_empty() {
                            return Err(error);
                        }
                        attempts.extend(failed);
                        return Err(error.with_attempts(attempts));
                    }
                    tracing::info!(%error, "goes on to the next model");
                    attempts.extend(failed);
                }
            }
        }
        Err(Error::config("a fallback needs at least one model"))
    }

    fn after(&self, wait: Duration) -> Timestamp {
        self.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX)
    }

    fn until(&self, end: Timestamp) -> Duration {
        Duration::try_from(end.duration_since(self.clock.now())).unwrap_or_default()
    }
}

fn late(deadline: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("the {deadline:?} that all models have together were over"))
}

impl<T: ?Sized> Member<T> {
    fn rested(&self, now: Timestamp) -> bool {
        self.rests_until.lock().unwrap_or_else(PoisonError::into_inner).is_none_or(|until| until <= now)
    }
}

impl ChatCapabilities {
    /// What both can do.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            stream: self.stream && other.stream,
            image_input: self.image_input && other.image_input,
            video_input: self.video_input && other.video_input,
            audio_input: self.audio_input && other.audio_input,
            document_input: self.document_input && other.document_input,
            document_citations: self.document_citations && other.document_citations,
            image_output: self.image_output && other.image_output,
            prompt_cache: self.prompt_cache && other.prompt_cache,
            kept_prompts: self.kept_prompts && other.kept_prompts,
            tools: self.tools && other.tools,
            forced_tool_choice: self.forced_tool_choice && other.forced_tool_choice,
            json: self.json && other.json,
            json_schema: self.json_schema && other.json_schema,
            reasoning: self.reasoning && other.reasoning,
            web_search: self.web_search && other.web_search,
            temperature: self.temperature && other.temperature,
            paid: self.paid || other.paid,
            generative: self.generative || other.generative,
            output_tokens: self.output_tokens.into_iter().chain(other.output_tokens).min(),
            usual_output_tokens: self.usual_output_tokens.into_iter().chain(other.usual_output_tokens).max(),
            conditions: self.conditions.into_iter().chain(other.conditions).collect(),
            // That of the first whose call is billed.
            price: if self.paid { self.price } else { other.price },
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl ChatModel for Fallback<dyn ChatModel> {
    fn address(&self) -> &ModelAddress {
        self.first.model.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        let all = self.members().map(|member| member.model.capabilities());
        all.reduce(ChatCapabilities::and).unwrap_or(ChatCapabilities::text())
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let ask = self.ask(false, |model| model.address().clone(), |model| model.chat(request));
        let (mut reply, attempts) = ask.await?;
        // Those of a fallback inside this one come after.
        reply.attempts.splice(..0, attempts);
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let ask = self.ask(false, |model| model.address().clone(), |model| until_visible(model, request));
        let ((opening, stream), attempts) = ask.await?;
        let Some(instruction) = self.policy.continuation.clone() else {
            return Ok(rejoined(opening, stream, attempts));
        };
        let address = stream.address().clone();
        let others = self.awake().into_iter().map(|member| member.model.clone());
        let others = others.filter(|model| *model.address() != address).collect();
        let continued = Continued {
            opening,
            stream: Some(stream),
            text: String::new(),
            others,
            request: request.clone(),
            instruction,
        };
        let events = stream::unfold(continued, |mut state| async move { state.next().await.map(|item| (item, state)) });
        Ok(ChatStream::new(address, events).with_attempts(attempts))
    }
}

/// Reads a stream up to its first visible piece, so that a failure before it can still go on to the
/// next member.
pub(super) async fn until_visible<T: ChatModel + ?Sized>(
    model: &T,
    request: &ChatRequest,
) -> Result<(VecDeque<ChatEvent>, ChatStream)> {
    let mut stream = model.stream(request).await?;
    let mut opening = VecDeque::new();
    while let Some(event) = stream.next().await {
        let event = event?;
        use ChatEvent::{Cost, Extra, Started, Switched, Usage};
        let visible = !matches!(event, Started { .. } | Usage(_) | Cost(_) | Extra(_) | Switched { .. });
        opening.push_back(event);
        if visible {
            break;
        }
    }
    Ok((opening, stream))
}

/// A stream whose opening was read already, and who failed before it.
pub(super) fn rejoined(opening: VecDeque<ChatEvent>, stream: ChatStream, before: Vec<Attempt>) -> ChatStream {
    let address = stream.address().clone();
    ChatStream::new(address, stream::iter(opening.into_iter().map(Ok)).chain(stream)).with_attempts(before)
}

/// A stream that another member takes up where it breaks.
struct Continued {
    opening: VecDeque<ChatEvent>,
    stream: Option<ChatStream>,
    text: String,
    others: VecDeque<Arc<dyn ChatModel>>,
    request: ChatRequest,
    instruction: String,
}

impl Continued {
    async fn next(&mut self) -> Option<Result<ChatEvent>> {
        let item = match self.opening.pop_front() {
            Some(event) => Some(Ok(event)),
            None => self.stream.as_mut()?.next().await,
        };
        let error = match item {
            Some(Ok(event)) => {
                if let ChatEvent::Text(text) = &event {
                    self.text.push_str(text);
                }
                return Some(Ok(event));
            }
            Some(Err(error)) => error,
            None => {
                self.stream = None;
                return None;
            }
        };
        let broken = self.stream.take()?;
        let Some(model) = self.others.pop_front() else { return Some(Err(error)) };
        tracing::info!(%error, next = %model.address(), "the stream broke; the next model goes on");
        let request = self.request.clone();
        let request = request.with_message(Message::assistant(self.text.clone()));
        let request = request.with_message(Message::user(self.instruction.clone()));
        match model.stream(&request).await {
            Ok(stream) => self.stream = Some(stream),
            Err(error) => return Some(Err(error.with_partial(self.text.clone()))),
        }
        let failed = Box::new(Attempt::failed(broken.address(), &error));
        Some(Ok(ChatEvent::Switched { failed, next: model.address().clone() }))
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Fallback<T> {
    fn address(&self) -> &ModelAddress {
        self.first.model.address()
    }

    fn capabilities(&self) -> R::Capabilities {
        let others = self.others.iter().map(|member| member.model.capabilities());
        others.fold(self.first.model.capabilities(), R::Capabilities::and)
    }

    /// One member that can show it is enough: the others are passed over.
    fn accept(&self, request: &R) -> Result<()> {
        let refused = self.first.model.accept(request);
        let others = || self.others.iter().any(|member| member.model.accept(request).is_ok());
        if refused.is_err() && others() { Ok(()) } else { refused }
    }

    /// Each member works in a child of the run named after it, so that what one of them was paid
    /// for is found again.
    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        let ask = self.ask(
            true,
            |model| model.address().clone(),
            |model| async move { model.make(&of(run, model.address()), request).await },
        );
        let (mut made, attempts) = ask.await?;
        made.attempts.splice(..0, attempts);
        Ok(made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        let mut result = Ok(());
        for Member { model, .. } in self.members() {
            let run = of(run, model.address());
            if !run.steps().is_empty() {
                result = result.and(model.cancel(&run).await);
            }
        }
        result
    }

    /// Asks the members until one knows what was made.
    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        for Member { model, .. } in self.members() {
            let run = of(run, model.address());
            if !run.steps().is_empty() {
                return model.remove(&run, made).await;
            }
        }
        Err(Error::invalid("run", "nothing was made on this run"))
    }
}

/// The part of the run in which a member works.
fn of(run: &Run, address: &ModelAddress) -> Run {
    run.child(&address.to_string())
}
