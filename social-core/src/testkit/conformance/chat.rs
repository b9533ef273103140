//! The suite for language models.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::content::inside_json;
use super::subject::{Subject, Violations};
use super::trial::{Trial, Variant};
use super::wire::{Edited, Ending, Hanging, Recorder, Withheld, remove_usage, tells_usage};
use crate::ModelAddress;
use crate::chat::{
    ChatCapabilities, ChatEvent, ChatModel, ChatReply, ChatRequest, Document, Effort, ImageOutput, Message,
    OutputFormat, Part, ReasoningOptions, Role, Tool, ToolCall, ToolChoice, ToolResult, WebSearch,
};
use crate::error::Result;
use crate::http::Transport;
use crate::media::Media;
use crate::money::{Usage, UsageOrigin};
use crate::testkit::scene::Lasting;
use crate::testkit::{Fault, FaultTransport};

/// Tries a language model, whole and streamed. The vendor must answer both; the answer has some
/// text.
///
/// # Errors
/// All that is wrong.
pub async fn chat(subject: &Subject<dyn ChatModel>, request: &ChatRequest) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let whole = Trial {
        subject,
        request,
        call: |model: Arc<dyn ChatModel>, _run, request: ChatRequest| async move {
            let reply = model.chat(&request).await?;
            named(&*model, reply)
        },
        sound: unsound,
        another: None,
    };
    let streamed = Trial {
        subject,
        request,
        call: |model: Arc<dyn ChatModel>, _run, request: ChatRequest| async move {
            let reply = model.stream(&request).await?.collect().await?;
            named(&*model, reply)
        },
        sound: unsound,
        another: None,
    };
    whole.common(&mut violations).await;
    streamed.common(&mut violations).await;
    let words: Vec<&str> = words_of(request);
    whole.words(&mut violations, &words).await;
    streamed.words(&mut violations, &words).await;
    as_it_was_said(subject, request, &mut violations).await;
    if let Some(can) = capabilities(subject).await {
        whole.options(&mut violations, variants(subject, request, &can)).await;
        streamed.options(&mut violations, variants(subject, request, &can)).await;
        // A lost call of a free model may simply be made again.
        if can.paid {
            not_sent_twice(subject, request, &mut violations).await;
        }
        if can.stream {
            streams_as_it_comes(subject, request, &mut violations).await;
        }
    }
    usage_is_reported(subject, request, &mut violations).await;
    cut_streams_are_errors(subject, request, &mut violations).await;
    dropped_streams_end(subject, request, &mut violations).await;
    violations.verdict()
}

/// A reply that names its model.
fn named(model: &dyn ChatModel, reply: ChatReply) -> Result<(ModelAddress, ChatReply)> {
    Ok((model.address().clone(), reply))
}

pub(super) fn words_of(request: &ChatRequest) -> Vec<&str> {
    let parts = request.messages.iter().flat_map(|message| &message.parts);
    parts.filter_map(|part| if let Part::Text(text) = part { Some(text.as_str()) } else { None }).collect()
}

fn unsound((address, reply): &(ModelAddress, ChatReply)) -> Option<String> {
    if reply.address != *address {
        return Some(format!("the reply names {}, the model is {address}", reply.address));
    }
    let says_nothing = |part: &Part| match part {
        Part::Reasoning(_) | Part::Opaque(_) => true,
        Part::Text(text) => text.is_empty(),
        _ => false,
    };
    if reply.parts.iter().all(says_nothing) {
        return Some("the reply has neither text, tool call nor refusal".to_owned());
    }
    let invented = reply.usage.as_ref().is_some_and(|usage| usage.origin == UsageOrigin::Estimated);
    invented.then(|| "a whole reply carries estimated usage".to_owned())
}

