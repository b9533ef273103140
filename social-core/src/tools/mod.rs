//! A bounded loop in which a model calls tools: typed functions of the application, or whatever
//! implements [`RunTool`].
//!
//! The loop is work on a [`Run`]: answers, decisions and results of tools are recorded, so that a
//! process that dies and is started again goes on where it was, pays for no answer twice and never
//! repeats a tool that has an effect. A tool that has one is called only after somebody has allowed
//! that very call.
//!
//! ```
//! use std::sync::Arc;
//!
//! use social_core::chat::{ChatModel, ChatRequest};
//! use social_core::run::Run;
//! use social_core::tools::{ToolLimits, ToolLoop};
//! # #[cfg(feature = "schema")]
//! # async fn example(model: Arc<dyn ChatModel>, run: &Run) -> social_core::Result<()> {
//! use social_core::tools::TypedTool;
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Day {
//!     /// Such as `monday`.
//!     day: String,
//! }
//!
//! let hours = TypedTool::reading("opening_hours", "When the bistro is open.", |Day { day }| async move {
//!     Ok(if day == "monday" { "closed" } else { "17:00 to 23:00" })
//! });
//! let tools = ToolLoop::new(model).with_tool(hours).with_limits(ToolLimits { rounds: 4, ..ToolLimits::default() });
//! let outcome = tools.run(run, ChatRequest::new("A post about our hours on Tuesday.")).await?;
//! println!("{}", outcome.reply.into_text()?);
//! # Ok(())
//! # }
//! ```

mod limits;
#[cfg(test)]
mod tests;
mod tool;
#[cfg(feature = "schema")]
mod typed;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tracing::Instrument as _;

pub use limits::ToolLimits;
pub use tool::{AllowTools, RunTool, ToolAnswer, ToolApprover, ToolDecision, ToolEffect};
#[cfg(feature = "schema")]
pub use typed::{Acting, Reading, TypedTool};

use crate::chat::{ChatModel, ChatReply, ChatRequest, FinishReason, Message, ToolCall, ToolResult};
use crate::error::{Effect, Error, Result};
use crate::money::{MicroDollars, Usage};
use crate::run::{Found, Run};
use limits::Spent;

/// A model and the tools that it may call.
pub struct ToolLoop<T: ?Sized = dyn ChatModel> {
    model: Arc<T>,
    tools: BTreeMap<String, Arc<dyn RunTool>>,
    approver: Option<Arc<dyn ToolApprover>>,
    limits: ToolLimits,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for ToolLoop<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolLoop")
            .field("model", &self.model)
            .field("tools", &self.tools.keys().collect::<Vec<_>>())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What came of a loop.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToolOutcome {
    /// The last answer; it calls no tool.
    pub reply: ChatReply,
    /// The conversation up to and with that answer.
    pub messages: Vec<Message>,
    /// How often the model was asked.
    pub rounds: u32,
    /// How many calls the model made, refused ones included.
    pub calls: u32,
    /// The tokens of all answers, as reported.
    pub usage: Option<Usage>,
    /// What all answers cost; `None` when one of them has no cost.
    pub cost: Option<MicroDollars>,
}

impl<T: ChatModel + ?Sized> ToolLoop<T> {
    /// A loop with this model, without tools, with the usual [limits](ToolLimits).
    #[must_use]
    pub fn new(model: Arc<T>) -> Self {
        Self { model, tools: BTreeMap::new(), approver: None, limits: ToolLimits::default() }
    }

    /// Adds a tool. Of two tools of one name the later counts.
    #[must_use]
    pub fn with_tool(self, tool: impl RunTool + 'static) -> Self {
        self.with_tools([Arc::new(tool) as Arc<dyn RunTool>])
    }

    /// Adds tools: those of a server, for instance.
    #[must_use]
    pub fn with_tools(mut self, tools: impl IntoIterator<Item = Arc<dyn RunTool>>) -> Self {
        self.tools.extend(tools.into_iter().map(|tool| (tool.tool().name.clone(), tool)));
        self
    }

    /// Says who allows calls that have an effect.
    #[must_use]
    pub fn approved_by(mut self, approver: impl ToolApprover + 'static) -> Self {
        self.approver = Some(Arc::new(approver));
        self
    }

    /// Replaces the limits.
    #[must_use]
    pub fn with_limits(mut self, limits: ToolLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Asks the model, runs the tools that it calls, and asks again, until it answers without a
    /// call. What a tool fails with is told to the model, which may try something else.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a tool with an effect when nobody was named who
    /// allows calls; [`OverBudget`](crate::ErrorKind::OverBudget) naming the limit that is reached
    /// (`rounds`, `calls`, `tokens`, `cost`), with the last text as
    /// [`partial`](Error::partial); [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) for a tool
    /// whose effect is unknown, which the model is not told, so that it does not try again; as
    /// [`ChatModel::chat`] and [`Run::once`].
    pub async fn run(&self, run: &Run, mut request: ChatRequest) -> Result<ToolOutcome> {
        self.refuse_unguarded()?;
        request.tools.extend(self.tools.values().map(|tool| tool.tool().clone()));
        run.bind(&("tools", self.model.address(), &request)).await?;
        let mut spent = Spent::default();
        let mut last = String::new();
        loop {
            let can = self.model.capabilities();
            self.limits.admit(&spent, &can, &request, run.clock().now()).map_err(|error| told(error, &last))?;
            let round = run.child(&format!("round {}", spent.rounds + 1));
            let reply = self.ask(&round, can.paid, &request).await?;
            spent.add(&reply);
            last = reply.text();
            request.messages.push(reply.to_message());
            let calls: Vec<ToolCall> = reply.tool_calls().cloned().collect();
            // A paused turn goes on when it is sent back.
            if calls.is_empty() && reply.finish != FinishReason::Paused {
                let Spent { rounds, calls, usage, cost } = spent;
                return Ok(ToolOutcome { reply, messages: request.messages, rounds, calls, usage, cost });
            }
            spent.calls = spent.calls.saturating_add(u32::try_from(calls.len()).unwrap_or(u32::MAX));
            self.limits.admit_calls(&spent).map_err(|error| told(error, &last))?;
            let mut results = Vec::with_capacity(calls.len());
            for (number, call) in calls.iter().enumerate() {
                results.push(self.call(&round, number, call).await?);
            }
            if !results.is_empty() {
                request.messages.push(Message::tool_results(results));
            }
        }
    }

    /// A tool with an effect needs somebody who allows it.
    fn refuse_unguarded(&self) -> Result<()> {
        let unguarded = self.tools.values().find(|tool| tool.effect() == ToolEffect::Acts && self.approver.is_none());
        match unguarded {
            Some(tool) => {
                let message = format!("the tool `{}` has an effect, and nobody allows its calls", tool.tool().name);
                Err(Error::config(message).with_field("approved_by").with_effect(Effect::None))
            }
            None => Ok(()),
        }
    }

    /// A lost answer of a free model is asked for again.
    async fn ask(&self, round: &Run, paid: bool, request: &ChatRequest) -> Result<ChatReply> {
        let work = || self.model.chat(request);
        if paid {
            round.once("answer", work, |_| async { Ok(Found::Unknown) }).await
        } else {
            round.step("answer", work).await
        }
    }

    async fn call(&self, round: &Run, number: usize, call: &ToolCall) -> Result<ToolResult> {
        let Some(tool) = self.tools.get(&call.name) else {
            let known: Vec<&str> = self.tools.keys().map(String::as_str).collect();
            return Ok(failed(call, format!("there is no tool `{}`, only {}", call.name, known.join(", "))));
        };
        let span = tracing::info_span!(
            "execute_tool",
            otel.name = format!("execute_tool {}", call.name),
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.name = call.name,
            gen_ai.tool.call.id = call.id,
            "gen_ai.tool.type" = "function",
        );
        async {
            match tool.effect() {
                ToolEffect::Reads => {
                    let work = || async {
                        let answer = tool.call(&call.arguments, "").await;
                        Ok(done(call, answer.unwrap_or_else(|error| ToolAnswer::failed(error.message()))))
                    };
                    round.step(&format!("call {number}"), work).await
                }
                ToolEffect::Acts => self.act(round, number, call, &**tool).await,
            }
        }
        .instrument(span)
        .await
    }

    async fn act(&self, round: &Run, number: usize, call: &ToolCall, tool: &dyn RunTool) -> Result<ToolResult> {
        let decide = || async {
            match &self.approver {
                Some(approver) => approver.decide(tool.tool(), call).await,
                None => Ok(ToolDecision::Deny("nobody allows it".to_owned())),
            }
        };
        if let ToolDecision::Deny(why) = round.step(&format!("decision {number}"), decide).await? {
            return Ok(failed(call, format!("it is not allowed: {why}")));
        }
        let (step, failure) = (format!("call {number}"), format!("failure {number}"));
        if let Some(told) = round.result(&failure).await? {
            return Ok(told);
        }
        let key = round.key(&step);
        let result = round
            .once(
                &step,
                || async { tool.call(&call.arguments, &key).await.map(|answer| done(call, answer)) },
                |_| async { Ok(tool.find(&key).await?.map(|answer| done(call, answer))) },
            )
            .await;
        match result {
            // It provably had no effect, so the model may know and try something else. That it
            // failed is recorded: another process must not tell the model another thing.
            Err(error) if error.effect() == Effect::None && tells_the_model(&error) => {
                let told = failed(call, error.message().to_owned());
                round.step(&failure, || async { Ok(told) }).await
            }
            other => other,
        }
    }
}

/// Failures of the run itself are none of the tool's.
fn tells_the_model(error: &Error) -> bool {
    use crate::ErrorKind::{Cancelled, Held, Storage};
    !matches!(error.kind(), Cancelled | Held | Storage)
}

fn done(call: &ToolCall, ToolAnswer { content, is_error }: ToolAnswer) -> ToolResult {
    ToolResult { id: call.id.clone(), name: call.name.clone(), content, is_error }
}

fn failed(call: &ToolCall, content: String) -> ToolResult {
    done(call, ToolAnswer::failed(content))
}

fn told(error: Error, last: &str) -> Error {
    if last.is_empty() { error } else { error.with_partial(last.to_owned()) }
}
