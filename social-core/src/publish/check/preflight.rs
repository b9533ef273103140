//! What a publisher makes sure of before its first request.

use super::check;
use super::offers::publish_time;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Account;
use crate::media::{Media, MediaInfo, MediaKind, MediaType};
use crate::publish::approval::Approved;
use crate::publish::finding::{Finding, FindingCode, Severity};
use crate::publish::placement::Placement;
use crate::publish::post::Post;
use crate::publish::publisher::Publisher;
use crate::publish::receipt::{Receipt, ReceiptState};
use crate::publish::rules::Rules;
use crate::run::Run;

/// A post that may be sent, and to whom: what [`preflight`] found out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The run.
    pub run: Run,
    /// The account that it was approved for.
    pub account: Account,
    /// What its placement accepts.
    pub rules: Rules,
    /// What the bytes of its [files](Post::files) say, in order.
    pub facts: Vec<MediaInfo>,
    placement: Placement,
}

impl Delivery {
    /// A receipt of this post, taken now, without a remote post yet.
    #[must_use]
    pub fn receipt(&self, state: ReceiptState) -> Receipt {
        Receipt::new(self.account.key.clone(), self.placement.clone(), state, self.run.clock().now())
    }
}

/// Refuses a post that was approved for another account, has changed since its approval, or breaks
/// the publisher's rules, and hands out what was found out on the way.
/// [`durably`](crate::publish::durably) calls it.
///
/// A file that only its receiver will read is taken for what its address promises.
///
/// # Errors
/// [`Rejected`](ErrorKind::Rejected) for another account than the approved one, and for content
/// that has changed; [`Unsupported`](ErrorKind::Unsupported) for what is not offered: a placement,
/// a poll, an option; [`MediaInvalid`](ErrorKind::MediaInvalid) and
/// [`InvalidRequest`](ErrorKind::InvalidRequest) for the first error of the check, naming field,
/// value and limit; [`Storage`](ErrorKind::Storage) for a file that cannot be read; what finding
/// out the account fails with.
pub async fn preflight(publisher: &dyn Publisher, run: &Run, post: &Approved<Post>) -> Result<Delivery> {
    let platform = publisher.platform();
    let refuse = |error: Error| error.with_vendor(platform.as_str().to_owned());
    if post.approval().accounts.iter().all(|key| key.platform != platform) {
        return Err(refuse(Error::new(ErrorKind::Rejected, format!("it was not approved for {platform}"))));
    }
    let Some(rules) = publisher.rules(&post.placement) else {
        return Err(refuse(Error::unsupported(
            "placement",
            format!("{platform} has no placement `{}`", post.placement),
        )));
    };
    let facts = facts(post).await.map_err(refuse)?;
    let files = facts.iter().zip(post.files());
    let read: Vec<_> = files
        .map(|(info, file)| match file.media {
            Media::Remote(_) => Err(Error::unsupported("media", "the file is elsewhere; fetch it first")),
            _ => Ok(info.clone()),
        })
        .collect();
    let mut findings = check(&rules, post, &read);
    findings.extend(publish_time(&rules, post, run.clock().now()));
    findings.extend(publisher.check(post, &facts));
    if let Some(finding) = findings.iter().find(|finding| finding.severity == Severity::Error) {
        return Err(refuse(refusal(finding)));
    }
    post.verify().await.map_err(refuse)?;
    let account = publisher.account().await?;
    post.is_for(&account).map_err(refuse)?;
    // Gates are told on which account something is about to be published.
    let run = run.for_account(&account.key);
    Ok(Delivery { run, account, rules, facts, placement: post.placement.clone() })
}

async fn facts(post: &Post) -> Result<Vec<MediaInfo>> {
    let mut facts = Vec::new();
    for (index, attachment) in post.files().enumerate() {
        let info = match &attachment.media {
            Media::Remote(remote) => by_ending(remote.url.path()),
            _ => attachment.info().await,
        };
        facts.push(info.map_err(|e| e.with_field(format!("attachments[{index}]")).with_item(index))?);
    }
    Ok(facts)
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
    let of_file = finding.field.contains("attachments");
    let kind = match &finding.code {
        code if *code == FindingCode::UNKNOWN_OPTION => ErrorKind::Unsupported,
        code if *code == FindingCode::UNSUPPORTED && !of_file => ErrorKind::Unsupported,
        _ if of_file => ErrorKind::MediaInvalid,
        _ => ErrorKind::InvalidRequest,
    };
    let mut message = finding.message.clone();
    for (what, value) in [("is", &finding.value), ("allowed", &finding.limit)] {
        if let Some(value) = value {
            message.push_str(&format!("; {what} {value}"));
        }
    }
    Error::new(kind, message).with_field(finding.field.clone()).with_code(finding.code.as_str())
}
