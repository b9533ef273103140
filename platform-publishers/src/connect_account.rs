//! Publishers over connected accounts.

use std::sync::Arc;

use social_core::auth::{Accounts, ConnectedPublisher};
use social_core::catalogue::Parts;
use social_core::publish::Publisher;
use social_core::settings::{Environment, Settings};
use social_core::{AccountKey, Result};

use crate::catalogue;

/// Opens the publisher of a connected account: its tokens renew themselves, and it says when they
/// will not. Nothing is sent.
///
/// # Errors
/// [`NotFound`](social_core::ErrorKind::NotFound) for an account that was never connected;
/// [`Config`](social_core::ErrorKind::Config) for a platform that is not known;
/// [`Unsupported`](social_core::ErrorKind::Unsupported) for one without a publisher over connected
/// accounts; those of the store.
pub async fn connect_account(accounts: &Accounts, key: &AccountKey) -> Result<Arc<dyn Publisher>> {
    connect_account_with(accounts, key, &Environment, Parts::default()).await
}

/// As [`connect_account`], with settings of your own (addresses, a transport) and with what else a
/// publisher needs: a media host for platforms that fetch files themselves. The tenant is the
/// account's.
///
/// # Errors
/// As [`connect_account`].
pub async fn connect_account_with(
    accounts: &Accounts,
    key: &AccountKey,
    settings: &dyn Settings,
    parts: Parts,
) -> Result<Arc<dyn Publisher>> {
    let entry = catalogue().find(key.platform.as_str())?;
    let access = accounts.access_to(key).await?;
    let publisher = entry.open_account(settings, parts.with_tenant(key.tenant.clone()), access)?;
    Ok(Arc::new(ConnectedPublisher::new(publisher, accounts.clone(), key.clone())))
}

#[cfg(test)]
#[cfg(all(feature = "instagram", feature = "bluesky"))]
mod tests {
    //! Stands on a scripted Instagram.

    use std::sync::Arc;

    use http::{Method, StatusCode};
    use serde_json::json;
    use social_core::auth::*;
    use social_core::clock::Clock as _;
    use social_core::settings::{MapSettings, Wired};
    use social_core::testkit::{Answer, FixedClock, ScriptedVendor};
    use social_core::{Account, ErrorKind, Tenant};

    use super::*;
    use crate::sign_in::{DISCORD, FACEBOOK, INSTAGRAM, INSTAGRAM_FACEBOOK, MASTODON, TUMBLR, WORDPRESS};

    fn accounts(clock: &Arc<FixedClock>, vendor: &ScriptedVendor) -> Accounts {
        let app = || OAuthApp::new("app", "https://app.example/back").with_secret("test-secret");
        let oauth = |sign_in| {
            OAuth::new(sign_in, app(), OAuth::endpoint(sign_in).transport(vendor.transport()).clock(clock.clone()))
        };
        let accounts = Accounts::builder(Vault::new(MemoryTokens::new(), Unsealed)).clock(clock.clone());
        let all = [&INSTAGRAM, &INSTAGRAM_FACEBOOK, &FACEBOOK, &MASTODON, &TUMBLR, &DISCORD, &WORDPRESS];
        all.into_iter().fold(accounts, |accounts, sign_in| accounts.platform(oauth(sign_in))).build()
    }

    /// No settings; calls go to the scripted vendor.
    fn wired(clock: &Arc<FixedClock>, vendor: &ScriptedVendor) -> impl Settings + use<> {
        let (clock, transport) = (clock.clone(), vendor.transport());
        Wired::new(MapSettings::new(), move |endpoint| endpoint.transport(transport.clone()).clock(clock.clone()))
    }

    async fn connect(accounts: &Accounts, key: &AccountKey, sign_in: &SignIn, now: social_core::clock::Timestamp) {
        let mut grant = Grant::new(format!("token-of-{key}"), now)
            .with_expires_at(now + std::time::Duration::from_secs(60 * 24 * 3600))
            .with_scopes(sign_in.scopes_for(&[Purpose::PUBLISH]));
        grant.sign_in = (sign_in.name != sign_in.platform).then(|| sign_in.name.to_owned());
        let vault = accounts.vault();
        let connection = Connection::new(Account::new(key.clone(), "bakery"), grant, now);
        vault.save(&connection, None).await.unwrap();
    }

