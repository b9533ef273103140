//! The suite for language models.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::subject::{Subject, Violations};
use super::trial::{Trial, Variant};
use super::wire::{Edited, Ending, Hanging, remove_usage};
use crate::chat::{
    ChatCapabilities, ChatModel, ChatReply, ChatRequest, Document, Effort, ImageOutput, Message, OutputFormat, Part,
    ReasoningOptions, Role, Tool, ToolCall, ToolChoice, ToolResult, WebSearch,
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
        call: |model: Arc<dyn ChatModel>, _run, request: ChatRequest| async move { model.chat(&request).await },
        sound: unsound,
    };
    let streamed = Trial {
        subject,
        request,
        call: |model: Arc<dyn ChatModel>, _run, request: ChatRequest| async move {
            model.stream(&request).await?.collect().await
        },
        sound: unsound,
    };
    whole.common(&mut violations).await;
    streamed.common(&mut violations).await;
    if let Some(can) = capabilities(subject).await {
        whole.options(&mut violations, variants(subject, request, &can)).await;
        streamed.options(&mut violations, variants(subject, request, &can)).await;
        // A lost call of a free model may simply be made again.
        if can.paid {
            not_sent_twice(subject, request, &mut violations).await;
        }
    }
    usage_is_reported(subject, request, &mut violations).await;
    cut_streams_are_errors(subject, request, &mut violations).await;
    dropped_streams_end(subject, request, &mut violations).await;
    violations.verdict()
}

fn unsound(reply: &ChatReply) -> Option<String> {
    if reply.parts.iter().all(|part| matches!(part, Part::Reasoning(_) | Part::Opaque(_))) {
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
    let variant = |option, offered, request| Variant { option, offered, request };
    vec![
        variant("temperature", Some(can.temperature), base().with_temperature(0.25)),
        variant("image_input", Some(can.image_input), base().with_part(Part::Image(subject.image.clone()))),
        variant("video_input", Some(can.video_input), base().with_part(Part::Video(subject.video.clone()))),
        variant("audio_input", Some(can.audio_input), base().with_part(Part::Audio(Media::bytes(WAV)))),
        variant("document_input", Some(can.document_input), base().with_part(Part::Document(document()))),
        variant(
            "document_citations",
            Some(can.document_citations),
            base().with_part(Part::Document(document().cited())),
        ),
        variant("image_output", Some(can.image_output), base().with_image_output(ImageOutput::default())),
        variant("tools", Some(can.tools), base().with_tool(tool.clone())),
        variant("tool_results", Some(can.tools), answered),
        variant(
            "tool_choice",
            Some(can.forced_tool_choice),
            base().with_tool(tool.clone()).with_tool_choice(ToolChoice::Required),
        ),
        variant("json", Some(can.json), with(&|request| request.output = OutputFormat::Json)),
        variant("json_schema", Some(can.json_schema), base().with_schema("answer", schema)),
        variant("reasoning", Some(can.reasoning), base().with_reasoning(thinking)),
        variant("web_search", Some(can.web_search), base().with_web_search(WebSearch::default())),
        variant("max_output_tokens", None, base().with_max_output_tokens(777)),
        variant("top_p", None, with(&|request| request.top_p = Some(0.5))),
        variant("seed", None, base().with_seed(7)),
        variant("stop", None, base().with_stop("END")),
        variant("system", None, base().with_system("Be brief.")),
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

async fn not_sent_twice(subject: &Subject<dyn ChatModel>, request: &ChatRequest, violations: &mut Violations) {
    for fault in [Fault::CutAfter, Fault::Stall, Fault::StatusAfter(504), Fault::Garbage, Fault::TruncatedBody(1)] {
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
