//! Answers that real systems took for something else. Invented after the reports; the requests are
//! counted at the vendor.

use bytes::Bytes;
use schemars::JsonSchema;
use serde::Deserialize;
use social_core::chat::{ChatModel as _, ChatModelExt as _, FinishReason};
use social_core::testkit::Answer;
use social_core::{Effect, ErrorKind};

use super::{Dialect, hi, model};

const WORDS: &str = "Grüße aus 東京 👩🏽‍🍳!";

fn stream_of(words: &str) -> String {
    let words = serde_json::json!(words);
    format!(
        "\u{feff}: OPENROUTER PROCESSING\n\ndata: \n\n:\r\nevent: new\r\nretry: 10\r\n\
         data: {{\"choices\":[{{\"delta\":{{\"content\":{words}}}}}]}}\r\n\r\n: keep-alive\n\n\
         data: {{\"choices\":[{{\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
    )
}

// Museum E1, E2: letters cut in two, comments, blank data, a byte order mark and three kinds of
// line ends.
#[tokio::test]
async fn e1_e2_letters_and_comments_survive_every_cut() {
    let body = Bytes::from(stream_of(WORDS));
    for size in [1, 2, 3, 7, body.len()] {
        let pieces: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
        let (model, _) = model(Dialect::OPENROUTER, Answer::pieces("text/event-stream", pieces));
        assert_eq!(model.stream(&hi()).await.unwrap().collect().await.unwrap().text(), WORDS, "pieces of {size}");
    }
}

// Museum E5: HTTP 200 and no answer is an error, sent once, and so is a failure inside a success.
#[tokio::test]
async fn e5_a_success_without_an_answer_is_an_error() {
    use ErrorKind::*;
    for (body, kind) in [
        ("null", Protocol),
        ("{}", Protocol),
        ("", Protocol),
        (r#"{"choices":[]}"#, Protocol),
        (r#"{"choices":null}"#, Protocol),
        (r#"{"choices":[{"message":{"role":"assistant","content":null},"finish_reason":"stop"}]}"#, Protocol),
        (r#"{"choices":[{"message":{"role":"assistant","content":""},"finish_reason":"stop"}]}"#, Protocol),
        (r#"{"error":{"message":"The upstream is down","code":502}}"#, Unavailable),
        (r#"{"error":{"message":"no money","code":"insufficient_quota"}}"#, QuotaExhausted),
    ] {
        for streamed in [false, true] {
            let body = if streamed { format!("data: {body}\n\ndata: [DONE]\n\n") } else { body.to_owned() };
            let (model, vendor) = model(Dialect::OPENAI, Answer::text(body.clone()));
            let result = match streamed {
                false => model.chat(&hi()).await,
                true => match model.stream(&hi()).await {
                    Ok(stream) => stream.collect().await,
                    Err(error) => Err(error),
                },
            };
            let error = result.unwrap_err();
            // A stream that only says it is over broke off.
            let expected = if streamed && kind == Protocol && error.kind() == Truncated { Truncated } else { kind };
            assert_eq!((error.kind(), vendor.received().len()), (expected, 1), "{body}: {error}");
        }
    }
}

// Museum E6: MiniMax's 1008 is no server error above 500; it means an empty account, and asking
// again is of no use.
#[tokio::test]
async fn e6_a_vendors_number_is_no_http_status() {
    for (code, kind) in [(1008, ErrorKind::QuotaExhausted), (1004, ErrorKind::Auth), (1026, ErrorKind::Rejected)] {
        let body = format!(r#"{{"choices":null,"base_resp":{{"status_code":{code},"status_msg":"no"}}}}"#);
        let (model, vendor) = model(Dialect::MINIMAX, Answer::text(body));
        let error = model.chat(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), error.status(), vendor.received().len()), (kind, Some(200), 1));
        assert_eq!((error.code(), error.effect()), (Some(code.to_string().as_str()), Effect::None));
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Finding {
    #[serde(rename = "issues")]
    _issues: Vec<String>,
}

// Museum E7: thinking used up the budget. That is neither an empty answer nor "no issues found".
#[tokio::test]
async fn e7_thinking_that_eats_the_budget_is_a_cut_and_says_what_it_used() {
    for content in ["null", r#""""#, r#""{\"issues\": [""#] {
        let body = format!(
            r#"{{"choices":[{{"message":{{"content":{content}}},"finish_reason":"length"}}],"usage":{{"prompt_tokens":9,
               "completion_tokens":256,"completion_tokens_details":{{"reasoning_tokens":250}}}}}}"#
        );
        let (model, vendor) = model(Dialect::OPENAI, Answer::text(body));
        for error in [model.extract::<Finding>(&hi()).await.unwrap_err(), model.ask("hi").await.unwrap_err()] {
            let usage = error.usage().unwrap();
            assert_eq!((error.kind(), usage.output_tokens), (ErrorKind::Truncated, Some(256)), "{content}: {error}");
            assert_eq!(usage.reasoning_tokens, Some(250));
        }
        assert_eq!(model.chat(&hi()).await.unwrap().finish, FinishReason::Length);
        assert_eq!(vendor.received().len(), 3, "nobody asks again by himself");
    }
}

// Museum E12: thinking is no part of the text, however the tags are cut; a vendor without tags
// keeps its text as it is.
#[tokio::test]
async fn e12_thinking_inside_the_text_is_taken_out_of_streams() {
    let said = "<think>They want bread.</think>\n\nFresh bread!";
    for (dialect, text, thought) in [
        (Dialect::MINIMAX, "Fresh bread!", "They want bread."),
        (Dialect::GROQ, "Fresh bread!", "They want bread."),
        (Dialect::OPENAI, said, ""),
    ] {
        let chunks = said.as_bytes().chunks(3).map(|piece| std::str::from_utf8(piece).unwrap());
        let chunk = |piece| serde_json::json!({"choices": [{"delta": {"content": piece}}]});
        let body: String = chunks.map(|piece| format!("data: {}\n\n", chunk(piece))).collect();
        let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        let (model, _) = model(dialect.clone(), Answer::bytes("text/event-stream", body + end));
        let reply = model.stream(&hi()).await.unwrap().collect().await.unwrap();
        assert_eq!((reply.text().trim(), reply.reasoning().trim()), (text, thought), "{}", dialect.service.vendor);
    }
}
