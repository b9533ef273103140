//! Answers of chats with images in them: `choices[].message.images[]`, whole or in the events of a
//! stream.

use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::Value;
use social_core::error::{Effect, Stage};
use social_core::http::{Endpoint, EventReader, StreamReply};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use crate::image_answer::{self, Drawn, Reader};
use crate::inline_base64::{Keys, lifting};

/// An answer, or a piece of one.
#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Value>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(alias = "delta")]
    message: Option<Message>,
    finish_reason: Option<String>,
    native_finish_reason: Option<String>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    images: Option<Vec<Image>>,
}

#[derive(Deserialize)]
struct Image {
    image_url: ImageUrl,
}

#[derive(Deserialize)]
struct ImageUrl {
    /// The number of the bytes, or an address.
    url: String,
}

/// Reads an answer and makes its images files of the run.
pub(super) async fn read(run: &Run, endpoint: &Endpoint, mut reply: StreamReply) -> Result<Drawn> {
    let limits = endpoint.limits();
    let body = std::mem::replace(&mut reply.body, stream::empty().boxed());
    // The bulk beside the images is encrypted reasoning.
    let (rest, taken) = lifting(body, Keys { lifted: "url", dropped: "data" }, limits.body);
    let mut answer = Answer { reader: Reader::new(run, endpoint, &reply, taken), text: String::new(), reason: None };
    let streamed = reply.is("text/event-stream");
    let read = async {
        if streamed {
            let mut events = EventReader::sse(rest, limits.event);
            while let Some(event) = events.next().await? {
                if event.data == "[DONE]" {
                    break;
                }
                answer.add(event.data.as_bytes()).await?;
            }
        } else {
            answer.add(&image_answer::whole(rest).await?).await?;
        }
        answer.finish()
    };
    let read = read.await;
    let Answer { reader, text, .. } = answer;
    let mut drawn = reader.drawn;
    drawn.text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    read.map(|()| drawn).map_err(|error| reply.describe(error))
}

struct Answer<'a> {
    reader: Reader<'a>,
    text: String,
    /// Why it ended, when a filter ended it.
    reason: Option<String>,
}

impl Answer<'_> {
    async fn add(&mut self, json: &[u8]) -> Result<()> {
        let piece: Piece = serde_json::from_slice(json)
            .map_err(|e| Error::protocol("the answer is not what was expected", json).with_source(e))?;
        if piece.error.is_some() {
            return Err(self.reader.refusal(json));
        }
        self.reader.report(piece.usage.as_ref(), None, None);
        for choice in piece.choices {
            if let Some(error) = choice.error {
                let json = serde_json::json!({ "error": error }).to_string();
                return Err(self.reader.refusal(json.as_bytes()));
            }
            if choice.finish_reason.as_deref() == Some("content_filter") {
                self.reason = choice.native_finish_reason.or(choice.finish_reason);
            }
            let Some(message) = choice.message else { continue };
            self.text.push_str(message.content.as_deref().unwrap_or_default());
            for image in message.images.unwrap_or_default() {
                self.reader.add(&image.image_url.url).await?;
            }
        }
        Ok(())
    }

    /// An answer in words is no unknown outcome: it has come, and there is no image.
    fn finish(&mut self) -> Result<()> {
        let error = match (self.reader.is_empty(), self.reason.take(), self.text.is_empty()) {
            (true, Some(reason), _) => {
                let message = format!("the image was refused: {reason}");
                Error::rejected(Stage::Output, Some(reason), message).with_partial(&self.text)
            }
            (true, None, false) => {
                let message = "the model answered in words instead of an image";
                Error::new(ErrorKind::JobFailed, message).with_effect(Effect::None).with_partial(&self.text)
            }
            _ => return self.reader.finish(b""),
        };
        Err(self.reader.with_usage(error))
    }
}
