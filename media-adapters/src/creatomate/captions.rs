//! Captions as words: Creatomate reads no subtitle files, so each cue is a text of its own.

use futures_util::TryStreamExt as _;
use social_core::captions::Captions;
use social_core::http::Endpoint;
use social_core::media::Media;
use social_core::render::{Clip, Content, RenderRequest, TextStyle, Timeline, Track, TrackKind};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result};

use crate::composition::{self, Look};

/// The largest subtitle file, in bytes.
const MAX_CAPTIONS: u64 = 1 << 20;

/// Words come and go with their cues.
pub(super) fn accept(request: &RenderRequest) -> Result<()> {
    let tracks = request.timeline.iter().flat_map(|timeline| &timeline.tracks).enumerate();
    for (index, track) in tracks.filter(|(_, track)| track.kind == TrackKind::Captions) {
        for (number, clip) in track.clips.iter().enumerate() {
            let ends = [("transition", &clip.transition), ("transition_out", &clip.transition_out)];
            if let Some((name, _)) = ends.into_iter().find(|(_, transition)| transition.is_some()) {
                let field = composition::field(index, number, name);
                return Err(Error::unsupported(field, "captions come and go at once"));
            }
        }
    }
    Ok(())
}

/// The timeline with the cues of its captions as words.
pub(super) async fn as_words(endpoint: &Endpoint, run: &Run, timeline: &Timeline) -> Result<Timeline> {
    let mut timeline = timeline.clone();
    for (index, track) in timeline.tracks.iter_mut().enumerate() {
        if track.kind != TrackKind::Captions {
            continue;
        }
        let mut words = Track::new(TrackKind::Text);
        for (number, clip) in track.clips.iter().enumerate() {
            let Content::File(file) = &clip.content else { continue };
            let captions = read(endpoint, run, file).await.map_err(|error| {
                error.with_field(composition::field(index, number, "content")).with_effect(Effect::None)
            })?;
            words.clips.extend(cues(clip, captions));
        }
        *track = words;
    }
    Ok(timeline)
}

async fn read(endpoint: &Endpoint, run: &Run, file: &Media) -> Result<Captions> {
    let bytes = match file {
        Media::Remote(remote) => {
            let pieces = remote.open(endpoint, MAX_CAPTIONS, run.clock().now()).await?;
            pieces.try_collect::<Vec<_>>().await?.concat()
        }
        _ => file.read(MAX_CAPTIONS).await?.to_vec(),
    };
    let text = String::from_utf8(bytes)
        .map_err(|e| Error::new(ErrorKind::MediaInvalid, "the captions are not UTF-8").with_source(e))?;
    Captions::read(&text)
}

fn cues(clip: &Clip, captions: Captions) -> impl Iterator<Item = Clip> {
    let look = Look::of(clip, TrackKind::Captions);
    let style = TextStyle::default().with_colour(look.colour).with_size(look.size as f32);
    let style = match look.background {
        Some(background) => style.with_background(background),
        None => style,
    };
    captions.cues.into_iter().filter_map(move |cue| {
        let (start, duration) = clip.shows(cue.start, cue.end)?;
        let words = Clip::new(Content::Text(cue.text), start, duration);
        Some(words.with_position(look.position).with_style(style.clone()))
    })
}
