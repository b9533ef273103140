//! Stands on our own invention: images and videos drawn here are measured here. Facts of the files
//! are read by the core's own readers, which have tests against other tools' files.

#[cfg(feature = "local-video")]
mod audio;
mod contract;
mod enhance;
mod poster;
mod profile;
mod scripts;
#[cfg(feature = "local-video")]
mod timeline;
#[cfg(feature = "local-video")]
mod video;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use social_core::design::{Brand, Design};
use social_core::media::Media;

/// A photo that is as hard for words as can be: black and white in stripes.
fn striped(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| image::Rgb(if (x / 40 + y / 40) % 2 == 0 { [255; 3] } else { [0; 3] }))
}

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn photo(width: u32, height: u32) -> Media {
    Media::bytes(file(striped(width, height), ImageFormat::Jpeg))
}

fn bistro() -> Design {
    Design {
        headline: "Our autumn menu has arrived".into(),
        subline: Some("Chestnut soup, venison ragout and plum tart. Tuesday to Saturday from six.".into()),
        call_to_action: Some("Book a table".into()),
        brand: Brand {
            name: "Bistro Lindenhof".into(),
            colours: vec!["#6b242c".into(), "#e8b05c".into()],
            signature: Some("bistro-lindenhof.example".into()),
            ..Brand::default()
        },
        ..Design::default()
    }
}
