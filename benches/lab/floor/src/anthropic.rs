//! Anthropic's path by hand.

use harness::{Contestant, Got, KEY, MODEL, Outcome, SYSTEM, USER};
use serde::{Deserialize, Serialize};

use crate::events::{consume, each, say};

pub struct Floor {
    http: reqwest::Client,
    url: String,
}

#[derive(Serialize)]
struct Ask {
    model: &'static str,
    max_tokens: u32,
    system: &'static str,
    messages: [Message; 1],
    temperature: f32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
}

#[derive(Serialize)]
struct Message {
    role: &'static str,
    content: &'static str,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Answer {
    id: String,
    model: String,
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Usage,
}

#[derive(Deserialize)]
struct Block {
    text: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Usage {
    input_tokens: Option<u32>,
    output_tokens: u32,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Event<'a> {
    r#type: &'a str,
    message: Option<Start>,
    delta: Option<Delta>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Start {
    usage: Usage,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Delta {
    text: Option<String>,
    stop_reason: Option<String>,
}

impl Floor {
    async fn ask(&self, stream: bool) -> Outcome<reqwest::Response> {
        let messages = [Message { role: "user", content: USER }];
        let ask = Ask { model: MODEL, max_tokens: 400, system: SYSTEM, messages, temperature: 0.7, stream };
        let request = self.http.post(&self.url).header("x-api-key", KEY).header("anthropic-version", "2023-06-01");
        request.json(&ask).send().await.map_err(say)?.error_for_status().map_err(say)
    }
}

impl Contestant for Floor {
    fn new(base: &str) -> Self {
        Self { http: reqwest::Client::new(), url: format!("{base}/messages") }
    }

    async fn chat(&self) -> Outcome<u64> {
        let answer: Answer = self.ask(false).await?.json().await.map_err(say)?;
        Ok(answer.content.iter().filter_map(|block| block.text.as_ref()).map(String::len).sum::<usize>() as u64)
    }

    async fn stream(&self) -> Outcome<Got> {
        let mut got = Got::default();
        each(self.ask(true).await?, |data| {
            let event: Event<'_> = serde_json::from_slice(data).map_err(say)?;
            match event.r#type {
                "error" => return Err(String::from_utf8_lossy(data).into_owned()),
                "content_block_delta" => consume(&mut got, event.delta.and_then(|delta| delta.text).unwrap_or_default()),
                _ => {}
            }
            Ok(())
        })
        .await?;
        Ok(got)
    }
}