    #[tokio::test]
    async fn a_publisher_renews_its_token_and_tells_when_it_cannot() {
        let expired = json!({"error": {"code": 190, "error_subcode": 463, "message": "expired"}});
        let quota = json!({"data": [{"quota_usage": 1, "config": {"quota_total": 50, "quota_duration": 86400}}]});
        let vendor = ScriptedVendor::new()
            .respond(Method::GET, "/v25.0/17/content_publishing_limit", move |request| {
                match request.header("authorization") {
                    Some("Bearer token-2") => Answer::json(quota.clone()),
                    _ => Answer::json(expired.clone()).with_status(StatusCode::BAD_REQUEST),
                }
            })
            .respond(Method::GET, "/v25.0/17", |request| match request.header("authorization") {
                Some("Bearer token-2") => Answer::json(json!({"id": "17"})),
                _ => Answer::json(json!({"error": {"code": 190}})).with_status(StatusCode::BAD_REQUEST),
            })
            .on(
                Method::GET,
                "https://graph.instagram.com/refresh_access_token",
                Answer::json(json!({"access_token": "token-2", "expires_in": 5_184_000})),
            );
        let clock = Arc::new(FixedClock::default());
        let accounts = accounts(&clock, &vendor);
        let key = AccountKey::new("instagram", "17").with_tenant("bakery");
        connect(&accounts, &key, &INSTAGRAM, clock.now()).await;
        clock.advance(std::time::Duration::from_secs(2 * 24 * 3600));
        let settings = wired(&clock, &vendor);
        let publisher = connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap();
        assert_eq!(publisher.account().await.unwrap().key, key);
        assert_eq!(publisher.account().await.unwrap().label, "bakery");
        let placement = publisher.capabilities().placements.remove(0);
        publisher.limits(&placement).await.unwrap();
        assert!(publisher.readiness(clock.now()).await.unwrap().is_ready());

        accounts.disconnect(&key).await.unwrap();
        assert_eq!(publisher.limits(&placement).await.unwrap_err().kind(), ErrorKind::Auth);
        let readiness = publisher.readiness(clock.now()).await.unwrap();
        assert!(!readiness.is_ready());
        assert_eq!(readiness.findings[0].code, "disconnected");
    }

