//! Image models that a vendor hosts: what each offers and how its fields are called.

use social_core::clock::Timestamp;
use social_core::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::make::{Condition, Made, MediaFile, Test};
use social_core::media::Media;
use social_core::{Error, ModelAddress, Result};

use crate::fetched::Filtered;
use crate::hosted::{Choice, Field, Fields};
use crate::input::{ImageRule, Input};

/// An image model.
#[derive(Debug)]
pub(crate) struct HostedImage {
    /// Empty for what is assumed of models that are not listed.
    pub(crate) id: &'static str,
    pub(crate) shape: Shape,
    /// The field of a named size, where the shape does not say it.
    pub(crate) size: Option<Choice<&'static str>>,
    pub(crate) quality: Option<&'static str>,
    pub(crate) references: References,
    /// Known maximum of reference images.
    pub(crate) max_references: Option<u64>,
    /// It edits, and does not draw from words alone.
    pub(crate) edits: bool,
    pub(crate) count: Option<&'static str>,
    /// Known maximum of images per call.
    pub(crate) max_count: Option<u64>,
    pub(crate) seed: Option<&'static str>,
    pub(crate) negative_prompt: Option<&'static str>,
}

/// How a model is told the shape of an image.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Not at all.
    Unasked,
    /// As `16:9`.
    Ratio(Choice<(u32, u32)>),
    /// By the pixels of a size and a shape; the first size is the one of requests that name none.
    Pixels { field: &'static str, formats: &'static [Format], write: fn(u32, u32) -> Field },
}

/// An image's pixels.
#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) size: &'static str,
    pub(crate) ratio: (u32, u32),
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Pixels of Seedream 4.0 and 4.5 at hosts that take 1,024 to 4,096 a side: `2K` as ByteDance
/// recommends them, `4K` as large as these sides allow.
pub(crate) const SEEDREAM: &[Format] = &[
    Format { size: "2K", ratio: (1, 1), width: 2048, height: 2048 },
    Format { size: "2K", ratio: (4, 3), width: 2304, height: 1728 },
    Format { size: "2K", ratio: (3, 4), width: 1728, height: 2304 },
    Format { size: "2K", ratio: (4, 5), width: 1792, height: 2240 },
    Format { size: "2K", ratio: (5, 4), width: 2240, height: 1792 },
    Format { size: "2K", ratio: (16, 9), width: 2560, height: 1440 },
    Format { size: "2K", ratio: (9, 16), width: 1440, height: 2560 },
    Format { size: "2K", ratio: (3, 2), width: 2496, height: 1664 },
    Format { size: "2K", ratio: (2, 3), width: 1664, height: 2496 },
    Format { size: "2K", ratio: (21, 9), width: 3024, height: 1296 },
    Format { size: "4K", ratio: (1, 1), width: 4096, height: 4096 },
    Format { size: "4K", ratio: (4, 3), width: 4096, height: 3072 },
    Format { size: "4K", ratio: (3, 4), width: 3072, height: 4096 },
    Format { size: "4K", ratio: (4, 5), width: 3264, height: 4080 },
    Format { size: "4K", ratio: (5, 4), width: 4080, height: 3264 },
    Format { size: "4K", ratio: (16, 9), width: 4096, height: 2304 },
    Format { size: "4K", ratio: (9, 16), width: 2304, height: 4096 },
    Format { size: "4K", ratio: (3, 2), width: 4080, height: 2720 },
    Format { size: "4K", ratio: (2, 3), width: 2720, height: 4080 },
    Format { size: "4K", ratio: (21, 9), width: 4088, height: 1752 },
];

