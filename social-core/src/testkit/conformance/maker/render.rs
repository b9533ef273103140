//! What is tried with requests to a renderer.

use std::time::Duration;

use super::{EXTRA, Samples, TestRequest, Variant, choice, flag, is_elsewhere};
use crate::make::MediaFile;
use crate::media::{Media, MediaKind, MediaType};
use crate::render::{
    Clip, Content, Fit, Motion, Position, RenderCapabilities, RenderRequest, RenderTemplate, TextStyle, Timeline,
    Track, TrackKind, Transition,
};

const KINDS: [TrackKind; 5] =
    [TrackKind::Video, TrackKind::Text, TrackKind::Captions, TrackKind::Voice, TrackKind::Music];

/// What a track of this kind may hold; at an address where the images are.
fn content(kind: TrackKind, samples: &Samples) -> Content {
    let file = |name: &str, bytes: &[u8]| match &samples.image {
        Media::Remote(image) => image.url.join(name).map_or_else(|_| samples.image.clone(), Media::remote),
        _ => Media::bytes(bytes.to_vec()),
    };
    Content::File(match kind {
        TrackKind::Text => return Content::Text("words".to_owned()),
        TrackKind::Video => samples.image.clone(),
        TrackKind::Captions => file("captions.srt", b"1\n00:00:00,000 --> 00:00:01,000\nwords\n"),
        TrackKind::Voice | TrackKind::Music => file("second.wav", &second_of_silence()),
    })
}

/// A WAV file: 8000 samples of 8 bits.
fn second_of_silence() -> Vec<u8> {
    const RATE: u32 = 8000;
    let number = u32::to_le_bytes;
    let format = [&[1, 0, 1, 0][..], &number(RATE), &number(RATE), &[1, 0, 8, 0]].concat();
    let head = [b"RIFF", &number(RATE + 36)[..], b"WAVEfmt ", &number(16), &format, b"data", &number(RATE)].concat();
    [head, vec![0x80; 8000]].concat()
}

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
            let of = |kind| {
                let clip = Clip::new(content(kind, samples), Duration::ZERO, second);
                if kind == TrackKind::Video { clip.with_media_kind(MediaKind::Image) } else { clip }
            };
            let beside =
                |kind, clip: Clip| timeline(&|timeline| timeline.tracks.push(Track::new(kind).with_clip(clip.clone())));
            for kind in KINDS {
                let offered = can.tracks.as_ref().map(|tracks| tracks.contains(&kind));
                variants.push(Variant {
                    option: "timeline.tracks",
                    offered,
                    request: beside(kind, of(kind)),
                    beside: None,
                });
            }
            // What a clip may say, each beside the clip that does not say it.
            let mut tell = |option, kind, offered: Option<bool>, clip: Clip| {
                if can.tracks.as_ref().is_none_or(|tracks| tracks.contains(&kind)) {
                    let plain = Some(beside(kind, of(kind)));
                    variants.push(Variant { option, offered, request: beside(kind, clip), beside: plain });
                }
            };
            let word = |offered: Option<&Vec<Transition>>, word: &Transition| offered.map(|list| list.contains(word));
            let odd = Transition::new("no such transition");
            for transition in can.transitions.iter().flatten().chain([&odd]) {
                for clip in [
                    of(TrackKind::Video).with_transition(transition.clone()),
                    of(TrackKind::Video).with_transition_out(transition.clone()),
                ] {
                    let offered = word(can.transitions.as_ref(), transition);
                    tell("timeline.transitions", TrackKind::Video, offered, clip);
                }
            }
            let odd = Motion::new("no such motion");
            for motion in can.motions.iter().flatten().chain([&odd]) {
                let offered = can.motions.as_ref().map(|list| list.contains(motion));
                let clip = of(TrackKind::Video).with_motion(motion.clone());
                tell("timeline.motions", TrackKind::Video, offered, clip);
            }
            // The value that is meant where nothing is said may be sent as nothing.
            let fit = can.fits.as_ref().map(|list| list.contains(&Fit::Contain));
            tell("timeline.fits", TrackKind::Video, fit, of(TrackKind::Video).with_fit(Fit::Contain));
            for position in [Position::Top, Position::Bottom] {
                let offered = can.positions.as_ref().map(|list| list.contains(&position));
                tell("timeline.positions", TrackKind::Text, offered, of(TrackKind::Text).with_position(position));
            }
            let look = TextStyle::default().with_colour("#12aa9f");
            tell("style", TrackKind::Text, Some(can.style), of(TrackKind::Text).with_style(look));
            let late = of(TrackKind::Music).with_trim_start(second / 2);
            tell("trim_start", TrackKind::Music, Some(can.trim_start), late);
            tell("volume", TrackKind::Music, Some(true), of(TrackKind::Music).with_volume(0.5));
        }
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
