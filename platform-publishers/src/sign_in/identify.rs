//! Whose account a token is: the platform's id, and what people know it by.

use http::Method;
use http::header::{AUTHORIZATION, HeaderName};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use social_core::auth::{Grant, SignIn};
use social_core::http::{EndpointBuilder, Repeat};
use social_core::{Account, AccountKey, Error, ErrorKind, Result};
use url::Url;

/// Where a platform says whose token it is: the address, the id, the label. Unconfirmed: those of
/// YouTube, TikTok, Reddit, Tumblr and Slack.
struct Whose {
    platform: &'static str,
    url: &'static str,
    id: &'static str,
    label: &'static str,
}

/// Stands for the address of the account's server.
const RESOURCE: &str = "{resource}";

const WHOSE: &[Whose] = &[
    Whose {
        platform: "instagram",
        url: "https://graph.instagram.com/v25.0/me?fields=user_id,username",
        id: "/user_id",
        label: "/username",
    },
    Whose {
        platform: "threads",
        url: "https://graph.threads.net/v1.0/me?fields=id,username",
        id: "/id",
        label: "/username",
    },
    Whose {
        platform: "youtube",
        url: "https://www.googleapis.com/youtube/v3/channels?part=snippet&mine=true",
        id: "/items/0/id",
        label: "/items/0/snippet/title",
    },
    Whose {
        platform: "google_business",
        url: "https://mybusinessaccountmanagement.googleapis.com/v1/accounts",
        id: "/accounts/0/name",
        label: "/accounts/0/accountName",
    },
    Whose {
        platform: "tiktok",
        url: "https://open.tiktokapis.com/v2/user/info/?fields=open_id,display_name",
        id: "/data/user/open_id",
        label: "/data/user/display_name",
    },
    Whose { platform: "x", url: "https://api.x.com/2/users/me", id: "/data/id", label: "/data/username" },
    Whose { platform: "linkedin", url: "https://api.linkedin.com/v2/userinfo", id: "/sub", label: "/name" },
    Whose { platform: "pinterest", url: "https://api.pinterest.com/v5/user_account", id: "/id", label: "/username" },
    Whose { platform: "mastodon", url: "{resource}/api/v1/accounts/verify_credentials", id: "/id", label: "/acct" },
    Whose { platform: "reddit", url: "https://oauth.reddit.com/api/v1/me", id: "/id", label: "/name" },
    Whose {
        platform: "tumblr",
        url: "https://api.tumblr.com/v2/user/info",
        id: "/response/user/name",
        label: "/response/user/name",
    },
    Whose { platform: "slack", url: "https://slack.com/api/auth.test", id: "/team_id", label: "/team" },
];

/// Asks a platform whose token it is. Where it has no address for that, the id that came with the
/// token counts.
///
/// A person of Facebook has pages, not one account: see [`meta_pages`](super::meta_pages).
///
/// # Errors
/// [`Unsupported`](ErrorKind::Unsupported) where neither is there; [`Protocol`](ErrorKind::Protocol)
/// for an answer without an id; the kinds of the HTTP path.
pub async fn identify(sign_in: &SignIn, grant: &Grant, endpoint: EndpointBuilder) -> Result<Account> {
    let platform = sign_in.platform;
    let whose = WHOSE.iter().find(|whose| whose.platform == platform && sign_in.name == platform);
    let Some(whose) = whose else {
        let id = grant.subject.clone().ok_or_else(|| {
            let message = format!("{} does not say whose token it is", sign_in.title);
            Error::unsupported("account", message).with_vendor(platform)
        })?;
        return Ok(AccountKey::new(platform, id).into());
    };
    let resource = grant.addresses.as_ref().and_then(|addresses| addresses.resource.as_deref()).unwrap_or_default();
    let url = Url::parse(&whose.url.replace(RESOURCE, resource))
        .map_err(|_| Error::invalid("instance", "the grant does not say on which server the account is"))?;
    let server = url.host_str().map(str::to_owned);
    let endpoint = endpoint.base_url(url.origin().ascii_serialization()).build()?;
    let call = endpoint.anonymous(Method::GET, url).operation("identify account").repeat(Repeat::Safe);
    let bearer = SecretString::from(format!("Bearer {}", grant.access.expose_secret()));
    let call = call.secret_header(AUTHORIZATION, &bearer).secret(&grant.access);
    let call = call.header(HeaderName::from_static("accept"), "application/json");
    let reply = call.send().await?;
    let body: Value = reply.json()?;
    let text = |pointer: &str| match body.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let id = text(whose.id).ok_or_else(|| {
        let message = format!("{} does not say whose token it is", sign_in.title);
        reply.describe(Error::new(ErrorKind::Protocol, message))
    })?;
    let label = text(whose.label).unwrap_or_else(|| id.clone());
    // Ids of a platform of many servers are each server's own.
    let id = match (whose.url.starts_with(RESOURCE), &server) {
        (true, Some(server)) => format!("{id}@{server}"),
        _ => id,
    };
    Ok(Account::new(AccountKey::new(platform, id), label))
}