    #[tokio::test]
    async fn the_way_in_which_a_person_signed_in_decides_where_calls_go() {
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, |_| Answer::json(json!({"data": []})));
        let clock = Arc::new(FixedClock::default());
        let accounts = accounts(&clock, &vendor);
        let settings = wired(&clock, &vendor);
        for (id, sign_in, host) in
            [("1", &INSTAGRAM, "graph.instagram.com"), ("2", &INSTAGRAM_FACEBOOK, "graph.facebook.com")]
        {
            let key = AccountKey::new("instagram", id);
            connect(&accounts, &key, sign_in, clock.now()).await;
            let publisher = connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap();
            let placement = publisher.capabilities().placements.remove(0);
            publisher.limits(&placement).await.unwrap();
            assert_eq!(vendor.received().pop().unwrap().url.host_str(), Some(host));
        }
        // Connected, and without a publisher here.
        let key = AccountKey::new("tumblr", "1");
        connect(&accounts, &key, &TUMBLR, clock.now()).await;
        let error = connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let error = connect_account(&accounts, &AccountKey::new("instagram", "9")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    // Row 119 of the checklist: the ways in which Facebook and Mastodon are signed in to.
    #[cfg(all(feature = "facebook", feature = "mastodon"))]
    #[tokio::test]
    async fn pages_and_accounts_of_servers_are_opened_where_they_are() {
        let vendor = ScriptedVendor::new()
            .on(
                Method::GET,
                "https://social.example/api/v2/instance",
                Answer::json(json!({"domain": "social.example"})),
            )
            .on(
                Method::GET,
                "https://social.example/api/v1/accounts/verify_credentials",
                Answer::json(json!({"id": "17", "acct": "bakery"})),
            );
        let clock = Arc::new(FixedClock::default());
        let accounts = accounts(&clock, &vendor);
        let settings = wired(&clock, &vendor);
        let page = AccountKey::new("facebook", "100").with_tenant("bakery");
        connect(&accounts, &page, &FACEBOOK, clock.now()).await;
        let publisher = connect_account_with(&accounts, &page, &settings, Parts::default()).await.unwrap();
        assert_eq!(publisher.account().await.unwrap().key, page);

        let key = AccountKey::new("mastodon", "17@social.example").with_tenant("bakery");
        let mut grant = Grant::new("a", clock.now());
        grant.addresses = Some(MASTODON.addresses_at("social.example"));
        let connection = Connection::new(Account::new(key.clone(), "bakery"), grant, clock.now());
        accounts.vault().save(&connection, None).await.unwrap();
        let entry = catalogue().find("mastodon").unwrap();
        let access = accounts.access_to(&key).await.unwrap();
        let publisher = entry.open_account(&settings, Parts::default(), access).unwrap();
        assert_eq!(publisher.account().await.unwrap().key, key);
        assert_eq!(vendor.received().pop().unwrap().header("authorization"), Some("Bearer a"));
    }

    /// Signs a person in, as the platform answers, and returns the account's key.
    #[cfg(all(feature = "discord", feature = "wordpress"))]
    async fn signed_in(accounts: &Accounts, sign_in: &SignIn, vendor: &ScriptedVendor) -> AccountKey {
        let app = OAuthApp::new("app", "https://app.example/back").with_secret("test-secret");
        let oauth = OAuth::new(sign_in, app, OAuth::endpoint(sign_in).transport(vendor.transport()));
        let states = MemoryStates::new();
        let away = oauth.authorize(&states, &AuthorizationRequest::new([Purpose::PUBLISH])).await.unwrap();
        let state = away.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let back = Callback::parse(&format!("https://app.example/back?code=c&state={state}")).unwrap();
        let authorized = oauth.finish(&states, &Tenant::DEFAULT, &back).await.unwrap();
        let endpoint = OAuth::endpoint(sign_in).transport(vendor.transport());
        let account = crate::sign_in::identify(sign_in, &authorized.grant, endpoint).await.unwrap();
        let key = account.key.clone();
        accounts.connect(account, authorized).await.unwrap();
        key
    }

    // Row 119 of the checklist; the answers are invented after the documentation.
    #[cfg(all(feature = "discord", feature = "wordpress"))]
    #[tokio::test]
    async fn a_webhook_and_a_site_that_a_person_chose_are_published_to() {
        use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post};
        use social_core::run::Run;
        let webhook = "https://discord.com/api/webhooks/100000000000000001/webhook-token";
        let discord = json!({"access_token": "a", "refresh_token": "r", "expires_in": 604_800, "scope": "webhook.incoming",
            "webhook": {"id": "100000000000000001", "token": "webhook-token", "name": "Bakery", "url": webhook}});
        let wordpress = json!({"access_token": "b", "token_type": "bearer", "blog_id": "41",
            "blog_url": "https://bakery.wordpress.com", "scope": ""});
        let vendor = ScriptedVendor::new()
            .on(Method::POST, "https://discord.com/api/oauth2/token", Answer::json(discord))
            .on(Method::POST, "https://public-api.wordpress.com/oauth2/token", Answer::json(wordpress))
            .on(
                Method::POST,
                "/api/v10/webhooks/100000000000000001/webhook-token",
                Answer::json(json!({"id": "200000000000000001", "channel_id": "300000000000000001"})),
            )
            .respond_if(
                "site",
                |request| request.url.path().starts_with("/wp/v2/sites/41/"),
                |_| Answer::json(json!({"id": 1, "name": "baker", "capabilities": {"publish_posts": true}})),
            );
        let clock = Arc::new(FixedClock::default());
        let accounts = accounts(&clock, &vendor);
        let settings = wired(&clock, &vendor);
        let key = signed_in(&accounts, &DISCORD, &vendor).await;
        assert_eq!(key.to_string(), "default/discord/100000000000000001");
        let publisher = connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap();
        assert!(!format!("{publisher:?}").contains("webhook-token"), "{publisher:?}");
        let (run, post) = (Run::ephemeral(), Post::new("Bread").with_placement(Placement::MESSAGE));
        let ask = Ask::for_account(publisher.account().await.unwrap());
        let post = Approved::ask(&run, post, &ask, &AutoApprove::because("test")).await.unwrap();
        let receipt = publisher.publish(&run, &post.approved().unwrap()).await.unwrap();
        assert_eq!(receipt.account, key);

        let key = signed_in(&accounts, &WORDPRESS, &vendor).await;
        assert_eq!(key.to_string(), "default/wordpress/41");
        let away = vendor.received().into_iter().find(|sent| sent.url.path() == "/oauth2/token").unwrap();
        assert_eq!(away.form("client_secret").as_deref(), Some("test-secret"));
        let publisher = connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap();
        let _ = publisher.readiness(clock.now()).await;
        let asked = vendor.received().pop().unwrap();
        assert!(asked.url.path().starts_with("/wp/v2/sites/41/"), "{asked:?}");
        assert_eq!(asked.header("authorization"), Some("Bearer b"));
    }

    /// Resident memory in bytes, where the system tells.
    fn memory() -> Option<u64> {
        let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
        Some(pages * 4096)
    }

    // Row 130 of the checklist.
    #[tokio::test]
    async fn a_thousand_tenants_with_three_publishers_each_share_a_process() {
        let vendor = ScriptedVendor::new();
        let clock = Arc::new(FixedClock::default());
        let accounts = accounts(&clock, &vendor);
        let settings = wired(&clock, &vendor);
        let before = memory();
        let mut publishers = Vec::new();
        for tenant in 0..1000 {
            let tenant = Tenant::from(format!("tenant-{tenant}"));
            for id in 1..=3 {
                let key = AccountKey::new("instagram", id.to_string()).with_tenant(tenant.clone());
                connect(&accounts, &key, &INSTAGRAM, clock.now()).await;
                accounts.access(&key).await.unwrap();
                let parts = Parts::default();
                publishers.push(connect_account_with(&accounts, &key, &settings, parts).await.unwrap());
            }
        }
        assert_eq!(publishers.len(), 3000);
        if let (Some(before), Some(after)) = (before, memory()) {
            let each = after.saturating_sub(before) / 3000;
            println!("{each} bytes for each account with its publisher");
            assert!(each < 32 << 10, "{each}");
        }
    }
}
