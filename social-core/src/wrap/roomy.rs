//! [`Roomy`]: a model that is asked again with more room when the output limit cut its answer.

use std::sync::Arc;

use async_trait::async_trait;

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, MoreRoom};
use crate::error::{Error, ErrorKind, Result};
use crate::money::Attempt;

/// A model that is asked again, with more room, when the output limit cut its answer: models that
/// think may use up all of it before their first word.
///
/// Each ask is paid for; the reply's attempts say what the earlier ones used. A budget around the
/// model counts each. A stream is handed out as it comes, and is not asked for again.
#[derive(Debug)]
pub struct Roomy<T: ?Sized> {
    inner: Arc<T>,
    more: MoreRoom,
}

impl<T: ?Sized> Roomy<T> {
    /// Asks this model again as `more` says.
    #[must_use]
    pub fn new(inner: Arc<T>, more: MoreRoom) -> Self {
        Self { inner, more }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Roomy<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.inner.capabilities()
    }

    /// # Errors
    /// As those of the model; when a further ask fails, its error names the earlier attempts.
    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let mut reply = self.inner.chat(request).await?;
        let mut attempts = Vec::new();
        for room in self.more.rooms(request, &self.capabilities()) {
            if reply.finish != FinishReason::Length {
                break;
            }
            tracing::info!(model = %reply.address, room, "the output limit cut the answer; asks with more room");
            attempts.append(&mut reply.attempts);
            attempts.push(cut(&reply));
            let larger = request.clone().with_max_output_tokens(room);
            reply = match self.inner.chat(&larger).await {
                Ok(reply) => reply,
                Err(error) => {
                    attempts.extend(Attempt::all(self.address(), &error));
                    return Err(error.with_attempts(attempts));
                }
            };
        }
        reply.attempts.splice(..0, attempts);
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        self.inner.stream(request).await
    }
}

/// What became of an answer that was cut.
fn cut(reply: &ChatReply) -> Attempt {
    let error = Error::new(ErrorKind::Truncated, "the output limit cut the answer");
    let error = match &reply.usage {
        Some(usage) => error.with_usage(usage.clone()),
        None => error,
    };
    Attempt { cost: reply.cost.clone(), ..Attempt::failed(&reply.address, &error) }
}

#[cfg(test)]
mod tests {
    //! An invented model that thinks away its room, as language-models.md F1 says of Claude.

    use std::sync::Mutex;

    use super::*;
    use crate::chat::{Part, ReasoningPart};
    use crate::money::Usage;

    /// Has a word left from so many tokens on.
    #[derive(Debug)]
    struct Thinker {
        address: ModelAddress,
        needs: u32,
        asked: Mutex<Vec<Option<u32>>>,
        can: ChatCapabilities,
    }

    #[async_trait]
    impl ChatModel for Thinker {
        fn address(&self) -> &ModelAddress {
            &self.address
        }
        fn capabilities(&self) -> ChatCapabilities {
            self.can.clone()
        }
        async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
            self.asked.lock().unwrap().push(request.max_output_tokens);
            let room = request.max_output_tokens.unwrap_or(4_096);
            let (part, finish) = if room >= self.needs {
                (Part::Text("Fresh bread.".into()), FinishReason::Stop)
            } else {
                (Part::Reasoning(ReasoningPart::default()), FinishReason::Length)
            };
            let mut reply = ChatReply::new(self.address.clone(), vec![part], finish);
            reply.usage = Some(Usage { output_tokens: Some(u64::from(room.min(self.needs))), ..Usage::default() });
            Ok(reply)
        }
        async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
            self.chat(request).await.map(ChatStream::from_reply)
        }
    }

    async fn ask(needs: u32, most: Option<u32>, more: MoreRoom) -> (ChatReply, Vec<Option<u32>>) {
        let mut can = ChatCapabilities::text();
        (can.usual_output_tokens, can.output_tokens) = (Some(4_096), most);
        let model = Thinker { address: ModelAddress::new("fake", "thinker"), needs, asked: Mutex::default(), can };
        let model = Arc::new(model);
        let reply = Roomy::new(model.clone(), more).chat(&ChatRequest::new("bread?")).await.unwrap();
        let asked = model.asked.lock().unwrap().clone();
        (reply, asked)
    }

    #[tokio::test]
    async fn f1_an_answer_that_was_cut_is_asked_for_with_more_room_and_not_for_ever() {
        for (needs, most, more, asked, whole) in [
            (100, None, MoreRoom::default(), vec![None], true),
            (10_000, Some(128_000), MoreRoom::default(), vec![None, Some(16_384)], true),
            (60_000, Some(128_000), MoreRoom::default(), vec![None, Some(16_384), Some(65_536)], true),
            (90_000, Some(128_000), MoreRoom::default(), vec![None, Some(16_384), Some(65_536)], false),
            (90_000, None, MoreRoom::default(), vec![None, Some(16_384), Some(32_768)], false),
            (90_000, Some(4_096), MoreRoom::default(), vec![None], false),
            (90_000, Some(128_000), MoreRoom::default().at_most(10_000), vec![None, Some(10_000)], false),
            (90_000, Some(128_000), MoreRoom::default().asks(0), vec![None], false),
        ] {
            let (reply, sent) = ask(needs, most, more).await;
            assert_eq!((sent.clone(), reply.finish == FinishReason::Stop), (asked, whole), "{needs} of {most:?}");
            // What the earlier ones used is not lost.
            let used = reply.attempts.iter().filter_map(|attempt| attempt.usage.as_ref()?.output_tokens);
            assert_eq!(used.count(), sent.len() - 1, "{needs} of {most:?}");
        }
    }
}