fn variants(
    subject: &Subject<dyn ChatModel>,
    request: &ChatRequest,
    can: &ChatCapabilities,
) -> Vec<Variant<ChatRequest>> {
    let tool = Tool {
        name: "look_up".to_owned(),
        description: "Looks something up.".to_owned(),
        parameters: json!({"type": "object", "properties": {"what": {"type": "string"}}, "required": ["what"]}),
        strict: false,
    };
    let schema = json!({"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"],
        "additionalProperties": false});
    let base = || request.clone();
    let with = |change: &dyn Fn(&mut ChatRequest)| {
        let mut request = request.clone();
        change(&mut request);
        request
    };
    let call = ToolCall::new("call_1", "look_up", json!({"what": "hours"}));
    let result = ToolResult { id: call.id.clone(), name: call.name.clone(), content: "12".to_owned(), is_error: false };
    let answered = base()
        .with_tool(tool.clone())
        .with_message(Message::new(Role::Assistant, vec![Part::ToolCall(call)]))
        .with_message(Message::tool_results([result]));
    let thinking = ReasoningOptions { effort: Some(Effort::Low), ..ReasoningOptions::default() };
    let variant = |option, offered, request| Variant { option, offered, request, beside: None };
    // What is said about tools is compared with the same tools.
    let of_tools = |option, offered, change: &dyn Fn(&mut ChatRequest)| {
        let beside = request.clone().with_tool(tool.clone());
        let mut request = beside.clone();
        change(&mut request);
        Variant { option, offered, request, beside: Some(beside) }
    };
    let choice = |choice: ToolChoice, offered| {
        of_tools("tool_choice", offered, &|request: &mut ChatRequest| request.tool_choice = choice.clone())
    };
    let searching = |option, change: &dyn Fn(&mut WebSearch)| {
        let mut search = WebSearch::default();
        change(&mut search);
        let beside = can.web_search.then(|| request.clone().with_web_search(WebSearch::default()));
        Variant { option, offered: None, request: request.clone().with_web_search(search), beside }
    };
    let of_reasoning = |option, options: ReasoningOptions| {
        let beside = can.reasoning.then(|| request.clone().with_reasoning(thinking.clone()));
        Variant { option, offered: None, request: request.clone().with_reasoning(options), beside }
    };
    vec![
        variant("temperature", Some(can.temperature), base().with_temperature(0.25)),
        variant("image_input", Some(can.image_input), base().with_part(Part::Image(subject.image()))),
        variant("video_input", Some(can.video_input), base().with_part(Part::Video(subject.video.clone()))),
        variant("audio_input", Some(can.audio_input), base().with_part(Part::Audio(Media::bytes(WAV)))),
        variant("document_input", Some(can.document_input), base().with_part(Part::Document(document()))),
        Variant {
            beside: can.document_input.then(|| base().with_part(Part::Document(document()))),
            ..variant(
                "document_citations",
                Some(can.document_citations),
                base().with_part(Part::Document(document().cited())),
            )
        },
        variant("image_output", Some(can.image_output), base().with_image_output(ImageOutput::default())),
        variant("tools", Some(can.tools), base().with_tool(tool.clone())),
        Variant {
            beside: can.tools.then(|| base().with_tool(tool.clone())),
            ..variant("tool_results", Some(can.tools), answered)
        },
        choice(ToolChoice::Required, Some(can.forced_tool_choice)),
        choice(ToolChoice::Tool(tool.name.clone()), Some(can.forced_tool_choice)),
        choice(ToolChoice::None, None),
        of_tools("parallel_tool_calls", None, &|request| request.parallel_tool_calls = Some(false)),
        of_tools("tools.description", None, &|request| {
            change_tool(request, |tool| tool.description.push_str(" Really."));
        }),
        of_tools("tools.name", None, &|request| change_tool(request, |tool| tool.name.push_str("_too"))),
        of_tools("tools.parameters", None, &|request| {
            change_tool(request, |tool| {
                tool.parameters =
                    json!({"type": "object", "properties": {"whom": {"type": "string"}}, "required": ["whom"]});
            });
        }),
        of_tools("tools", None, &|request| {
            let other = Tool { name: "another".to_owned(), ..tool.clone() };
            request.tools.push(other);
        }),
        variant("json", Some(can.json), with(&|request| request.output = OutputFormat::Json)),
        variant("json_schema", Some(can.json_schema), base().with_schema("answer", schema)),
        variant("reasoning", Some(can.reasoning), base().with_reasoning(thinking.clone())),
        of_reasoning(
            "reasoning.effort",
            ReasoningOptions { effort: Some(Effort::High), ..ReasoningOptions::default() },
        ),
        variant("web_search", Some(can.web_search), base().with_web_search(WebSearch::default())),
        searching("web_search.allowed_domains", &|search| search.allowed_domains = vec!["example.com".to_owned()]),
        searching("web_search.max_searches", &|search| search.max_searches = Some(2)),
        searching("web_search.country", &|search| search.country = Some("AT".to_owned())),
        variant("max_output_tokens", None, base().with_max_output_tokens(777)),
        variant("top_p", None, with(&|request| request.top_p = Some(0.5))),
        variant("seed", None, base().with_seed(7)),
        variant("stop", None, base().with_stop("END")),
        variant("system", None, base().with_system("Be brief.")),
        variant("messages", None, base().with_message(Message::assistant("Well.")).with_message(Message::user("And?"))),
        variant("message", None, base().with_part(Part::Text("And another thing.".to_owned()))),
        variant("extra", None, base().with_extra("field_of_the_vendor", 1)),
    ]
}

