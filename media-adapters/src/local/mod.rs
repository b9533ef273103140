//! Makes posters, videos with audio and image edits on this machine: no key, no network, no cost.
//!
//! **Environment:** nothing is read from it.
//!
//! **Supported:**
//! - [`LocalImage`], `local/poster`: a design as a poster in any shape from 1:3 to 3:1.
//! - [`LocalVideo`], `local/slides`: designs as an H.264 video. Feature `local-video`.
//! - [`LocalRenderer`], `local/timeline`: images, videos, texts, captions, voices and music as an
//!   H.264 video with AAC. Feature `local-video`.
//! - [`LocalEnhancer`]: crops, sizes, formats and file sizes.
//!
//! **Known limits:** characters that no font has are refused: of scripts beyond those
//! [below](self#fonts), unless a font is handed in; slide videos have no audio, which a timeline
//! gives them.
//!
//! **Sources:** the specifications of the formats.
//!
//! All of it is drawn, never generated: the words are exactly those of the request.
//!
//! # What it costs
//! Both features are off by default. `local` adds an image decoder, a font shaper and a rasteriser,
//! 2.6 MB of fonts and 1.2 MB for finding faces to the program, `local-cjk` another 6 MB; a poster
//! takes some tenths of a second of one core.
//! `local-video` compiles Cisco's OpenH264 with the machine's C++ compiler, about 30 seconds; a
//! video of 8 seconds takes a few seconds of two cores. What reads and writes audio and MP4 is
//! small and in Rust. OpenH264's licence (BSD-2-Clause) covers its code; the patents on H.264 and
//! AAC are another matter that a distributor of programs has to look at.
//! A development build of an application wants `opt-level = 2` and `debug-assertions = false` for
//! this crate and its dependencies, as this workspace sets them.
//!
//! # Fonts
//! | script | font |
//! |---|---|
//! | Latin | Fraunces, Inter |
//! | Greek, Cyrillic | Inter |
//! | Arabic, Hebrew, Devanagari, Thai | Noto Sans |
//! | emoji, in one colour | Noto Emoji |
//! | Chinese, Japanese, Korean | Noto Sans CJK, with the feature `local-cjk` |
//!
//! All are under the SIL Open Font License 1.1; files, licence texts and how they were made are in
//! `assets/fonts`. Fonts of the machine are never used, so a poster looks the same everywhere;
//! others are handed in with [`LocalImage::with_font`].
//!
//! # Languages
//! [`Design::language`](social_core::design::Design::language) decides the forms of Chinese
//! characters, capitals (Turkish, Greek, ß), where lines break (phrases of Japanese, words of
//! Chinese and Thai), and how long words are hyphenated: Danish, Dutch, English, Finnish, French,
//! German, Greek, Italian, Norwegian, Polish, Portuguese, Russian, Spanish, Swedish, Turkish and
//! Ukrainian. Where the words begin in Arabic or Hebrew, the layout is mirrored.
//!
//! # Example
//! ```
//! # async fn example() -> social_core::Result<()> {
//! use media_adapters::local::LocalImage;
//! use social_core::design::Design;
//! use social_core::image::ImageRequest;
//! use social_core::make::Maker as _;
//! use social_core::media::Media;
//! use social_core::run::Run;
//!
//! let mut design = Design::default();
//! design.headline = "Our autumn menu has arrived".to_owned();
//! design.call_to_action = Some("Book a table".to_owned());
//! design.photo = Some(Media::file("soup.jpg"));
//! let request = ImageRequest::new("a poster").with_design(design);
//! let batch = LocalImage::new().make(&Run::ephemeral(), &request).await?;
//! # let _ = batch;
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "local-video")]
mod audio;
mod colour;
mod column;
#[cfg(feature = "local-video")]
mod demux;
#[cfg(feature = "local-video")]
mod encode;
mod enhance;
#[cfg(feature = "local-video")]
mod film;
mod focus;
mod fonts;
#[cfg(feature = "local-video")]
mod frames;
mod image;
mod language;
mod layout;
#[cfg(feature = "local-video")]
mod moving;
#[cfg(feature = "local-video")]
mod mux;
#[cfg(feature = "local-video")]
mod plan;
mod poster;
mod profile;
mod raster;
mod renderer;
mod scene;
#[cfg(feature = "local-video")]
mod screen;
#[cfg(feature = "local-video")]
mod source;
#[cfg(feature = "local-video")]
mod stage;
#[cfg(feature = "local-video")]
mod still;
#[cfg(test)]
mod tests;
#[cfg(feature = "local-video")]
mod timeline;
mod typeset;
#[cfg(feature = "local-video")]
mod video;
#[cfg(feature = "local-video")]
mod words;

use social_core::catalogue::VendorEntry;

pub use enhance::LocalEnhancer;
pub use image::LocalImage;
#[cfg(feature = "local-video")]
pub use timeline::LocalRenderer;
#[cfg(feature = "local-video")]
pub use video::LocalVideo;

/// `local`, as an entry of the catalogue.
pub(crate) fn entry() -> VendorEntry {
    let entry = VendorEntry::new("local", "offline: posters, slide videos and timelines with audio", [])
        .with_image(|_, model| LocalImage::named(model))
        .with_enhance(|_, _| Ok(LocalEnhancer));
    #[cfg(feature = "local-video")]
    let entry =
        entry.with_video(|_, model| LocalVideo::named(model)).with_render(|_, model| LocalRenderer::named(model));
    entry
}
