//! Errors and answers after the vendor's specification, requests after its SDK; recordings are in
//! `tests/cassettes`.

mod conformance;
mod errors;

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::chat::{
    ChatModel as _, ChatReply, ChatRequest, Effort, FinishReason, Message, OpaqueState, Part, ReasoningOptions,
    TokenCounter as _, Tool, ToolCall, ToolChoice, ToolResult, WebSearch,
};
use social_core::http::{Auth, TokenSource};
use social_core::media::Media;
use social_core::testkit::{Answer, FixedClock, ScriptedVendor};
use social_core::{ErrorKind, Result};

use super::{Gemini, GeminiChat, Vertex};

fn model(answer: Answer) -> (GeminiChat, ScriptedVendor) {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| answer.clone());
    let clock = Arc::new(FixedClock::new(social_core::clock::Timestamp::UNIX_EPOCH));
    let endpoint = Gemini::endpoint().auth(Gemini::auth("key-of-the-test".into()));
    let endpoint = endpoint.transport(vendor.transport()).clock(clock);
    (Gemini::new(endpoint).unwrap().chat("gemini-3-flash"), vendor)
}

fn hi() -> ChatRequest {
    ChatRequest::new("hi")
}

fn candidate(parts: Value, reason: Option<&str>) -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": reason}]})
}

async fn whole(answer: Value) -> Result<ChatReply> {
    model(Answer::json(answer)).0.chat(&hi()).await
}

async fn streamed(pieces: &[Value]) -> Result<ChatReply> {
    let body: String = pieces.iter().map(|piece| format!("data: {piece}\r\n\r\n")).collect();
    model(Answer::bytes("text/event-stream", body)).0.stream(&hi()).await?.collect().await
}

async fn body(request: &ChatRequest) -> Value {
    let (model, vendor) = model(Answer::lost());
    model.chat(request).await.unwrap_err();
    vendor.received()[0].json()
}

// Museum E13.
#[tokio::test]
async fn e13_a_call_that_the_limit_cut_is_not_handed_over() {
    let call = |name| json!({"functionCall": {"name": name}});
    for (reason, names, finish) in
        [("MAX_TOKENS", vec!["a"], FinishReason::Length), ("STOP", vec!["a", "b"], FinishReason::ToolCalls)]
    {
        let reply = streamed(&[candidate(json!([call("a")]), None), candidate(json!([call("b")]), Some(reason))]).await;
        let reply = reply.unwrap();
        assert_eq!(reply.finish, finish);
        assert_eq!(reply.tool_calls().map(|call| call.name.as_str()).collect::<Vec<_>>(), names);
        assert!(reply.tool_calls().all(|call| call.arguments == json!({})));
    }
}

/// After recordings of a client that asks Vertex AI for numbers in the place of words.
#[tokio::test]
async fn numbers_stand_for_words() {
    for (number, finish) in [(1, FinishReason::Stop), (2, FinishReason::Length), (10, FinishReason::Other("10".into()))]
    {
        let mut answer = candidate(json!([{"text": "Hi"}]), None);
        answer["candidates"][0]["finishReason"] = json!(number);
        answer["candidates"][0]["safetyRatings"] = json!([{"category": 7, "probability": 1}]);
        assert_eq!(whole(answer).await.unwrap().finish, finish);
    }
}

#[tokio::test]
async fn a_reason_in_the_middle_is_not_the_end() {
    let text = |text: &str, reason| candidate(json!([{"text": text}]), reason);
    let reply = streamed(&[text("a", Some("STOP")), text("b", Some("STOP")), json!({"usageMetadata": {}})]).await;
    assert_eq!(reply.unwrap().text(), "ab");
    let error = streamed(&[text("a", Some("STOP")), text("b", None)]).await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Truncated, Some("ab")));
    let code = candidate(json!([{"executableCode": {"code": "1", "language": "PYTHON"}}]), Some("STOP"));
    assert_eq!(streamed(&[text("a", None), code]).await.unwrap_err().kind(), ErrorKind::Truncated);
}

