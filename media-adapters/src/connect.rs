use std::sync::Arc;

use social_core::image::ImageModel;
use social_core::video::VideoModel;
use social_core::{Error, ModelAddress, Result};

/// A vendor that this build knows, and how one of its models is made with the settings that the environment holds.
struct Entry<T: ?Sized> {
    vendor: &'static str,
    open: fn(String) -> Result<Arc<T>>,
}

const IMAGE_VENDORS: &[Entry<ImageModel>] = &[
    #[cfg(feature = "gemini")]
    Entry { vendor: "gemini", open: |model| Ok(Arc::new(crate::gemini::Gemini::from_env()?.image(model))) },
    #[cfg(feature = "local")]
    Entry { vendor: "local", open: |model| Ok(Arc::new(crate::local::LocalImage::named(&model)?)) },
];

const VIDEO_VENDORS: &[Entry<VideoModel>] = &[
    #[cfg(feature = "kling")]
    Entry { vendor: "kling", open: |model| Ok(Arc::new(crate::kling::Kling::from_env()?.video(model))) },
    #[cfg(feature = "local-video")]
    Entry { vendor: "local", open: |model| Ok(Arc::new(crate::local::LocalVideo::named(&model)?)) },
];

/// Makes an image model from an address, `VENDOR/MODEL`, with key and base URL from the vendor's environment variables.
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an address without a vendor;
/// [`Config`](social_core::ErrorKind::Config) for a vendor that this build does not know, listing those that it does, and
/// for a key that is missing, naming its variable.
pub fn connect_image(address: &str) -> Result<Arc<ImageModel>> {
    open(IMAGE_VENDORS, address)
}

/// Makes a video model from an address, as [`connect_image`] does.
///
/// # Errors
/// As [`connect_image`].
pub fn connect_video(address: &str) -> Result<Arc<VideoModel>> {
    open(VIDEO_VENDORS, address)
}

/// The vendors that [`connect_image`] knows in this build.
pub fn image_vendors() -> impl Iterator<Item = &'static str> {
    IMAGE_VENDORS.iter().map(|entry| entry.vendor)
}

/// The vendors that [`connect_video`] knows in this build.
pub fn video_vendors() -> impl Iterator<Item = &'static str> {
    VIDEO_VENDORS.iter().map(|entry| entry.vendor)
}

fn open<T: ?Sized>(vendors: &[Entry<T>], address: &str) -> Result<Arc<T>> {
    let ModelAddress { vendor, model } = address.parse()?;
    let Some(entry) = vendors.iter().find(|entry| vendor == entry.vendor) else {
        let known: Vec<_> = vendors.iter().map(|entry| entry.vendor).collect();
        let message = format!("no vendor is called `{vendor}`; this build knows {}", known.join(", "));
        return Err(Error::config(message).with_field("address"));
    };
    (entry.open)(model)
}