/// A document without a picture in it.
fn document() -> Document {
    Document::new(Media::bytes(&b"%PDF-1.4\n%%EOF\n"[..])).named("facts.pdf")
}

/// A hundredth of a second of silence: mono, 8 bits, 8 kHz.
const WAV: &[u8] = b"RIFF\x74\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0\
    data\x50\0\0\0\
    \x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\
    \x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\
    \x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80";

async fn capabilities(subject: &Subject<dyn ChatModel>) -> Option<ChatCapabilities> {
    let scene = Lasting::default().scene((subject.vendor)().transport()).await.ok()?;
    Some((subject.connect)(&scene).ok()?.capabilities())
}

async fn ask(
    subject: &Subject<dyn ChatModel>,
    request: &ChatRequest,
    streamed: bool,
    transport: Arc<dyn Transport>,
) -> Result<ChatReply> {
    let scene = Lasting::default().scene(transport).await?;
    let model = (subject.connect)(&scene)?;
    if streamed { model.stream(request).await?.collect().await } else { model.chat(request).await }
}

fn change_tool(request: &mut ChatRequest, change: impl Fn(&mut Tool)) {
    request.tools.iter_mut().for_each(change);
}

/// The whole reply and the stream say what the vendor said, and both the same.
async fn as_it_was_said(subject: &Subject<dyn ChatModel>, request: &ChatRequest, violations: &mut Violations) {
    let recorder = Recorder::new((subject.vendor)().transport());
    let Ok(whole) = ask(subject, request, false, recorder.clone()).await else { return };
    let mut said = Vec::new();
    for exchange in recorder.exchanges() {
        let answer = String::from_utf8_lossy(&exchange.answer).into_owned();
        inside_json(&answer, &mut said);
        said.push(answer);
    }
    let text = whole.text();
    violations.check(recorder.exchanges().is_empty() || said.iter().any(|said| said.contains(&text)), || {
        format!("the reply says `{text}`, which the vendor did not")
    });
    let Ok(streamed) = ask(subject, request, true, (subject.vendor)().transport()).await else { return };
    violations.check(streamed.text() == text && streamed.finish == whole.finish, || {
        format!(
            "the stream says `{}` and ends with {:?}, the whole reply says `{text}` and ends with {:?}",
            streamed.text(),
            streamed.finish,
            whole.finish
        )
    });
}