#[tokio::test]
async fn the_first_candidate_is_read_wherever_it_stands() {
    let mut other = candidate(json!([{"text": "no"}]), Some("STOP"));
    other["candidates"][0]["index"] = 1.into();
    let mut both = other.clone();
    let first = candidate(json!([{"text": "a"}, {"text": "b"}]), None);
    both["candidates"].as_array_mut().unwrap().push(first["candidates"][0].clone());
    let details = json!([{"modality": "TEXT", "tokenCount": 7}]);
    let last = json!({"candidates": [{"finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 7, "promptTokensDetails": details, "candidatesTokensDetails": null}});
    let reply = streamed(&[both, other, last]).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.usage.unwrap().input_tokens), ("ab", Some(7)));
}

#[tokio::test]
async fn what_is_not_read_need_not_be_utf_8() {
    let body = b"{\"new\": \"caf\xE9\", \"candidates\": [{\"content\": {\"parts\": [{\"text\": \"ok\"}]}, \"finishReason\": \"STOP\"}]}";
    let reply = model(Answer::bytes("application/json", body.as_slice())).0.chat(&hi()).await.unwrap();
    assert_eq!(reply.text(), "ok");
}

// Museum F11: a refusal of content is no bad request.
#[tokio::test]
async fn f11_what_was_blocked_is_refused_with_its_category() {
    let rating = json!([{"category": "HARM_CATEGORY_HARASSMENT", "blocked": true}]);
    let blocked = json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
        "usageMetadata": {"promptTokenCount": 7}, "responseId": "r1"});
    let error = whole(blocked).await.unwrap_err();
    assert_eq!(error.request_id(), Some("r1"));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some("PROHIBITED_CONTENT")));
    assert_eq!(error.usage().unwrap().input_tokens, Some(7));
    let empty = json!({"candidates": [{"finishReason": "SAFETY", "safetyRatings": rating}]});
    let error = whole(empty.clone()).await.unwrap_err();
    assert_eq!(error.message(), "SAFETY: HARM_CATEGORY_HARASSMENT");
    // What came before stays.
    let reply = streamed(&[candidate(json!([{"text": "Half"}]), None), empty]).await.unwrap();
    assert_eq!((reply.text().as_str(), &reply.finish), ("Half", &FinishReason::Refused));
    assert_eq!(reply.refusal().as_deref(), Some("SAFETY: HARM_CATEGORY_HARASSMENT"));
    let copied = candidate(json!([{"text": "Half"}]), Some("RECITATION"));
    assert_eq!(whole(copied).await.unwrap().refusal().as_deref(), Some("RECITATION"));
    let malformed = json!({"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "f("}]});
    let error = whole(malformed).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, Some("MALFORMED_FUNCTION_CALL")));
}

// Museum E5.
#[tokio::test]
async fn an_error_in_a_stream_comes_after_its_text() {
    let error = json!({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}});
    let error = streamed(&[candidate(json!([{"text": "Half"}]), None), error]).await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Unavailable, Some("Half")));
    assert_eq!(error.effect(), social_core::Effect::Unknown);
}

#[tokio::test]
async fn sources_point_at_the_bytes_of_the_answer() {
    let page = |name: &str| json!({"web": {"uri": format!("https://{name}.test/"), "title": name}});
    let support = |part: usize, start: usize, end: usize, pages: Value| json!({"segment": {"partIndex": part, "startIndex": start, "endIndex": end}, "groundingChunkIndices": pages});
    let grounding = json!({"webSearchQueries": ["q", "r"], "groundingChunks": [page("a"), page("b"), page("c")],
        "groundingSupports": [support(1, 0, 5, json!([0, 1])), support(2, 0, 4, json!([1, 9]))]});
    let mut answer =
        candidate(json!([{"text": "hm", "thought": true}, {"text": "Café"}, {"text": "Tea."}]), Some("STOP"));
    answer["candidates"][0]["groundingMetadata"] = grounding;
    answer["usageMetadata"] = json!({"promptTokenCount": 1});
    let spans = |reply: &ChatReply| {
        let text = reply.text();
        let cited = |source: &social_core::chat::WebSource| source.span.clone().map(|span| text[span].to_owned());
        reply.sources.iter().map(|s| (s.title.clone().unwrap(), cited(s))).collect::<Vec<_>>()
    };
    let named = |name: &str, cited: Option<&str>| (name.to_owned(), cited.map(str::to_owned));
    let expected = [named("a", Some("Café")), named("b", Some("Café")), named("b", Some("Tea.")), named("c", None)];
    let reply = whole(answer).await.unwrap();
    assert_eq!(spans(&reply), expected);
    assert_eq!(reply.usage.unwrap().searches, Some(2));

    // A stream counts from the start of the text, and sends each page once.
    let mut last = candidate(json!([{"text": "Tea."}]), Some("STOP"));
    last["candidates"][0]["groundingMetadata"] = json!({"groundingChunks": [page("a")], "groundingSupports": [support(0, 5, 9, json!([0])), support(0, 5, 99, json!([0]))]});
    let reply = streamed(&[candidate(json!([{"text": "Café"}]), None), last]).await.unwrap();
    assert_eq!(spans(&reply), [named("a", Some("Tea.")), named("a", None)]);
}

