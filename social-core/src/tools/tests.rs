//! Invented models and tools.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::*;
use crate::chat::{ChatCapabilities, ChatStream, Part, Tool};
use crate::money::{Cost, Price};
use crate::run::MemoryJournal;
use crate::{ErrorKind, ModelAddress};

/// Answers by script: each answer is a list of parts.
#[derive(Debug)]
struct Scripted {
    address: ModelAddress,
    can: ChatCapabilities,
    answers: Vec<Vec<Part>>,
    asked: Mutex<Vec<ChatRequest>>,
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = Vec<Part>>) -> Arc<Self> {
        let (address, can) = (ModelAddress::new("studio", "agent"), ChatCapabilities::all());
        Arc::new(Self { address, can, answers: answers.into_iter().collect(), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<ChatRequest> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl ChatModel for Scripted {
    fn address(&self) -> &ModelAddress {
        &self.address
    }
    fn capabilities(&self) -> ChatCapabilities {
        self.can.clone()
    }
    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let mut asked = self.asked.lock().unwrap();
        // The conversation says how far it is, also in another process.
        let round = request.messages.iter().filter(|message| message.role == crate::chat::Role::Assistant).count();
        asked.push(request.clone());
        let parts = self.answers[round.min(self.answers.len() - 1)].clone();
        let calls = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
        let finish = if calls { FinishReason::ToolCalls } else { FinishReason::Stop };
        let mut reply = ChatReply::new(self.address.clone(), parts, finish);
        reply.usage = Some(Usage { input_tokens: Some(100), output_tokens: Some(10), ..Usage::default() });
        reply.cost = Some(Cost { amount: MicroDollars(500), priced: "2026-11-01".into() });
        Ok(reply)
    }
    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

fn calls(name: &str, arguments: Value) -> Vec<Part> {
    vec![Part::ToolCall(ToolCall::new("c1", name, arguments))]
}

fn says(text: &str) -> Vec<Part> {
    vec![Part::Text(text.to_owned())]
}

/// A tool that acts: counts its calls and fails as it is told.
#[derive(Debug)]
struct Post {
    tool: Tool,
    calls: Arc<AtomicUsize>,
    fails: Option<Effect>,
    found: Option<&'static str>,
}

fn post(fails: Option<Effect>) -> Post {
    let tool = Tool {
        name: "post".into(),
        description: "Posts.".into(),
        parameters: json!({"type": "object"}),
        strict: false,
    };
    Post { tool, calls: Arc::default(), fails, found: None }
}

#[async_trait]
impl RunTool for Post {
    fn tool(&self) -> &Tool {
        &self.tool
    }
    fn effect(&self) -> ToolEffect {
        ToolEffect::Acts
    }
    async fn call(&self, _: &Value, key: &str) -> Result<ToolAnswer> {
        assert_eq!(key.len(), 36);
        self.calls.fetch_add(1, Ordering::SeqCst);
        match self.fails {
            None => Ok(ToolAnswer::new("posted")),
            Some(effect) => Err(Error::new(ErrorKind::Unavailable, "the door is shut").with_effect(effect)),
        }
    }
    async fn find(&self, _: &str) -> Result<Found<ToolAnswer>> {
        Ok(self.found.map_or(Found::Unknown, |found| Found::Present(ToolAnswer::new(found))))
    }
}

fn results(request: &ChatRequest) -> Vec<(String, bool)> {
    let parts = request.messages.iter().flat_map(|message| &message.parts);
    let results = parts.filter_map(|part| match part {
        Part::ToolResult(result) => Some((result.content.clone(), result.is_error)),
        _ => None,
    });
    results.collect()
}

fn hi() -> ChatRequest {
    ChatRequest::new("hi")
}

#[cfg(feature = "schema")]
#[tokio::test]
async fn typed_tools_are_called_and_their_errors_are_told() {
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    struct Day {
        day: String,
    }
    let hours = || {
        TypedTool::reading("hours", "When it is open.", |Day { day }| async move {
            if day == "sunday" {
                return Err(Error::new(ErrorKind::NotFound, "no such day"));
            }
            Ok(json!({ "open": 17, "day": day }))
        })
    };
    assert_eq!(hours().tool().parameters["properties"]["day"]["type"], "string");
    let model = Scripted::new([
        calls("hours", json!({"day": "monday"})),
        calls("hours", json!({"day": "sunday"})),
        calls("hours", json!({"date": 7})),
        calls("weather", json!({})),
        says("We open at five."),
    ]);
    let outcome = ToolLoop::new(model.clone()).with_tool(hours()).run(&Run::ephemeral(), hi()).await.unwrap();
    assert_eq!((outcome.reply.text().as_str(), outcome.rounds, outcome.calls), ("We open at five.", 5, 4));
    assert_eq!((outcome.usage.unwrap().input_tokens, outcome.cost), (Some(500), Some(MicroDollars(2500))));
    let told = results(model.asked().last().unwrap());
    assert_eq!(told[0], (r#"{"day":"monday","open":17}"#.to_owned(), false));
    assert_eq!(told[1], ("no such day".to_owned(), true));
    assert!(told[2].1 && told[2].0.contains("missing field `day`"), "{told:?}");
    assert_eq!(told[3], ("there is no tool `weather`, only hours".to_owned(), true));
    assert_eq!(outcome.messages.len(), 10);
}

#[tokio::test]
async fn a_tool_that_acts_needs_somebody_who_allows_it() {
    let model = Scripted::new([calls("post", json!({})), says("done")]);
    let tool = post(None);
    let counted = tool.calls.clone();
    let unguarded = ToolLoop::new(model.clone()).with_tool(tool);
    let error = unguarded.run(&Run::ephemeral(), hi()).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("approved_by")));
    assert!(model.asked().is_empty());

    let denied = unguarded.approved_by(AllowTools::named(["other"]));
    denied.run(&Run::ephemeral(), hi()).await.unwrap();
    assert_eq!(counted.load(Ordering::SeqCst), 0);
    assert!(results(&model.asked()[1])[0].0.starts_with("it is not allowed"), "{:?}", model.asked());

    let allowed = denied.approved_by(AllowTools::named(["post"]));
    allowed.run(&Run::ephemeral(), hi()).await.unwrap();
    assert_eq!(counted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn no_tool_that_acts_and_no_answer_is_repeated_by_another_process() {
    let model = Scripted::new([calls("post", json!({})), calls("post", json!({"n": 2})), says("done")]);
    let tool = post(None);
    let counted = tool.calls.clone();
    let tools = ToolLoop::new(model.clone()).with_tool(tool).approved_by(AllowTools::named(["post"]));
    let journal = MemoryJournal::new();
    for _ in 0..3 {
        let run = Run::open(&journal, "agent").await.unwrap();
        tools.run(&run, hi()).await.unwrap();
    }
    assert_eq!((counted.load(Ordering::SeqCst), model.asked().len()), (2, 3));
}

/// Answers and posts as the other two do, with a place to die before and after each.
#[derive(Debug)]
struct Slow<T>(T, Arc<Mutex<Vec<String>>>);

#[async_trait]
impl ChatModel for Slow<Arc<Scripted>> {
    fn address(&self) -> &ModelAddress {
        self.0.address()
    }
    fn capabilities(&self) -> ChatCapabilities {
        self.0.capabilities()
    }
    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        tokio::task::yield_now().await;
        self.1.lock().unwrap().push(format!("answer {}", request.messages.len()));
        let reply = self.0.chat(request).await;
        tokio::task::yield_now().await;
        reply
    }
    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

#[async_trait]
impl RunTool for Slow<Post> {
    fn tool(&self) -> &Tool {
        self.0.tool()
    }
    fn effect(&self) -> ToolEffect {
        self.0.effect()
    }
    async fn call(&self, arguments: &Value, key: &str) -> Result<ToolAnswer> {
        tokio::task::yield_now().await;
        self.1.lock().unwrap().push(format!("post {key}"));
        let answer = self.0.call(arguments, key).await;
        tokio::task::yield_now().await;
        answer
    }
}

/// The process dies wherever it waits; the next one goes on, or says that it does not know.
#[tokio::test]
async fn whoever_dies_nothing_is_paid_or_posted_twice() {
    let (mut finished, mut unknown) = (0, 0);
    for polls in 0..20 {
        let done = Arc::new(Mutex::new(Vec::new()));
        let scripted = Scripted::new([calls("post", json!({})), calls("post", json!({"n": 2})), says("done")]);
        let model = Arc::new(Slow(scripted, done.clone()));
        let tool = Slow(post(None), done.clone());
        let tools = ToolLoop::new(model).with_tool(tool).approved_by(AllowTools::named(["post"]));
        let journal = MemoryJournal::new();
        {
            let run = Run::open(&journal, "agent").await.unwrap();
            let mut work = std::pin::pin!(tools.run(&run, hi()));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            for _ in 0..polls {
                if work.as_mut().poll(&mut context).is_ready() {
                    break;
                }
            }
        }
        match tools.run(&Run::open(&journal, "agent").await.unwrap(), hi()).await {
            Ok(outcome) => {
                assert_eq!((outcome.reply.text().as_str(), done.lock().unwrap().len()), ("done", 5));
                finished += 1;
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                unknown += 1;
            }
        }
        let mut done = done.lock().unwrap().clone();
        let count = done.len();
        done.sort();
        done.dedup();
        assert_eq!(done.len(), count, "after {polls} polls something was done twice");
    }
    assert!(finished > 2 && unknown > 2, "{finished} {unknown}");
}

#[tokio::test]
async fn a_failure_without_effect_is_told_and_stays_told() {
    let model = Scripted::new([calls("post", json!({})), says("it failed")]);
    let tool = post(Some(Effect::None));
    let counted = tool.calls.clone();
    let tools = ToolLoop::new(model.clone()).with_tool(tool).approved_by(AllowTools::named(["post"]));
    let journal = MemoryJournal::new();
    for _ in 0..2 {
        tools.run(&Run::open(&journal, "agent").await.unwrap(), hi()).await.unwrap();
    }
    assert_eq!(results(&model.asked()[1]), [("the door is shut".to_owned(), true)]);
    assert_eq!((counted.load(Ordering::SeqCst), model.asked().len()), (1, 2));
}

#[tokio::test]
async fn an_unknown_effect_ends_the_loop_until_it_is_known() {
    let model = Scripted::new([calls("post", json!({})), says("done")]);
    let mut tool = post(Some(Effect::Unknown));
    let counted = tool.calls.clone();
    let journal = MemoryJournal::new();
    let open = || Run::open(&journal, "agent");
    let tools = ToolLoop::new(model.clone()).with_tool(tool).approved_by(AllowTools::named(["post"]));
    for _ in 0..2 {
        let error = tools.run(&open().await.unwrap(), hi()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    }
    tool = Post { calls: counted.clone(), found: Some("it is there"), ..post(None) };
    let tools = ToolLoop::new(model.clone()).with_tool(tool).approved_by(AllowTools::named(["post"]));
    tools.run(&open().await.unwrap(), hi()).await.unwrap();
    assert_eq!(results(&model.asked()[1]), [("it is there".to_owned(), false)]);
    assert_eq!((counted.load(Ordering::SeqCst), model.asked().len()), (1, 2));
}

#[tokio::test]
async fn every_limit_ends_the_loop_by_name() {
    let endless = || Scripted::new([[calls("none", json!({})), calls("none", json!({})), says("hm")].concat()]);
    let limits = ToolLimits::default();
    let run = async |model: Arc<Scripted>, limits| {
        let result = ToolLoop::new(model.clone()).with_limits(limits).run(&Run::ephemeral(), hi()).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::OverBudget, Effect::None));
        let partial = error.partial().map(str::to_owned);
        (error.field().unwrap().to_owned(), model.asked().len(), partial)
    };
    let hm = || Some("hm".to_owned());
    let limit = |name: &str, asked, partial| (name.to_owned(), asked, partial);
    assert_eq!(run(endless(), ToolLimits { rounds: 2, ..limits }).await, limit("rounds", 2, hm()));
    assert_eq!(run(endless(), ToolLimits { calls: 3, ..limits }).await, limit("calls", 2, hm()));
    assert_eq!(run(endless(), ToolLimits { tokens: Some(220), ..limits }).await, limit("tokens", 2, hm()));
    let cost = ToolLimits { cost: Some(MicroDollars(1_000)), ..limits };
    // Without a price nothing is asked.
    assert_eq!(run(endless(), cost).await, limit("cost", 0, None));
    let mut priced = Scripted::new([[calls("none", json!({})), says("hm")].concat()]);
    let million = |price| Some(MicroDollars(price));
    let price = Price { input_million: million(1), output_million: million(50_000), ..Price::default() };
    Arc::get_mut(&mut priced).unwrap().can.price = Some(Box::new(price));
    // Each answer may cost 411 and costs 500.
    assert_eq!(run(priced, cost).await, limit("cost", 2, hm()));
}
