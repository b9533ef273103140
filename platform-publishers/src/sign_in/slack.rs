//! Slack.

use social_core::auth::{ConnectionIssue, Pkce, Purpose, Renewal, Revocation, RevocationStyle, ScopeGroup, SignIn};

/// Slack: a bot in a workspace.
///
/// **Console:** an app with "OAuth & Permissions > Redirect URLs" and the bot scopes; distribution
/// switched on for other workspaces. Settings: `SLACK_CLIENT_ID`, `SLACK_CLIENT_SECRET`,
/// `SLACK_REDIRECT_URI`.
///
/// **Ends a token:** it does not expire, unless token rotation is on: then it lives 12 hours, and
/// each refresh token works once. It ends when the app is removed from the workspace.
///
/// Failures come with status 200 and `ok: false`.
///
/// **Unconfirmed:** that a token is revoked at `auth.revoke`, and asked about at `auth.test`.
pub const SLACK: SignIn =
    SignIn::new("slack", "Slack", "https://slack.com/oauth/v2/authorize", "https://slack.com/api/oauth.v2.access")
        .with_console("https://api.slack.com/apps")
        .with_settings("SLACK")
        .with_pkce(Pkce::Unsupported)
        .with_scope_separator(",")
        .with_subject("team.id")
        .with_renewal(Renewal::ROTATING)
        .with_revocation(Revocation::new("https://slack.com/api/auth.revoke").with_style(RevocationStyle::Bearer))
        .with_issues(&[
            ("invalid_refresh_token", ConnectionIssue::Revoked),
            ("token_revoked", ConnectionIssue::Revoked),
            ("token_expired", ConnectionIssue::Expired),
            ("account_inactive", ConnectionIssue::AppRemoved),
            ("missing_scope", ConnectionIssue::ScopeMissing),
            ("bad_client_secret", ConnectionIssue::AppRefused),
            ("invalid_client_id", ConnectionIssue::AppRefused),
        ])
        .with_scopes(&[
            ScopeGroup::new(Purpose::IDENTIFY, &["team:read"]),
            ScopeGroup::new(Purpose::PUBLISH, &["chat:write", "chat:write.public", "files:write", "files:read"]),
            ScopeGroup::new(Purpose::READ, &["channels:history", "groups:history"]),
            ScopeGroup::new(Purpose::DELETE, &["chat:write"]),
            ScopeGroup::new(Purpose::COMMENTS, &["channels:history", "groups:history", "chat:write"]),
            ScopeGroup::new(Purpose::INSIGHTS, &["reactions:read"]),
        ]);
