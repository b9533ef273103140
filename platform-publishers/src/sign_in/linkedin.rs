//! LinkedIn.

use std::time::Duration;

use social_core::auth::{ConnectionIssue, Pkce, Purpose, ScopeGroup, SignIn};

/// LinkedIn: members, and organizations with approval.
///
/// **Console:** an app that belongs to a page; products "Share on LinkedIn" and "Sign In with
/// LinkedIn using OpenID Connect" (self-serve), "Community Management API" for organizations
/// (review). Settings: `LINKEDIN_CLIENT_ID`, `LINKEDIN_CLIENT_SECRET`, `LINKEDIN_REDIRECT_URI`.
///
/// **Ends a token:** 60 days; a refresh token is given to approved partners only, lives 365 days
/// and is not extended by use. Asking for other scopes ends older tokens.
///
/// **Cannot be done:** listing a member's own posts (`r_member_social` is closed); PKCE for
/// applications with a secret; taking the grant back by an interface.
pub const LINKEDIN: SignIn = SignIn::new(
    "linkedin",
    "LinkedIn",
    "https://www.linkedin.com/oauth/v2/authorization",
    "https://www.linkedin.com/oauth/v2/accessToken",
)
.with_console("https://www.linkedin.com/developers/apps")
.with_settings("LINKEDIN")
.with_pkce(Pkce::Unsupported)
.with_access_life(Duration::from_secs(60 * 24 * 3600))
.with_issues(&[
    ("65600", ConnectionIssue::Revoked),
    ("65601", ConnectionIssue::Revoked),
    ("65602", ConnectionIssue::Expired),
])
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &["openid", "profile"]),
    ScopeGroup::new(Purpose::PUBLISH, &["openid", "profile", "w_member_social"]),
    ScopeGroup::new(Purpose::DELETE, &["openid", "profile", "w_member_social"]),
    ScopeGroup::new(Purpose::BUSINESS, &["w_organization_social", "r_organization_social", "rw_organization_admin"]),
    ScopeGroup::new(Purpose::INSIGHTS, &["r_organization_social"]),
]);
