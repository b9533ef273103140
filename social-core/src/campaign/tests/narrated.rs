//! A voice and a renderer that note what they were asked for.

use std::time::Duration;

use super::*;
use crate::render::{Content, RenderCapabilities, RenderRequest, TrackKind};
use crate::speech::{Speech, SpeechCapabilities, SpeechRequest, SpokenWord};

/// Silence of 1000 samples a second, of 8 bits.
fn wav(length: Duration) -> Vec<u8> {
    let samples = u32::try_from(length.as_millis()).unwrap();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + samples).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\xe8\x03\0\0\xe8\x03\0\0\x01\0\x08\0data");
    bytes.extend(samples.to_le_bytes());
    bytes.extend(vec![128; samples as usize]);
    bytes
}

#[derive(Debug)]
struct Voice {
    address: ModelAddress,
    spoken: Arc<Mutex<Vec<SpeechRequest>>>,
    length: Duration,
    can: SpeechCapabilities,
}

#[async_trait]
impl Maker<SpeechRequest> for Voice {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> SpeechCapabilities {
        self.can.clone()
    }

    async fn make(&self, run: &Run, request: &SpeechRequest) -> Result<Made<Speech>> {
        crate::make::begin(self, run, request).await?;
        let speak = || async {
            self.spoken.lock().unwrap().push(request.clone());
            Ok(())
        };
        run.once("speak", speak, |_| async { Ok(Found::Unknown) }).await?;
        let media = keep(run, "voice.wav", wav(self.length)).await?;
        let info = media.info().await?;
        let mut speech = Speech::new(media, info);
        if request.timings {
            let words = ["Ravioli.", "Now."].into_iter().zip(1..);
            let second = Duration::from_secs;
            speech.words =
                words.map(|(text, n)| SpokenWord { text: text.into(), start: second(n - 1), end: second(n) }).collect();
        }
        let usage = Usage { characters: Some(20), ..Usage::default() };
        Ok(Made::new(self.address.clone(), speech).with_usage(usage))
    }
}

#[derive(Debug)]
struct Table {
    address: ModelAddress,
    rendered: Arc<Mutex<Vec<RenderRequest>>>,
}

#[async_trait]
impl Maker<RenderRequest> for Table {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> RenderCapabilities {
        RenderCapabilities::unknown().with_paid(false).with_generative(false)
    }

    async fn make(&self, run: &Run, request: &RenderRequest) -> Result<Made<MediaFile>> {
        crate::make::begin(self, run, request).await?;
        self.rendered.lock().unwrap().push(request.clone());
        let media = keep(run, "narrated.mp4", SampleVideo::default().write()).await?;
        Ok(Made::new(self.address.clone(), MediaFile::read(media, MediaKind::Video).await?).without_model())
    }
}

type Noted<T> = Arc<Mutex<Vec<T>>>;

fn narrated(
    stage: &Stage,
    length: Duration,
    can: SpeechCapabilities,
) -> (Campaign, Noted<SpeechRequest>, Noted<RenderRequest>) {
    let (spoken, rendered) = (Noted::default(), Noted::default());
    let voice = Voice { address: ModelAddress::new("test", "voice"), spoken: spoken.clone(), length, can };
    let table = Table { address: ModelAddress::new("test", "table"), rendered: rendered.clone() };
    let campaign = stage.bare(brief()).publish_to(stage.wall("wall", None), [Placement::REEL]);
    let camera = stage.video_model(VideoCapabilities::unknown());
    (campaign.video_with(camera).narrate_with(voice, table), spoken, rendered)
}

#[tokio::test]
async fn a_voice_with_captions_is_laid_over_the_video_once() {
    let stage = Stage::new(Writer::new(false));
    // The sample video is shorter than what is said.
    let can = SpeechCapabilities::unknown();
    for _ in 0..2 {
        let (campaign, spoken, rendered) = narrated(&stage, Duration::from_secs(7), can.clone());
        let campaign = campaign.on_progress(|_| {});
        let first = stage.posts.lock().unwrap().is_empty();
        let prepared = campaign.prepare().await.unwrap();
        if !first {
            assert_eq!((spoken.lock().unwrap().len(), rendered.lock().unwrap().len()), (0, 0), "it was made before");
            continue;
        }
        assert!(prepared.plan().files[0].seconds.is_some(), "it is as long as what is said");
        let report = prepared.publish().await.unwrap();
        assert!(report.is_complete(), "{report}");
        let request = spoken.lock().unwrap()[0].clone();
        assert_eq!(request.text, "H. With sage. C.");
        assert!(request.timings);
        let timeline = rendered.lock().unwrap()[0].timeline.clone().unwrap();
        let kinds: Vec<_> = timeline.tracks.iter().map(|track| track.kind).collect();
        assert_eq!(kinds, [TrackKind::Video, TrackKind::Captions, TrackKind::Voice]);
        assert_eq!(timeline.duration(), Duration::from_secs(7));
        assert!(timeline.tracks[0].clips.len() > 1, "the video begins again");
        let Content::File(captions) = &timeline.tracks[1].clips[0].content else { panic!("captions are a file") };
        let captions = captions.read(10_000).await.unwrap();
        assert!(std::str::from_utf8(&captions).unwrap().contains("Ravioli."));
    }
    assert_eq!(stage.counts().2, 1);
}

#[tokio::test]
async fn without_timings_there_is_a_voice_and_no_captions() {
    let stage = Stage::new(Writer::new(false));
    let can = SpeechCapabilities::unknown().with_timings(false);
    let (campaign, spoken, rendered) = narrated(&stage, Duration::from_secs(1), can);
    let report = campaign.run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert!(!spoken.lock().unwrap()[0].timings);
    let timeline = rendered.lock().unwrap()[0].timeline.clone().unwrap();
    let kinds: Vec<_> = timeline.tracks.iter().map(|track| track.kind).collect();
    assert_eq!(kinds, [TrackKind::Video, TrackKind::Voice]);
}

#[tokio::test]
async fn what_the_voice_costs_is_planned_with_the_video() {
    let stage = Stage::new(Writer::new(false));
    let (campaign, ..) = narrated(&stage, Duration::from_secs(1), SpeechCapabilities::unknown());
    let price = |million| crate::money::Price { second: Some(MicroDollars(million)), ..Default::default() };
    let spoken = crate::money::Price { characters_million: Some(MicroDollars(10_000_000)), ..Default::default() };
    let prices = PriceTable::new("2026-11").with_price("test/camera", price(1_000)).with_price("test/voice", spoken);
    let plan = campaign.price_with(prices).plan().await.unwrap();
    let PlannedCost::AtMost(cost) = plan.files[0].cost else { panic!("{plan}") };
    let video = plan.files[0].seconds.unwrap() * 1_000.0;
    let voice = "Ravioli. With sage.".len() as f64 * 10.0;
    assert_eq!(cost, MicroDollars((video + voice).ceil() as u64));
}
