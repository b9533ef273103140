//! Events and errors after OpenAI's openapi.yaml; recordings are in `tests/cassettes`.

mod conformance;
mod errors;

use std::sync::Arc;

use serde_json::{Value, json};
use social_core::chat::{
    ChatModel as _, ChatReply, ChatRequest, Effort, FinishReason, Message, OpaqueState, OutputFormat, Part,
    ReasoningOptions, Tool, ToolChoice, ToolResult, WebSearch,
};
use social_core::clock::Timestamp;
use social_core::media::Media;
use social_core::testkit::{Answer, FixedClock, ScriptedVendor};
use social_core::{Effect, ErrorKind, Result};

use super::{Dialect, Responses, ResponsesChat};

fn model(dialect: Dialect, answer: Answer) -> (ResponsesChat, ScriptedVendor) {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| answer.clone());
    let endpoint = dialect.endpoint().base_url("https://vendor.test/v1").auth(dialect.auth("key-of-the-test".into()));
    let clock = Arc::new(FixedClock::new(Timestamp::UNIX_EPOCH));
    let endpoint = endpoint.transport(vendor.transport()).clock(clock);
    (Responses::new(dialect, endpoint).unwrap().chat("gpt"), vendor)
}

fn hi() -> ChatRequest {
    ChatRequest::new("hi")
}

fn response(status: &str, output: Value) -> Value {
    let usage = json!({"input_tokens": 3, "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 1}});
    json!({"id": "resp_1", "model": "gpt", "status": status, "error": null, "output": output, "usage": usage})
}

fn incomplete(reason: &str, output: Value) -> Value {
    let mut all = response("incomplete", output);
    all["incomplete_details"] = json!({"reason": reason});
    all
}

fn message(text: &str) -> Value {
    let content = json!([{"type": "output_text", "text": text, "annotations": []}]);
    json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content})
}

fn call(id: &str, arguments: &str) -> Value {
    json!({"type": "function_call", "id": "fc", "call_id": id, "name": "f", "arguments": arguments})
}

async fn whole(answer: Value) -> Result<ChatReply> {
    model(Dialect::OPENAI, Answer::json(answer)).0.chat(&hi()).await
}

async fn streamed(events: &[Value]) -> Result<ChatReply> {
    let body: String = events.iter().map(|event| format!("event: x\ndata: {event}\n\n")).collect();
    model(Dialect::OPENAI, Answer::bytes("text/event-stream", body)).0.stream(&hi()).await?.collect().await
}

async fn body_for(dialect: Dialect, request: &ChatRequest) -> Value {
    let (model, vendor) = model(dialect, Answer::lost());
    model.chat(request).await.unwrap_err();
    vendor.received()[0].json()
}

fn added(place: u64, item: &Value) -> Value {
    json!({"type": "response.output_item.added", "output_index": place, "item": item})
}

fn done(place: u64, item: &Value) -> Value {
    json!({"type": "response.output_item.done", "output_index": place, "item": item})
}

fn words(place: u64, delta: &str) -> Value {
    json!({"type": "response.output_text.delta", "output_index": place, "item_id": "rotated", "delta": delta})
}

fn ending(kind: &str, response: Value) -> Value {
    json!({"type": kind, "response": response})
}

