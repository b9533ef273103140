//! What is made, edited and hosted, by its address.

use std::sync::Arc;

use social_core::enhance::Enhancer;
use social_core::host::MediaHost;
use social_core::image::ImageModel;
use social_core::music::MusicModel;
use social_core::render::Renderer;
use social_core::settings::{Environment, Settings};
use social_core::speech::SpeechModel;
use social_core::video::VideoModel;
use social_core::wrap::Priced;
use social_core::{Result, Vendor};

use crate::{catalogue, prices};

macro_rules! connects {
    ($($what:literal $like:literal $connect:ident $connect_with:ident $type:ident;)*) => {$(
        #[doc = concat!("Makes ", $what, " from an address, ", $like, ", with settings from the environment.")]
        /// What it makes says what it cost, by [`prices`](crate::prices()).
        ///
        /// # Errors
        /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an address without a
        /// vendor; [`Config`](social_core::ErrorKind::Config) for a vendor that is not known or
        /// does not offer it, listing those that do, and for settings that are missing, naming
        /// each.
        pub fn $connect(address: &str) -> Result<Arc<$type>> {
            $connect_with(address, &Environment)
        }

        #[doc = concat!("As [`", stringify!($connect), "`], with settings of your own.")]
        ///
        /// # Errors
        #[doc = concat!("As [`", stringify!($connect), "`].")]
        pub fn $connect_with(address: &str, settings: &dyn Settings) -> Result<Arc<$type>> {
            let maker: Arc<$type> = catalogue().connect(address, settings)?;
            Ok(Arc::new(Priced::new(maker, prices::shared())))
        }
    )*};
}

connects! {
    "an image model" "`gemini/gemini-3.1-flash-image`" connect_image connect_image_with ImageModel;
    "a video model" "`kling/kling-v2-1`" connect_video connect_video_with VideoModel;
    "a voice" "`elevenlabs/eleven_multilingual_v2`" connect_speech connect_speech_with SpeechModel;
    "a music model" "`elevenlabs/music_v2`" connect_music connect_music_with MusicModel;
    "an enhancer of images" "`local/editor`" connect_enhancer connect_enhancer_with Enhancer;
    "a renderer of timelines" "`local/timeline`" connect_renderer connect_renderer_with Renderer;
}

/// Makes a media host by its name, `http-put` or `s3/BUCKET`, with settings from the environment.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for a host that is not known, listing those that are,
/// and for settings that are missing, naming each.
pub fn connect_host(name: &str) -> Result<Arc<MediaHost>> {
    connect_host_with(name, &Environment)
}

/// As [`connect_host`], with settings of your own.
///
/// # Errors
/// As [`connect_host`].
pub fn connect_host_with(name: &str, settings: &dyn Settings) -> Result<Arc<MediaHost>> {
    let (name, bucket) = name.split_once('/').unwrap_or((name, ""));
    catalogue().open(&Vendor::from(name.to_owned()), bucket, settings)
}
