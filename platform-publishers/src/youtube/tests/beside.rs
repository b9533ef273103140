//! What stands beside a video, what a channel may, and uploads that YouTube forgot. Invented after
//! the documents.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use social_core::http::{Request, Response, Transport};
use social_core::publish::AccountLimits;

use super::*;

#[tokio::test]
async fn thumbnail_captions_and_playlist_are_set_once() {
    let fake = Fake::new(Channel::default());
    let (youtube, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&youtube, full()).await;
    for _ in 0..2 {
        let receipt = youtube.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
        assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Published, 0), "{receipt:?}");
    }
    let channel = fake.state.lock().unwrap();
    assert_eq!(channel.thumbnails, ["video-1"]);
    let track = json!({"videoId": "video-1", "language": "de", "name": ""});
    assert_eq!(channel.captions[0]["snippet"], track);
    let resource = json!({"kind": "youtube#video", "videoId": "video-1"});
    assert_eq!(channel.playlist[0]["snippet"], json!({"playlistId": PLAYLIST, "resourceId": resource}));
    assert_eq!((channel.captions.len(), channel.playlist.len()), (1, 1));
}

/// Museum A3, A6: what comes behind the post does not take it back. A refusal is not asked again.
#[tokio::test]
async fn what_fails_beside_the_video_is_a_warning() {
    let refusals = [("thumbnails/set", (403, "forbidden")), ("captions", (403, "insufficientPermissions"))];
    let refusals = refusals.into_iter().chain([("playlistItems", (404, "playlistNotFound"))]).collect();
    let fake = Fake::new(Channel { refusals, ..Channel::default() });
    let (youtube, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&youtube, full()).await;
    let receipt = youtube.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Published, 3), "{receipt:?}");
    let sent = fake.vendor.received().len();
    assert_eq!(youtube.publish(&fake.run(&journal, "run").await, &post).await.unwrap(), receipt);
    assert_eq!(fake.vendor.received().len(), sent);
}

/// The thumbnail of a Short comes when it is processed, and not before.
#[tokio::test]
async fn the_thumbnail_of_a_short_waits_for_its_processing() {
    let fake = Fake::new(Channel::default());
    fake.publish(&connect(&fake), "run", short().with_attachment(cover())).await.unwrap();
    let paths: Vec<_> = fake.vendor.received().iter().map(|request| request.url.path().to_owned()).collect();
    assert_eq!(paths.last().unwrap(), "/upload/youtube/v3/thumbnails/set");
    // A token that may not read: what became of it is not known, and the video is up all the same.
    let fake = Fake::new(Channel::default());
    fake.state.lock().unwrap().unreadable = true;
    let receipt = fake.publish(&connect(&fake), "run", short().with_attachment(cover())).await.unwrap();
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Processing, 1), "{receipt:?}");
}

/// A channel that is not verified would refuse a long video when it is there.
#[tokio::test]
async fn a_long_video_is_refused_before_it_goes_up() {
    let long = of(video(), lasting(16 * 60 * 1000));
    let fake = Fake::new(Channel { unverified: true, ..Channel::default() });
    let (youtube, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&youtube, long.clone()).await;
    let run = fake.run(&journal, "run").await;
    let error = youtube.publish(&run, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::MediaInvalid, Effect::None));
    assert!(error.message().contains("900") && fake.state.lock().unwrap().uploads.is_empty(), "{error}");
    // Verified in the meantime.
    fake.state.lock().unwrap().unverified = false;
    youtube.publish(&run, &post).await.unwrap();
}

#[tokio::test]
async fn limits_and_readiness_are_the_channels() {
    let fake = Fake::new(Channel::default());
    let youtube = connect(&fake);
    let maximum = |limits: AccountLimits| limits.rules.unwrap().video.unwrap().duration.maximum.unwrap().as_secs();
    assert_eq!(maximum(youtube.limits(&Placement::VIDEO).await.unwrap()), 43_200);
    assert!(youtube.readiness(fake_now()).await.unwrap().findings.is_empty());
    fake.state.lock().unwrap().unverified = true;
    assert_eq!(maximum(youtube.limits(&Placement::VIDEO).await.unwrap()), 900);
    assert_eq!(maximum(youtube.limits(&Placement::SHORT).await.unwrap()), 180);
    let readiness = youtube.readiness(fake_now()).await.unwrap();
    assert!(readiness.is_ready() && readiness.findings[0].field == "account", "{readiness:?}");
    fake.state.lock().unwrap().stranger = true;
    assert!(!youtube.readiness(fake_now()).await.unwrap().is_ready());
    fake.state.lock().unwrap().refusals = BTreeMap::from([("channels", (401, "youtubeSignupRequired"))]);
    let readiness = youtube.readiness(fake_now()).await.unwrap();
    assert!(readiness.findings[0].message.contains("no channel"), "{readiness:?}");
}

/// Museum A7: an upload that YouTube has forgotten is found among the channel's videos, and last
/// week's video of the same words is not taken for it.
#[tokio::test]
async fn a_forgotten_upload_is_looked_for() {
    for was_made in [true, false] {
        let fake = Fake::new(Channel::default());
        let (youtube, journal) = (connect(&fake), MemoryJournal::new());
        fake.publish(&youtube, "last week's", video()).await.unwrap();
        fake.clock.advance(Duration::from_secs(7 * 24 * 3600));
        let post = approved(&youtube, video()).await;
        // Every byte arrives or none, and the answer is lost; then YouTube forgets.
        fake.state.lock().unwrap().cuts = vec![if was_made { usize::MAX } else { 0 }];
        let transport = Arc::new(Forgets { fake: fake.vendor.transport(), state: fake.state.clone() });
        let forgetting = account(YouTube::endpoint().transport(transport).clock(fake.clock.clone()));
        let error = forgetting.publish(&fake.run(&journal, "run").await, &post).await;
        let receipt = match error {
            Ok(receipt) => receipt,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
                fake.clock.advance(Duration::from_secs(1200));
                fake.state.lock().unwrap().forgetful = false;
                youtube.publish(&fake.run(&journal, "run").await, &post).await.unwrap()
            }
        };
        assert_eq!(receipt.id(), "video-2", "made: {was_made}");
        assert_eq!(fake.state.lock().unwrap().videos.len(), 2);
    }
}

/// A transport behind which YouTube forgets an upload when its answer is lost.
#[derive(Debug)]
struct Forgets {
    fake: Arc<dyn Transport>,
    state: Arc<Mutex<Channel>>,
}

#[async_trait]
impl Transport for Forgets {
    async fn send(&self, request: Request) -> Result<Response> {
        let answer = self.fake.send(request).await;
        if answer.is_err() {
            self.state.lock().unwrap().forgetful = true;
        }
        answer
    }
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Channel")
    }
}

/// Rows 90 and 113 of the checklist: what a post costs is known before it is made.
#[test]
fn a_post_costs_units_of_a_day() {
    let cost = quota_cost(&full());
    assert_eq!((cost.uploads, cost.units), (1, 10 + 50 + 400 + 51));
}
