//! Names of hosted files: the digest of their bytes and the ending of their type.

use social_core::media::{Media, MediaType};
use social_core::{Effect, Error, Result};
use url::Url;

/// What goes to a host: without notes, under a name that follows from its bytes.
pub(crate) struct HostedFile {
    pub(crate) name: String,
    #[cfg_attr(not(feature = "object-store"), allow(dead_code))]
    pub(crate) media_type: MediaType,
    pub(crate) media: social_core::media::CleanMedia,
}

impl HostedFile {
    /// The file is public with all that is in it, so the notes go here. A file that cannot be read
    /// leaves no doubt.
    pub(crate) async fn open(media: &Media) -> Result<Self> {
        let open = async {
            let media_type = media.info().await?.media_type;
            let name = format!("{}.{}", media.sha256().await?, media_type.extension());
            Ok(Self { name, media_type, media: media.without_notes().await? })
        };
        open.await.map_err(|error: Error| error.with_field("media").with_effect(Effect::None))
    }
}

/// The name in an address that a host of ours gave out.
pub(crate) fn name_in(url: &Url) -> Result<String> {
    let name = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    match is_name(name) {
        true => Ok(name.to_owned()),
        false => Err(Error::invalid("made", format!("`{}` is not an address of this host", url.path()))),
    }
}

/// 64 hexadecimal digits and an ending.
pub(crate) fn is_name(name: &str) -> bool {
    let hex = |digest: &str| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split_once('.').is_some_and(|(digest, ending)| {
        hex(digest) && !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}
