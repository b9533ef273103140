//! Bodies from DashScope's error pages, and from users' reports where one is named; recorded ones
//! are in `tests/cassettes`.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::chat::{ChatModel, ChatRequest, FinishReason, Part};
use social_core::http::{Auth, RetryPolicy};
use social_core::media::Media;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Received, Scene, ScriptedVendor};

use super::{DashScope, DashScopeChat, Region};

const TEXT: &str = "/services/aigc/text-generation/generation";
const VISION: &str = "/services/aigc/multimodal-generation/generation";

fn model(vendor: &ScriptedVendor, model: &str) -> DashScopeChat {
    let endpoint = Region::International.endpoint().base_url("https://vendor.test").auth(Auth::Bearer("sk".into()));
    DashScope::new(endpoint.transport(vendor.transport()).retry(RetryPolicy::none())).unwrap().chat(model)
}

#[tokio::test]
async fn f2_what_a_model_is_known_not_to_take_is_refused_before_it_is_sent() {
    let vendor = ScriptedVendor::new();
    let request = hi().with_max_output_tokens(65_537);
    let error = model(&vendor, "qwen3-max").chat(&request).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.field(), vendor.received().len()),
        (ErrorKind::InvalidRequest, Some("max_output_tokens"), 0)
    );
}

fn hi() -> ChatRequest {
    ChatRequest::new("hi")
}

// Museum E10, E6, G11: the body decides, and only what may succeed is sent again.
#[tokio::test]
async fn e10_refusals_become_kinds_with_and_without_a_status() {
    use ErrorKind::*;
    for (status, code, message, kind) in [
        (401, "InvalidApiKey", "Invalid API-key provided.", Auth),
        (400, "InvalidParameter", "Role must be user or assistant", InvalidRequest),
        (
            400,
            "InvalidParameter",
            "parameter.enable_thinking must be set to false for non-streaming calls",
            Unsupported,
        ),
        // <https://github.com/cloudwego/eino/issues/994>, <https://github.com/lobehub/lobehub/issues/5400>
        (
            400,
            "InvalidParameter",
            "<400> InternalError.Algo.InvalidParameter: The tool_choice parameter does not support being set to required or object in thinking mode",
            Unsupported,
        ),
        (400, "InternalError.Algo.InvalidParameter", "This model does not support enable_search.", Unsupported),
        (400, "InternalError.Algo.InvalidParameter", "Tool names are not allowed to be [search]", InvalidRequest),
        (400, "DataInspectionFailed", "Output data may contain inappropriate content.", Rejected),
        (400, "Arrearage", "Access denied, please make sure your account is in good standing.", QuotaExhausted),
        (403, "AccessDenied.Unpurchased", "Access to model denied.", Permission),
        (403, "Model.AccessDenied", "Model access denied.", Permission),
        // <https://github.com/axoviq-ai/synthadoc/issues/215>
        (403, "AllocationQuota.FreeTierOnly", "The free quota has been exhausted.", QuotaExhausted),
        (404, "ModelNotFound", "Model can not be found.", NotFound),
        (429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.", RateLimited),
        (429, "Throttling.AllocationQuota", "Allocated quota exceeded, please increase your quota limit.", RateLimited),
        // <https://github.com/QwenLM/qwen-code/issues/1742>
        (429, "Throttling.AllocationQuota", "Free allocated quota exceeded.", QuotaExhausted),
        (500, "InternalError.Algo", "inference error", Unavailable),
        (500, "RequestTimeOut", "Request timed out, please try again later.", Timeout),
    ] {
        let body = json!({"code": code, "message": message, "request_id": "r1"});
        let event = format!("id:1\nevent:error\n:HTTP_STATUS/{status}\ndata:{body}\n\n");
        let answers = [
            Answer::json(body).with_status(StatusCode::from_u16(status).unwrap()),
            Answer::bytes("text/event-stream;charset=UTF-8", event),
        ];
        let vendor = ScriptedVendor::new().on_each(Method::POST, TEXT, answers);
        let model = model(&vendor, "qwen-plus");
        let whole = model.chat(&hi()).await.unwrap_err();
        let streamed = model.stream(&hi()).await.unwrap().collect().await.unwrap_err();
        for error in [whole, streamed] {
            assert_eq!((error.kind(), error.message(), error.request_id()), (kind, message, Some("r1")), "{code}");
            assert_eq!(error.field().is_some(), kind == Unsupported);
        }
    }
}

#[tokio::test]
async fn vision_models_and_images_take_a_path_of_their_own() {
    let image = Part::Image(Media::remote("https://cdn.test/a.jpg".parse().unwrap()));
    for (name, request, path, content) in [
        ("qwen-plus", hi(), TEXT, json!("hi")),
        ("qwen3-vl-plus", hi(), VISION, json!([{"text": "hi"}])),
        ("qwen3.5-plus", hi().with_part(image), VISION, json!([{"text": "hi"}, {"image": "https://cdn.test/a.jpg"}])),
    ] {
        let vendor = ScriptedVendor::new().on(Method::POST, path, Answer::lost());
        model(&vendor, name).stream(&request).await.map(drop).unwrap_err();
        let sent = &vendor.received()[0];
        assert_eq!(sent.header("x-dashscope-sse"), Some("enable"), "{name}");
        assert_eq!(sent.json()["input"]["messages"][0]["content"], content, "{name}");
        assert_eq!(sent.json()["parameters"]["incremental_output"], Value::Bool(true), "{name}");
    }
}

/// A paid call that was lost may have been answered and billed.
// Museum A1, F12.
#[tokio::test]
async fn a_lost_call_is_not_made_again() {
    let vendor = ScriptedVendor::new().on(Method::POST, TEXT, Answer::lost());
    let endpoint = Region::International.endpoint().base_url("https://vendor.test").transport(vendor.transport());
    DashScope::new(endpoint).unwrap().chat("qwen-plus").chat(&hi()).await.unwrap_err();
    assert_eq!(vendor.received().len(), 1);
}

/// Invented fragments, as the vendor documents them for `incremental_output`.
#[tokio::test]
async fn fragments_of_tool_calls_are_joined() {
    let event = |call: Value, finish: &str| {
        let message = json!({"role": "assistant", "content": "", "tool_calls": [call]});
        let choice = json!({"message": message, "finish_reason": finish});
        format!("id:1\nevent:result\n:HTTP_STATUS/200\ndata:{}\n\n", json!({"output": {"choices": [choice]}}))
    };
    let call = |id: &str, name: &str, arguments: &str| json!({"index": 0, "id": id, "type": "function", "function": {"name": name, "arguments": arguments}});
    let body = event(call("c1", "weather", "{\"city\":"), "null") + &event(call("", "", " \"Paris\"}"), "tool_calls");
    let vendor = ScriptedVendor::new().on(Method::POST, TEXT, Answer::bytes("text/event-stream", body));
    let reply = model(&vendor, "qwen-plus").stream(&hi()).await.unwrap().collect().await.unwrap();
    let call = reply.tool_calls().next().unwrap();
    assert_eq!((call.id.as_str(), call.name.as_str(), &call.arguments), ("c1", "weather", &json!({"city": "Paris"})));
    assert_eq!(reply.finish, FinishReason::ToolCalls);
}

/// After another project's recording: an answer that was asked for as text.
#[tokio::test]
async fn an_answer_may_be_plain_text() {
    let output = json!({"finish_reason": "stop", "text": "Two."});
    let body = json!({"output": output, "usage": {"input_tokens": 3, "output_tokens": 2}, "request_id": "r1"});
    let vendor = ScriptedVendor::new().on(Method::POST, TEXT, Answer::json(body));
    let reply = model(&vendor, "qwen-plus").chat(&hi()).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.finish), ("Two.", FinishReason::Stop));
}

