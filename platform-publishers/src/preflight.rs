//! What every publisher does before its first request.

use social_core::media::{Media, MediaInfo, MediaType};
use social_core::publish::{Finding, Post, Publisher, Severity, inspect};
use social_core::{Error, ErrorKind, Result};

/// Reads the facts of the post's files and refuses a post that breaks the rules.
///
/// What the receiver fetches itself is taken for what its address promises.
pub(crate) async fn check(publisher: &dyn Publisher, post: &Post) -> Result<Vec<MediaInfo>> {
    let refuse = |error: Error| error.with_vendor(publisher.platform().as_str().to_owned());
    let mut inspection = inspect(publisher, post).await?;
    if let Some(finding) = inspection.errors().next() {
        return Err(refuse(refusal(finding)));
    }
    let mut facts = Vec::with_capacity(post.attachments.len());
    let mut unread = false;
    for (index, (fact, attachment)) in inspection.facts.drain(..).zip(&post.attachments).enumerate() {
        let fact = match (fact, &attachment.media) {
            (Err(_), Media::Remote(remote)) => {
                unread = true;
                by_ending(remote.url.path())
            }
            (fact, _) => fact,
        };
        facts.push(fact.map_err(|e| refuse(e.with_field(format!("attachments[{index}]")).with_item(index)))?);
    }
    // The publisher's own check needs all facts, so it has not been asked yet.
    let findings = if unread { publisher.check(post, &facts) } else { Vec::new() };
    match findings.iter().find(|finding| finding.severity == Severity::Error) {
        Some(finding) => Err(refuse(refusal(finding))),
        None => Ok(facts),
    }
}

fn by_ending(path: &str) -> Result<MediaInfo> {
    use MediaType::{Avif, Gif, Heic, Jpeg, Mov, Mp4, Png, Webm, Webp};
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase().replace("jpeg", "jpg"));
    [Jpeg, Png, Gif, Webp, Heic, Avif, Mp4, Mov, Webm]
        .into_iter()
        .find(|known| ending.as_deref() == Some(known.extension()))
        .map(|media_type| MediaInfo::new(media_type, 0))
        .ok_or_else(|| {
            Error::unsupported("media", "the address does not tell whether it is a picture or a film; fetch it first")
        })
}

fn refusal(finding: &Finding) -> Error {
    let kind = match finding.field.as_str() {
        "placement" => ErrorKind::Unsupported,
        field if field.starts_with("attachments") => ErrorKind::MediaInvalid,
        _ => ErrorKind::InvalidRequest,
    };
    let mut message = finding.message.clone();
    for (what, value) in [("is", &finding.value), ("allowed", &finding.limit)] {
        if let Some(value) = value {
            message.push_str(&format!("; {what} {value}"));
        }
    }
    Error::new(kind, message).with_field(finding.field.clone())
}
