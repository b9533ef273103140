//! Gemini's path by hand.

use harness::{Contestant, Got, KEY, MODEL, Outcome, SYSTEM, USER};
use serde::{Deserialize, Serialize};

use crate::events::{consume, each, say};

pub struct Floor {
    http: reqwest::Client,
    whole: String,
    streamed: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ask {
    contents: [Said; 1],
    system_instruction: Said,
    generation_config: Config,
}

#[derive(Serialize)]
struct Said {
    role: &'static str,
    parts: [Text; 1],
}

#[derive(Serialize)]
struct Text {
    text: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    max_output_tokens: u32,
    temperature: f32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Answer {
    candidates: Vec<Candidate>,
    usage_metadata: Option<Usage>,
    model_version: String,
    response_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Chunk {
    #[serde(default)]
    candidates: Vec<Candidate>,
    usage_metadata: Option<Usage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Usage {
    prompt_token_count: u32,
    candidates_token_count: Option<u32>,
    total_token_count: u32,
}

fn texts(candidates: Vec<Candidate>) -> impl Iterator<Item = String> {
    let contents = candidates.into_iter().take(1).filter_map(|candidate| candidate.content);
    contents.flat_map(|content| content.parts).filter_map(|part| part.text)
}

impl Floor {
    async fn ask(&self, url: &str) -> Outcome<reqwest::Response> {
        let said = |role, text| Said { role, parts: [Text { text }] };
        let ask = Ask {
            contents: [said("user", USER)],
            system_instruction: said("user", SYSTEM),
            generation_config: Config { max_output_tokens: 400, temperature: 0.7 },
        };
        let request = self.http.post(url).header("x-goog-api-key", KEY).json(&ask);
        request.send().await.map_err(say)?.error_for_status().map_err(say)
    }
}

impl Contestant for Floor {
    fn new(base: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            whole: format!("{base}/models/{MODEL}:generateContent"),
            streamed: format!("{base}/models/{MODEL}:streamGenerateContent?alt=sse"),
        }
    }

    async fn chat(&self) -> Outcome<u64> {
        let answer: Answer = self.ask(&self.whole).await?.json().await.map_err(say)?;
        Ok(texts(answer.candidates).map(|text| text.len()).sum::<usize>() as u64)
    }

    async fn stream(&self) -> Outcome<Got> {
        let mut got = Got::default();
        each(self.ask(&self.streamed).await?, |data| {
            let chunk: Chunk = serde_json::from_slice(data).map_err(say)?;
            texts(chunk.candidates).for_each(|text| consume(&mut got, text));
            Ok(())
        })
        .await?;
        Ok(got)
    }
}