/// A stream hands out what is there while the rest is still to come.
async fn streams_as_it_comes(subject: &Subject<dyn ChatModel>, request: &ChatRequest, violations: &mut Violations) {
    let vendor = (subject.vendor)();
    let withheld = Arc::new(Withheld { inner: vendor.transport(), reached: Arc::default() });
    let reached = withheld.reached.clone();
    let Ok(scene) = Lasting::default().scene(withheld).await else { return };
    let Ok(model) = (subject.connect)(&scene) else { return };
    let mut pieces = 0;
    let reading = async {
        let Ok(mut stream) = model.stream(request).await else { return };
        while let Some(Ok(event)) = stream.next().await {
            pieces += usize::from(matches!(event, ChatEvent::Text(_)));
        }
    };
    tokio::select! {
        biased;
        () = reading => {}
        () = async {
            reached.notified().await;
            for _ in 0..64 {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    violations.check(pieces > 0 || vendor.received().is_empty(), || {
        "it says that it streams, and hands out nothing before the whole answer is there".to_owned()
    });
}

async fn not_sent_twice(subject: &Subject<dyn ChatModel>, request: &ChatRequest, violations: &mut Violations) {
    for fault in [
        Fault::CutAfter,
        Fault::LostBefore,
        Fault::Stall,
        Fault::StatusAfter(500),
        Fault::StatusAfter(502),
        Fault::StatusAfter(503),
        Fault::StatusAfter(504),
        Fault::Garbage,
        Fault::TruncatedBody(1),
    ] {
        for streamed in [false, true] {
            let vendor = (subject.vendor)();
            let result = ask(subject, request, streamed, FaultTransport::from(vendor.transport(), 0, fault)).await;
            let sent = vendor.received().len();
            violations.check(result.is_err() && sent <= 1, || {
                format!("{fault:?}, streamed: {streamed}: sent {sent} times, a success: {}", result.is_ok())
            });
        }
    }
}

async fn usage_is_reported(subject: &Subject<dyn ChatModel>, request: &ChatRequest, violations: &mut Violations) {
    for streamed in [false, true] {
        let recorder = Recorder::new((subject.vendor)().transport());
        if let Ok(reply) = ask(subject, request, streamed, recorder.clone()).await {
            let answers = recorder.exchanges();
            let told = answers.iter().any(|exchange| tells_usage(&exchange.answer));
            let kept = reply.usage.as_ref().is_some_and(|usage| usage.output_tokens.is_some());
            violations.check(kept || !told, || {
                format!("streamed: {streamed}: the vendor reports usage, and the reply has {:?}", reply.usage)
            });
        }
        let inner = (subject.vendor)().transport();
        let reply = match ask(subject, request, streamed, Arc::new(Edited { inner, edit: remove_usage })).await {
            Ok(reply) => reply,
            Err(error) => {
                violations.add(format!("without usage in the answer, streamed: {streamed}, it fails: {error:?}"));
                continue;
            }
        };
        let tokens = |usage: &Usage| usage.input_tokens.is_some() || usage.output_tokens.is_some();
        violations.check(!reply.usage.as_ref().is_some_and(tokens), || {
            format!("streamed: {streamed}: the vendor reports no usage, and the reply has {:?}", reply.usage)
        });
    }
}

async fn cut_streams_are_errors(subject: &Subject<dyn ChatModel>, request: &ChatRequest, violations: &mut Violations) {
    let longest = Arc::new(AtomicUsize::new(0));
    let ending = |after| Arc::new(Ending { inner: (subject.vendor)().transport(), after, longest: longest.clone() });
    let Ok(whole) = ask(subject, request, true, ending(usize::MAX)).await else { return };
    let length = longest.load(Ordering::SeqCst);
    for cut in (0..length).step_by((length / 97).max(1)) {
        let closed = ask(subject, request, true, ending(cut)).await;
        let broken = FaultTransport::from((subject.vendor)().transport(), 0, Fault::TruncatedBody(cut));
        let broken = ask(subject, request, true, broken).await;
        for (result, how) in [(closed, "closed"), (broken, "broken")] {
            if let Ok(reply) = result {
                violations.check(reply.parts == whole.parts, || {
                    format!("a stream {how} after {cut} of {length} bytes is a complete reply")
                });
            }
        }
    }
}

async fn dropped_streams_end(subject: &Subject<dyn ChatModel>, request: &ChatRequest, violations: &mut Violations) {
    let hanging = Hanging::new((subject.vendor)().transport(), 0, true);
    let scene = Lasting::default().scene(hanging.clone()).await;
    let Some(model) = scene.ok().and_then(|scene| (subject.connect)(&scene).ok()) else { return };
    let reading = async {
        if let Ok(mut stream) = model.stream(request).await {
            while let Some(Ok(_)) = stream.next().await {}
        }
    };
    tokio::select! {
        () = reading => {}
        () = hanging.reached.notified() => {}
    }
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    violations.check(hanging.is_left(), || "a dropped stream holds on to its exchange".to_owned());
}
