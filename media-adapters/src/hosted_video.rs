//! Video models that a vendor hosts: what each offers and how its fields are called.

use social_core::image::AspectRatio;
use social_core::make::{Condition, Test};
use social_core::video::{VideoCapabilities, VideoRequest};

use crate::hosted::{Choice, Field, Fields};
use crate::input::Input;

/// A video model.
#[derive(Debug)]
pub(crate) struct HostedVideo {
    /// Empty for what is assumed of models that are not listed.
    pub(crate) id: &'static str,
    pub(crate) aspect_ratio: Option<Choice<(u32, u32)>>,
    pub(crate) resolution: Option<Choice<&'static str>>,
    pub(crate) quality: Option<&'static str>,
    pub(crate) duration: Option<Choice<u32>>,
    /// How the length is written.
    pub(crate) seconds: Seconds,
    pub(crate) first_frame: Option<&'static str>,
    pub(crate) last_frame: Option<&'static str>,
    /// It starts from an image, and not from words alone.
    pub(crate) animates: bool,
    /// A video that starts from an image has the image's shape.
    pub(crate) follows_frame: bool,
    /// It fills what lies between two images.
    pub(crate) ends: bool,
    pub(crate) audio: Option<&'static str>,
    pub(crate) negative_prompt: Option<&'static str>,
    pub(crate) seed: Option<&'static str>,
}

/// How a length is written.
#[derive(Debug)]
pub(crate) enum Seconds {
    /// `5`
    Number,
    /// `"5"`
    Text,
    /// `"5s"`
    Suffixed,
}

impl HostedVideo {
    /// A model with no options.
    pub(crate) const NONE: Self = Self {
        id: "",
        aspect_ratio: None,
        resolution: None,
        quality: None,
        duration: None,
        seconds: Seconds::Number,
        first_frame: None,
        last_frame: None,
        animates: false,
        follows_frame: false,
        ends: false,
        audio: None,
        negative_prompt: None,
        seed: None,
    };

    pub(crate) fn capabilities(&self) -> VideoCapabilities {
        let mut can = VideoCapabilities::unknown()
            .with_first_frame(self.first_frame.is_some())
            .with_last_frame(self.last_frame.is_some())
            .with_audio(self.audio.is_some())
            .with_negative_prompt(self.negative_prompt.is_some())
            .with_seed(self.seed.is_some())
            .with_condition(Condition::that("duration", Test::Whole));
        if self.animates {
            can = can
                .with_condition(Condition::that("first_frame", Test::Set).because("this model starts from an image"));
        }
        if self.ends {
            can = can.with_condition(Condition::that("last_frame", Test::Set).because("this model ends on an image"));
        }
        if self.first_frame.is_some() && self.last_frame.is_some() {
            let both = Condition::that("first_frame", Test::Set).when("last_frame", Test::Set);
            can = can.with_condition(both.because("a video ends on an image only if it starts from one"));
        }
        // A shape is left out then, where it would be refused otherwise.
        let follows_frame = self.follows_frame || (self.animates && self.aspect_ratio.is_none());
        if follows_frame {
            let shape = Condition::that("aspect_ratio", Test::Unset).when("first_frame", Test::Set);
            can = can.with_condition(shape.because("a video that starts from an image has the image's shape"));
        }
        match Choice::offered(self.aspect_ratio.as_ref()) {
            Some(offered) if !offered.is_empty() || !follows_frame => {
                can = can.with_aspect_ratios(offered.iter().copied().map(AspectRatio::from));
            }
            _ => {}
        }
        if let Some(offered) = Choice::offered(self.resolution.as_ref()) {
            can = can.with_resolutions(offered.iter().copied());
        }
        if let Some(offered) = Choice::offered(self.duration.as_ref()) {
            can = can.with_seconds(offered.iter().copied());
        }
        if self.quality.is_none() {
            can = can.with_qualities(Vec::<String>::new());
        }
        can
    }

    /// The request in the model's own names.
    pub(crate) fn fields(&self, request: &VideoRequest, first: Option<Input>, last: Option<Input>) -> Fields {
        let mut fields = Fields::default();
        fields.set("prompt", Field::Text(request.full_prompt()));
        let aspect_ratio = self.aspect_ratio.as_ref().map(|choice| choice.field);
        fields.option(aspect_ratio, request.aspect_ratio, |ratio| Field::Text(ratio.to_string()));
        let resolution = self.resolution.as_ref().map(|choice| choice.field);
        fields.option(resolution, request.resolution.clone(), Field::Text);
        fields.option(self.quality, request.quality.clone(), Field::Text);
        let duration = self.duration.as_ref().map(|choice| choice.field);
        fields.option(duration, request.duration, |duration| {
            let seconds = duration.as_secs();
            match self.seconds {
                Seconds::Number => Field::Number(i64::try_from(seconds).unwrap_or(i64::MAX)),
                Seconds::Text => Field::Text(seconds.to_string()),
                Seconds::Suffixed => Field::Text(format!("{seconds}s")),
            }
        });
        fields.option(self.first_frame, first, Field::Image);
        fields.option(self.last_frame, last, Field::Image);
        fields.option(self.audio, request.audio, Field::Flag);
        fields.option(self.negative_prompt, request.negative_prompt.clone(), Field::Text);
        fields.option(self.seed, request.seed, Field::Number);
        fields
    }
}
