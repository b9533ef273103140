//! Stands on requests that SDKs of platforms send (`shared/golden`: linkedin, google_oauth, x,
//! mastodon), on answers that were recorded or documented (`shared/cassettes/platforms`), and on
//! the museum's B10.

use std::sync::Arc;

use http::{Method, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use social_core::auth::*;
use social_core::clock::Clock as _;
use social_core::testkit::{Answer, FixedClock, Received, ScriptedVendor};
use social_core::{AccountKey, ErrorKind, Tenant};

use super::*;

const REDIRECT: &str = "https://app.example.test/cb";

/// What is sent for a code, and for the tokens after it.
async fn exchanges(sign_in: &SignIn, app: OAuthApp, answer: Value) -> Vec<Received> {
    let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| Answer::json(answer.clone()));
    let clock = Arc::new(FixedClock::default());
    let oauth = OAuth::new(sign_in, app, OAuth::endpoint(sign_in).transport(vendor.transport()).clock(clock.clone()));
    let states = MemoryStates::new();
    let away = oauth.authorize(&states, &AuthorizationRequest::new([Purpose::PUBLISH])).await.unwrap();
    let state = away.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let back = Callback::parse(&format!("{REDIRECT}?code=test-code&state={state}")).unwrap();
    let authorized = oauth.finish(&states, &Tenant::DEFAULT, &back).await.unwrap();
    let _ = oauth.refresh(&authorized.grant).await;
    vendor.received()
}

fn app() -> OAuthApp {
    OAuthApp::new("test-client", REDIRECT).with_secret("test-secret")
}

fn tokens() -> Value {
    json!({"access_token": "a", "refresh_token": "r", "expires_in": 3600, "token_type": "bearer"})
}

/// The fields of a form, without those that differ from run to run.
fn form(request: &Received) -> Vec<(String, String)> {
    let all = url::form_urlencoded::parse(&request.body).into_owned();
    let mut all: Vec<_> = all.filter(|(name, _)| name != "code_verifier").collect();
    all.sort();
    all
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    pairs.sort();
    pairs
}

// golden/linkedin/oauth_code_and_refresh.json
#[tokio::test]
async fn linkedin_is_asked_as_its_sdk_asks() {
    let sent = exchanges(&LINKEDIN, app(), tokens()).await;
    assert_eq!(sent[0].url.as_str(), "https://www.linkedin.com/oauth/v2/accessToken");
    let who = [("client_id", "test-client"), ("client_secret", "test-secret")];
    let code = [("grant_type", "authorization_code"), ("code", "test-code"), ("redirect_uri", REDIRECT)];
    assert_eq!(form(&sent[0]), pairs(&[&code[..], &who].concat()));
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "r")];
    assert_eq!(form(&sent[1]), pairs(&[&refresh[..], &who].concat()));
}

// golden/google_oauth/refresh_token.json; the scope may be left out (RFC 6749, section 6).
#[tokio::test]
async fn google_is_asked_as_its_sdk_asks() {
    let sent = exchanges(&YOUTUBE, app(), tokens()).await;
    assert_eq!(sent[1].url.as_str(), "https://oauth2.googleapis.com/token");
    assert_eq!(
        form(&sent[1]),
        pairs(&[
            ("grant_type", "refresh_token"),
            ("client_id", "test-client"),
            ("client_secret", "test-secret"),
            ("refresh_token", "r"),
        ])
    );
}

// golden/x/xdk_oauth2_code_and_refresh_public.json,
// golden/x/tweepy_oauth2_pkce_code_and_refresh.json
#[tokio::test]
async fn x_is_asked_as_its_sdks_ask() {
    let sent = exchanges(&X, OAuthApp::new("test-client", REDIRECT), tokens()).await;
    assert_eq!(sent[0].url.as_str(), "https://api.x.com/2/oauth2/token");
    let code = [
        ("grant_type", "authorization_code"),
        ("code", "test-code"),
        ("redirect_uri", REDIRECT),
        ("client_id", "test-client"),
    ];
    assert_eq!(form(&sent[0]), pairs(&code));
    assert!(sent[0].form("code_verifier").is_some());
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "r"), ("client_id", "test-client")];
    assert_eq!(form(&sent[1]), pairs(&refresh));
    let sent = exchanges(&X, app(), tokens()).await;
    assert_eq!(sent[1].header("authorization"), Some("Basic dGVzdC1jbGllbnQ6dGVzdC1zZWNyZXQ="));
}

