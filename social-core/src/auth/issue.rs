//! [`ConnectionIssue`]: why an account does not work, and what a person must do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why an account does not work, or will not for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConnectionIssue {
    /// The grant was taken back, by whom is not known.
    Revoked,
    /// The token has ended, and nothing renews it.
    Expired,
    /// The answer to a refresh was lost, and the refresh token works only once.
    AnswerLost,
    /// The person changed the password.
    PasswordChanged,
    /// The person removed the application.
    AppRemoved,
    /// The person has lost the role on the page or channel.
    RoleLost,
    /// A scope is missing that the purpose needs.
    ScopeMissing,
    /// The platform asks the person to confirm who they are.
    Checkpoint,
    /// The platform has restricted the account.
    AccountRestricted,
    /// The application is in development, or not reviewed for this.
    AppInDevelopment,
    /// The application's id or secret is refused. No account of it works.
    AppRefused,
    /// The quota is used up.
    QuotaExhausted,
    /// The version of the interface is switched off before the planned time.
    VersionEnds,
    /// Somebody disconnected the account in this application.
    Disconnected,
    /// What is stored cannot be opened with the keys at hand.
    Sealed,
    /// The last refresh failed, and the platform may be down.
    RefreshFailing,
}

impl ConnectionIssue {
    /// The word for it, in lower case with underscores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::AnswerLost => "answer_lost",
            Self::PasswordChanged => "password_changed",
            Self::AppRemoved => "app_removed",
            Self::RoleLost => "role_lost",
            Self::ScopeMissing => "scope_missing",
            Self::Checkpoint => "checkpoint",
            Self::AccountRestricted => "account_restricted",
            Self::AppInDevelopment => "app_in_development",
            Self::AppRefused => "app_refused",
            Self::QuotaExhausted => "quota_exhausted",
            Self::VersionEnds => "version_ends",
            Self::Disconnected => "disconnected",
            Self::Sealed => "sealed",
            Self::RefreshFailing => "refresh_failing",
        }
    }

    /// What the person must do, as a sentence without its full stop.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Revoked | Self::Expired | Self::AnswerLost | Self::PasswordChanged => "connect the account again",
            Self::AppRemoved => "connect the account again and allow the application",
            Self::RoleLost => "ask an administrator of the page for the role, then connect again",
            Self::ScopeMissing => "connect again and allow everything that is asked for",
            Self::Checkpoint => "log in to the platform in a browser and do what it asks, then connect again",
            Self::AccountRestricted => "open the platform's app and follow what it says about the restriction",
            Self::AppInDevelopment => {
                "add the person as a tester of the application, or have the application reviewed and switch it to live"
            }
            Self::AppRefused => "check the application's id and secret in the platform's developer console",
            Self::QuotaExhausted => "wait until the quota is renewed",
            Self::VersionEnds => "move to a newer version of the interface",
            Self::Disconnected => "connect the account if it is wanted again",
            Self::Sealed => "add the key that sealed it to the keyring, or connect the account again",
            Self::RefreshFailing => "wait; it is tried again by itself",
        }
    }

    /// Whether nothing works any more until a person has done something about this account.
    #[must_use]
    pub const fn disconnects(self) -> bool {
        matches!(
            self,
            Self::Revoked
                | Self::Expired
                | Self::AnswerLost
                | Self::PasswordChanged
                | Self::AppRemoved
                | Self::RoleLost
                | Self::Checkpoint
                | Self::Disconnected
        )
    }
}

impl fmt::Display for ConnectionIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
