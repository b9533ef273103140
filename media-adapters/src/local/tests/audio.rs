//! Invented audio; what comes out of the mix is measured.

use std::f32::consts::TAU;
use std::io::Cursor;

use social_core::error::ErrorKind;
use social_core::media::{Media, MediaType};

use super::super::audio::{Cue, Mix, RATE};

/// A tone as a WAV file.
pub(super) fn tone(hertz: f32, seconds: f32, level: f32, rate: u32, channels: u16) -> Media {
    wav(rate, channels, (seconds * rate as f32) as usize, |at| level * (TAU * hertz * at as f32 / rate as f32).sin())
}

/// A WAV file with the same on every channel.
pub(super) fn wav(rate: u32, channels: u16, samples: usize, value: impl Fn(usize) -> f32) -> Media {
    let spec =
        hound::WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut file = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    for at in 0..samples {
        (0..channels).for_each(|_| writer.write_sample((value(at) * 32_767.0) as i16).unwrap());
    }
    writer.finalize().unwrap();
    Media::bytes(file.into_inner())
}

pub(super) fn cue(media: Media, kind: MediaType, seconds: (f32, f32)) -> Cue {
    let at = |seconds: f32| (f64::from(seconds) * f64::from(RATE)).round() as u64;
    let (start, end) = (at(seconds.0), at(seconds.1));
    Cue { media, kind, trim: 0.0, start, end, gain: 1.0, fade_in: 0, fade_out: 0, field: "clip".to_owned() }
}

/// The left side of a mix.
pub(super) fn mixed(cues: Vec<Cue>, seconds: f32) -> Vec<f32> {
    let mut mix = Mix::new(cues, (seconds * RATE as f32) as u64);
    let mut left = Vec::new();
    while let Some(samples) = mix.next().unwrap() {
        left.extend(samples.iter().map(|[left, _]| *left));
    }
    left
}

/// How strong a frequency is (Goertzel), as the amplitude of a tone.
pub(super) fn strength(samples: &[f32], hertz: f32) -> f32 {
    let sums = samples.iter().enumerate().fold((0.0_f64, 0.0_f64), |(cos, sin), (at, sample)| {
        let angle = f64::from(TAU * hertz / RATE as f32) * at as f64;
        (cos + f64::from(*sample) * angle.cos(), sin + f64::from(*sample) * angle.sin())
    });
    (2.0 * sums.0.hypot(sums.1) / samples.len() as f64) as f32
}

fn loudest(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |most: f32, sample| most.max(sample.abs()))
}

#[test]
fn a_tone_of_any_rate_keeps_its_level_its_pitch_and_its_place() {
    for (rate, channels) in [(48_000, 2), (44_100, 1), (24_000, 1), (22_050, 2), (96_000, 1), (8_000, 1)] {
        let left = mixed(vec![cue(tone(1000.0, 2.0, 0.5, rate, channels), MediaType::Wav, (1.0, 3.0))], 4.0);
        assert_eq!(left.len(), 4 * RATE as usize, "{rate}");
        let second = RATE as usize;
        assert!(loudest(&left[..second - 64]) < 0.01, "{rate}: silence before the clip");
        assert!(loudest(&left[3 * second..]) < 0.001, "{rate}: silence behind the clip");
        let heard = &left[second + 2400..3 * second - 2400];
        let level = strength(heard, 1000.0);
        assert!((level - 0.5).abs() < 0.01, "{rate}: {level}");
        // What is no part of the tone lies 60 dB below it: no alias, no jump.
        let pure: f32 = heard.iter().map(|sample| sample * sample).sum::<f32>() / heard.len() as f32;
        let rest = (pure - level * level / 2.0).abs().sqrt();
        assert!(rest < 0.01, "{rate}: {rest}");
    }
}

