//! Pinterest.

use std::time::Duration;

use social_core::auth::{ClientAuth, ConnectionIssue, Pkce, Purpose, Renewal, ScopeGroup, SignIn};

/// Pinterest v5.
///
/// **Console:** an app with the address to come back to; Trial access, in which pins are seen by
/// their creator only, then Standard access after a review with a video. Settings:
/// `PINTEREST_CLIENT_ID`, `PINTEREST_CLIENT_SECRET`, `PINTEREST_REDIRECT_URI`.
///
/// **Ends a token:** an access token lives 30 days and is renewed; the refresh token lives up to a
/// year. It is treated as one that works once.
///
/// **Cannot be done:** PKCE, taking the grant back by an interface.
pub const PINTEREST: SignIn = SignIn::new(
    "pinterest",
    "Pinterest",
    "https://www.pinterest.com/oauth/",
    "https://api.pinterest.com/v5/oauth/token",
)
.with_console("https://developers.pinterest.com/apps")
.with_settings("PINTEREST")
.with_client_auth(ClientAuth::Basic)
.with_pkce(Pkce::Unsupported)
.with_scope_separator(",")
.with_renewal(Renewal::ROTATING)
.with_access_life(Duration::from_secs(30 * 24 * 3600))
.with_refresh_life(Duration::from_secs(365 * 24 * 3600))
// 401 of the token endpoint is about the application's own credentials.
.with_issues(&[("2", ConnectionIssue::AppRefused)])
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &["user_accounts:read"]),
    ScopeGroup::new(
        Purpose::PUBLISH,
        &["boards:read", "boards:write", "pins:read", "pins:write", "user_accounts:read"],
    ),
    ScopeGroup::new(Purpose::READ, &["boards:read", "pins:read", "user_accounts:read"]),
    ScopeGroup::new(Purpose::DELETE, &["pins:read", "pins:write"]),
    ScopeGroup::new(Purpose::INSIGHTS, &["pins:read", "user_accounts:read"]),
]);
