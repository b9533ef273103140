//! TikTok.

use std::time::Duration;

use social_core::auth::{ConnectionIssue, Pkce, Purpose, Renewal, Revocation, ScopeGroup, SignIn};

/// TikTok, Login Kit with the Content Posting API.
///
/// **Console:** an app with Login Kit and Content Posting API, "Direct Post" switched on, and the
/// domain of pulled files verified; review before posts can be public. Settings:
/// `TIKTOK_CLIENT_KEY`, `TIKTOK_CLIENT_SECRET`, `TIKTOK_REDIRECT_URI`.
///
/// **Ends a token:** an access token lives 24 hours and is renewed; the refresh token lives 365
/// days and each works once; both end when the person removes the application.
///
/// **Cannot be done:** before review, posts are private and about five people a day can post.
///
/// The PKCE challenge is written in hexadecimal digits, the client's id is called `client_key`, and
/// scopes are separated by commas.
pub const TIKTOK: SignIn = SignIn::new(
    "tiktok",
    "TikTok",
    "https://www.tiktok.com/v2/auth/authorize/",
    "https://open.tiktokapis.com/v2/oauth/token/",
)
.with_console("https://developers.tiktok.com/apps")
.with_settings("TIKTOK")
.with_client_id_name("client_key")
.with_pkce(Pkce::S256_HEX)
.with_scope_separator(",")
.with_subject("open_id")
.with_renewal(Renewal::ROTATING)
.with_access_life(Duration::from_secs(24 * 3600))
.with_refresh_life(Duration::from_secs(365 * 24 * 3600))
.with_revocation(Revocation::new("https://open.tiktokapis.com/v2/oauth/revoke/"))
.with_issues(&[
    ("access_token_invalid", ConnectionIssue::Revoked),
    ("scope_not_authorized", ConnectionIssue::ScopeMissing),
    ("scope_permission_missed", ConnectionIssue::ScopeMissing),
    ("spam_risk_user_banned_from_posting", ConnectionIssue::AccountRestricted),
    ("unaudited_client_can_only_post_to_private_accounts", ConnectionIssue::AppInDevelopment),
])
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &["user.info.basic"]),
    ScopeGroup::new(Purpose::PUBLISH, &["user.info.basic", "video.publish"]),
    ScopeGroup::new(Purpose::DRAFT, &["user.info.basic", "video.upload"]),
    ScopeGroup::new(Purpose::READ, &["user.info.basic", "video.list"]),
    ScopeGroup::new(Purpose::INSIGHTS, &["user.info.basic", "video.list"]),
]);