#[test]
fn what_is_too_loud_together_is_lowered_without_clipping_or_jumps() {
    let loud = |hertz: f32| cue(tone(hertz, 3.0, 0.99, 48_000, 1), MediaType::Wav, (0.0, 3.0));
    let mut late = loud(300.0);
    (late.start, late.end) = (u64::from(RATE), 2 * u64::from(RATE));
    let left = mixed(vec![loud(440.0), late], 3.0);
    assert!(loudest(&left) <= 0.9, "{}", loudest(&left));
    // Where both are heard each has half of its level; alone, the first comes back to its own.
    let both = &left[RATE as usize * 5 / 4..RATE as usize * 7 / 4];
    assert!((strength(both, 440.0) - 0.45).abs() < 0.06, "{}", strength(both, 440.0));
    let alone = &left[RATE as usize * 11 / 4..RATE as usize * 23 / 8];
    assert!(strength(alone, 440.0) > 0.85, "{}", strength(alone, 440.0));
    // A clipped or jumping tone would move faster from sample to sample than the two can.
    let fastest = left.windows(2).skip(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(fastest < 0.9 * TAU * (440.0 + 300.0) / RATE as f32, "{fastest}");
}

#[test]
fn clips_fade_are_cut_and_begin_where_they_are_to() {
    let mut faded = cue(tone(500.0, 4.0, 0.8, 48_000, 2), MediaType::Wav, (0.0, 2.0));
    (faded.gain, faded.fade_in, faded.fade_out) = (0.5, 24_000, 24_000);
    let left = mixed(vec![faded], 2.0);
    let level = |from: usize| strength(&left[from..from + 960], 500.0);
    assert!(level(0) < 0.02 && (level(12_000) - 0.2).abs() < 0.03 && (level(48_000) - 0.4).abs() < 0.01);
    assert!((level(83_500) - 0.2).abs() < 0.03 && level(95_040) < 0.02);

    // Silence for a second, then a tone: with the first second left out, the tone is there at once.
    let file = wav(44_100, 1, 88_200, |at| if at < 44_100 { 0.0 } else { (TAU * at as f32 / 100.0).sin() * 0.5 });
    let mut trimmed = cue(file, MediaType::Wav, (0.0, 0.5));
    trimmed.trim = 1.0;
    assert!(strength(&mixed(vec![trimmed], 0.5)[480..20_000], 441.0) > 0.48);
}

#[tokio::test]
async fn a_file_that_was_streamed_is_heard_to_its_end() {
    let mut bytes = tone(1000.0, 1.0, 0.5, 24_000, 1).read(1 << 20).await.unwrap().to_vec();
    for at in [4, 40] {
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    }
    let left = mixed(vec![cue(Media::bytes(bytes), MediaType::Wav, (0.0, 2.0))], 2.0);
    let level = strength(&left[2400..45_600], 1000.0);
    assert!((level - 0.5).abs() < 0.01 && loudest(&left[50_000..]) < 0.001, "{level}");
}

#[test]
fn mp3_is_heard_without_the_delay_of_its_encoder() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media/fixtures/tone");
    if !std::path::Path::new(&format!("{fixture}.mp3")).exists() {
        social_core::testkit::did_not_run("../shared");
        return;
    }
    let heard = |name: &str, kind| mixed(vec![cue(Media::file(format!("{fixture}.{name}")), kind, (0.0, 0.9))], 0.9);
    let (mp3, wav) = (heard("mp3", MediaType::Mp3), heard("wav", MediaType::Wav));
    let difference = mp3.iter().zip(&wav).skip(4800).take(30_000).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(difference < 0.2 * loudest(&wav), "{difference} of {}", loudest(&wav));
}

#[test]
fn what_cannot_be_heard_is_refused_by_name() {
    let four = wav(48_000, 4, 100, |_| 0.0);
    let mut cut = vec![0; 30];
    cut[..12].copy_from_slice(b"RIFF\x16\0\0\0WAVE");
    for (media, kind, expected) in [
        (four, MediaType::Wav, ErrorKind::Unsupported),
        (Media::bytes(cut), MediaType::Wav, ErrorKind::MediaInvalid),
        (Media::bytes("nothing"), MediaType::Mp3, ErrorKind::MediaInvalid),
        (Media::bytes("nothing at all, and no box"), MediaType::M4a, ErrorKind::MediaInvalid),
        (Media::bytes("OggS"), MediaType::Ogg, ErrorKind::Unsupported),
        (Media::file("/nowhere.wav"), MediaType::Wav, ErrorKind::Storage),
    ] {
        let error = Mix::new(vec![cue(media, kind, (0.0, 1.0))], 48_000).next().err().unwrap();
        assert_eq!((error.kind(), error.field()), (expected, Some("clip")), "{error}");
    }
}
