//! Connecting one account: away in the browser, back on this machine.

use std::process::Command;
use std::time::Duration;

use clap::Args;
use platform_publishers::bluesky::{self, Bluesky, Directory};
use platform_publishers::sign_in::{self, identify, meta_pages, register_mastodon};
use social_core::auth::{AuthorizationRequest, Authorized, Callback, Loopback, OAuth, OAuthApp, Purpose, SignIn};
use social_core::settings::Environment;
use social_core::{Account, AccountKey, Error, Result, Tenant};

use crate::book::{Book, find};

const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Args)]
pub(crate) struct Options {
    /// The platform: x, bluesky, instagram, instagram-facebook, facebook, threads, youtube, ...
    platform: String,
    /// What for: identify, publish, comments, insights, ...
    #[arg(long, default_value = "publish")]
    purpose: Vec<String>,
    /// For whom.
    #[arg(long, default_value = "default")]
    tenant: String,
    /// The handle (Bluesky) or the server (Mastodon).
    #[arg(long)]
    account: Option<String>,
    /// The port to come back to; the one that is registered with the platform.
    #[arg(long, default_value_t = 8017)]
    port: u16,
    /// Asks for the address that one came back to instead of listening for it.
    #[arg(long)]
    paste: bool,
}

pub(crate) async fn add(book: &Book, options: Options) -> Result<()> {
    let sign_in = find(&options.platform)?;
    let purposes = purposes(sign_in, &options.purpose)?;
    let tenant = Tenant::from(options.tenant.clone());
    let loopback = if options.paste { None } else { Some(Loopback::bind(options.port).await?) };
    let redirect = loopback.as_ref().map(|loopback| loopback.redirect_uri().to_owned());
    let redirect = redirect.unwrap_or_else(|| format!("http://127.0.0.1:{}/callback", options.port));
    let mut request = AuthorizationRequest::new(purposes.clone()).with_tenant(tenant.clone());
    let (oauth, found) = application(sign_in, &options, &purposes, &redirect).await?;
    if let Some((handle, did)) = &found {
        request = request.with_login_hint(handle).with_subject(did);
    }
    let away = oauth.authorize(&book.states, &request).await?;
    println!("Open this address and allow what it asks for:\n\n{}\n", away.url);
    let callback = match loopback {
        Some(loopback) => {
            open_browser(away.url.as_str());
            loopback.wait(PATIENCE).await?
        }
        None => Callback::parse(&ask("The address that you came back to")?)?,
    };
    let authorized = oauth.finish(&book.states, &tenant, &callback).await?;
    show(sign_in, &authorized);
    for account in accounts(sign_in, &authorized, found).await? {
        let Account { key, label, .. } = account.0;
        let account_key = key.with_tenant(tenant.clone());
        book.accounts.connect(Account::new(account_key.clone(), label), account.1).await?;
        println!("connected {account_key}");
    }
    Ok(())
}

fn purposes(sign_in: &SignIn, words: &[String]) -> Result<Vec<Purpose>> {
    let find = |word: &String| {
        sign_in.purpose(word).ok_or_else(|| {
            let known: Vec<_> = sign_in.purposes().into_iter().map(Purpose::as_str).collect();
            Error::config(format!("{} knows no purpose `{word}`; it knows {}", sign_in.title, known.join(", ")))
        })
    };
    words.iter().map(find).collect()
}

/// The application to ask with; for Bluesky also whose account it is.
async fn application(
    sign_in: &SignIn,
    options: &Options,
    purposes: &[Purpose],
    redirect: &str,
) -> Result<(OAuth, Option<(String, String)>)> {
    let named = |what: &str| {
        let message = format!("{} needs `--account`: {what}", sign_in.title);
        options.account.as_deref().ok_or_else(|| Error::config(message))
    };
    if sign_in.name == bluesky::SIGN_IN.name {
        let found = Directory::default().find(named("the handle")?, Bluesky::endpoint()).await?;
        let app = bluesky::loopback_app(redirect, &sign_in.scopes_for(purposes));
        let oauth = OAuth::new(sign_in, app, OAuth::endpoint(sign_in)).with_addresses(found.addresses);
        return Ok((oauth, Some((found.handle, found.did))));
    }
    if sign_in.name == sign_in::MASTODON.name {
        let endpoint = OAuth::endpoint(sign_in);
        let host = named("the server, for instance mastodon.social")?;
        let (app, addresses) =
            register_mastodon(host, "social-core connect", redirect, purposes, endpoint.clone(), None).await?;
        return Ok((OAuth::new(sign_in, app, endpoint).with_addresses(addresses), None));
    }
    let mut app = OAuthApp::from_settings(sign_in, &Environment)?;
    if app.redirect_uri.is_empty() || !options.paste {
        app = app.with_redirect(redirect);
    }
    Ok((OAuth::new(sign_in, app, OAuth::endpoint(sign_in)), None))
}

/// The accounts that one consent connects: several pages, or one.
async fn accounts(
    sign_in: &SignIn,
    authorized: &Authorized,
    found: Option<(String, String)>,
) -> Result<Vec<(Account, Authorized)>> {
    let grant = &authorized.grant;
    if let Some((handle, did)) = found {
        return Ok(vec![(Account::new(AccountKey::new(sign_in.platform, did), handle), authorized.clone())]);
    }
    let by_page = [sign_in::FACEBOOK.name, sign_in::INSTAGRAM_FACEBOOK.name].contains(&sign_in.name);
    if !by_page {
        let account = identify(sign_in, grant, OAuth::endpoint(sign_in)).await?;
        return Ok(vec![(account, authorized.clone())]);
    }
    let graph = OAuth::endpoint(sign_in).base_url("https://graph.facebook.com");
    let pages = meta_pages(graph, "v25.0", &grant.access).await?;
    for (what, why) in &pages.skipped {
        println!("skipped {what}: {why}");
    }
    let mut all = Vec::new();
    for page in pages.pages {
        let mut authorized = authorized.clone();
        authorized.grant.scopes = Some(pages.granted.clone());
        let account = match (sign_in.platform, page.instagram, page.token) {
            ("facebook", _, Some(token)) => {
                // A page's token does not end by time, and is not renewed.
                authorized.grant.access = token;
                authorized.grant.expires_at = None;
                Account::new(AccountKey::new("facebook", page.id), page.name)
            }
            ("instagram", Some((id, name)), _) => Account::new(AccountKey::new("instagram", id), name),
            _ => continue,
        };
        all.push((account, authorized));
    }
    Ok(all)
}

fn show(sign_in: &SignIn, authorized: &Authorized) {
    match &authorized.grant.scopes {
        Some(scopes) => println!("granted: {}", scopes.join(", ")),
        None => println!("{} does not say what was granted", sign_in.title),
    }
    if !authorized.missing.is_empty() {
        println!("missing: {}; connect again and allow them", authorized.missing.join(", "));
    }
}

/// Where no browser opens, the address stands in the terminal.
fn open_browser(address: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = Command::new(program).arg(address).stderr(std::process::Stdio::null()).spawn();
}

fn ask(what: &str) -> Result<String> {
    println!("{what}:");
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    read.map_err(|e| Error::config("nothing was typed in").with_source(e))?;
    Ok(line)
}
