//! Reddit.

use std::time::Duration;

use social_core::auth::{ClientAuth, Purpose, Revocation, ScopeGroup, SignIn};

/// Reddit.
///
/// **Console:** an app of type "web app" (with a secret) or "installed app" (without); access to
/// the Data API has to be requested. A `User-Agent` of its own is set on the endpoint:
/// `<platform>:<app id>:<version> (by /u/<name>)`. Settings: `REDDIT_CLIENT_ID`,
/// `REDDIT_CLIENT_SECRET`, `REDDIT_REDIRECT_URI`.
///
/// **Ends a token:** an access token lives 1 or 24 hours as the answer says, and is renewed; the
/// refresh token lives until the person or the application takes it back.
///
/// **Cannot be done:** PKCE.
///
/// **Unconfirmed:** the address for revoking a token.
pub const REDDIT: SignIn = SignIn::new(
    "reddit",
    "Reddit",
    "https://www.reddit.com/api/v1/authorize",
    "https://www.reddit.com/api/v1/access_token",
)
.with_console("https://www.reddit.com/prefs/apps")
.with_settings("REDDIT")
.with_client_auth(ClientAuth::BasicAlways)
.with_authorize_extra(&[("duration", "permanent")])
.with_access_life(Duration::from_secs(3600))
.with_revocation(Revocation::new("https://www.reddit.com/api/v1/revoke_token"))
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &["identity"]),
    ScopeGroup::new(Purpose::PUBLISH, &["identity", "submit", "flair", "mysubreddits", "read"]),
    ScopeGroup::new(Purpose::READ, &["identity", "read", "history"]),
    ScopeGroup::new(Purpose::DELETE, &["identity", "edit"]),
    ScopeGroup::new(Purpose::COMMENTS, &["identity", "read", "submit"]),
    ScopeGroup::new(Purpose::INSIGHTS, &["identity", "read"]),
]);
