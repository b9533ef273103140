//! WordPress.com.

use social_core::auth::{Pkce, Purpose, Renewal, ScopeGroup, SignIn};

/// WordPress.com, and sites that Jetpack connects to it: one site of a person.
///
/// **Console:** an application at <https://developer.wordpress.com/apps> with "Redirect URLs". The
/// person chooses the site while consenting. Settings: `WORDPRESS_CLIENT_ID`,
/// `WORDPRESS_CLIENT_SECRET`, `WORDPRESS_REDIRECT_URI`. Sites of one's own need no sign-in, only an
/// application password.
///
/// **Ends a token:** it does not expire as far as is known; it ends when the person removes the
/// application under their connected applications.
///
/// **Cannot be done:** PKCE, a refresh token and taking the grant back by an interface, in this
/// (the classic) flow. No scope is asked for, which grants one site; `global`, which grants all of
/// them, is not needed.
///
/// **Unconfirmed:** how long a token lives; that the answer names the site as `blog_id` and
/// `blog_url`.
pub const WORDPRESS: SignIn = SignIn::new(
    "wordpress",
    "WordPress.com",
    "https://public-api.wordpress.com/oauth2/authorize",
    "https://public-api.wordpress.com/oauth2/token",
)
.with_console("https://developer.wordpress.com/apps")
.with_settings("WORDPRESS")
.with_pkce(Pkce::Unsupported)
.with_renewal(Renewal::None)
.with_subject("blog_id")
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &[]),
    ScopeGroup::new(Purpose::PUBLISH, &[]),
    ScopeGroup::new(Purpose::READ, &[]),
    ScopeGroup::new(Purpose::DELETE, &[]),
]);