// cassettes/platforms/tiktok/oauth-token.json, pinterest/oauth-token.json
#[tokio::test]
async fn tiktok_and_pinterest_are_asked_as_they_document_it() {
    let sent = exchanges(&TIKTOK, app(), tokens()).await;
    let refresh = [
        ("client_key", "test-client"),
        ("client_secret", "test-secret"),
        ("grant_type", "refresh_token"),
        ("refresh_token", "r"),
    ];
    assert_eq!(sent[1].url.as_str(), "https://open.tiktokapis.com/v2/oauth/token/");
    assert_eq!(form(&sent[1]), pairs(&refresh));
    let sent = exchanges(&PINTEREST, app(), tokens()).await;
    assert_eq!(form(&sent[1]), pairs(&[("grant_type", "refresh_token"), ("refresh_token", "r")]));
    assert!(sent[1].header("authorization").is_some_and(|value| value.starts_with("Basic ")));
}

// cassettes/platforms/facebook/long-lived-token.json, threads/*token*.json,
// instagram/refresh-token.json
#[tokio::test]
async fn meta_s_short_tokens_become_long_lived_ones() {
    for (sign_in, exchange, swap, renew) in [
        (
            &FACEBOOK,
            "GET https://graph.facebook.com/v25.0/oauth/access_token",
            "https://graph.facebook.com/v25.0/oauth/access_token?grant_type=fb_exchange_token&client_id=test-client\
             &client_secret=test-secret&fb_exchange_token=a",
            "https://graph.facebook.com/v25.0/oauth/access_token?grant_type=fb_exchange_token&client_id=test-client\
             &client_secret=test-secret&fb_exchange_token=a",
        ),
        (
            &INSTAGRAM,
            "POST https://api.instagram.com/oauth/access_token",
            "https://graph.instagram.com/access_token?grant_type=ig_exchange_token&client_secret=test-secret&access_token=a",
            "https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token=a",
        ),
        (
            &THREADS,
            "POST https://graph.threads.net/oauth/access_token",
            "https://graph.threads.net/access_token?grant_type=th_exchange_token&client_secret=test-secret&access_token=a",
            "https://graph.threads.net/refresh_access_token?grant_type=th_refresh_token&access_token=a",
        ),
    ] {
        let sent = exchanges(sign_in, app(), tokens()).await;
        let mut first = sent[0].url.clone();
        first.set_query(None);
        assert_eq!(format!("{} {first}", sent[0].method), exchange);
        assert_eq!((sent[1].url.as_str(), sent[2].url.as_str()), (swap, renew));
    }
}

// golden/mastodon/app_register_and_code_exchange.json
#[tokio::test]
async fn an_application_is_registered_on_each_server_of_mastodon() {
    let registered = json!({"id": "1", "client_id": "id-of-this-server", "client_secret": "secret-of-this-server"});
    let vendor = ScriptedVendor::new()
        .on(Method::POST, "https://mastodon.example.test/api/v1/apps", Answer::json(registered))
        .on(
            Method::POST,
            "https://mastodon.example.test/oauth/token",
            Answer::json(json!({"access_token": "a", "scope": "read write"})),
        )
        .on(Method::POST, "https://mastodon.example.test/oauth/revoke", Answer::json(json!({})));
    let endpoint = || OAuth::endpoint(&MASTODON).transport(vendor.transport());
    let purposes = [Purpose::PUBLISH];
    let (app, addresses) =
        register_mastodon("mastodon.example.test", "App", REDIRECT, &purposes, endpoint(), None).await.unwrap();
    let sent = vendor.received().remove(0);
    let scopes = "read:accounts read:statuses write:statuses write:media";
    assert_eq!(form(&sent), pairs(&[("client_name", "App"), ("redirect_uris", REDIRECT), ("scopes", scopes)]));

    // The application goes with the account: settings of another one renew and revoke it all the
    // same.
    let oauth = OAuth::new(&MASTODON, app, endpoint()).with_addresses(addresses);
    let states = MemoryStates::new();
    let away = oauth.authorize(&states, &AuthorizationRequest::new(purposes)).await.unwrap();
    assert_eq!(away.url.host_str(), Some("mastodon.example.test"));
    let state = away.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let back = Callback::parse(&format!("{REDIRECT}?code=c&state={state}")).unwrap();
    let authorized = oauth.finish(&states, &Tenant::DEFAULT, &back).await.unwrap();
    assert!(authorized.missing.is_empty(), "a wide scope covers narrow ones: {:?}", authorized.missing);
    let other = OAuth::new(&MASTODON, OAuthApp::new("other", REDIRECT), endpoint());
    other.revoke(&authorized.grant).await.unwrap();
    assert_eq!(vendor.received().pop().unwrap().form("client_id").as_deref(), Some("id-of-this-server"));

    for host in ["", "localhost", "https://mastodon.social", "a/b.c", "user@host.example"] {
        let error = register_mastodon(host, "App", REDIRECT, &purposes, endpoint(), None).await.unwrap_err();
        assert_eq!(error.field(), Some("instance"), "{host}");
    }
}

