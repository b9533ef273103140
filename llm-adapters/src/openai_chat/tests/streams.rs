//! Invented streams after traps that recordings show elsewhere.

use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::chat::{ChatEvent, ChatModel as _, ChatReply, FinishReason};
use social_core::error::Result;
use social_core::testkit::Answer;

use super::{Dialect, hi, model};
use crate::shared::call_id;

async fn read(dialect: Dialect, events: &[&str]) -> Result<ChatReply> {
    let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let (model, _) = model(dialect, Answer::bytes("text/event-stream", body));
    model.stream(&hi()).await?.collect().await
}

fn call(index: &str, id: &str, name: &str, arguments: &str) -> String {
    let arguments = json!(arguments);
    format!(
        r#"{{"choices":[{{"delta":{{"tool_calls":[{{{index}"id":"{id}","function":{{"name":"{name}","arguments":{arguments}}}}}]}}}}]}}"#
    )
}

fn finish(reason: &str) -> String {
    format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"{reason}"}}]}}"#)
}

// Museum E13.
#[tokio::test]
async fn e13_calls_are_told_apart_and_finished_only_at_the_end() {
    let (stop, made_up) = (finish("tool_calls"), call_id::made_up("", 0, "f", ""));
    for (case, events, expected) in [
        (
            "an index is used again",
            vec![call(r#""index":0,"#, "a", "f", "{}"), call(r#""index":0,"#, "b", "g", "{\"x\":1}")],
            vec![("a", "f", json!({})), ("b", "g", json!({"x": 1}))],
        ),
        (
            "no index, fragments",
            vec![call("", "a", "f", "{\"x\""), call("", "", "", ":1}"), call("", "b", "g", "")],
            vec![("a", "f", json!({"x": 1})), ("b", "g", json!({}))],
        ),
        (
            "interleaved, from index 3",
            vec![
                call(r#""index":3,"#, "a", "f", "{"),
                call(r#""index":5,"#, "b", "g", "{"),
                call(r#""index":3,"#, "", "", "}"),
                call(r#""index":5,"#, "", "", "}"),
            ],
            vec![("a", "f", json!({})), ("b", "g", json!({}))],
        ),
        ("no id", vec![call(r#""index":0,"#, "", "f", "")], vec![(&made_up, "f", json!({}))]),
    ] {
        let mut events: Vec<&str> = events.iter().map(String::as_str).collect();
        events.extend([stop.as_str(), "[DONE]"]);
        let reply = read(Dialect::OPENAI, &events).await.unwrap();
        let calls: Vec<_> = reply.tool_calls().map(|c| (c.id.as_str(), c.name.as_str(), c.arguments.clone())).collect();
        assert_eq!(calls, expected, "{case}");
    }
}

// Museum E13: half an argument string may be valid JSON by chance.
#[tokio::test]
async fn e13_a_call_that_the_limit_cut_is_not_handed_over() {
    let events = [call(r#""index":0,"#, "a", "f", "{}"), call(r#""index":1,"#, "b", "g", "{}"), finish("length")];
    let events: Vec<&str> = events.iter().map(String::as_str).chain(["[DONE]"]).collect();
    let reply = read(Dialect::OPENAI, &events).await.unwrap();
    assert_eq!(reply.finish, FinishReason::Length);
    assert_eq!(reply.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["a"]);

    let events = [call(r#""index":0,"#, "a", "f", "{\"x\":"), finish("tool_calls")];
    let error = read(Dialect::OPENAI, &[&events[0], &events[1], "[DONE]"]).await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::Protocol, Some("{\"x\":")));
}

// Museum E5: an error event inside a stream that began with 200.
#[tokio::test]
async fn e5_failures_inside_a_success_come_after_the_text_before_them() {
    let text = r#"{"choices":[{"delta":{"content":"Half"}}]}"#;
    for (failure, kind) in [
        (r#"{"error":{"message":"busy","code":429}}"#, ErrorKind::RateLimited),
        (r#"{"error":{"message":"out","code":"insufficient_quota"}}"#, ErrorKind::QuotaExhausted),
        (r#"{"error":"boom"}"#, ErrorKind::Unavailable),
        (
            r#"{"choices":[{"error":{"code":502,"message":"upstream"},"finish_reason":"error"}]}"#,
            ErrorKind::Unavailable,
        ),
        (r#"{"choices":[{"finish_reason":"network_error"}]}"#, ErrorKind::Unavailable),
        // The next two are examples of openrouter.ai/docs: streaming, errors-and-debugging.
        (
            r#"{"error":{"code":"server_error","message":"Provider disconnected unexpectedly"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#,
            ErrorKind::Unavailable,
        ),
        (
            r#"{"error":{"code":429,"message":"Rate limit exceeded","metadata":{"error_type":"rate_limit_exceeded"}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#,
            ErrorKind::RateLimited,
        ),
        ("no json\n\ndata: {}", ErrorKind::Protocol),
    ] {
        for finished in [false, true] {
            let stop = finish("stop");
            let mut events = vec![text, failure, "[DONE]"];
            if finished {
                events.insert(1, &stop);
            }
            let error = read(Dialect::OPENAI, &events).await.unwrap_err();
            assert_eq!((error.kind(), error.partial()), (kind, Some("Half")), "{failure}");
        }
    }
}

#[tokio::test]
async fn harmless_chunks_are_passed_over() {
    let odd = [
        r#"{"choices":[],"usage":null}"#,
        r#"{"choices":null}"#,
        r#"{"id":"1","model":"m","object":"x"}"#,
        r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":null}}],"new":{"a":[1]}}"#,
        r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}}]}"#,
        r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":"?"},{"type":"thinking","thinking":7}]}}]}"#,
        r#"{"choices":[{"delta":{"reasoning_content":"","reasoning":"!","reasoning_details":null}}]}"#,
        r#"{"choices":[{"delta":{"content":[{"type":"text","text":"Yes "}]}}]}"#,
        r#"{"choices":[{"delta":{"content":"we \u00e4"},"finish_reason":"brand_new"}],"usage":{"prompt_tokens":"odd"}}"#,
        "[DONE]",
        "{broken",
    ];
    let reply = read(Dialect::MISTRAL, &odd).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.reasoning().as_str()), ("Yes we ä", "hm?!"));
    assert_eq!((reply.finish, reply.usage), (FinishReason::Other("brand_new".into()), None));
}

// Museum E3.
#[tokio::test]
async fn e3_the_end_is_believed_as_the_dialect_says() {
    let (text, stop) = (r#"{"choices":[{"delta":{"content":"Hi"}}]}"#, finish("stop"));
    let (whole, cut) = (call("", "a", "f", "{}"), call("", "a", "f", "{\"x\":"));
    let mut server = Dialect::at("s", "http://s.test");
    server.quirks.done_required = false;
    for (dialect, events, ok) in [
        (&server, vec![text, &stop], true),
        (&server, vec![text], false),
        (&Dialect::OPENAI, vec![text, &stop], false),
        // Who says that nothing more comes has said all: after alfredapp/openai-workflow#52.
        (&server, vec![text, "[DONE]"], true),
        (&Dialect::OPENAI, vec![text, "[DONE]"], true),
        // Servers that end streams of calls without a reason: after recordings of TGI 3.1 and of
        // Kimi K2 on OpenRouter.
        (&Dialect::TGI, vec![text, &whole, "[DONE]"], true),
        (&Dialect::TGI, vec![text, &whole], false),
        (&Dialect::TGI, vec![text, &cut, "[DONE]"], false),
    ] {
        match read(dialect.clone(), &events).await {
            Ok(_) => assert!(ok),
            Err(error) => assert_eq!((error.kind(), ok), (ErrorKind::Truncated, false)),
        }
    }
}

/// After streams that say the whole once more, of MiniMax's older models and of Perplexity.
#[tokio::test]
async fn what_came_in_pieces_is_not_read_again() {
    let piece = |text: &str| json!({"choices": [{"index": 0, "delta": {"content": text}}]}).to_string();
    let end =
        json!({"choices": [{"index": 0, "message": {"content": "Good day"}, "finish_reason": "stop"}]}).to_string();
    let events = [piece("Good "), piece("day"), end, "[DONE]".to_owned()];
    let reply = read(Dialect::OPENAI, &events.each_ref().map(String::as_str)).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.finish), ("Good day", FinishReason::Stop));

    let choice = json!({"message": {"content": "Good day"}, "delta": {"content": ""}, "finish_reason": "stop"});
    let (model, _) = model(Dialect::OPENAI, Answer::json(json!({"choices": [choice]})));
    assert_eq!(model.chat(&hi()).await.unwrap().text(), "Good day");
}

/// MiniMax M3, as can1357/oh-my-pi#2434 reports it; the words are invented.
#[tokio::test]
async fn thinking_that_comes_twice_is_read_once() {
    let piece = |delta: Value| json!({"choices": [{"index": 0, "delta": delta}]}).to_string();
    let events = [
        piece(json!({"reasoning_content": "hm, ", "content": "<think>hm, "})),
        piece(json!({"reasoning_content": "tea", "content": "tea</think>Hi"})),
        finish("stop"),
        "[DONE]".to_owned(),
    ];
    let reply = read(Dialect::MINIMAX, &events.each_ref().map(String::as_str)).await.unwrap();
    assert_eq!((reply.reasoning().as_str(), reply.text().as_str()), ("hm, tea", "Hi"));
}

/// After a recording of OpenRouter.
#[tokio::test]
async fn the_upstream_word_tells_that_the_limit_struck() {
    let cut = call(r#""index":0,"#, "a", "f", "{\"x\":");
    let end = r#"{"choices":[{"delta":{},"finish_reason":"tool_calls","native_finish_reason":"max_output_tokens"}]}"#;
    let reply = read(Dialect::OPENROUTER, &[&cut, end, "[DONE]"]).await.unwrap();
    assert_eq!((&reply.finish, reply.tool_calls().count()), (&FinishReason::Length, 0));
}

/// After recordings of OpenAI's first way to call functions.
#[tokio::test]
async fn a_function_call_is_a_call() {
    let part = |call: Value| json!({"choices": [{"index": 0, "delta": {"function_call": call}}]}).to_string();
    let events = [
        part(json!({"name": "f", "arguments": ""})),
        part(json!({"arguments": "{\"x\""})),
        part(json!({"arguments": ":1}"})),
        finish("function_call"),
        "[DONE]".to_owned(),
    ];
    let reply = read(Dialect::OPENAI, &events.each_ref().map(String::as_str)).await.unwrap();
    let calls: Vec<_> = reply.tool_calls().map(|call| (call.name.as_str(), &call.arguments)).collect();
    assert_eq!((calls, &reply.finish), (vec![("f", &json!({"x": 1}))], &FinishReason::ToolCalls));
}

#[tokio::test]
async fn a_whole_answer_may_begin_with_blank_lines() {
    let body = "\n\n\n{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";
    let (model, _) = model(Dialect::DEEPSEEK, Answer::bytes("application/json", body));
    assert_eq!(model.chat(&hi()).await.unwrap().text(), "Hi");
}

#[tokio::test]
async fn fragments_of_calls_are_shown_as_they_come() {
    let events =
        [call(r#""index":0,"#, "a", "f", "{\"x\""), call(r#""index":0,"#, "", "", ":1}"), finish("tool_calls")];
    let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect::<String>() + "data: [DONE]\n\n";
    let (model, _) = model(Dialect::OPENAI, Answer::bytes("text/event-stream", body));
    let mut stream = model.stream(&hi()).await.unwrap();
    let mut shown = Vec::new();
    while let Some(event) = stream.next().await {
        if let ChatEvent::ToolCallDelta { name, arguments, .. } = event.unwrap() {
            shown.push((name, arguments));
        }
    }
    assert_eq!(shown, [(Some("f".into()), "{\"x\"".into()), (None, ":1}".into())]);
}

/// The first is OpenRouter's example of a failure inside a whole answer, the second a vendor's own
/// word for no more.
#[tokio::test]
async fn a_failure_says_what_failed() {
    let whole = json!({"choices": [{"message": {"role": "assistant", "content": "partial output..."}, "finish_reason": "error",
        "error": {"code": 502, "message": "Provider disconnected mid-stream", "metadata": {"error_type": "provider_unavailable"}}}]});
    let (answered, _) = model(Dialect::OPENROUTER, Answer::json(whole));
    let error = answered.chat(&hi()).await.unwrap_err();
    assert_eq!((error.message(), error.code()), ("Provider disconnected mid-stream", Some("502")));
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Unavailable, Some("partial output...")));
    let stopped = r#"{"choices":[{"finish_reason":"network_error"}]}"#;
    let error = read(Dialect::ZHIPU, &[stopped]).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, Some("network_error")));
}

/// After OpenAI's openapi.yaml; the words are invented.
#[tokio::test]
async fn e4_citations_point_at_the_bytes_of_the_answer() {
    let cited = json!({"choices": [{"delta": {"annotations": [
        {"type": "url_citation", "url_citation": {"url": "https://a.test/", "title": "A", "start_index": 0, "end_index": 4}},
        {"type": "url_citation", "url_citation": {"url": "https://b.test/", "start_index": 6, "end_index": 99}},
        {"type": "of_tomorrow"}, "odd"]}, "finish_reason": "stop"}]});
    let events =
        [r#"{"choices":[{"delta":{"content":"Caf"}}]}"#, r#"{"choices":[{"delta":{"content":"é. Tee ☕!"}}]}"#];
    let reply = read(Dialect::OPENAI, &[events[0], events[1], &cited.to_string(), "[DONE]"]).await.unwrap();
    let text = reply.text();
    let found: Vec<_> = reply.sources.iter().map(|source| source.span.clone().map(|span| &text[span])).collect();
    assert_eq!(found, [Some("Café"), None]);
    // Of a text without its thinking nobody knows the places.
    let thought = r#"{"choices":[{"delta":{"content":"<think>hm</think>Café"}}]}"#;
    let reply = read(Dialect::OPENROUTER, &[thought, &cited.to_string(), "[DONE]"]).await.unwrap();
    assert_eq!((reply.sources.len(), &reply.sources[0].span), (2, &None));
}

/// A custom tool of OpenAI's openapi.yaml, and an invented second choice: only the first is read.
#[tokio::test]
async fn choices_are_not_mixed_and_custom_tools_get_text() {
    let piece =
        |index: u64, delta: serde_json::Value| json!({"choices": [{"index": index, "delta": delta}]}).to_string();
    let call = |custom: serde_json::Value| json!({"tool_calls": [{"index": 0, "id": "c", "type": "custom", "custom": custom}]});
    let events = [
        piece(0, json!({"content": "one"})),
        piece(1, json!({"content": "two"})),
        piece(0, call(json!({"name": "shell", "input": "echo "}))),
        piece(0, json!({"tool_calls": [{"index": 0, "custom": {"input": "1"}}]})),
        finish("tool_calls"),
    ];
    let mut events: Vec<&str> = events.iter().map(String::as_str).collect();
    events.push("[DONE]");
    let reply = read(Dialect::OPENAI, &events).await.unwrap();
    let calls: Vec<_> = reply.tool_calls().map(|call| (call.name.as_str(), call.arguments.clone())).collect();
    assert_eq!((reply.text().as_str(), calls), ("one", vec![("shell", json!("echo 1"))]));
    let (asked, vendor) = model(Dialect::OPENAI, Answer::lost());
    asked.chat(&hi().with_message(reply.to_message())).await.unwrap_err();
    let back = &vendor.received()[0].json()["messages"][1]["tool_calls"][0];
    assert_eq!(*back, json!({"id": "c", "type": "custom", "custom": {"name": "shell", "input": "echo 1"}}));
}

/// xAI leaves reasoning out of `completion_tokens`, wherever its models are served: the total
/// tells.
#[tokio::test]
async fn reasoning_is_counted_once() {
    let counted = |total: Option<u64>| {
        json!({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 213,
            "completion_tokens": 2, "total_tokens": total, "completion_tokens_details": {"reasoning_tokens": 198}}})
    };
    for (dialect, total, output) in [
        (Dialect::XAI, Some(413), 200),
        (Dialect::XAI, Some(215), 2),
        (Dialect::XAI, None, 200),
        (Dialect::AZURE, Some(413), 200),
        (Dialect::AZURE, Some(215), 2),
        (Dialect::AZURE, None, 2),
    ] {
        let (model, _) = model(dialect.clone(), Answer::json(counted(total)));
        let usage = model.chat(&hi()).await.unwrap().usage.unwrap();
        assert_eq!(usage.output_tokens, Some(output), "{} of {total:?}", dialect.service.vendor);
    }
}

/// Log probabilities as recorded in `openai-chat-stream-logprobs`, in two pieces.
#[tokio::test]
async fn what_else_the_vendor_told_is_kept() {
    let piece = |token: &str, tier: &str| {
        json!({"id": 7, "model": "m", "service_tier": tier, "choices": [{"delta": {"content": token},
            "logprobs": {"content": [{"token": token, "logprob": -1.0}], "refusal": null}}]})
        .to_string()
    };
    let (one, two) = (piece("4", "auto"), piece("2", "flex"));
    let reply = read(Dialect::OPENAI, &[&one, &two, &finish("stop"), "[DONE]"]).await.unwrap();
    let tokens = json!([{"token": "4", "logprob": -1.0}, {"token": "2", "logprob": -1.0}]);
    let extra = json!({"service_tier": "flex", "logprobs": {"content": tokens}});
    assert_eq!(serde_json::Value::Object(reply.extra), extra);
    assert_eq!(reply.id.as_deref(), Some("7"));
}

/// Stands on a real server: llama-cpp-python's pieces.
#[tokio::test]
async fn a_piece_of_a_call_that_comes_in_the_old_field_as_well_is_read_once() {
    let piece = |arguments: &str| {
        let function = json!({"name": "answer", "arguments": arguments});
        let call = json!({"index": 0, "id": "call__0_answer", "type": "function", "function": function});
        let delta = json!({"role": null, "content": null, "function_call": function, "tool_calls": [call]});
        json!({"choices": [{"index": 0, "finish_reason": null, "delta": delta}]}).to_string()
    };
    let end = json!({"choices": [{"index": 0, "finish_reason": "tool_calls", "delta": {"tool_calls": null}}]});
    let events = [piece("{"), piece("\"yes\":"), piece("true}"), end.to_string(), "[DONE]".to_owned()];
    let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let (model, _) = model(Dialect::LLAMA_CPP, Answer::bytes("text/event-stream", body));
    let reply = model.stream(&hi()).await.unwrap().collect().await.unwrap();
    let calls: Vec<_> = reply.tool_calls().map(|call| (call.name.as_str(), call.arguments.clone())).collect();
    assert_eq!(calls, [("answer", json!({"yes": true}))]);
}
