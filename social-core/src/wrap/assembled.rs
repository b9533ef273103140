//! [`Assembled`]: videos longer than a model's clips.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;

use crate::ModelAddress;
use crate::error::{Error, ErrorKind, Result};
use crate::image::AspectRatio;
use crate::make::{self, Condition, Made, MakeCapabilities as _, MakeRequest as _, Maker, MediaFile, Scalar, Test};
use crate::money::Cost;
use crate::render::{Clip, Content, RenderRequest, Renderer, Timeline, Track, TrackKind};
use crate::run::Run;
use crate::video::{VideoCapabilities, VideoModel, VideoRequest};

/// The longest video that is planned, in seconds.
const LONGEST: u32 = 120;

const DURATION: &str = "duration";

/// A video model whose videos may be longer than its clips: a length that the model cannot make
/// becomes a plan of clips, which a renderer puts one after the other.
///
/// The lengths offered are those of the model and their sums, up to 120 seconds: of clips of 5
/// and 10 seconds every multiple of 5. The plan has as few clips as possible. Each clip is a
/// paid video of its own, made once; after a crash only those that are missing are made. The
/// first clip starts from the request's [`first_frame`](VideoRequest::first_frame), the last
/// one ends on its [`last_frame`](VideoRequest::last_frame); where the request names no shape,
/// the others have that of the first. Scenes of [`slides`](VideoRequest::slides) are spread
/// over the clips in order. A length that the model makes itself, and a model whose lengths are
/// not known, are left to the model alone.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use social_core::render::Renderer;
/// use social_core::run::Run;
/// use social_core::video::{VideoModel, VideoRequest};
/// use social_core::wrap::Assembled;
///
/// # async fn example(model: Arc<VideoModel>, renderer: Arc<Renderer>, run: Run) -> social_core::Result<()> {
/// let studio = Assembled::new(model, renderer);
/// let request = VideoRequest::new("A loaf of bread rises").with_duration(Duration::from_secs(30));
/// let video = social_core::make::Maker::make(&studio, &run, &request).await?;
/// println!("{:?}, {:?}", video.info.duration, video.warnings);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Assembled {
    model: Arc<VideoModel>,
    renderer: Arc<Renderer>,
}

impl Assembled {
    /// Clips of this model, put together by this renderer.
    #[must_use]
    pub fn new(model: Arc<VideoModel>, renderer: Arc<Renderer>) -> Self {
        Self { model, renderer }
    }

    /// The lengths of the clips that a request is made of, in seconds; one alone, or none where the
    /// request leaves the length to the model, means that the model makes it.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) for a length that no sum of clips makes.
    pub fn plan(&self, request: &VideoRequest) -> Result<Vec<u32>> {
        let can = self.model.capabilities();
        let (Some(wanted), Some(offered)) = (request.duration, &can.seconds) else { return Ok(Vec::new()) };
        let conditions: Vec<_> = can.conditions().into_iter().filter(of_duration).collect();
        let offered = offered.iter().copied().filter(|seconds| {
            let clip = request.clone().with_duration(Duration::from_secs(u64::from(*seconds)));
            *seconds > 0 && conditions.iter().all(|condition| condition.holds(|name| clip.option(name)))
        });
        let offered: BTreeSet<u32> = offered.collect();
        let whole = u32::try_from(wanted.as_secs()).ok().filter(|_| wanted.subsec_nanos() == 0);
        whole.and_then(|seconds| fewest(&offered, seconds)).ok_or_else(|| {
            let message = format!("no clips of {offered:?} seconds make {wanted:?}");
            Error::unsupported(DURATION, message).with_vendor(&self.model.address().vendor)
        })
    }

    async fn clip(&self, run: &Run, request: VideoRequest) -> Result<Made<MediaFile>> {
        let fitted = make::fit(run, request, &self.model.capabilities(), None).await?;
        self.model.make(run, &fitted.request).await
    }
}

/// Whether a condition says something about the length.
fn of_duration(condition: &Condition) -> bool {
    condition.that.option == DURATION
}

/// For each total up to [`LONGEST`] that clips of these lengths make, how many clips it takes at
/// least and how long the last of them is.
fn reached(offered: &BTreeSet<u32>) -> BTreeMap<u32, (u32, u32)> {
    let mut reached = BTreeMap::from([(0, (0, 0))]);
    for total in 1..=LONGEST {
        let before = offered.iter().filter_map(|seconds| {
            let (clips, _) = reached.get(&total.checked_sub(*seconds)?)?;
            Some((clips + 1, *seconds))
        });
        if let Some(best) = before.min() {
            reached.insert(total, best);
        }
    }
    reached
}

/// The fewest of these lengths that add up to `total`, the longest first; `None` when none do.
fn fewest(offered: &BTreeSet<u32>, total: u32) -> Option<Vec<u32>> {
    let reached = reached(offered);
    let (mut left, mut plan) = (total, Vec::new());
    while left > 0 {
        let (_, last) = reached.get(&left)?;
        plan.push(*last);
        left -= last;
    }
    plan.sort_unstable_by_key(|seconds| Reverse(*seconds));
    (!plan.is_empty()).then_some(plan)
}

/// Every sum of these lengths, up to [`LONGEST`].
fn sums(lengths: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let lengths = lengths.into_iter().filter(|seconds| *seconds > 0).collect();
    reached(&lengths).into_keys().filter(|total| *total > 0).collect()
}