#[tokio::test]
async fn signatures_and_ids_go_back_as_they_came() {
    let parts = json!([
        {"text": "hm", "thought": true, "thoughtSignature": "s0"},
        {"text": "One. "}, {"text": "Two.", "thoughtSignature": "s1"},
        {"executableCode": {"code": "1", "language": "PYTHON"}, "thoughtSignature": "s2"},
        {"functionCall": {"id": "f1", "name": "f", "args": {"x": 1}}, "thoughtSignature": "s3"},
        {"functionCall": {"name": "g", "args": {}}},
        {"text": "", "thoughtSignature": "s4"},
        {"inlineData": {"mimeType": "image/png", "data": "AA=="}, "thought": true, "thoughtSignature": "s5"},
    ]);
    let reply = whole(candidate(parts.clone(), Some("STOP"))).await.unwrap();
    assert_eq!(reply.text(), "One. Two.");
    let result = |call: &ToolCall, is_error| {
        Part::ToolResult(ToolResult { id: call.id.clone(), name: call.name.clone(), content: "r".into(), is_error })
    };
    let mut results: Vec<Part> = reply.tool_calls().zip([false, true]).map(|(call, bad)| result(call, bad)).collect();
    results.push(Part::Text("and?".into()));
    let foreign = Part::Opaque(OpaqueState::new("else", json!({"text": "no"})));
    let request = ChatRequest::of([
        Message::user("go"),
        reply.to_message().with(foreign),
        Message::new(social_core::chat::Role::User, results),
    ]);
    let sent = body(&request).await;
    assert_eq!(sent["contents"][1]["role"], "model");
    assert_eq!(sent["contents"][1]["parts"], parts);
    assert_eq!(
        sent["contents"][2],
        json!({"role": "user", "parts": [
            {"functionResponse": {"id": "f1", "name": "f", "response": {"output": "r"}}},
            {"functionResponse": {"name": "g", "response": {"error": "r"}}},
            {"text": "and?"}]})
    );
    // What the application changed is no longer signed.
    let mut changed = reply.to_message();
    changed.parts[1] = Part::Text("Three.".into());
    let sent = body(&ChatRequest::of([Message::user("go"), changed])).await;
    assert_eq!(sent["contents"][1]["parts"][1], json!({"text": "Three."}));
    assert_eq!(sent["contents"][1]["parts"][2], parts[3]);
}