/// After another project's recording of a search.
#[tokio::test]
async fn pages_of_the_first_event_are_kept() {
    let event = |text: &str, pages: Value, finish: &str| {
        let choice = json!({"message": {"content": text}, "finish_reason": finish});
        let output = json!({"choices": [choice], "search_info": {"search_results": pages}});
        format!("id:1\nevent:result\n:HTTP_STATUS/200\ndata:{}\n\n", json!({"output": output}))
    };
    let page = json!([{"index": 1, "title": "Weather", "url": "https://weather.test/"}]);
    let body = event("", page, "null") + &event("Rain.", json!([]), "stop");
    let vendor = ScriptedVendor::new().on(Method::POST, TEXT, Answer::bytes("text/event-stream", body));
    let reply = model(&vendor, "qwen-plus").stream(&hi()).await.unwrap().collect().await.unwrap();
    assert_eq!(reply.sources.iter().map(|page| page.url.as_str()).collect::<Vec<_>>(), ["https://weather.test/"]);
}

/// An invented vendor of the API; the suite is the core's.
fn answering() -> ScriptedVendor {
    let event = |text: &str, finish: &str| {
        let choice = json!({"message": {"role": "assistant", "content": text}, "finish_reason": finish});
        json!({"output": {"choices": [choice]}, "usage": {"input_tokens": 3, "output_tokens": 2}, "request_id": "r1"})
    };
    let answer = move |request: &Received| {
        if request.header("x-dashscope-sse").is_none() {
            return Answer::json(event("Good morning", "stop"));
        }
        let events = [event("Good ", "null"), event("morning", "null"), event("", "stop")];
        Answer::pieces(
            "text/event-stream",
            events.map(|e| format!("id:1\nevent:result\n:HTTP_STATUS/200\ndata:{e}\n\n")),
        )
    };
    ScriptedVendor::new().respond(Method::POST, TEXT, answer).respond(Method::POST, VISION, answer)
}

#[tokio::test]
async fn dashscope_keeps_the_contract_of_chat() {
    let connect = |scene: &Scene| {
        let endpoint =
            Region::International.endpoint().base_url("https://vendor.test").auth(Auth::Bearer(SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        let endpoint = endpoint.random(scene.random.clone());
        Ok(Arc::new(DashScope::new(endpoint)?.chat("m")) as Arc<dyn ChatModel>)
    };
    let subject = Subject::new(answering, connect).except("reasoning", "thinking is a switch without levels");
    if let Err(violations) = conformance::chat(&subject, &ChatRequest::new("hi")).await {
        panic!("{violations}");
    }
}