// Museum E13.
#[tokio::test]
async fn e13_a_call_that_the_limit_cut_is_not_handed_over() {
    for cut in ["{\"x\":", "{}", ""] {
        let output = json!([call("a", "{\"x\":1}"), call("b", cut)]);
        let reply = whole(incomplete("max_output_tokens", output)).await.unwrap();
        assert_eq!(reply.finish, FinishReason::Length);
        assert_eq!(reply.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["a"]);
    }
    let error = whole(response("completed", json!([call("a", "{\"x\":")]))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let reply = whole(response("completed", json!([call("a", "")]))).await.unwrap();
    assert_eq!(reply.tool_calls().next().unwrap().arguments, json!({}));
}

// Museum E5.
#[tokio::test]
async fn both_shapes_of_errors_come_after_the_text() {
    let flat = json!({"type": "error", "code": "server_error", "message": "m", "param": null});
    let nested = json!({"type": "error", "error": {"type": "server_error", "code": "server_error", "message": "m"}});
    let mut failed = response("failed", json!([]));
    failed["error"] = json!({"code": "server_error", "message": "m"});
    for error in [flat, nested, ending("response.failed", failed.clone())] {
        let error = streamed(&[words(0, "Half"), error]).await.unwrap_err();
        assert_eq!((error.kind(), error.partial()), (ErrorKind::Unavailable, Some("Half")));
        assert_eq!((error.message(), error.effect()), ("m", Effect::Unknown));
    }
    failed["error"] = json!({"code": "insufficient_quota", "message": "m"});
    assert_eq!(whole(failed).await.unwrap_err().kind(), ErrorKind::QuotaExhausted);
    let blocked = whole(incomplete("content_filter", json!([]))).await.unwrap_err();
    assert_eq!((blocked.kind(), blocked.code()), (ErrorKind::Rejected, Some("content_filter")));
    let error = streamed(&[words(0, "Half")]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
}

#[tokio::test]
async fn items_are_known_by_their_place_and_read_once() {
    let item = message("Good morning");
    let start = json!({"type": "message", "id": "msg_0"});
    let end = || ending("response.completed", response("completed", json!([message("Good morning")])));
    let nonsense = json!({"type": "response.of_tomorrow", "delta": {"x": 1}, "output_index": 7});
    for events in [
        vec![added(0, &start), words(0, "Good "), nonsense, words(0, "morning"), done(0, &item), end()],
        // Servers that leave events out.
        vec![words(0, "Good "), words(0, "morning"), end()],
        vec![done(0, &item), end()],
        vec![end()],
    ] {
        let reply = streamed(&events).await.unwrap();
        assert_eq!((reply.text().as_str(), reply.finish), ("Good morning", FinishReason::Stop));
        assert_eq!(reply.usage.unwrap().reasoning_tokens, Some(1));
    }
    let fragment = |delta| json!({"type": "response.function_call_arguments.delta", "output_index": 0, "delta": delta});
    let calls = || ending("response.completed", response("completed", json!([call("a", "{\"x\":1}")])));
    for events in [
        vec![added(0, &call("a", "")), fragment("{\"x\""), fragment(":1}"), calls()],
        vec![added(0, &call("a", "")), fragment("{\"x\":1}"), done(0, &call("a", "")), calls()],
        vec![done(3, &call("a", "{\"x\":1}")), calls()],
    ] {
        let reply = streamed(&events).await.unwrap();
        let found: Vec<_> = reply.tool_calls().map(|call| (call.id.as_str(), call.arguments.clone())).collect();
        assert_eq!(found, [("a", json!({"x": 1}))]);
        assert_eq!(reply.finish, FinishReason::ToolCalls);
    }
}

/// After recordings of OpenAI: two messages, and items of kinds that fill the same members
/// otherwise.
#[tokio::test]
async fn every_message_counts_and_other_items_break_nothing() {
    let drawn = json!({"type": "image_generation_call", "id": "ig", "action": "generate", "result": "iVBORw0KGgo="});
    let sought = json!({"type": "tool_search_call", "id": "ts", "arguments": {"paths": ["a"]}});
    let output = json!([message("One. "), drawn, sought, message("Two.")]);
    let mut events: Vec<Value> = (0..).zip(output.as_array().unwrap()).map(|(place, item)| done(place, item)).collect();
    events.push(ending("response.completed", response("completed", output.clone())));
    for reply in [whole(response("completed", output)).await.unwrap(), streamed(&events).await.unwrap()] {
        assert_eq!((reply.text().as_str(), reply.finish), ("One. Two.", FinishReason::Stop));
        assert_eq!(reply.parts.iter().filter(|part| matches!(part, Part::Opaque(_))).count(), 2);
    }
}

/// After a recording of OpenAI's background mode.
#[tokio::test]
async fn an_answer_that_is_still_made_is_named() {
    let error = whole(response("queued", json!([]))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, Some("queued")));
    assert!(error.message().contains("resp_1"), "{error}");
}

#[tokio::test]
async fn citations_point_at_the_bytes_of_the_answer() {
    let citation = |start: usize, end: usize| json!({"type": "url_citation", "url": "https://a.test/", "title": "A", "start_index": start, "end_index": end});
    let part = |text: &str, cited: Vec<Value>| json!({"type": "output_text", "text": text, "annotations": cited});
    let comment = json!({"type": "message", "phase": "commentary", "content": [part("I look.", vec![citation(0, 1)])]});
    let content = json!([part("Café. ", vec![citation(0, 4), citation(2, 99)]), part("Tee ☕!", vec![citation(4, 5)])]);
    let answer = json!({"type": "message", "phase": "final_answer", "content": content});
    let output = json!([comment, answer]);
    let annotated = |place: u64| {
        json!({"type": "response.output_text.annotation.added", "output_index": place,
        "annotation": citation(0, 4)})
    };
    let mut pieces = vec![added(0, &json!({"type": "message", "phase": "commentary"})), words(0, "I look.")];
    pieces.extend([done(0, &output[0]), words(1, "Café. "), annotated(1), words(1, "Tee ☕!"), done(1, &output[1])]);
    pieces.push(ending("response.completed", response("completed", output.clone())));
    for reply in [whole(response("completed", output)).await.unwrap(), streamed(&pieces).await.unwrap()] {
        assert_eq!((reply.text().as_str(), reply.reasoning().as_str()), ("Café. Tee ☕!", "I look."));
        let text = reply.text();
        let cited: Vec<_> = reply.sources.iter().map(|source| source.span.clone().map(|span| &text[span])).collect();
        assert_eq!(cited, [None, Some("Café"), Some("☕")]);
    }
}

#[tokio::test]
async fn searches_are_counted_and_opened_pages_stand_in_for_citations() {
    let search =
        |action: Value| json!({"type": "web_search_call", "id": "ws", "status": "completed", "action": action});
    let opened = search(json!({"type": "open_page", "url": "https://a.test/x#ws_call_id=7"}));
    let found = search(json!({"type": "search", "sources": [{"type": "url", "url": "https://b.test/"}]}));
    let reply = whole(response("completed", json!([opened, found, message("ok")]))).await.unwrap();
    let urls: Vec<&str> = reply.sources.iter().map(|source| source.url.as_str()).collect();
    assert_eq!(urls, ["https://a.test/x", "https://b.test/"]);
    assert_eq!(reply.usage.unwrap().searches, Some(1));
    // The vendor's own count goes before ours: OpenAI's and xAI's fields as recorded.
    let mut counted = response("completed", json!([search(json!({"type": "search"})), message("ok")]));
    counted["tool_usage"] = json!({"web_search": {"num_requests": 3}});
    assert_eq!(whole(counted.clone()).await.unwrap().usage.unwrap().searches, Some(3));
    counted["tool_usage"] = Value::Null;
    counted["usage"]["server_side_tool_usage_details"] = json!({"web_search_calls": 2, "x_search_calls": 4});
    assert_eq!(whole(counted).await.unwrap().usage.unwrap().searches, Some(6));
}

/// Invented: what a paid answer can do without does not lose it.
#[tokio::test]
async fn odd_values_and_new_items_break_nothing() {
    let searched =
        json!({"type": "tool_search_call", "arguments": {"q": 1}, "status": 7, "content": "odd", "action": "odd"});
    let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": {"x": 1}});
    let part = json!({"type": "output_text", "text": "ok", "annotations": [{"type": "url_citation", "start_index": -1}], "logprobs": "odd"});
    let odd = json!({"type": "message", "content": [part]});
    let mut answer = response("completed", json!([searched, odd, call]));
    answer["usage"] = json!({"input_tokens": 3.0, "output_tokens": "2", "input_tokens_details": [], "cost": null});
    answer["incomplete_details"] = json!("none");
    let reply = whole(answer).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.tool_calls().next().unwrap().arguments.clone()), ("ok", json!({"x": 1})));
    assert_eq!(reply.parts[0], Part::Opaque(OpaqueState::new("openai-responses", searched)));
    assert_eq!(reply.usage.unwrap().input_tokens, Some(3));
}