fn clip_name(number: usize) -> String {
    format!("clip {number}")
}

fn seconds(value: &Scalar) -> Option<u32> {
    match value {
        Scalar::Number(number) if number.fract() == 0.0 && (0.0..=f64::from(LONGEST)).contains(number) => {
            Some(*number as u32)
        }
        _ => None,
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Maker<VideoRequest> for Assembled {
    fn address(&self) -> &ModelAddress {
        self.model.address()
    }

    fn capabilities(&self) -> VideoCapabilities {
        let mut can = self.model.capabilities();
        can.seconds = can.seconds.map(sums);
        can.conditions.retain_mut(|condition| match &mut condition.that.test {
            _ if condition.that.option != DURATION => true,
            Test::OneOf(values) => {
                *values = sums(values.iter().filter_map(seconds)).into_iter().map(Scalar::from).collect();
                true
            }
            // Clips may be shorter than the whole.
            Test::AtMost(_) => false,
            _ => true,
        });
        can
    }

    fn accept(&self, request: &VideoRequest) -> Result<()> {
        self.model.accept(request)
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        let plan = self.plan(request)?;
        if plan.len() < 2 {
            return self.model.make(run, request).await;
        }
        make::begin(self, run, request).await?;
        let last = plan.len() - 1;
        let per_clip = request.slides.len().div_ceil(plan.len());
        let clip = |index: usize, seconds: u32, ratio: Option<AspectRatio>| {
            let mut clip = request.clone().with_duration(Duration::from_secs(u64::from(seconds)));
            clip.slides = request.slides.iter().skip(index * per_clip).take(per_clip).cloned().collect();
            clip.first_frame = clip.first_frame.filter(|_| index == 0);
            clip.last_frame = clip.last_frame.filter(|_| index == last);
            clip.aspect_ratio = clip.aspect_ratio.or(ratio);
            let run = run.child(&clip_name(index + 1));
            async move { self.clip(&run, clip).await }
        };
        let mut rest = plan.iter().copied().enumerate();
        let (mut clips, mut ratio) = (Vec::new(), None);
        if request.aspect_ratio.is_none()
            && let Some((index, seconds)) = rest.next()
        {
            // The first clip shows which shape the others have to have.
            let first = clip(index, seconds, None).await?;
            let shapes = self.model.capabilities().aspect_ratios;
            ratio = shape(&first).filter(|_| shapes.is_none_or(|shapes| !shapes.is_empty()));
            clips.push(first);
        }
        // One that fails does not stop the others, which may be paid for already.
        let others = join_all(rest.map(|(index, seconds)| clip(index, seconds, ratio))).await;
        clips.extend(others.into_iter().collect::<Result<Vec<_>>>()?);
        let (timeline, first) = timeline(&clips, request.aspect_ratio)?;
        let assembled = self.renderer.make(&run.child("assemble"), &RenderRequest::timeline(timeline)).await?;
        let lengths: Vec<String> = plan.iter().map(ToString::to_string).collect();
        let how = format!("assembled by {} of clips of {} seconds", self.renderer.address(), lengths.join(" + "));
        let mut made = Made::new(first.address.clone(), assembled.value).with_warning(how);
        made.generated = clips.iter().any(|clip| clip.generated);
        made.usage = clips.iter().map(|clip| clip.usage.clone()).reduce(|all, more| Some(all? + more?)).flatten();
        made.cost = clips
            .iter()
            .map(|clip| clip.cost.clone())
            .reduce(|all, more| {
                let Cost { amount, priced } = all?;
                Some(Cost { amount: amount + more?.amount, priced })
            })
            .flatten();
        made.attempts = clips.iter().flat_map(|clip| clip.attempts.clone()).collect();
        made.warnings.extend(clips.into_iter().flat_map(|clip| clip.warnings));
        made.warnings.extend(assembled.warnings);
        Ok(made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        let clips = (1..=LONGEST).map(|number| run.child(&clip_name(number as usize)));
        for clip in std::iter::once(run.clone()).chain(clips).filter(|run| !run.jobs().is_empty()) {
            self.model.cancel(&clip).await?;
        }
        Ok(())
    }

    async fn remove(&self, run: &Run, made: &MediaFile) -> Result<()> {
        self.model.remove(run, made).await
    }
}

fn shape(clip: &Made<MediaFile>) -> Option<AspectRatio> {
    Some(AspectRatio::from((clip.info.width?, clip.info.height?)))
}

/// The clips one after the other, each as long as its file says.
fn timeline(clips: &[Made<MediaFile>], ratio: Option<AspectRatio>) -> Result<(Timeline, &Made<MediaFile>)> {
    let missing = || Error::new(ErrorKind::JobFailed, "there is no clip to assemble");
    let first = clips.first().ok_or_else(missing)?;
    let (mut track, mut start) = (Track::new(TrackKind::Video), Duration::ZERO);
    for clip in clips {
        let length = clip.info.duration.ok_or_else(|| {
            Error::new(ErrorKind::MediaInvalid, "a clip does not say how long it plays")
                .with_vendor(&clip.address.vendor)
        })?;
        track = track.with_clip(Clip::new(Content::File(clip.media.clone()), start, length));
        start += length;
    }
    Ok((Timeline::new(ratio.or(shape(first)).unwrap_or(AspectRatio::WIDE)).with_track(track), first))
}
