//! Invented streams after traps that recordings show elsewhere.

use serde_json::json;
use social_core::ErrorKind;
use social_core::chat::{ChatEvent, ChatModel as _, ChatReply, FinishReason};
use social_core::error::Result;
use social_core::testkit::Answer;

use super::{Dialect, hi, model};

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

#[tokio::test]
async fn e13_calls_are_told_apart_and_finished_only_at_the_end() {
    let stop = finish("tool_calls");
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
        ("no id", vec![call(r#""index":0,"#, "", "f", "")], vec![("call_0", "f", json!({}))]),
    ] {
        let mut events: Vec<&str> = events.iter().map(String::as_str).collect();
        events.extend([stop.as_str(), "[DONE]"]);
        let reply = read(Dialect::OPENAI, &events).await.unwrap();
        let calls: Vec<_> = reply.tool_calls().map(|c| (c.id.as_str(), c.name.as_str(), c.arguments.clone())).collect();
        assert_eq!(calls, expected, "{case}");
    }
}

#[tokio::test]
async fn a_call_that_the_limit_cut_is_not_handed_over() {
    let events = [call(r#""index":0,"#, "a", "f", "{}"), call(r#""index":1,"#, "b", "g", "{}"), finish("length")];
    let events: Vec<&str> = events.iter().map(String::as_str).chain(["[DONE]"]).collect();
    let reply = read(Dialect::OPENAI, &events).await.unwrap();
    assert_eq!(reply.finish, FinishReason::Length);
    assert_eq!(reply.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["a"]);

    let events = [call(r#""index":0,"#, "a", "f", "{\"x\":"), finish("tool_calls")];
    let error = read(Dialect::OPENAI, &[&events[0], &events[1], "[DONE]"]).await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::Protocol, Some("{\"x\":")));
}

#[tokio::test]
async fn failures_inside_a_success_come_after_the_text_before_them() {
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
        r#"{"choices":[{"delta":{"content":[{"type":"text","text":"Yes "}]}}]}"#,
        r#"{"choices":[{"delta":{"content":"we \u00e4"},"finish_reason":"brand_new"}],"usage":{"prompt_tokens":"odd"}}"#,
        "[DONE]",
        "{broken",
    ];
    let reply = read(Dialect::MISTRAL, &odd).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.reasoning().as_str()), ("Yes we ä", "hm"));
    assert_eq!((reply.finish, reply.usage), (FinishReason::Other("brand_new".into()), None));
}

#[tokio::test]
async fn the_end_is_believed_as_the_dialect_says() {
    let (text, stop) = (r#"{"choices":[{"delta":{"content":"Hi"}}]}"#, finish("stop"));
    let mut server = Dialect::at("s", "http://s.test");
    server.quirks.done_required = false;
    for (dialect, events, ok) in [
        (&server, vec![text, &stop], true),
        (&server, vec![text], false),
        (&server, vec![text, "[DONE]"], false),
        (&Dialect::OPENAI, vec![text, &stop], false),
        (&Dialect::OPENAI, vec![text, "[DONE]"], false),
    ] {
        match read(dialect.clone(), &events).await {
            Ok(_) => assert!(ok),
            Err(error) => assert_eq!((error.kind(), ok), (ErrorKind::Truncated, false)),
        }
    }
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
