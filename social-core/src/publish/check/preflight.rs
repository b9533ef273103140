use super::check;
use crate::error::{Error, ErrorKind, Result};
use crate::media::{Media, MediaInfo, MediaKind, MediaType};
use crate::publish::{Approved, Finding, Post, Publisher, Severity};

/// Refuses a post that was approved for elsewhere or breaks the publisher's rules, and hands out the facts of its files: what a publisher calls before
/// its first request.
///
/// A file that only its receiver will read is taken for what its address promises.
///
/// # Errors
/// [`Rejected`](ErrorKind::Rejected) for another destination than the approved one; [`Unsupported`](ErrorKind::Unsupported) for a placement that is not offered; [`MediaInvalid`](ErrorKind::MediaInvalid)
/// and [`InvalidRequest`](ErrorKind::InvalidRequest) for the first error of the check, naming field, value and limit;
/// [`Storage`](ErrorKind::Storage) for a file that cannot be read.
pub async fn preflight(publisher: &dyn Publisher, post: &Approved<Post>) -> Result<Vec<MediaInfo>> {
    let platform = publisher.platform();
    let refuse = |error: Error| error.with_vendor(platform.as_str().to_owned());
    post.is_for(publisher).map_err(refuse)?;
    let Some(rules) = publisher.rules(post.placement) else {
        return Err(refuse(Error::unsupported("placement", format!("{platform} has no {}", post.placement))));
    };
    let mut facts = Vec::with_capacity(post.attachments.len());
    for (index, attachment) in post.attachments.iter().enumerate() {
        let info = match &attachment.media {
            Media::Remote(remote) => by_ending(remote.url.path()),
            media => media.info().await,
        };
        facts.push(info.map_err(|e| refuse(e.with_field(format!("attachments[{index}]")).with_item(index)))?);
    }
    let read: Vec<_> = facts
        .iter()
        .zip(&post.attachments)
        .map(|(info, attachment)| match attachment.media {
            Media::Remote(_) => Err(Error::unsupported("media", "the file is elsewhere; fetch it first")),
            _ => Ok(info.clone()),
        })
        .collect();
    let mut findings = check(&rules, post, &read);
    findings.extend(publisher.check(post, &facts));
    match findings.iter().find(|finding| finding.severity == Severity::Error) {
        Some(finding) => Err(refuse(refusal(finding))),
        None => Ok(facts),
    }
}

fn by_ending(path: &str) -> Result<MediaInfo> {
    MediaType::from_name(path)
        .filter(|named| matches!(named.kind(), MediaKind::Image | MediaKind::Video))
        .map(|media_type| MediaInfo::new(media_type, 0))
        .ok_or_else(|| {
            Error::unsupported("media", "the address does not tell whether it is an image or a video; fetch it first")
        })
}

fn refusal(finding: &Finding) -> Error {
    let of_file = finding.field.starts_with("attachments");
    let kind = if of_file { ErrorKind::MediaInvalid } else { ErrorKind::InvalidRequest };
    let mut message = finding.message.clone();
    for (what, value) in [("is", &finding.value), ("allowed", &finding.limit)] {
        if let Some(value) = value {
            message.push_str(&format!("; {what} {value}"));
        }
    }
    Error::new(kind, message).with_field(finding.field.clone())
}
