//! What files are sent as.

use social_core::media::MediaInfo;

/// A name that says nothing but the format: names of files on this machine are not sent.
pub(crate) fn file_name(info: &MediaInfo) -> String {
    format!("file.{}", info.media_type.extension())
}
