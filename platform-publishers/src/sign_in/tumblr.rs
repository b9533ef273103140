//! Tumblr.

use std::time::Duration;

use social_core::auth::{Pkce, Purpose, Renewal, ScopeGroup, SignIn};

/// Tumblr, OAuth 2.
///
/// **Console:** an application with "OAuth2 redirect URLs"; a constant `User-Agent` is set on the
/// endpoint, for changing it can suspend the application. Settings: `TUMBLR_CLIENT_ID`,
/// `TUMBLR_CLIENT_SECRET`, `TUMBLR_REDIRECT_URI`.
///
/// **Ends a token:** an access token lives about 42 minutes and is renewed; each renewal gives a
/// new pair, which is treated as rotating.
///
/// **Cannot be done:** PKCE is not documented.
pub const TUMBLR: SignIn = SignIn::new(
    "tumblr",
    "Tumblr",
    "https://www.tumblr.com/oauth2/authorize",
    "https://api.tumblr.com/v2/oauth2/token",
)
.with_console("https://www.tumblr.com/oauth/apps")
.with_settings("TUMBLR")
.with_pkce(Pkce::Unsupported)
.with_renewal(Renewal::ROTATING)
.with_access_life(Duration::from_secs(2520))
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &["basic", "offline_access"]),
    ScopeGroup::new(Purpose::PUBLISH, &["basic", "write", "offline_access"]),
    ScopeGroup::new(Purpose::READ, &["basic", "offline_access"]),
    ScopeGroup::new(Purpose::DELETE, &["basic", "write", "offline_access"]),
]);