// Museum B10.
#[tokio::test]
async fn b10_pages_of_a_business_are_found_and_what_is_skipped_is_told() {
    let page = |id: &str, token: Option<&str>| {
        let mut page = json!({"id": id, "name": format!("Page {id}")});
        if let Some(token) = token {
            page["access_token"] = token.into();
            page["instagram_business_account"] = json!({"id": format!("1784{id}"), "username": format!("ig{id}")});
        }
        page
    };
    let (one, two, three) = (page("1", Some("t-1")), page("2", Some("t-2")), page("3", None));
    let own = move |request: &Received| match request.query("after").as_deref() {
        None => Answer::json(json!({"data": [one.clone()], "paging": {"cursors": {"after": "c1"},
            "next": "https://graph.facebook.com/next?access_token=leak"}})),
        Some("c1") => Answer::json(json!({"data": [two.clone()], "paging": {"cursors": {"after": "c2"}}})),
        Some(other) => panic!("{other}"),
    };
    let permissions = json!({"data": [{"permission": "pages_show_list", "status": "granted"},
                                      {"permission": "pages_manage_posts", "status": "declined"}]});
    let denied = Answer::json(json!({"error": {"code": 200, "message": "no"}})).with_status(StatusCode::FORBIDDEN);
    let vendor = ScriptedVendor::new()
        .on(Method::GET, "/v25.0/me/permissions", Answer::json(permissions))
        .respond(Method::GET, "/v25.0/me/accounts", own)
        .on(Method::GET, "/v25.0/me/businesses", Answer::json(json!({"data": [{"id": "b", "name": "Bakery Ltd"}]})))
        .on(Method::GET, "/v25.0/b/owned_pages", Answer::json(json!({"data": [page("2", Some("t-2")), three]})))
        .on(Method::GET, "/v25.0/b/client_pages", denied.clone());
    let endpoint =
        || social_core::http::Endpoint::builder("facebook", "https://graph.facebook.com").transport(vendor.transport());
    let found = meta_pages(endpoint(), "v25.0", &"user-token".into()).await.unwrap();
    let ids: Vec<_> = found.pages.iter().map(|page| page.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3"], "merged, each once");
    assert_eq!(found.pages[1].business.as_deref(), Some("Bakery Ltd"));
    assert_eq!(found.pages[0].instagram, Some(("17841".to_owned(), "ig1".to_owned())));
    assert_eq!(found.pages[0].token.as_ref().unwrap().expose_secret(), "t-1");
    assert_eq!(found.granted, ["pages_show_list"]);
    let skipped: Vec<_> = found.skipped.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(skipped, ["b/client_pages", "Page 3"]);
    assert!(!format!("{found:?}").contains("t-1"));

    let vendor = vendor.on(Method::GET, "/v25.0/me/businesses", denied);
    let endpoint =
        social_core::http::Endpoint::builder("facebook", "https://graph.facebook.com").transport(vendor.transport());
    let found = meta_pages(endpoint, "v25.0", &"user-token".into()).await.unwrap();
    assert!(found.skipped[0].1.contains("business_management"), "{:?}", found.skipped);
}

// cassettes/platforms/facebook/debug-token.json; the refusals' codes are those of the contract.
#[tokio::test]
async fn meta_says_whether_a_token_works_and_why_not() {
    let now: social_core::clock::Timestamp = "2026-11-29T00:00:00Z".parse().unwrap();
    let look = async |data: Value| {
        let vendor = ScriptedVendor::new().on(Method::GET, "/v25.0/debug_token", Answer::json(json!({ "data": data })));
        let graph = social_core::http::Endpoint::builder("facebook", "https://graph.facebook.com");
        let graph = graph.transport(vendor.transport());
        let token = meta_token(graph, "v25.0", "app", &"test-secret".into(), &"page-token".into()).await.unwrap();
        let asked = vendor.received().remove(0);
        assert_eq!(asked.header("authorization"), Some("Bearer app|test-secret"));
        assert_eq!(asked.query("input_token").as_deref(), Some("page-token"));
        token
    };
    let scopes = ["pages_manage_posts", "pages_read_engagement", "pages_show_list"];
    let page = json!({"type": "PAGE", "is_valid": true, "scopes": scopes, "expires_at": 0,
        "data_access_expires_at": (now + std::time::Duration::from_secs(3600)).as_second()});
    let well = look(page.clone()).await;
    assert_eq!((well.expires_at, well.issue), (None, None));
    assert_eq!(well.findings(now), []);
    let later = well.findings(now + std::time::Duration::from_secs(7200));
    assert_eq!(later.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["expired"]);

    for (code, subcode, issue) in [
        (190, json!(460), ConnectionIssue::PasswordChanged),
        (190, json!(492), ConnectionIssue::RoleLost),
        (190, json!(999), ConnectionIssue::Revoked),
        (190, Value::Null, ConnectionIssue::Revoked),
    ] {
        let mut dead = page.clone();
        dead["is_valid"] = false.into();
        dead["error"] = json!({"code": code, "subcode": subcode, "message": "whatever"});
        let dead = look(dead).await;
        assert_eq!(dead.issue, Some(issue));
        assert!(dead.findings(now)[0].message.contains(issue.advice()), "{dead:?}");
    }

    let Some(recorded) = crate::fake::shared("cassettes/platforms/facebook/debug-token.json") else { return };
    let user = look(recorded["response"]["body"]["data"].clone()).await;
    assert_eq!((user.is_valid, user.kind.as_str()), (true, "USER"));
    assert_eq!(user.expires_at.unwrap().as_second(), 1_577_347_200);
    let codes: Vec<_> = user.findings(now).into_iter().map(|finding| finding.code.as_str().to_owned()).collect();
    assert_eq!(codes, ["invalid", "expired", "expired", "scope_missing"]);
}

// Row 126 of the checklist; invented after the field names of the specification.
#[tokio::test]
async fn ad_accounts_are_found_and_a_closed_one_is_told() {
    let account = |id: &str, status: i64| json!({"id": id, "name": "41", "currency": "EUR", "account_status": status});
    let list = json!({"data": [account("act_1", 1), account("act_2", 101)]});
    let vendor = ScriptedVendor::new().on(Method::GET, "/v25.0/me/adaccounts", Answer::json(list));
    let graph = social_core::http::Endpoint::builder("facebook", "https://graph.facebook.com");
    let found = meta_ad_accounts(graph.transport(vendor.transport()), "v25.0", &"user-token".into()).await.unwrap();
    let found: Vec<_> = found.iter().map(|account| (account.id.as_str(), account.is_active)).collect();
    assert_eq!(found, [("act_1", true), ("act_2", false)]);
}

#[tokio::test]
async fn a_platform_says_whose_token_it_is() {
    let vendor = ScriptedVendor::new()
        .on(
            Method::GET,
            "https://api.x.com/2/users/me",
            Answer::json(json!({"data": {"id": "12345678901234567890", "username": "bakery"}})),
        )
        .on(Method::GET, "https://api.linkedin.com/v2/userinfo", Answer::json(json!({})))
        .on(
            Method::GET,
            "https://social.example/api/v1/accounts/verify_credentials",
            Answer::json(json!({"id": "17", "acct": "bakery", "url": "https://social.example/@bakery"})),
        );
    let endpoint = || social_core::http::Endpoint::builder("p", "https://p.example").transport(vendor.transport());
    let now = FixedClock::default().now();
    let account = identify(&X, &Grant::new("a", now), endpoint()).await.unwrap();
    assert_eq!((account.key.id.as_str(), account.label.as_str()), ("12345678901234567890", "bakery"));
    assert_eq!(vendor.received()[0].header("authorization"), Some("Bearer a"));
    let error = identify(&LINKEDIN, &Grant::new("a", now), endpoint()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let mut grant = Grant::new("a", now);
    grant.addresses = Some(MASTODON.addresses_at("social.example"));
    let account = identify(&MASTODON, &grant, endpoint()).await.unwrap();
    assert_eq!(account.key.id.as_str(), "17@social.example");
    let mut grant = Grant::new("a", now);
    assert_eq!(identify(&DISCORD, &grant, endpoint()).await.unwrap_err().kind(), ErrorKind::Unsupported);
    grant.subject = Some("webhook-1".into());
    assert_eq!(identify(&DISCORD, &grant, endpoint()).await.unwrap().key, AccountKey::new("discord", "webhook-1"));
}

#[test]
fn every_record_is_whole() {
    for sign_in in sign_ins() {
        let name = sign_in.name;
        for url in [sign_in.authorize_url, sign_in.token_url] {
            assert!(url.starts_with("https://"), "{name}: {url}");
        }
        assert!(!sign_in.console.is_empty() && !sign_in.settings.is_empty(), "{name}");
        // WordPress.com grants one site whole where no scope is asked for.
        let scopes = sign_in.scopes_for(&[Purpose::PUBLISH]);
        assert_eq!(scopes.is_empty(), name == WORDPRESS.name, "{name} says what publishing needs");
        let covered: Vec<_> = sign_in.purposes();
        assert!(covered.contains(&Purpose::IDENTIFY), "{name}");
        for group in sign_in.scopes {
            assert!(group.scopes.iter().all(|scope| !scope.contains([' ', ','])), "{name}: {:?}", group.scopes);
        }
        assert!(sign_ins().iter().filter(|other| other.name == name).count() == 1, "{name} is there once");
    }
    // Museum B9: uploads of X need a scope of their own.
    assert!(X.scopes_for(&[Purpose::PUBLISH]).contains(&"media.write"));
}
