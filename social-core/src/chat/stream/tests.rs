//! Invented events: these tests stand on the contract in the docs.

use std::collections::VecDeque;

use super::*;
use crate::chat::{FinishReason, OpaqueState, ReasoningPart, ToolCall};
use crate::error::ErrorKind;
use crate::http::{Event, Reply};

fn address() -> ModelAddress {
    ModelAddress::new("fake", "m")
}

fn stream(events: Vec<Result<ChatEvent>>) -> ChatStream {
    ChatStream::new(address(), futures_util::stream::iter(events))
}

fn text(piece: &str) -> ChatEvent {
    ChatEvent::Text(piece.to_owned())
}

/// Pushes the line and fails on `!`.
struct Lines;

impl ChatDecoder for Lines {
    fn whole(&mut self, _: &Reply, _: &mut VecDeque<ChatEvent>) -> Result<()> {
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        out.push_back(text(event.data.trim_matches('"')));
        if event.data.contains('!') { Err(Error::new(ErrorKind::Unavailable, "the vendor broke")) } else { Ok(()) }
    }

    fn end(&mut self, _: &mut VecDeque<ChatEvent>) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_came_before_an_error_comes_out_before_it() {
    let body: crate::http::ByteStream = Box::pin(futures_util::stream::iter([Ok("\"a\"\n\"b!\"\n\"c\"\n".into())]));
    let mut stream = ChatStream::decode(address(), EventReader::ndjson(body, 100), Box::new(Lines));
    assert_eq!(stream.next().await.unwrap().unwrap(), text("a"));
    assert_eq!(stream.next().await.unwrap().unwrap(), text("b!"));
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Unavailable, Some("ab!")));
    assert_eq!(error.vendor().unwrap(), "fake");
    assert!(stream.next().await.is_none());
}

// Museum E3.
#[tokio::test]
async fn e3_a_cut_stream_is_not_a_finished_answer() {
    let cut = || stream(vec![Ok(text("half a ")), Ok(text("caption"))]);
    let error = cut().collect().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Truncated, Some("half a caption")));
    let usage = error.usage().unwrap();
    assert_eq!((usage.origin, usage.output_tokens), (UsageOrigin::Estimated, Some(4)));

    // Also when the reader took a piece by hand first.
    let mut stream = cut();
    stream.next().await.unwrap().unwrap();
    assert_eq!(stream.collect().await.unwrap_err().partial(), Some("half a caption"));
}

#[tokio::test]
async fn a_stream_that_is_dropped_early_knows_what_it_used() {
    let mut stream = stream(vec![Ok(text("12345678")), Ok(text("9"))]);
    assert_eq!(stream.usage(), None);
    stream.next().await.unwrap().unwrap();
    assert_eq!(stream.usage().unwrap().output_tokens, Some(2));
}

#[tokio::test]
async fn a_reply_survives_being_streamed() {
    let state = |n: i32| OpaqueState::new("fake", n.into());
    let mut reply = ChatReply::new(
        address(),
        vec![
            Part::Reasoning(ReasoningPart { text: "hm".into(), opaque: Some(state(1)) }),
            Part::Text("Yes".into()),
            Part::Opaque(state(2)),
            Part::ToolCall(ToolCall::new("1", "post", serde_json::json!({}))),
        ],
        FinishReason::ToolCalls,
    );
    reply.id = Some("id".into());
    reply.usage = Some(Usage { output_tokens: Some(3), ..Usage::default() });
    reply.degraded = true;
    reply.extra.insert("service_tier".into(), "flex".into());
    assert_eq!(ChatStream::from_reply(reply.clone()).collect().await.unwrap(), reply);
}

/// OpenRouter sends the state of a thought after the answer.
#[tokio::test]
async fn state_that_comes_late_belongs_to_its_thought() {
    let state = |n: i32| OpaqueState::new("fake", n.into());
    let thought = |words: &str, n| Part::Reasoning(ReasoningPart { text: words.into(), opaque: Some(state(n)) });
    let events = [
        ChatEvent::Reasoning("hm".into()),
        text("Yes"),
        ChatEvent::ReasoningState(state(1)),
        ChatEvent::ReasoningState(state(2)),
        ChatEvent::Finished(FinishReason::Stop),
    ];
    let reply = stream(events.into_iter().map(Ok).collect()).collect().await.unwrap();
    assert_eq!(reply.parts, [thought("hm", 1), Part::Text("Yes".into()), thought("", 2)]);
}

// Museum E5, E7.
#[tokio::test]
async fn e5_an_empty_success_is_an_error_unless_something_explains_it() {
    let finish =
        |reason| stream(vec![Ok(ChatEvent::Reasoning("hm".into())), Ok(ChatEvent::Finished(reason))]).collect();
    assert_eq!(finish(FinishReason::Stop).await.unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(finish(FinishReason::Refused).await.unwrap_err().kind(), ErrorKind::Rejected);
    // The stop text came first.
    assert_eq!(finish(FinishReason::StopSequence).await.unwrap().text(), "");
    let cut = finish(FinishReason::Length).await.unwrap();
    assert_eq!(cut.into_text().unwrap_err().kind(), ErrorKind::Truncated);
}
