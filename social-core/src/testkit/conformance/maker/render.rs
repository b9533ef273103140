//! What is tried with requests to a renderer.

use std::time::Duration;

use super::{EXTRA, Samples, TestRequest, Variant, choice, flag, is_elsewhere};
use crate::make::MediaFile;
use crate::media::MediaType;
use crate::render::{
    Clip, Content, RenderCapabilities, RenderRequest, RenderTemplate, Timeline, Track, TrackKind, Transition,
};

const KINDS: [TrackKind; 5] =
    [TrackKind::Video, TrackKind::Text, TrackKind::Captions, TrackKind::Voice, TrackKind::Music];

impl TestRequest for RenderRequest {
    fn unsound(&self, file: &MediaFile) -> Option<String> {
        match file.info.bytes {
            0 => Some("the file is empty".to_owned()),
            _ => is_elsewhere(&file.media),
        }
    }

    fn variants(&self, can: &RenderCapabilities, samples: &Samples) -> Vec<Variant<Self>> {
        let base = || self.clone();
        let mut variants = vec![
            flag("template", can.template, Self::template(RenderTemplate::new("t1"))),
            flag("extra", can.extra, base().with_extra(EXTRA.0, EXTRA.1)),
        ];
        let odd = "no such resolution".to_owned();
        variants.extend(choice("resolution", can.resolutions.as_ref(), odd, |name| base().with_resolution(name)));
        variants.extend(choice("format", can.formats.as_ref(), MediaType::Pdf, |format| base().with_format(format)));
        variants.extend(choice("frame_rate", can.frame_rates.as_ref(), 7, |rate| base().with_frame_rate(rate)));
        if let Some(timeline) = self.timeline.as_ref().filter(|_| can.max_tracks != Some(0)) {
            let timeline = |change: &dyn Fn(&mut Timeline)| {
                let mut timeline = timeline.clone();
                change(&mut timeline);
                Self { timeline: Some(timeline), ..base() }
            };
            let second = Duration::from_secs(1);
            for kind in KINDS {
                let content = match kind {
                    TrackKind::Text => Content::Text("words".to_owned()),
                    _ => Content::File(samples.image.clone()),
                };
                let track = Track::new(kind).with_clip(Clip::new(content, Duration::ZERO, second));
                let offered = can.tracks.as_ref().map(|tracks| tracks.contains(&kind));
                let request = timeline(&|timeline| timeline.tracks.push(track.clone()));
                variants.push(Variant { option: "timeline.tracks", offered, request, beside: None });
            }
            let odd = Transition::new("no such transition");
            variants.extend(choice("timeline.transitions", can.transitions.as_ref(), odd, |transition| {
                timeline(&|timeline| {
                    for clip in timeline.tracks.iter_mut().flat_map(|track| &mut track.clips) {
                        clip.transition = Some(transition.clone());
                    }
                })
            }));
        }
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