/// xAI's citation as recorded in `xai-responses-web-search`; log probabilities after openai.yaml.
#[tokio::test]
async fn a_number_is_no_title_and_what_else_was_told_is_kept() {
    let text = "4.0.6.[[1]](https://a.test/) [[Two]](https://b.test/)";
    let cite = |title: &str, url: &str, start: usize, end: usize| json!({"type": "url_citation", "url": url, "title": title, "start_index": start, "end_index": end});
    let annotations = [cite("1", "https://a.test/", 6, 28), cite("B", "https://b.test/", 29, 53)];
    let logprobs = json!([{"token": "4", "logprob": -0.5}]);
    let part = json!({"type": "output_text", "text": text, "annotations": annotations, "logprobs": logprobs});
    let mut answer = response("completed", json!([{"type": "message", "content": [part]}]));
    answer["service_tier"] = json!("flex");
    let reply = whole(answer).await.unwrap();
    let titles: Vec<_> = reply.sources.iter().map(|source| source.title.as_deref()).collect();
    assert_eq!(titles, [None, Some("B")]);
    assert_eq!(Value::Object(reply.extra), json!({"service_tier": "flex", "logprobs": logprobs}));
}

#[tokio::test]
async fn reasoning_and_comments_go_back_as_they_came() {
    let secret = json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "x", "summary": [{"type": "summary_text", "text": "hm"}]});
    let name = json!({"type": "reasoning", "id": "rs_2", "summary": []});
    let mut comment = message("I look.");
    comment["phase"] = json!("commentary");
    let search = json!({"type": "web_search_call", "id": "ws", "action": {"type": "search"}});
    let output = json!([secret, comment, search, name, call("c1", "{\"x\":1}"), message("Done.")]);
    let reply = whole(response("completed", output)).await.unwrap();
    assert_eq!((reply.reasoning().as_str(), reply.text().as_str()), ("hmI look.", "Done."));
    let result = ToolResult { id: "c1".into(), name: "f".into(), content: "no".into(), is_error: true };
    let request = ChatRequest::of([
        Message::system("Be brief."),
        Message::user("go"),
        reply.to_message(),
        Message::tool_results([result]).with(Part::Text("and?".into())),
        Message::system("Now German."),
    ]);
    let sent = body_for(Dialect::OPENAI, &request).await;
    let own_call = json!({"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{\"x\":1}"});
    let expected = json!([
        {"role": "user", "content": "go"}, secret, comment, search, name, own_call,
        {"role": "assistant", "content": "Done.", "phase": "final_answer"},
        {"type": "function_call_output", "call_id": "c1", "output": "Error: no"},
        {"role": "user", "content": "and?"},
        {"role": "system", "content": "Now German."},
    ]);
    assert_eq!((&sent["input"], &sent["instructions"]), (&expected, &json!("Be brief.")));
    // What is not stored cannot be named, and another vendor's state stays out.
    let sent = body_for(Dialect::OPENAI, &request.clone().with_extra("store", false)).await;
    assert!(!sent["input"].as_array().unwrap().contains(&name));
    let sent = body_for(Dialect::XAI, &request).await;
    assert_eq!(sent["input"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn options_have_their_fields() {
    let think = |effort, show| hi().with_reasoning(ReasoningOptions { effort, show, budget_tokens: None });
    let sent = body_for(Dialect::OPENAI, &think(Some(Effort::High), true).with_extra("include", json!(["x"]))).await;
    assert_eq!((&sent["reasoning"], &sent["store"]), (&json!({"effort": "high", "summary": "auto"}), &json!(false)));
    assert_eq!(sent["include"], json!(["x", "reasoning.encrypted_content"]));
    let twice = think(Some(Effort::High), true).with_extra("include", sent["include"].clone());
    assert_eq!(body_for(Dialect::OPENAI, &twice).await["include"], sent["include"]);
    let sent = body_for(Dialect::OPENAI, &think(Some(Effort::None), false)).await;
    assert_eq!((sent.get("store"), sent.get("include")), (None, None));
    let sent = body_for(Dialect::DEEPSEEK, &think(Some(Effort::High), false)).await;
    assert_eq!((&sent["reasoning"], sent.get("include")), (&json!({"effort": "high"}), None));

    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let strict = json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "required": ["a"],
        "additionalProperties": false});
    let tool = |strict| Tool { name: "f".into(), description: "d".into(), parameters: schema.clone(), strict };
    let request = hi().with_schema("s", schema.clone()).with_tool(tool(false)).with_tool(tool(true));
    let sent = body_for(Dialect::OPENAI, &request.with_tool_choice(ToolChoice::Tool("f".into()))).await;
    let format = json!({"type": "json_schema", "name": "s", "strict": true, "schema": strict});
    assert_eq!(sent["text"], json!({"format": format}));
    let function = |parameters: &Value, strict: bool| json!({"type": "function", "name": "f", "description": "d", "parameters": parameters, "strict": strict});
    assert_eq!(sent["tools"], json!([function(&schema, false), function(&strict, true)]));
    assert_eq!(sent["tool_choice"], json!({"type": "function", "name": "f"}));

    let mut json_mode = hi();
    json_mode.output = OutputFormat::Json;
    let sent = body_for(Dialect::OPENAI, &json_mode).await;
    assert_eq!(sent["text"], json!({"format": {"type": "json_object"}}));
    assert!(sent["instructions"].as_str().unwrap().contains("JSON"));

    let search =
        WebSearch { allowed_domains: vec!["a.test".into()], max_searches: Some(2), country: Some("DE".into()) };
    let sent = body_for(Dialect::OPENAI, &hi().with_web_search(search)).await;
    let tool = json!({"type": "web_search", "filters": {"allowed_domains": ["a.test"]},
        "user_location": {"type": "approximate", "country": "DE"}});
    assert_eq!((&sent["tools"], &sent["max_tool_calls"]), (&json!([tool]), &json!(2)));
    let sent = body_for(Dialect::OPENROUTER, &hi().with_web_search(WebSearch::default())).await;
    assert_eq!((&sent["plugins"], sent.get("tools")), (&json!([{"id": "web"}]), None));
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_before_sending() {
    let search = |search| hi().with_web_search(search);
    let budget = ReasoningOptions { budget_tokens: Some(9), ..ReasoningOptions::default() };
    let image = || hi().with_part(Part::Image(Media::remote("https://cdn.test/a.jpg".parse().unwrap())));
    let domains = || WebSearch { allowed_domains: vec!["a.test".into()], ..WebSearch::default() };
    for (dialect, request, field) in [
        (Dialect::OPENAI, hi().with_seed(1), "seed"),
        (Dialect::OPENAI, hi().with_stop("x"), "stop"),
        (Dialect::OPENAI, hi().with_extra("background", true), "extra.background"),
        (Dialect::OPENAI, hi().with_temperature(2.5), "temperature"),
        (Dialect::OPENAI, hi().with_reasoning(budget), "reasoning.budget_tokens"),
        (Dialect::DEEPSEEK, image(), "image"),
        (Dialect::DEEPSEEK, hi().with_schema("s", json!({})), "output.schema"),
        (Dialect::DEEPSEEK, search(domains()), "web_search.allowed_domains"),
        (Dialect::OPENROUTER, search(domains()), "web_search.allowed_domains"),
        (Dialect::XAI, search(WebSearch { max_searches: Some(1), ..domains() }), "web_search.max_searches"),
        (Dialect::XAI, search(WebSearch { country: Some("DE".into()), ..domains() }), "web_search.country"),
        (Dialect::at("x", "https://x.test"), search(WebSearch::default()), "web_search"),
    ] {
        let (model, vendor) = model(dialect, Answer::lost());
        assert_eq!(model.chat(&request).await.unwrap_err().field(), Some(field));
        assert!(vendor.received().is_empty());
    }
    let azure = Responses::from_env(Dialect::AZURE).unwrap_err();
    assert_eq!(azure.kind(), ErrorKind::Config);
}
