//! Whether an account is ready: its token, its quota, the version of the interface.

use std::time::Duration;

use serde::Deserialize;
use social_core::clock::Timestamp;
use social_core::publish::{Finding, FindingCode, PostQuota, Readiness};
use social_core::{ErrorKind, Result};

use super::Graph;

/// Versions of the Graph API, and the day on which each is switched off.
/// Source: developers.facebook.com, Graph API changelog, table of 2026-10-29.
const ENDS: [(&str, &str); 5] = [
    ("v21.0", "2027-01-21T00:00:00Z"),
    ("v22.0", "2027-05-20T00:00:00Z"),
    ("v23.0", "2027-10-08T00:00:00Z"),
    ("v24.0", "2028-02-18T00:00:00Z"),
    ("v25.0", "2028-07-29T00:00:00Z"),
];
/// So long before a version ends it is time to change.
const NOTICE: Duration = Duration::from_secs(90 * 24 * 3600);

#[derive(Deserialize)]
struct Known {
    id: String,
}

impl Graph {
    /// Asks with the account's token who it is, and looks at the calendar. `quota` is that of now.
    pub(crate) async fn readiness(&self, at: Timestamp, quota: Option<PostQuota>) -> Result<Readiness> {
        let mut readiness = Readiness::new(self.account.clone(), at);
        readiness.findings.extend(version_ends(&self.version, at));
        let call = self.get(&self.object(&self.account.key.id)?).await?.operation("read account");
        match call.query("fields", "id").send().await.and_then(|reply| self.read::<Known>(&reply)) {
            Ok(known) if known.id == self.account.key.id => {}
            Ok(known) => {
                let message = "the token belongs to another account; set the id of the account, or its token";
                let finding = Finding::error(FindingCode::INVALID, "token", message);
                readiness.findings.push(finding.with_value(known.id).with_limit(self.account.key.id.clone()));
            }
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission | ErrorKind::NotFound) => {
                readiness.findings.push(Finding::error(FindingCode::INVALID, "token", error.message().to_owned()));
            }
            Err(error) => return Err(error),
        }
        let window = quota.and_then(|quota| quota.window).unwrap_or_default();
        let still = self.api.clock().now().saturating_add(window).is_ok_and(|over| at < over);
        if let Some(quota) = quota.filter(|quota| quota.left() == 0 && still) {
            let finding = Finding::error(FindingCode::TOO_MANY, "quota", "the day's posts are used up; wait");
            let (used, maximum) = (format!("{} posts", quota.used), format!("at most {} posts", quota.maximum));
            readiness.findings.push(finding.with_value(used).with_limit(maximum));
        }
        Ok(readiness)
    }
}

fn version_ends(version: &str, at: Timestamp) -> Option<Finding> {
    let (_, end) = ENDS.iter().find(|(known, _)| *known == version)?;
    let end: Timestamp = end.parse().ok()?;
    if at >= end {
        let message = "the version of the interface is switched off by then; set a newer one";
        return Some(
            Finding::error(FindingCode::INVALID, "version", message).with_value(version).with_limit(end.to_string()),
        );
    }
    let soon = at.saturating_add(NOTICE).is_ok_and(|soon| soon >= end);
    let message = "the version of the interface is switched off soon; set a newer one";
    soon.then(|| {
        Finding::warning(FindingCode::INVALID, "version", message).with_value(version).with_limit(end.to_string())
    })
}
