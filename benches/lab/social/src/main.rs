//! This family as a contestant of the performance lab; `API` names the path.

use std::hint::black_box;

use bytes::Bytes;
use harness::{Contestant, Got, KEY, MODEL, Outcome, SYSTEM, USER};
use http::Method;
use http::header::{CONTENT_TYPE, HeaderName};
use llm_adapters::{anthropic, gemini, openai_chat};
use social_core::Result;
use social_core::chat::{ChatEvent, ChatModel, ChatReply, ChatRequest, Part};
use social_core::http::Endpoint;
use social_core::media::Media;

struct Social {
    model: Box<dyn ChatModel>,
    /// An application holds its image before it asks, as the harness does; ours has to be one,
    /// since we look at it.
    image: Bytes,
}

/// An image of 1024 x 1024 as far as a look at its chunks tells: noise stands where its pixels
/// would.
fn image(length: usize) -> Bytes {
    const BEFORE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0CRC.";
    const AFTER: &[u8] = b"CRC.\0\0\0\0IEND\xaeB`\x82";
    let pixels = length - BEFORE.len() - 8 - AFTER.len();
    let mut image = Vec::with_capacity(length);
    image.extend_from_slice(BEFORE);
    image.extend_from_slice(&u32::try_from(pixels).expect("a small image").to_be_bytes());
    image.extend_from_slice(b"IDAT");
    image.extend((0..pixels).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8));
    image.extend_from_slice(AFTER);
    image.into()
}

/// The length that the test of images is told, and nothing for the other tests.
fn image_length() -> Option<usize> {
    let mut arguments =
        std::env::args().skip_while(|argument| argument != "vision").skip_while(|argument| argument != "--n");
    arguments.nth(1)?.parse().ok()
}

fn request() -> ChatRequest {
    ChatRequest::new(USER).with_system(SYSTEM).with_max_output_tokens(400).with_temperature(0.7)
}

fn text_length(reply: &ChatReply) -> u64 {
    let texts = reply.parts.iter().filter_map(|part| if let Part::Text(text) = part { Some(text.len()) } else { None });
    texts.sum::<usize>() as u64
}

fn say(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn model(base: &str) -> Result<Box<dyn ChatModel>> {
    Ok(match std::env::var("API").as_deref() {
        Ok("anthropic") => {
            let mut dialect = anthropic::Dialect::ANTHROPIC;
dialect.service.base_url = base.to_owned().into();
            let endpoint = dialect.endpoint().auth(dialect.auth(KEY.into()));
            Box::new(anthropic::Anthropic::new(dialect, endpoint)?.chat(MODEL))
        }
        Ok("gemini") => {
            let endpoint = gemini::Gemini::endpoint().base_url(base).auth(gemini::Gemini::auth(KEY.into()));
            Box::new(gemini::Gemini::new(endpoint)?.chat(MODEL))
        }
        _ => {
            let mut dialect = openai_chat::Dialect::OPENAI;
dialect.service.base_url = base.to_owned().into();
            let endpoint = dialect.endpoint().auth(dialect.auth(KEY.into()));
            Box::new(openai_chat::Compatible::new(dialect, endpoint)?.chat(MODEL))
        }
    })
}

impl Contestant for Social {
    fn new(base: &str) -> Self {
        Self { model: model(base).expect("a client"), image: image_length().map(image).unwrap_or_default() }
    }

    async fn chat(&self) -> Outcome<u64> {
        let reply = (*self.model).chat(&request()).await.map_err(say)?;
        Ok(text_length(&reply))
    }

    async fn stream(&self) -> Outcome<Got> {
        let mut stream = (*self.model).stream(&request()).await.map_err(say)?;
        let mut got = Got::default();
        while let Some(event) = stream.next().await {
            if let ChatEvent::Text(text) = event.map_err(say)? {
                got.deltas += 1;
                got.bytes += black_box(text).len() as u64;
            }
        }
        Ok(got)
    }

    async fn vision(&self, png: &[u8]) -> Outcome<u64> {
        // The first one warms up.
        let image = if png.len() < 1024 { image(1024) } else { self.image.clone() };
        let request = ChatRequest::new(USER).with_part(Part::Image(Media::bytes(image)));
        let reply = (*self.model).chat(&request).await.map_err(say)?;
        Ok(text_length(&reply))
    }

    async fn upload(&self, url: &str, path: &str) -> Outcome<u64> {
        #[derive(serde::Deserialize)]
        struct Sink {
            received: u64,
        }
        let endpoint = Endpoint::builder("sink", url).build().map_err(say)?;
        let call = endpoint.anonymous(Method::PUT, url.parse().map_err(say)?).operation("upload");
        let body = Media::file(path).body().await.map_err(say)?;
        let reply = call.header(HeaderName::from(CONTENT_TYPE), "video/mp4").body(body).send().await.map_err(say)?;
        Ok(reply.json::<Sink>().map_err(say)?.received)
    }
}

fn main() {
    harness::run::<Social>();
}
