//! The size of an image, and what changes make of it.

use social_core::enhance::Enhancement;
use social_core::media::MediaInfo;
use social_core::{Error, ErrorKind, Result};

/// Pixels as shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Size {
    pub(crate) fn of(info: &MediaInfo) -> Result<Self> {
        match (info.width, info.height) {
            (Some(width), Some(height)) if width > 0 && height > 0 => Ok(Self { width, height }),
            _ => Err(Error::new(ErrorKind::MediaInvalid, "the image does not say its size").with_field("image")),
        }
    }

    /// The size after a change. Shapes and factors that no image has are refused.
    pub(crate) fn after(self, operation: &Enhancement) -> Result<Self> {
        let Self { width, height } = self;
        let (w, h) = (f64::from(width), f64::from(height));
        let invalid = |message: String| Err(Error::invalid(operation.name(), message));
        match operation {
            Enhancement::Crop(ratio) if ratio.width == 0 || ratio.height == 0 => {
                invalid(format!("{ratio} is no shape"))
            }
            Enhancement::Crop(ratio) => {
                let shape = ratio.value();
                Ok(if w / h > shape { self.part(h * shape, h) } else { self.part(w, w / shape) })
            }
            Enhancement::CropBetween { minimum, maximum } => match () {
                () if !(*minimum > 0.0 && minimum <= maximum) => {
                    invalid(format!("{minimum} to {maximum} holds no shape"))
                }
                // Rounded so that the shape is within the limits.
                () if w / h > *maximum => Ok(self.part((h * maximum).floor(), h)),
                () if w / h < *minimum => Ok(self.part(w, (w / minimum).floor())),
                () => Ok(self),
            },
            Enhancement::ShrinkTo { width: most_w, height: most_h } => {
                let scale = (f64::from(*most_w) / w).min(f64::from(*most_h) / h);
                match scale {
                    0.0 => invalid(format!("{most_w}x{most_h} holds no image")),
                    scale if scale < 1.0 => Ok(self.part((w * scale).floor(), (h * scale).floor())),
                    _ => Ok(self),
                }
            }
            Enhancement::Upscale(factor) => {
                let factor = f64::from(*factor);
                if !(factor > 1.0 && factor <= 16.0) {
                    return invalid(format!("{factor}: a factor is more than 1 and at most 16"));
                }
                let whole = |length: f64| (length * factor).round() as u32;
                Ok(Self { width: whole(w), height: whole(h) })
            }
            _ => Ok(self),
        }
    }

    fn part(self, width: f64, height: f64) -> Self {
        let part = |length: f64, of: u32| (length.round() as u32).clamp(1, of);
        Self { width: part(width, self.width), height: part(height, self.height) }
    }
}

#[cfg(test)]
mod tests {
    //! The rules are this module's own.

    use social_core::image::AspectRatio;

    use super::*;

    #[test]
    fn sizes_follow_the_changes() {
        use Enhancement::{Convert, Crop, CropBetween, ShrinkTo, Upscale};
        let between = CropBetween { minimum: 0.8, maximum: 1.91 };
        for (size, operation, expected) in [
            ((1000, 1000), Crop(AspectRatio::PORTRAIT), Some((800, 1000))),
            ((1000, 1000), Crop(AspectRatio::WIDE), Some((1000, 563))),
            ((1, 1), Crop(AspectRatio::new(1, 2)), Some((1, 1))),
            ((1000, 1000), Crop(AspectRatio::new(0, 2)), None),
            ((1000, 500), between.clone(), Some((955, 500))),
            ((500, 1000), between.clone(), Some((500, 625))),
            ((640, 480), between, Some((640, 480))),
            ((640, 480), CropBetween { minimum: 2.0, maximum: 1.0 }, None),
            ((1000, 500), ShrinkTo { width: 300, height: 300 }, Some((300, 150))),
            ((100, 50), ShrinkTo { width: 300, height: 300 }, Some((100, 50))),
            ((100, 50), ShrinkTo { width: 0, height: 300 }, None),
            ((100, 50), Upscale(2.5), Some((250, 125))),
            ((100, 50), Upscale(1.0), None),
            ((100, 50), Upscale(f32::NAN), None),
            ((100, 50), Convert(social_core::media::MediaType::Png), Some((100, 50))),
        ] {
            let after = Size { width: size.0, height: size.1 }.after(&operation);
            let after = after.map(|size| (size.width, size.height)).map_err(|error| error.field().map(str::to_owned));
            assert_eq!(after, expected.ok_or(Some(operation.name().to_owned())), "{operation:?}");
        }
    }
}
