//! Stands on an invented board that keeps its notices and counts them.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{Method, StatusCode};
use outside_vendor::Board;
use serde_json::{Value, json};
use social_core::campaign::{Brief, Campaign};
use social_core::chat::{
    ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, OutputFormat, Part,
};
use social_core::design::Brand;
use social_core::http::{Auth, Transport};
use social_core::publish::{AutoApprove, Placement, Post, Publisher};
use social_core::run::MemoryJournal;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Scene, ScriptedVendor};
use social_core::{ModelAddress, Result};

/// A board that keeps notices and lists those of a reference.
fn board() -> ScriptedVendor {
    let kept = Arc::new(Mutex::new(Vec::<Value>::new()));
    let listed = kept.clone();
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/notices", move |request| {
            let mut kept = kept.lock().unwrap();
            let id = format!("notice-{}", kept.len() + 1);
            kept.push(json!({ "id": id, "reference": request.json()["reference"], "mood": "good" }));
            Answer::json(kept.last().unwrap().clone()).with_status(StatusCode::CREATED)
        })
        .respond(Method::GET, "/v1/notices", move |request| {
            let reference = request.query("reference");
            let kept = listed.lock().unwrap();
            let found: Vec<_> = kept.iter().filter(|n| n["reference"].as_str() == reference.as_deref()).collect();
            Answer::json(json!({ "notices": found }))
        })
}

fn connect(transport: Arc<dyn Transport>) -> Result<Board> {
    Board::new(Board::endpoint().auth(Auth::Bearer(SECRET.into())).transport(transport), "41")
}

#[tokio::test]
async fn the_board_keeps_the_contract_of_publishers() {
    let open = |scene: &Scene| -> Result<Arc<dyn Publisher>> {
        let endpoint = Board::endpoint()
            .auth(Auth::Bearer(SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Board::new(endpoint, "41")?))
    };
    let subject = Subject::<dyn Publisher>::new(board, open).counting(|board| {
        let kept = board.received().iter().filter(|r| r.is(&Method::POST, "/v1/notices")).count();
        kept
    });
    conformance::publisher(&subject, &Post::new("Fresh bread from seven.")).await.unwrap();
}

#[derive(Debug)]
struct Writer(ModelAddress);

#[async_trait]
impl ChatModel for Writer {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut can = ChatCapabilities::text();
        can.json_schema = true;
        can
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let text = match &request.output {
            OutputFormat::Schema { name, .. } if name == "concept" => {
                json!({ "headline": "Bread", "subline": "", "call_to_action": "", "alt_text": "", "image_prompt": "", "video_prompt": "" })
            }
            _ => json!({ "text": "Fresh bread from seven.", "hashtags": [] }),
        };
        Ok(ChatReply::new(self.0.clone(), vec![Part::Text(text.to_string())], FinishReason::Stop))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

#[tokio::test]
async fn a_campaign_publishes_on_the_board_once() {
    let vendor = board();
    let journal = MemoryJournal::new();
    for _ in 0..2 {
        let brand = Brand { name: "The bakery".to_owned(), ..Brand::default() };
        let brief = Brief { subject: "Fresh bread".to_owned(), brand, ..Brief::default() };
        let report = Campaign::new(brief)
            .write_with(Writer(ModelAddress::new("test", "writer")))
            .publish_to(connect(vendor.transport()).unwrap(), [Placement::FEED])
            .approve_with(AutoApprove::because("a test"))
            .journal(journal.clone())
            .run()
            .await
            .unwrap();
        assert!(report.is_complete(), "{report}");
    }
    assert_eq!(vendor.calls(&Method::POST, "/v1/notices"), 1);
}
