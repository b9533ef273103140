//! X.

use std::time::Duration;

use social_core::auth::{ClientAuth, Purpose, Renewal, Revocation, ScopeGroup, SignIn};

/// X, OAuth 2.0 for people.
///
/// **Console:** a project and app with "User authentication settings": type Web App (with a secret)
/// or Native App (without), permissions "Read and write", the address to come back to. Posting is
/// paid per call. Settings: `X_CLIENT_ID`, `X_CLIENT_SECRET` (none for a native app),
/// `X_REDIRECT_URI`.
///
/// **Ends a token:** an access token lives two hours and is renewed; each refresh token works once,
/// and one that is used twice ends all of them. A code lives 30 seconds.
///
/// **Cannot be done:** without `media.write` every upload is refused with 403; it is a part of the
/// purpose `publish`. OAuth 1.0a, which does not expire, is
/// [`OAuth1`](social_core::auth::OAuth1).
pub const X: SignIn = SignIn::new("x", "X", "https://x.com/i/oauth2/authorize", "https://api.x.com/2/oauth2/token")
    .with_console("https://console.x.com")
    .with_settings("X")
    .with_client_auth(ClientAuth::Basic)
    .with_renewal(Renewal::ROTATING)
    .with_access_life(Duration::from_secs(7200))
    .with_revocation(Revocation::new("https://api.x.com/2/oauth2/revoke"))
    .with_scopes(&[
        ScopeGroup::new(Purpose::IDENTIFY, &["tweet.read", "users.read", "offline.access"]),
        ScopeGroup::new(
            Purpose::PUBLISH,
            &["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
        ),
        ScopeGroup::new(Purpose::READ, &["tweet.read", "users.read", "offline.access"]),
        ScopeGroup::new(Purpose::DELETE, &["tweet.read", "tweet.write", "users.read", "offline.access"]),
        ScopeGroup::new(
            Purpose::COMMENTS,
            &["tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "offline.access"],
        ),
        ScopeGroup::new(Purpose::INSIGHTS, &["tweet.read", "users.read", "offline.access"]),
    ]);
