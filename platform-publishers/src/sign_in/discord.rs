//! Discord.

use std::time::Duration;

use social_core::auth::{Purpose, Renewal, Revocation, ScopeGroup, SignIn};

/// Discord: a webhook that a person allows for one channel.
///
/// **Console:** an application with "OAuth2 > Redirects". The answer to the code brings the webhook
/// (`webhook.id`, `webhook.token`, `webhook.url` in the grant's details), which outlives the token;
/// bots need no sign-in, only their token. Settings: `DISCORD_CLIENT_ID`, `DISCORD_CLIENT_SECRET`,
/// `DISCORD_REDIRECT_URI`.
///
/// **Ends a token:** an access token lives 7 days and is renewed, with the refresh token that the
/// answer brings.
///
/// **Unconfirmed:** the addresses for tokens and for revoking them.
pub const DISCORD: SignIn =
    SignIn::new("discord", "Discord", "https://discord.com/oauth2/authorize", "https://discord.com/api/oauth2/token")
        .with_console("https://discord.com/developers/applications")
        .with_settings("DISCORD")
        .with_subject("webhook.id")
        .with_renewal(Renewal::ROTATING)
        .with_access_life(Duration::from_secs(7 * 24 * 3600))
        .with_revocation(Revocation::new("https://discord.com/api/oauth2/token/revoke"))
        .with_scopes(&[
            ScopeGroup::new(Purpose::IDENTIFY, &["identify"]),
            ScopeGroup::new(Purpose::PUBLISH, &["webhook.incoming"]),
        ]);