/// After the vendor's page on thought signatures: a trace of another model takes a placeholder, on
/// the first call of a step.
#[tokio::test]
async fn calls_of_another_vendor_take_the_placeholder_of_a_signature() {
    let mut foreign = ToolCall::new("toolu_1", "f", json!({}));
    foreign.opaque = Some(OpaqueState::new("else", json!({"thoughtSignature": "theirs"})));
    let beside = ToolCall::new("toolu_2", "g", json!({}));
    let calls = Message::new(social_core::chat::Role::Assistant, vec![Part::ToolCall(foreign), Part::ToolCall(beside)]);
    let sent = body(&ChatRequest::of([Message::user("go"), calls])).await;
    assert_eq!(
        sent["contents"][1]["parts"],
        json!([{"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "skip_thought_signature_validator"},
            {"functionCall": {"name": "g", "args": {}}}])
    );
}

#[tokio::test]
async fn options_have_their_fields() {
    let think = |effort, budget_tokens, show| hi().with_reasoning(ReasoningOptions { effort, budget_tokens, show });
    let thinking = async |request: ChatRequest| body(&request).await["generationConfig"]["thinkingConfig"].clone();
    assert_eq!(
        thinking(think(Some(Effort::Low), None, true)).await,
        json!({"thinkingLevel": "LOW", "includeThoughts": true})
    );
    assert_eq!(thinking(think(Some(Effort::None), None, false)).await, json!({"thinkingBudget": 0}));
    assert_eq!(thinking(think(None, Some(99), false)).await, json!({"thinkingBudget": 99}));
    let tool = |strict| Tool { name: "f".into(), description: String::new(), parameters: json!({}), strict };
    let mode = async |request: ChatRequest| body(&request).await["toolConfig"]["functionCallingConfig"]["mode"].clone();
    assert_eq!(mode(hi().with_tool(tool(true))).await, "VALIDATED");
    assert_eq!(mode(hi().with_tool(tool(false))).await, Value::Null);
    assert_eq!(mode(hi().with_tool(tool(false)).with_tool_choice(ToolChoice::None)).await, "NONE");
    let both = hi().with_tool(tool(false)).with_web_search(WebSearch::default());
    assert_eq!(body(&both).await["toolConfig"], json!({"includeServerSideToolInvocations": true}));
    let joined =
        hi().with_seed(3).with_extra("generationConfig", json!({"topK": 4})).with_extra("safetySettings", json!([]));
    let sent = body(&joined).await;
    assert_eq!((&sent["generationConfig"], &sent["safetySettings"]), (&json!({"seed": 3, "topK": 4}), &json!([])));
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_before_sending() {
    let think = |effort, budget_tokens| hi().with_reasoning(ReasoningOptions { effort, budget_tokens, show: false });
    let search = |search| hi().with_web_search(search);
    let mut alone = hi();
    alone.parallel_tool_calls = Some(false);
    for (request, field) in [
        (think(Some(Effort::Max), None), "reasoning.effort"),
        (think(Some(Effort::Low), Some(1)), "reasoning.budget_tokens"),
        (hi().with_temperature(2.5), "temperature"),
        (hi().with_seed(1 << 40), "seed"),
        (alone, "parallel_tool_calls"),
        (search(WebSearch { max_searches: Some(1), ..WebSearch::default() }), "web_search.max_searches"),
        (search(WebSearch { country: Some("DE".into()), ..WebSearch::default() }), "web_search.country"),
        (hi().with_schema("s", json!({"allOf": [{}, {}]})), "output.schema"),
        (hi().with_part(Part::Video(Media::bytes(&b"\x89PNG\x0d\x0a\x1a\x0a"[..]))), "video"),
    ] {
        let (model, vendor) = model(Answer::lost());
        let error = model.chat(&request).await.unwrap_err();
        // An unreadable file is the core's error, and names no field.
        assert!(error.field() == Some(field) || error.kind() == ErrorKind::MediaInvalid, "{field}: {error:?}");
        assert!(vendor.received().is_empty());
    }
    for id in ["", "a b", "../x", "a?b", "m:verb"] {
        let vendor = ScriptedVendor::new();
        let client = Gemini::new(Gemini::endpoint().transport(vendor.transport())).unwrap();
        assert_eq!(client.chat(id).chat(&hi()).await.unwrap_err().field(), Some("model"), "{id}");
    }
}

#[tokio::test]
async fn tokens_are_counted_with_everything_that_is_sent() {
    let (model, vendor) = model(Answer::json(json!({"totalTokens": 31})));
    assert_eq!(model.count_tokens(&hi().with_system("Be brief.").with_temperature(1.0)).await.unwrap(), 31);
    let sent = vendor.received().remove(0);
    assert_eq!(sent.url.path(), "/v1beta/models/gemini-3-flash:countTokens");
    let contents = json!([{"role": "user", "parts": [{"text": "hi"}]}]);
    let system = json!({"role": "user", "parts": [{"text": "Be brief."}]});
    let request = json!({"model": "models/gemini-3-flash", "contents": contents, "systemInstruction": system});
    assert_eq!(sent.json(), json!({"generateContentRequest": request}));
}

#[derive(Debug)]
struct Tokens;

#[async_trait]
impl TokenSource for Tokens {
    async fn token(&self) -> Result<SecretString> {
        Ok("old-token-of-the-test".into())
    }

    async fn renew(&self, _: &SecretString) -> Result<SecretString> {
        Ok("new-token-of-the-test".into())
    }
}

#[tokio::test]
async fn an_expired_token_of_vertex_is_renewed_once() {
    let expired = json!({"error": {"code": 401, "status": "UNAUTHENTICATED", "message": "no",
        "details": [{"reason": "ACCESS_TOKEN_EXPIRED"}]}});
    let vendor = ScriptedVendor::new().respond_if(
        "any",
        |_| true,
        move |request| match request.header("authorization") {
            Some("Bearer new-token-of-the-test") => Answer::json(candidate(json!([{"text": "ok"}]), Some("STOP"))),
            _ => Answer::json(expired.clone()).with_status(http::StatusCode::UNAUTHORIZED),
        },
    );
    let endpoint = Vertex::endpoint("p", "global").unwrap().auth(Auth::source(Tokens));
    let client = Vertex::new(endpoint.transport(vendor.transport())).unwrap();
    assert_eq!(client.chat("m").chat(&hi()).await.unwrap().text(), "ok");
    let urls: Vec<String> = vendor.received().iter().map(|request| request.url.to_string()).collect();
    let path = "v1beta1/projects/p/locations/global/publishers/google/models/m:generateContent";
    assert_eq!(
        urls,
        [format!("https://aiplatform.googleapis.com/{path}"), format!("https://aiplatform.googleapis.com/{path}")]
    );
    assert_eq!(Vertex::endpoint("p/q", "global").unwrap_err().field(), Some("project"));
    let image = hi().with_part(Part::Image(Media::remote("https://cdn.test/a".parse().unwrap())));
    let error = client.chat("m").chat(&image).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("image.url")));
}

