//! A server that an application describes while it runs: streams, tools, options and errors follow
//! its record. Invented.

use http::StatusCode;
use serde_json::json;
use social_core::ErrorKind;
use social_core::chat::{ChatModel as _, Tool, ToolChoice};
use social_core::testkit::Answer;

use super::{Dialect, hi, model};

fn kitchen() -> Dialect {
    let service = json!({"vendor": "kitchen", "base_url": "https://kitchen.test/v1", "key_header": "api_key"});
    let record = json!({"service": service, "quirks": {"output_limit": "max_completion_tokens", "system_role": "developer",
        "json": "object_with_schema", "forced_tool_choice": false, "done_required": false, "errors": "zhipu"}});
    serde_json::from_value(record).unwrap()
}

#[tokio::test]
async fn a_described_server_is_spoken_to_as_its_record_says() {
    let delta = |call| json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": null}]});
    let events = [
        delta(
            json!({"index": 0, "id": "c1", "type": "function", "function": {"name": "hours", "arguments": "{\"day\":"}}),
        ),
        delta(json!({"index": 0, "function": {"arguments": " \"Sunday\"}"}})),
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
    ];
    // Without `[DONE]`, as the record allows.
    let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let (model, vendor) = model(kitchen(), Answer::bytes("text/event-stream", body));
    let schema = json!({"type": "object"});
    let tool = Tool { name: "hours".into(), description: "x".into(), parameters: json!({}), strict: false };
    let request = hi().with_system("Be brief.").with_max_output_tokens(9).with_tool(tool);
    let request = request.with_schema("answer", schema.clone());
    let reply = model.stream(&request).await.unwrap().collect().await.unwrap();
    let call = reply.tool_calls().next().unwrap();
    assert_eq!((call.name.as_str(), &call.arguments), ("hours", &json!({"day": "Sunday"})));
    assert_eq!(reply.address.to_string(), "kitchen/m");

    let sent = vendor.received().remove(0);
    assert_eq!((sent.header("api-key"), sent.header("authorization")), (Some("sk-test-key"), None));
    let sent = sent.json();
    assert_eq!((&sent["max_completion_tokens"], &sent["messages"][0]["role"]), (&json!(9), &json!("developer")));
    assert_eq!(sent["response_format"], json!({"type": "json_object", "schema": schema}));

    let forced = model.chat(&request.with_tool_choice(ToolChoice::Required)).await.unwrap_err();
    assert_eq!((forced.kind(), forced.field()), (ErrorKind::Unsupported, Some("tool_choice")));
    assert_eq!(vendor.received().len(), 1);
}

#[tokio::test]
async fn a_described_servers_errors_are_read_by_its_table() {
    for (status, body, kind) in [
        (401, json!({"error": {"message": "no key"}}), ErrorKind::Auth),
        // The number of an empty account.
        (429, json!({"error": {"code": "1113", "message": "arrears"}}), ErrorKind::QuotaExhausted),
        (404, json!({"detail": "no such model"}), ErrorKind::NotFound),
    ] {
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let error = model(kitchen(), answer).0.stream(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), error.vendor().map(|vendor| vendor.as_str())), (kind, Some("kitchen")));
    }
    let misspelt = serde_json::from_value::<Dialect>(json!({"quirks": {"sead": true}})).unwrap_err().to_string();
    assert!(misspelt.contains("sead") && misspelt.contains("seed"), "{misspelt}");
}
