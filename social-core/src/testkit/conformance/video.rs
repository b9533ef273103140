use std::sync::Arc;
use std::time::Duration;

use super::subject::{Subject, Violations};
use super::trial::{Trial, Variant};
use crate::error::Result;
use crate::image::AspectRatio;
use crate::testkit::scene::Lasting;
use crate::video::{GeneratedVideo, VideoCapabilities, VideoGenerator, VideoRequest};

/// Tries a video generator.
///
/// # Errors
/// All that is wrong.
pub async fn video(subject: &Subject<dyn VideoGenerator>, request: &VideoRequest) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let trial = Trial {
        subject,
        request,
        call: |model: Arc<dyn VideoGenerator>, run, request: VideoRequest| async move {
            model.generate(&run, &request).await
        },
        sound: |video: &GeneratedVideo| (video.info.bytes == 0).then(|| "the video is empty".to_owned()),
    };
    trial.common(&mut violations).await;
    trial.cancelled(&mut violations).await;
    if let Some(can) = capabilities(subject).await {
        trial.options(&mut violations, variants(subject, request, &can)).await;
        if can.paid {
            trial.once(&mut violations).await;
        }
    }
    violations.verdict()
}

async fn capabilities(subject: &Subject<dyn VideoGenerator>) -> Option<VideoCapabilities> {
    let scene = Lasting::default().scene((subject.vendor)().transport()).await.ok()?;
    Some((subject.connect)(&scene).ok()?.capabilities())
}

fn variants(
    subject: &Subject<dyn VideoGenerator>,
    request: &VideoRequest,
    can: &VideoCapabilities,
) -> Vec<Variant<VideoRequest>> {
    let base = || request.clone();
    let variant = |option, offered, request| Variant { option, offered: Some(offered), request };
    let image = || subject.image.clone();
    let from_image = if can.first_frame { base().with_first_frame(image()) } else { base() };
    let mut variants = vec![
        variant("first_frame", can.first_frame, base().with_first_frame(image())),
        variant("last_frame", can.last_frame, from_image.with_last_frame(image())),
        variant("audio", can.audio, base().with_audio(true)),
        variant("negative_prompt", can.negative_prompt, base().with_negative_prompt("rain")),
        variant("seed", can.seed, VideoRequest { seed: Some(7), ..base() }),
    ];
    let ratios = can.aspect_ratios.iter().filter(|ratio| request.aspect_ratio != Some(**ratio));
    variants.extend(ratios.map(|ratio| variant("aspect_ratio", true, base().with_aspect_ratio(*ratio))));
    if !can.aspect_ratios.is_empty() {
        let odd = AspectRatio { width: 97, height: 13 };
        variants.push(variant("aspect_ratio", false, base().with_aspect_ratio(odd)));
    }
    let resolutions = can.resolutions.iter().filter(|resolution| request.resolution.as_ref() != Some(*resolution));
    variants.extend(resolutions.map(|resolution| variant("resolution", true, base().with_resolution(resolution))));
    if !can.resolutions.is_empty() {
        variants.push(variant("resolution", false, base().with_resolution("no such resolution")));
    }
    let lengths = can.seconds.iter().map(|seconds| Duration::from_secs(u64::from(*seconds)));
    let lengths = lengths.filter(|length| request.duration != Some(*length));
    variants.extend(lengths.map(|length| variant("duration", true, base().with_duration(length))));
    if !can.seconds.is_empty() {
        variants.push(variant("duration", false, base().with_duration(Duration::from_millis(12_345_678))));
    }
    variants
}