/// After the discovery document and a stream that another client's change describes: a call begins
/// with its name and ends with an empty one.
#[tokio::test]
async fn arguments_that_come_in_pieces_are_put_together() {
    let piece = |path: &str, text: &str, more: bool| {
        json!({"functionCall": {"willContinue": true,
            "partialArgs": [{"jsonPath": path, "stringValue": text, "willContinue": more}]}})
    };
    let call = |part: Value| candidate(json!([part]), None);
    let begin = json!({"functionCall": {"name": "weather", "willContinue": true}, "thoughtSignature": "s"});
    let pieces = [
        call(begin.clone()),
        call(piece("$.city", "Bos", true)),
        call(piece("$.city", "ton", false)),
        call(json!({"functionCall": {}})),
        call(json!({"functionCall": {"name": "time", "willContinue": true}})),
        call(piece("$.zones[0]", "EST", false)),
        candidate(json!([{"functionCall": {}}]), Some("STOP")),
    ];
    let reply = streamed(&pieces).await.unwrap();
    let calls: Vec<_> = reply.tool_calls().map(|call| (call.name.as_str(), call.arguments.clone())).collect();
    assert_eq!(calls, [("weather", json!({"city": "Boston"})), ("time", json!({"zones": ["EST"]}))]);
    let state = reply.tool_calls().next().unwrap().opaque.as_ref().unwrap();
    assert_eq!((&state.state, &reply.finish), (&json!({"thoughtSignature": "s"}), &FinishReason::ToolCalls));

    // Clients have also met parts that repeat the name and the id, and arguments beside their
    // pieces.
    let part = |id: &str, path: &str, text: &str, more: bool| {
        call(json!({"functionCall": {"id": id, "name": "weather", "args": {"days": 2}, "willContinue": more,
            "partialArgs": [{"jsonPath": path, "stringValue": text}]}}))
    };
    let pieces_of_two = [
        part("c1", "$.city", "Bos", true),
        part("c1", "$.city", "ton", false),
        part("c2", "$.city", "Lima", true),
        candidate(json!([{"functionCall": {}}]), Some("STOP")),
    ];
    let reply = streamed(&pieces_of_two).await.unwrap();
    let calls: Vec<_> = reply.tool_calls().map(|call| (call.id.as_str(), call.arguments.clone())).collect();
    assert_eq!(calls, [("c1", json!({"city": "Boston", "days": 2})), ("c2", json!({"city": "Lima", "days": 2}))]);

    // Nothing is handed over of a call that the limit or the connection cut.
    let cut = [call(begin), candidate(json!([piece("$.city", "Bos", true)]), Some("MAX_TOKENS"))];
    let reply = streamed(&cut).await.unwrap();
    assert_eq!((reply.tool_calls().count(), reply.finish), (0, FinishReason::Length));
    for end in 1..pieces.len() {
        let error = streamed(&pieces[..end]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "{end} pieces");
    }
}
