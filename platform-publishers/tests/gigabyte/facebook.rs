//! Facebook: videos in the pieces that it asks for, kept only when they are whole; reels in one
//! stream to Meta's upload host, of which it says how much it has.

use platform_publishers::facebook::Facebook;
use serde_json::json;
use social_core::http::FixedToken;
use social_core::publish::{Placement, Post};

use super::arrived::Arrived;
use super::server::{Answer, Request, Vendor};
use super::{GIB, MIB, Video, goes_up};

const PAGE: &str = "1234567890";
/// Bytes of the pieces that are asked for. Facebook's own size is not documented.
const PIECE: u64 = 8 * MIB;

#[derive(Default)]
struct Page {
    arrived: Arrived,
    length: u64,
    is_shown: bool,
}

impl Page {
    /// What is wanted next, as texts.
    fn wanted(&self) -> [String; 2] {
        let start = self.arrived.next();
        [start, (start + PIECE).min(self.length)].map(|place| place.to_string())
    }

    fn video(&mut self, request: &Request, edge: &str) -> Answer {
        match request.field("upload_phase").unwrap_or_default().as_str() {
            _ if !request.is_whole() => Answer::empty(500),
            "start" if edge == "video_reels" => Answer::json(
                json!({"video_id": "7", "upload_url": "https://rupload.facebook.com/video-upload/v25.0/7"}),
            ),
            "start" => {
                self.length = request.field("file_size").unwrap().parse().unwrap();
                let [start, end] = self.wanted();
                Answer::json(
                    json!({"video_id": "7", "upload_session_id": "7", "start_offset": start, "end_offset": end}),
                )
            }
            "transfer" => {
                let [start, end] = self.wanted().map(|place| place.parse::<u64>().unwrap());
                let length = request.file("video_file_chunk");
                assert_eq!((request.field("start_offset"), length), (Some(start.to_string()), Some(end - start)));
                self.arrived.take(start, end);
                let [start, end] = self.wanted();
                Answer::json(json!({"start_offset": start, "end_offset": end}))
            }
            _ => {
                self.is_shown = true;
                Answer::json(json!({"success": true}))
            }
        }
    }

    fn upload(&mut self, request: &Request) -> Answer {
        let offset = request.number("offset");
        self.length = request.number("file_size");
        assert_eq!(offset + request.length, self.length);
        self.arrived.take(offset, offset + request.arrived);
        Answer::json(json!({"success": true}))
    }

    fn read(&self) -> Answer {
        let word = |is_done| if is_done { "complete" } else { "not_started" };
        let arrived = self.arrived.next();
        let uploading = json!({"status": word(arrived == self.length), "bytes_transfered": arrived});
        let phase = json!({"status": word(self.is_shown)});
        Answer::json(json!({"id": "7", "status": {"video_status": "upload_complete", "uploading_phase": uploading,
            "processing_phase": phase, "publishing_phase": phase}}))
    }
}

impl Vendor for Page {
    fn answer(&mut self, request: &Request) -> Answer {
        match (request.method.as_str(), request.url.host_str().unwrap(), request.url.path()) {
            ("POST", "rupload.facebook.com", "/video-upload/v25.0/7") => self.upload(request),
            ("POST", _, path) => self.video(request, path.strip_prefix(&format!("/v25.0/{PAGE}/")).unwrap()),
            ("GET", _, "/v25.0/7") => self.read(),
            other => panic!("{other:?}"),
        }
    }

    fn arrived(&self) -> &Arrived {
        &self.arrived
    }
}

async fn on(placement: Placement) {
    goes_up(
        Video { bytes: GIB, seconds: 60 },
        Page::default,
        |wire| Facebook::new(wire.to(Facebook::endpoint()), FixedToken::new("token"), PAGE).unwrap(),
        |video| Post::new("Bread").with_placement(placement.clone()).with_attachment(video),
    )
    .await;
}

#[tokio::test]
async fn a_video_of_1_gib() {
    on(Placement::VIDEO).await;
}

#[tokio::test]
async fn a_reel_of_1_gib() {
    on(Placement::REEL).await;
}
