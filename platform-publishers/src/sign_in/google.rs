//! Google: YouTube channels, Business Profiles.

use std::time::Duration;

use social_core::auth::{ConnectionIssue, Purpose, Revocation, RevocationStyle, ScopeGroup, SignIn};

const UPLOAD: &str = "https://www.googleapis.com/auth/youtube.upload";
const READONLY: &str = "https://www.googleapis.com/auth/youtube.readonly";
const YOUTUBE_ALL: &str = "https://www.googleapis.com/auth/youtube";
const FORCE_SSL: &str = "https://www.googleapis.com/auth/youtube.force-ssl";
const ANALYTICS: &str = "https://www.googleapis.com/auth/yt-analytics.readonly";
const BUSINESS: &str = "https://www.googleapis.com/auth/business.manage";
const OLD_BUSINESS: &str = "https://www.googleapis.com/auth/plus.business.manage";

const fn google(platform: &'static str, title: &'static str, settings: &'static str) -> SignIn {
    SignIn::new(platform, title, "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token")
        .with_console("https://console.cloud.google.com/apis/credentials")
        .with_settings(settings)
        .with_device_url("https://oauth2.googleapis.com/device/code")
        // Without these there is no refresh token, or only the first time.
        .with_authorize_extra(&[("access_type", "offline"), ("prompt", "consent")])
        .with_access_life(Duration::from_secs(3600))
        .with_revocation(
            Revocation::new("https://oauth2.googleapis.com/revoke").with_style(RevocationStyle::TokenAlone),
        )
        .with_issues(&[
            ("deleted_client", ConnectionIssue::AppRefused),
            ("disabled_client", ConnectionIssue::AppRefused),
            ("admin_policy_enforced", ConnectionIssue::AccountRestricted),
            ("org_internal", ConnectionIssue::AppInDevelopment),
        ])
}

/// YouTube channels.
///
/// **Console:** a project with YouTube Data API v3 (and YouTube Analytics API) switched on; an
/// OAuth consent screen with the scopes, published, verified for sensitive scopes; credentials of
/// type "Web application", or "Desktop" for the loopback. Settings: `YOUTUBE_CLIENT_ID`,
/// `YOUTUBE_CLIENT_SECRET`, `YOUTUBE_REDIRECT_URI`.
///
/// **Ends a token:** an access token lives an hour and is renewed; the refresh token ends after
/// 7 days while the consent screen is in testing, after 6 months without use, when the person
/// removes the application, and with the 101st of an account and client.
///
/// **Cannot be done:** service accounts have no channel (`youtubeSignupRequired`).
///
/// **Unconfirmed:** the address for device codes, and the end with the 101st token.
pub const YOUTUBE: SignIn = google("youtube", "YouTube", "YOUTUBE")
    .with_scopes(&[
        ScopeGroup::new(Purpose::IDENTIFY, &[READONLY]),
        // What was uploaded cannot be read back with the upload scope alone.
        ScopeGroup::new(Purpose::PUBLISH, &[UPLOAD, READONLY]),
        ScopeGroup::new(Purpose::READ, &[READONLY]),
        ScopeGroup::new(Purpose::DELETE, &[YOUTUBE_ALL]),
        ScopeGroup::new(Purpose::COMMENTS, &[FORCE_SSL]),
        ScopeGroup::new(Purpose::INSIGHTS, &[ANALYTICS]),
    ])
    .with_covers(&[(YOUTUBE_ALL, &[UPLOAD, READONLY]), (FORCE_SSL, &[UPLOAD, READONLY, YOUTUBE_ALL])]);

/// Google Business Profiles.
///
/// **Console:** as [`YOUTUBE`], with the Business Profile APIs; access to them is granted per
/// project on request, and the quota is 0 before. Settings: `GOOGLE_BUSINESS_CLIENT_ID`,
/// `GOOGLE_BUSINESS_CLIENT_SECRET`, `GOOGLE_BUSINESS_REDIRECT_URI`.
///
/// **Account:** the sign-in tells the owner's account, `accounts/123`. What publishes is a
/// location: connect it under its name, `accounts/123/locations/456`.
///
/// **Ends a token:** as [`YOUTUBE`].
pub const GOOGLE_BUSINESS: SignIn = google("google_business", "Google Business Profile", "GOOGLE_BUSINESS")
    .with_scopes(&[
        ScopeGroup::new(Purpose::IDENTIFY, &[BUSINESS]),
        ScopeGroup::new(Purpose::PUBLISH, &[BUSINESS]),
        ScopeGroup::new(Purpose::READ, &[BUSINESS]),
        ScopeGroup::new(Purpose::DELETE, &[BUSINESS]),
        ScopeGroup::new(Purpose::COMMENTS, &[BUSINESS]),
        ScopeGroup::new(Purpose::INSIGHTS, &[BUSINESS]),
    ])
    .with_renamed(&[(OLD_BUSINESS, BUSINESS)]);
