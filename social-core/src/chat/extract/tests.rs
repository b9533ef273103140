//! Invented answers: these tests stand on the contract in the docs.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

use super::*;
use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModelExt as _, ChatStream, FinishReason, Part};

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Caption {
    text: String,
    #[serde(default)]
    hashtags: Vec<String>,
    link: Option<String>,
    #[serde(default)]
    inner: Vec<Inner>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Inner {
    #[serde(default)]
    count: u32,
}

/// Answers from a list and keeps what it was asked.
#[derive(Debug)]
struct Scripted {
    address: ModelAddress,
    answers: Mutex<VecDeque<(&'static str, FinishReason)>>,
    asked: Mutex<Vec<ChatRequest>>,
    can: ChatCapabilities,
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = &'static str>) -> Self {
        let answers = answers.into_iter().map(|text| (text, FinishReason::Stop)).collect();
        Self {
            address: ModelAddress::new("fake", "m"),
            answers: Mutex::new(answers),
            asked: Mutex::default(),
            can: ChatCapabilities::all(),
        }
    }
}

#[async_trait]
impl ChatModel for Scripted {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.can.clone()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        self.asked.lock().unwrap().push(request.clone());
        let (text, finish) = self.answers.lock().unwrap().pop_front().expect("asked too often");
        Ok(ChatReply::new(self.address.clone(), vec![Part::Text(text.to_owned())], finish))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

#[tokio::test]
async fn answers_become_values() {
    for answer in [
        r#"{"text":"Hi","hashtags":["a"],"link":null,"inner":[{"count":null}]}"#,
        r#"{"text":"Hi","hashtags":["a"],"inner":[{}]}"#,
        "```json\n{\"text\":\"Hi\",\"hashtags\":[\"a\"],\"inner\":[{\"count\":0}]}\n```",
    ] {
        let model = Scripted::new([answer]);
        let got = model.extract::<Caption>(&ChatRequest::new("caption")).await.unwrap();
        let inner = vec![Inner { count: 0 }];
        assert_eq!(got.value, Caption { text: "Hi".into(), hashtags: vec!["a".into()], link: None, inner });
        let asked = model.asked.lock().unwrap();
        let OutputFormat::Schema { name, schema } = &asked[0].output else { panic!("no schema") };
        assert_eq!((name.as_str(), &schema["type"]), ("Caption", &Value::from("object")));
    }
    let absent = Scripted::new([r#"{"text":"Hi","hashtags":null,"inner":null}"#]);
    let got = absent.extract::<Caption>(&ChatRequest::new("caption")).await.unwrap();
    assert_eq!(got.value, Caption { text: "Hi".into(), hashtags: vec![], link: None, inner: vec![] });
}

#[tokio::test]
async fn a_model_without_schemas_is_told_in_words() {
    for (json, output) in [(true, OutputFormat::Json), (false, OutputFormat::Text)] {
        let mut model = Scripted::new([r#"{"text":"Hi"}"#]);
        (model.can.json_schema, model.can.json) = (false, json);
        model.extract::<Caption>(&ChatRequest::new("caption")).await.unwrap();
        let asked = &model.asked.lock().unwrap()[0];
        assert_eq!((&asked.output, asked.messages.len()), (&output, 1));
        let Some(Part::Text(words)) = asked.messages[0].parts.last() else { panic!("no words") };
        assert!(words.contains("JSON") && words.contains("hashtags"), "{words}");
    }
}

#[tokio::test]
async fn bad_answers_are_typed_and_keep_the_raw_text() {
    for (answer, finish, kind) in [
        (r#"{"text":"Hal"#, FinishReason::Length, ErrorKind::Truncated),
        (r#"{"text":"Hal"#, FinishReason::Stop, ErrorKind::Truncated),
        (r#"{"txt":"Hi"}"#, FinishReason::Stop, ErrorKind::Protocol),
        ("Sure! Here it is", FinishReason::Stop, ErrorKind::Protocol),
        ("I can't", FinishReason::Refused, ErrorKind::Rejected),
    ] {
        let model = Scripted::new([answer]);
        model.answers.lock().unwrap()[0].1 = finish;
        let error = model.extract::<Caption>(&ChatRequest::new("caption")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{answer}");
        if kind != ErrorKind::Rejected {
            assert_eq!(error.partial(), Some(answer));
        }
    }
}

#[tokio::test]
async fn asking_again_happens_once_and_shows_the_fault() {
    let model = Scripted::new([r#"{"txt":"Hi"}"#, r#"{"text":"Hi"}"#]);
    let got = model.extract_or_ask_again::<Caption>(&ChatRequest::new("caption")).await.unwrap();
    assert_eq!((got.value.text.as_str(), got.reply.attempts.len()), ("Hi", 1));
    let asked = model.asked.lock().unwrap()[1].messages.clone();
    assert_eq!(asked.len(), 3);
    let Part::Text(complaint) = &asked[2].parts[0] else { panic!("no text") };
    assert!(complaint.contains("missing field `text`"), "{complaint}");

    let model = Scripted::new(["{}", "{}"]);
    let error = model.extract_or_ask_again::<Caption>(&ChatRequest::new("caption")).await.unwrap_err();
    assert_eq!((error.kind(), model.asked.lock().unwrap().len()), (ErrorKind::Protocol, 2));
}

#[tokio::test]
async fn an_answer_that_was_cut_is_asked_for_again_with_more_room() {
    let mut model = Scripted::new([r#"{"text":"Hal"#, r#"{"text":"Hallo"}"#]);
    model.answers.lock().unwrap()[0].1 = FinishReason::Length;
    (model.can.usual_output_tokens, model.can.output_tokens) = (Some(100), Some(300));
    let got = model.extract_or_ask_again::<Caption>(&ChatRequest::new("caption")).await.unwrap();
    assert_eq!((got.value.text.as_str(), got.reply.attempts.len()), ("Hallo", 1));
    let asked: Vec<_> = model.asked.lock().unwrap().iter().map(|request| request.max_output_tokens).collect();
    assert_eq!(asked, [None, Some(300)]);

    // There is no more room to be had.
    let mut model = Scripted::new([r#"{"text":"Hal"#]);
    model.answers.lock().unwrap()[0].1 = FinishReason::Length;
    (model.can.usual_output_tokens, model.can.output_tokens) = (Some(300), Some(300));
    let error = model.extract_or_ask_again::<Caption>(&ChatRequest::new("caption")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
}
