//! [`Health`]: whether an account will work at a planned time, and what a person must do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::accounts::Accounts;
use super::connection::{Connection, RefreshFailure};
use super::issue::ConnectionIssue;
use super::scope::Purpose;
use super::shown::shown;
use super::sign_in::{Renewal, SignIn};
use crate::AccountKey;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::identity::{Account, PostQuota};

/// What an application wants to know about an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HealthQuestion {
    /// What one wants to do.
    pub purposes: Vec<Purpose>,
    /// When; now otherwise.
    pub at: Option<Timestamp>,
    /// What the caller knows about the application.
    pub app: AppStatus,
    /// What the caller knows about the account's quota.
    pub quota: Option<PostQuota>,
}

impl HealthQuestion {
    /// Whether these purposes will work.
    #[must_use]
    pub fn new(purposes: impl IntoIterator<Item = Purpose>) -> Self {
        Self { purposes: purposes.into_iter().collect(), ..Self::default() }
    }

    /// At this time.
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// With what is known about the application.
    #[must_use]
    pub fn with_app(mut self, app: AppStatus) -> Self {
        self.app = app;
        self
    }

    /// With what is known about the quota.
    #[must_use]
    pub const fn with_quota(mut self, quota: PostQuota) -> Self {
        self.quota = Some(quota);
        self
    }
}

/// What a platform's developer console says about an application. No interface tells it, so the
/// caller does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AppStatus {
    /// It works for everybody, not only for its testers.
    pub live: Option<bool>,
    /// The tier or plan, as the platform calls it.
    pub tier: Option<String>,
    /// The purposes that were reviewed; `None` where no review is needed.
    pub reviewed: Option<Vec<String>>,
    /// Versions of the interface that are used, and when each is switched off.
    pub version_ends: BTreeMap<String, Timestamp>,
}

impl AppStatus {
    /// Says whether it works for everybody.
    #[must_use]
    pub const fn with_live(mut self, live: bool) -> Self {
        self.live = Some(live);
        self
    }

    /// Says which purposes were reviewed.
    #[must_use]
    pub fn with_reviewed(mut self, purposes: impl IntoIterator<Item = Purpose>) -> Self {
        self.reviewed = Some(purposes.into_iter().map(|purpose| purpose.as_str().to_owned()).collect());
        self
    }

    /// Names the tier.
    #[must_use]
    pub fn with_tier(mut self, tier: impl Into<String>) -> Self {
        self.tier = Some(tier.into());
        self
    }

    /// Says when a version of the interface is switched off.
    #[must_use]
    pub fn with_version_end(mut self, version: impl Into<String>, end: Timestamp) -> Self {
        self.version_ends.insert(version.into(), end);
        self
    }
}

/// Whether an account will work, and what a person must do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Health {
    /// Whose account.
    pub account: Account,
    /// The time that was asked about.
    pub at: Timestamp,
    /// The scopes that were granted; `None` where the platform does not say.
    pub granted: Option<Vec<String>>,
    /// The scopes that the purposes need.
    pub needed: Vec<String>,
    /// When the access token ends; `None`: when it is revoked.
    pub expires_at: Option<Timestamp>,
    /// When the refresh token ends, where that is known.
    pub refresh_expires_at: Option<Timestamp>,
    /// The tokens are renewed without a person.
    pub renews_itself: bool,
    /// When a person connected it last.
    pub connected_at: Option<Timestamp>,
    /// When its tokens were last renewed.
    pub refreshed_at: Option<Timestamp>,
    /// The last failures to renew.
    pub failure: Option<RefreshFailure>,
    /// The tier or plan of the application.
    pub tier: Option<String>,
    /// What the platform said when it was connected: a page, a workspace, a profile. Without
    /// anything that may be secret.
    pub details: BTreeMap<String, String>,
    /// What is wrong, or will be.
    pub issues: Vec<HealthIssue>,
}

/// Something that is wrong with an account, or will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HealthIssue {
    /// What.
    pub issue: ConnectionIssue,
    /// Publishing at the time that was asked about would fail.
    pub fatal: bool,
    /// One sentence: what is wrong, and what the person must do.
    pub message: String,
}

impl HealthIssue {
    fn new(issue: ConnectionIssue, fatal: bool, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { issue, fatal, message: format!("{what}: {}", issue.advice()) }
    }
}

impl Health {
    /// Whether nothing is wrong for which the purposes would fail.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.issues.iter().all(|issue| !issue.fatal)
    }
}

impl Accounts {
    /// Whether an account will work, from what is stored: nothing is sent.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) for an account that was never connected;
    /// [`Config`](crate::ErrorKind::Config) where there is no application at its platform; those of
    /// the store. What cannot be opened is an issue, not an error.
    pub async fn health(&self, key: &AccountKey, question: &HealthQuestion) -> Result<Health> {
        let now = self.now();
        match self.connection(key).await {
            Ok(connection) => Ok(of(self.application(&connection)?.sign_in(), &connection, question, now)),
            Err(error) if super::is_sealed(&error) => {
                let mut health = empty(key.clone().into(), question.at.unwrap_or(now));
                health.issues.push(HealthIssue::new(ConnectionIssue::Sealed, true, error.message().to_owned()));
                Ok(health)
            }
            Err(error) => Err(error),
        }
    }
}

