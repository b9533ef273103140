//! Writers that think away the room of their answer: paid, cut, and without a word.

use super::*;
use crate::chat::MoreRoom;

/// Has a word left from so many tokens on.
#[derive(Clone, Debug)]
struct Cramped {
    inner: Arc<Writer>,
    needs: u32,
    rooms: Arc<Mutex<Vec<u32>>>,
}

#[async_trait]
impl ChatModel for Cramped {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut can = self.inner.capabilities();
        (can.usual_output_tokens, can.output_tokens) = (Some(4_096), Some(128_000));
        can
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let room = request.max_output_tokens.unwrap_or(4_096);
        self.rooms.lock().unwrap().push(room);
        let mut reply = self.inner.chat(request).await?;
        if room < self.needs {
            (reply.parts, reply.finish) = (Vec::new(), FinishReason::Length);
        }
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

#[tokio::test]
async fn f1_a_text_that_was_cut_is_asked_for_with_more_room_and_can_be_tried_again() {
    let stage = Stage::new(Writer::new(true));
    let writer = Cramped { inner: stage.writer.clone(), needs: 60_000, rooms: Arc::default() };
    let campaign = || stage.campaign(brief()).write_with(writer.clone());
    let rooms = || std::mem::take(&mut *writer.rooms.lock().unwrap());

    // Too little is allowed: it fails and names what to raise, and is paid for once only.
    let little = MoreRoom::default().at_most(16_384);
    for (run, asked) in [(1, vec![4_096, 16_384]), (2, vec![])] {
        let error = campaign().more_room(little).run().await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Truncated, Some("max_output_tokens")), "run {run}");
        assert_eq!(rooms(), asked, "run {run}");
    }
    // The same run goes on from there when more is allowed.
    assert!(campaign().run().await.unwrap().is_complete());
    assert_eq!(rooms(), [65_536, 4_096, 16_384, 65_536]);
}

#[tokio::test]
async fn f1_more_room_stays_within_the_limit_on_spending() {
    let stage = Stage::new(Writer::new(true));
    let writer = Cramped { inner: stage.writer.clone(), needs: 60_000, rooms: Arc::default() };
    let price: crate::money::Price =
        serde_json::from_str(r#"{"input_million": 0, "output_million": 1000000, "image": 0}"#).unwrap();
    let prices = crate::money::PriceTable::new("2026-11")
        .with_price(writer.address().to_string(), price.clone())
        .with_price("test/images", price);
    // 4,096 and 16,384 tokens at a dollar a million are two cents; 65,536 would be six more.
    let limit = crate::money::MicroDollars(50_000);
    let campaign = stage.campaign(brief()).write_with(writer.clone()).price_with(prices).spend_at_most(limit);
    let error = campaign.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OverBudget, "{error}");
    assert_eq!(*writer.rooms.lock().unwrap(), [4_096, 16_384]);
}