/// How reference images are given.
#[derive(Debug)]
pub(crate) enum References {
    Unasked,
    One(&'static str),
    /// As bare base64 instead of a `data:` URL, if it is no address.
    Bare(&'static str),
    Many(&'static str),
    /// One of them by the first name, several by the second.
    Either(&'static str, &'static str),
}

impl HostedImage {
    /// A model with no options.
    pub(crate) const NONE: Self = Self {
        id: "",
        shape: Shape::Unasked,
        size: None,
        quality: None,
        references: References::Unasked,
        max_references: None,
        edits: false,
        count: None,
        max_count: None,
        seed: None,
        negative_prompt: None,
    };

    pub(crate) fn capabilities(&self) -> ImageCapabilities {
        let mut can = ImageCapabilities::unknown()
            .with_seed(self.seed.is_some())
            .with_negative_prompt(self.negative_prompt.is_some())
            .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject]);
        let sizes: Option<Vec<&str>> = match &self.shape {
            Shape::Pixels { formats, .. } => Some(formats.iter().map(|format| format.size).collect()),
            _ => Choice::offered(self.size.as_ref()).map(<[_]>::to_vec),
        };
        let ratios: Option<Vec<(u32, u32)>> = match &self.shape {
            Shape::Unasked => Some(Vec::new()),
            Shape::Ratio(choice) => choice.offered.map(<[_]>::to_vec),
            Shape::Pixels { formats, .. } => Some(formats.iter().map(|format| format.ratio).collect()),
        };
        if let Some(sizes) = sizes {
            can = can.with_sizes(distinct(sizes));
        }
        if let Some(ratios) = ratios {
            can = can.with_aspect_ratios(distinct(ratios).into_iter().map(AspectRatio::from));
        }
        if self.quality.is_none() {
            can = can.with_qualities(Vec::<String>::new());
        }
        match (self.count, self.max_count) {
            (None, _) => can = can.with_max_count(1),
            (_, Some(maximum)) => can = can.with_max_count(maximum),
            _ => {}
        }
        match (&self.references, self.max_references) {
            (References::Unasked, _) => can = can.with_max_references(0),
            (References::One(_) | References::Bare(_), _) => can = can.with_max_references(1),
            (_, Some(maximum)) => can = can.with_max_references(maximum),
            _ => {}
        }
        match self.edits {
            true => can.with_condition(Condition::that("references", Test::Set).because("this model edits an image")),
            false => can,
        }
    }

    /// The request in the model's own names.
    pub(crate) fn fields(&self, request: &ImageRequest, mut references: Vec<Input>) -> Result<Fields> {
        let mut fields = Fields::default();
        fields.set("prompt", Field::Text(prompt(request)));
        match &self.shape {
            Shape::Unasked => {}
            Shape::Ratio(choice) => {
                fields.option(Some(choice.field), request.aspect_ratio, |ratio| Field::Text(ratio.to_string()));
            }
            Shape::Pixels { field, formats, write } => {
                if let Some((width, height)) = pixels(formats, request)? {
                    fields.set(field, write(width, height));
                }
            }
        }
        let size = self.size.as_ref().map(|size| size.field);
        fields.option(size, request.size.clone(), Field::Text);
        fields.option(self.quality, request.quality.clone(), Field::Text);
        let count = Some(request.count).filter(|count| *count > 1);
        fields.option(self.count, count, |count| Field::Number(i64::from(count)));
        fields.option(self.seed, request.seed, Field::Number);
        fields.option(self.negative_prompt, request.negative_prompt.clone(), Field::Text);
        match self.references {
            _ if references.is_empty() => {}
            References::Unasked => {}
            References::One(field) => fields.option(Some(field), references.pop(), Field::Image),
            References::Bare(field) => fields.option(Some(field), references.pop(), Field::Bare),
            References::Either(one, _) if references.len() == 1 => {
                fields.option(Some(one), references.pop(), Field::Image);
            }
            References::Many(field) | References::Either(_, field) => fields.set(field, Field::Images(references)),
        }
        Ok(fields)
    }
}

/// Reference images as a request carries them.
pub(crate) async fn open(rule: &ImageRule, images: &[Media], now: Timestamp) -> Result<Vec<Input>> {
    let mut opened = Vec::with_capacity(images.len());
    for (index, image) in images.iter().enumerate() {
        opened.push(rule.open(image, "references", now).await.map_err(|error| error.with_item(index))?);
    }
    Ok(opened)
}

fn distinct<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

fn pixels(formats: &[Format], request: &ImageRequest) -> Result<Option<(u32, u32)>> {
    if request.size.is_none() && request.aspect_ratio.is_none() {
        return Ok(None);
    }
    let ratio = request.aspect_ratio.map_or((1, 1), |ratio| (ratio.width, ratio.height));
    let usual = formats.first().map_or("", |format| format.size);
    let size = request.size.as_deref().unwrap_or(usual);
    match formats.iter().find(|format| format.size == size && format.ratio == ratio) {
        Some(format) => Ok(Some((format.width, format.height))),
        None => {
            Err(Error::unsupported("size", format!("`{size}` is not offered in the shape {}:{}", ratio.0, ratio.1)))
        }
    }
}

/// The prompt, with the purpose of each reference image in words: hosted models have no field for
/// it.
pub(crate) fn prompt(request: &ImageRequest) -> String {
    let mut prompt = request.full_prompt();
    for (index, reference) in request.references.iter().enumerate() {
        let purpose = match reference.role {
            ReferenceRole::Source => "is the one to edit",
            ReferenceRole::Style => "shows the style to follow",
            ReferenceRole::Subject => "shows the subject",
            _ => continue,
        };
        let gap = if index == 0 { "\n\n" } else { " " };
        prompt += &format!("{gap}Image {} {purpose}.", index + 1);
    }
    prompt
}

/// The images of a job, with what a filter took out of them.
pub(crate) fn made(address: &ModelAddress, images: Vec<MediaFile>, filtered: Filtered) -> Made<ImageBatch> {
    let mut usage = filtered.finished.usage;
    usage.images = Some(images.len() as u64);
    let mut batch = ImageBatch::new(images);
    batch.refused = filtered.refused;
    let made = Made::new(address.clone(), batch).with_usage(usage);
    match filtered.refused {
        0 => made,
        refused => made.with_warning(format!("{refused} of the images were withheld by the vendor's filter")),
    }
}
