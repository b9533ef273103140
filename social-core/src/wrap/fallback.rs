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
use crate::image::{ImageBatch, ImageCapabilities, ImageGenerator, ImageRequest};
use crate::money::Attempt;
use crate::run::Run;
use crate::video::{GeneratedVideo, VideoCapabilities, VideoGenerator, VideoRequest};

/// When to go on to the next member. Data: change what does not fit.
#[derive(Clone, Debug)]
pub struct FallbackPolicy {
    /// Errors of these kinds go on; all others are the answer. Refused content stops by default, since the next vendor
    /// would be paid for the same refusal.
    pub go_on_after: Vec<ErrorKind>,
    /// Go on although the failed call may have had its effect and be billed. For texts by default, for images and videos
    /// not.
    pub go_on_after_unknown_effect: Option<bool>,
    /// A member that failed is not asked again for this long; one whose model does not exist is not asked again at all.
    pub rest: Duration,
    /// All attempts together may take this long, those for a stream until its first visible piece.
    pub deadline: Option<Duration>,
    /// When a stream breaks after visible text, the next member is asked to go on with this instruction. `None`: the
    /// stream ends with its error.
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
/// The reply's address says who answered, its attempts who failed before, why, and what that used. Capabilities are what
/// every member can do; a request for more goes to the members that can.
/// After the first visible piece of a stream it does not switch, unless [`FallbackPolicy::continuation`] asks for it.
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
            tools: self.tools && other.tools,
            forced_tool_choice: self.forced_tool_choice && other.forced_tool_choice,
            json: self.json && other.json,
            json_schema: self.json_schema && other.json_schema,
            reasoning: self.reasoning && other.reasoning,
            web_search: self.web_search && other.web_search,
            temperature: self.temperature && other.temperature,
            paid: self.paid || other.paid,
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

/// Reads a stream up to its first visible piece, so that a failure before it can still go on to the next member.
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
impl ImageGenerator for Fallback<dyn ImageGenerator> {
    fn address(&self) -> &ModelAddress {
        self.first.model.address()
    }

    fn capabilities(&self) -> ImageCapabilities {
        let all = self.members().map(|member| member.model.capabilities());
        let both = |a: ImageCapabilities, b: ImageCapabilities| ImageCapabilities {
            aspect_ratios: in_both(a.aspect_ratios, b.aspect_ratios),
            sizes: in_both(a.sizes, b.sizes),
            max_count: a.max_count.min(b.max_count),
            max_references: a.max_references.min(b.max_references),
            seed: a.seed && b.seed,
            negative_prompt: a.negative_prompt && b.negative_prompt,
            paid: a.paid || b.paid,
        };
        all.reduce(both).unwrap_or_default()
    }

    /// Each member works in a child of the run named after it, so that an image one of them was paid for is found again.
    async fn generate(&self, run: &Run, request: &ImageRequest) -> Result<ImageBatch> {
        let ask = self.ask(
            true,
            |model| model.address().clone(),
            |model| async move { model.generate(&run.child(&model.address().to_string()), request).await },
        );
        let (mut batch, attempts) = ask.await?;
        batch.attempts.splice(..0, attempts);
        Ok(batch)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl VideoGenerator for Fallback<dyn VideoGenerator> {
    fn address(&self) -> &ModelAddress {
        self.first.model.address()
    }

    fn capabilities(&self) -> VideoCapabilities {
        let all = self.members().map(|member| member.model.capabilities());
        let both = |a: VideoCapabilities, b: VideoCapabilities| VideoCapabilities {
            aspect_ratios: in_both(a.aspect_ratios, b.aspect_ratios),
            resolutions: in_both(a.resolutions, b.resolutions),
            seconds: in_both(a.seconds, b.seconds),
            first_frame: a.first_frame && b.first_frame,
            last_frame: a.last_frame && b.last_frame,
            audio: a.audio && b.audio,
            negative_prompt: a.negative_prompt && b.negative_prompt,
            seed: a.seed && b.seed,
            slides: a.slides && b.slides,
            max_prompt_chars: match (a.max_prompt_chars, b.max_prompt_chars) {
                (0, maximum) | (maximum, 0) => maximum,
                (a, b) => a.min(b),
            },
            paid: a.paid || b.paid,
        };
        all.reduce(both).unwrap_or_default()
    }

    /// Each member works in a child of the run named after it, so that a video one of them was paid for is found again.
    async fn generate(&self, run: &Run, request: &VideoRequest) -> Result<GeneratedVideo> {
        let ask = self.ask(
            true,
            |model| model.address().clone(),
            |model| async move { model.generate(&run.child(&model.address().to_string()), request).await },
        );
        let (mut video, attempts) = ask.await?;
        video.attempts.splice(..0, attempts);
        Ok(video)
    }
}

/// What both lists offer; an empty list means that nothing is known and restricts nothing.
fn in_both<T: PartialEq>(a: Vec<T>, b: Vec<T>) -> Vec<T> {
    match (a.is_empty(), b.is_empty()) {
        (true, _) => b,
        (_, true) => a,
        _ => a.into_iter().filter(|item| b.contains(item)).collect(),
    }
}
