//! The suite of makers, on what this machine makes. Nothing is sent, so that what is made shows
//! whether an option is honoured.

use std::sync::Arc;

use image::ImageFormat;
use social_core::enhance::{EnhanceRequest, Enhancement, Enhancer};
use social_core::image::{AspectRatio, ImageModel, ImageRequest};
use social_core::media::Media;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Scene, ScriptedVendor};

use super::super::{LocalEnhancer, LocalImage};
use super::{file, photo, striped};

#[tokio::test]
async fn posters_keep_the_contract() {
    let connect = |_: &Scene| Ok(Arc::new(LocalImage::new()) as Arc<ImageModel>);
    let subject = Subject::new(ScriptedVendor::new, connect).with_image(photo(600, 400));
    let subject = subject.except("references.role", "a poster has one photo, whatever it is for");
    let request = ImageRequest::new("A red door").with_aspect_ratio(AspectRatio::SQUARE);
    if let Err(violations) = conformance::maker(&subject, &request).await {
        panic!("{violations}");
    }
}

#[tokio::test]
async fn enhancers_keep_the_contract() {
    let connect = |_: &Scene| Ok(Arc::new(LocalEnhancer) as Arc<Enhancer>);
    let subject = Subject::new(ScriptedVendor::new, connect);
    let subject = subject.except("max_bytes", "of a drawn image, 500 bytes may be left or out of reach");
    let image = Media::bytes(file(striped(400, 300), ImageFormat::Png));
    let request = EnhanceRequest::new(image, [Enhancement::Upright]);
    if let Err(violations) = conformance::maker(&subject, &request).await {
        panic!("{violations}");
    }
}

#[cfg(feature = "local-video")]
#[tokio::test]
async fn videos_keep_the_contract() {
    use social_core::video::{VideoModel, VideoRequest};
    let connect = |_: &Scene| Ok(Arc::new(super::super::LocalVideo::new()) as Arc<VideoModel>);
    let subject = Subject::new(ScriptedVendor::new, connect).with_image(photo(450, 600));
    let subject = subject.except("duration", "any up to 90 seconds is offered, and a longer one is invalid");
    let subject = subject.except("prompt", "the slides are the video");
    let request = VideoRequest::new("A video")
        .with_slide(super::bistro())
        .with_aspect_ratio(AspectRatio::SQUARE)
        .with_resolution("720p")
        .with_duration(std::time::Duration::from_millis(1200));
    if let Err(violations) = conformance::maker(&subject, &request).await {
        panic!("{violations}");
    }
}

#[cfg(feature = "local-video")]
#[tokio::test]
async fn timelines_keep_the_contract() {
    use std::time::Duration;

    use social_core::render::{Clip, Content, RenderRequest, Renderer, Timeline, Track, TrackKind};
    let connect = |_: &Scene| Ok(Arc::new(super::super::LocalRenderer::new()) as Arc<Renderer>);
    let subject = Subject::new(ScriptedVendor::new, connect).with_image(photo(300, 400));
    let subject = subject.except("format", "MP4 is made where nothing is said");
    let subject = subject.except("frame_rate", "30 images a second are made where nothing is said");
    let subject = subject.except("trim_start", "what is left out of silence is silence");
    let subject = subject.except("volume", "half of silence is silence");
    let clip = Clip::new(Content::File(photo(20, 20)), Duration::ZERO, Duration::from_millis(600));
    let timeline = Timeline::new(AspectRatio::SQUARE).with_track(Track::new(TrackKind::Video).with_clip(clip));
    let request = RenderRequest::timeline(timeline).with_resolution("720p");
    if let Err(violations) = conformance::maker(&subject, &request).await {
        panic!("{violations}");
    }
}
