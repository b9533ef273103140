//! What every publisher does before its first request.

use social_core::media::{Media, MediaInfo, MediaType};
use social_core::publish::{Finding, Post, Publisher, Severity};
use social_core::{Error, ErrorKind, Result};

/// Reads the facts of the post's files and refuses what the publisher's check has an error about.
pub(crate) async fn check(publisher: &dyn Publisher, post: &Post) -> Result<Vec<MediaInfo>> {
    let platform = publisher.platform();
    if publisher.rules(post.placement).is_none() {
        return Err(Error::unsupported("placement", format!("{platform} has no {}", post.placement))
            .with_vendor(platform.as_str().to_owned()));
    }
    let mut facts = Vec::with_capacity(post.attachments.len());
    for (index, attachment) in post.attachments.iter().enumerate() {
        let info = match &attachment.media {
            Media::Remote(remote) => by_ending(remote.url.path()),
            media => media.info().await,
        };
        facts.push(info.map_err(|e| e.with_field(format!("attachments[{index}]")).with_item(index))?);
    }
    match publisher.check(post, &facts).into_iter().find(|finding| finding.severity == Severity::Error) {
        Some(finding) => Err(refusal(&finding).with_vendor(platform.as_str().to_owned())),
        None => Ok(facts),
    }
}

/// The facts of a file that only its receiver will read: all that can be told is what its address promises.
fn by_ending(path: &str) -> Result<MediaInfo> {
    const KNOWN: [MediaType; 9] = [
        MediaType::Jpeg,
        MediaType::Png,
        MediaType::Gif,
        MediaType::Webp,
        MediaType::Heic,
        MediaType::Avif,
        MediaType::Mp4,
        MediaType::Mov,
        MediaType::Webm,
    ];
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase().replace("jpeg", "jpg"));
    KNOWN
        .into_iter()
        .find(|known| ending.as_deref() == Some(known.extension()))
        .map(|media_type| MediaInfo::new(media_type, 0))
        .ok_or_else(|| {
            Error::unsupported("media", "the address does not tell whether it is a picture or a film; fetch it first")
        })
}

fn refusal(finding: &Finding) -> Error {
    let kind =
        if finding.field.starts_with("attachments") { ErrorKind::MediaInvalid } else { ErrorKind::InvalidRequest };
    let mut message = finding.message.clone();
    for (what, value) in [("is", &finding.value), ("allowed", &finding.limit)] {
        if let Some(value) = value {
            message.push_str(&format!("; {what} {value}"));
        }
    }
    Error::new(kind, message).with_field(finding.field.clone())
}