fn empty(account: Account, at: Timestamp) -> Health {
    Health {
        account,
        at,
        granted: None,
        needed: Vec::new(),
        expires_at: None,
        refresh_expires_at: None,
        renews_itself: false,
        connected_at: None,
        refreshed_at: None,
        failure: None,
        tier: None,
        details: BTreeMap::new(),
        issues: Vec::new(),
    }
}

fn of(sign_in: &SignIn, connection: &Connection, question: &HealthQuestion, now: Timestamp) -> Health {
    let at = question.at.unwrap_or(now);
    let mut health = empty(connection.account.clone(), at);
    health.needed = sign_in.scopes_for(&question.purposes).into_iter().map(str::to_owned).collect();
    health.connected_at = Some(connection.connected_at);
    health.refreshed_at = connection.refreshed_at;
    health.failure.clone_from(&connection.failure);
    health.tier.clone_from(&question.app.tier);
    let mut issues = Vec::new();
    if let Some(lost) = connection.lost {
        issues.push(HealthIssue::new(lost.issue, true, format!("not connected since {} ({})", lost.at, lost.issue)));
    }
    if let Some(grant) = &connection.grant {
        health.granted.clone_from(&grant.scopes);
        (health.expires_at, health.refresh_expires_at) = (grant.expires_at, grant.refresh_expires_at);
        health.renews_itself = match sign_in.renewal {
            Renewal::None => false,
            Renewal::RefreshToken { .. } => grant.refresh.is_some(),
            Renewal::Swap(_) => true,
        };
        health.details = shown(&grant.details);
        if connection.lost.is_none() {
            issues.extend(life(&health, grant.refresh_is_over(at)));
        }
        issues.extend(scopes(sign_in, question, grant.scopes.as_deref()));
    }
    if let Some(failure) = &connection.failure {
        let what = format!("renewing the token has failed {} times, last at {}", failure.count, failure.at);
        // The application's own credentials are refused for every account.
        let issue = match sign_in.issue_of_code(failure.code.as_deref()) {
            Some(issue) if !issue.disconnects() => issue,
            _ => ConnectionIssue::RefreshFailing,
        };
        let ended = health.expires_at.is_some_and(|end| end <= at);
        issues.push(HealthIssue::new(issue, ended, what));
    }
    issues.extend(application(question, at));
    health.issues = issues;
    health
}

/// What ends before the time that was asked about.
fn life(health: &Health, refresh_over: bool) -> Option<HealthIssue> {
    if health.renews_itself && !refresh_over {
        return None;
    }
    let end = if health.renews_itself { health.refresh_expires_at } else { health.expires_at }?;
    let what = match health.renews_itself {
        true => format!("the refresh token ends at {end}"),
        false => format!("the token ends at {end} and nothing renews it"),
    };
    (end <= health.at).then(|| HealthIssue::new(ConnectionIssue::Expired, true, what))
}

fn scopes(sign_in: &SignIn, question: &HealthQuestion, granted: Option<&[String]>) -> Vec<HealthIssue> {
    let Some(granted) = granted else { return Vec::new() };
    let mut issues = Vec::new();
    let missing = sign_in.missing_scopes(&question.purposes, granted);
    if !missing.is_empty() {
        let what = format!("these scopes were not granted: {}", missing.join(", "));
        issues.push(HealthIssue::new(ConnectionIssue::ScopeMissing, true, what));
    }
    for (old, new) in sign_in.renamed_scopes(granted) {
        let what = format!("the scope `{old}` is called `{new}` now");
        issues.push(HealthIssue::new(ConnectionIssue::ScopeMissing, false, what));
    }
    issues
}

/// What the caller knows about application, quota and versions.
fn application(question: &HealthQuestion, at: Timestamp) -> Vec<HealthIssue> {
    let HealthQuestion { purposes, app, quota, .. } = question;
    let mut issues = Vec::new();
    if app.live == Some(false) {
        let what = "the application is in development and works for its testers only";
        issues.push(HealthIssue::new(ConnectionIssue::AppInDevelopment, false, what));
    }
    if let Some(reviewed) = &app.reviewed {
        let unreviewed = purposes.iter().filter(|purpose| !reviewed.iter().any(|word| purpose.as_str() == word));
        for purpose in unreviewed {
            let what = format!("the application was not reviewed for `{purpose}`");
            issues.push(HealthIssue::new(ConnectionIssue::AppInDevelopment, true, what));
        }
    }
    if let Some(quota) = quota.filter(|quota| quota.left() == 0) {
        let what = format!("{} of {} posts are used", quota.used, quota.maximum);
        issues.push(HealthIssue::new(ConnectionIssue::QuotaExhausted, true, what));
    }
    for (version, end) in app.version_ends.iter().filter(|(_, end)| **end <= at) {
        let what = format!("version {version} is switched off at {end}");
        issues.push(HealthIssue::new(ConnectionIssue::VersionEnds, true, what));
    }
    issues
}
