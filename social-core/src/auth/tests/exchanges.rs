//! Deviations as data, against requests that SDKs of platforms send (`shared/golden`) and answers
//! that were recorded or documented (`shared/cassettes/platforms`).

use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::*;
use crate::testkit::Received;

async fn exchange(sign_in: &SignIn, app: OAuthApp, answer: Value) -> (Received, Grant) {
    let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| Answer::json(answer.clone()));
    let clock = Arc::new(FixedClock::default());
    let oauth = OAuth::new(sign_in, app, OAuth::endpoint(sign_in).transport(vendor.transport()).clock(clock));
    let states = MemoryStates::new();
    let away = oauth.authorize(&states, &AuthorizationRequest::default()).await.unwrap();
    let authorized = oauth.finish(&states, &Tenant::DEFAULT, &come_back(&away)).await.unwrap();
    (vendor.received()[0].clone(), authorized.grant)
}

fn fields(request: &Received) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&request.body).into_owned().collect()
}

fn names(request: &Received) -> Vec<String> {
    let mut names: Vec<_> = fields(request).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

fn plain() -> Value {
    json!({"access_token": "access-1", "token_type": "bearer", "expires_in": 60})
}

const BASE: SignIn = SignIn::new("p", "P", "https://p.example/authorize", "https://p.example/token");

#[tokio::test]
async fn an_application_proves_itself_where_the_platform_wants_it() {
    // After golden/x (tweepy): `Basic` with id and secret, neither in the body.
    let (sent, _) = exchange(&BASE.with_client_auth(ClientAuth::Basic), app(), plain()).await;
    assert_eq!(sent.header("authorization"), Some("Basic dGVzdC1jbGllbnQ6dGVzdC1zZWNyZXQ="));
    assert_eq!(names(&sent), ["code", "code_verifier", "grant_type", "redirect_uri"]);
    // After golden/x (xdk), a client without a secret.
    let public = OAuthApp::new("test-client", REDIRECT);
    let (sent, _) = exchange(&BASE.with_client_auth(ClientAuth::Basic), public.clone(), plain()).await;
    assert_eq!(sent.header("authorization"), None);
    assert_eq!(names(&sent), ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"]);
    // Reddit: an empty password.
    let (sent, _) = exchange(&BASE.with_client_auth(ClientAuth::BasicAlways), public, plain()).await;
    assert_eq!(sent.header("authorization"), Some("Basic dGVzdC1jbGllbnQ6"));
    // After golden/linkedin: all in the body, no PKCE.
    let (sent, _) = exchange(&BASE.with_pkce(Pkce::Unsupported), app(), plain()).await;
    assert_eq!(names(&sent), ["client_id", "client_secret", "code", "grant_type", "redirect_uri"]);
    // After cassettes/platforms/tiktok: another name.
    let (sent, _) = exchange(&BASE.with_client_id_name("client_key"), app(), plain()).await;
    assert_eq!(sent.form("client_key").as_deref(), Some("test-client"));
    assert_eq!(sent.form("client_id"), None);
    // JSON.
    let (sent, _) = exchange(&BASE.with_body(BodyFormat::Json), app(), plain()).await;
    assert_eq!((&sent.json()["code"], &sent.json()["client_secret"]), (&json!("test-code"), &json!("test-secret")));
    // Facebook: a query.
    let (sent, _) = exchange(&BASE.with_body(BodyFormat::Query), app(), plain()).await;
    assert_eq!((&sent.method, sent.body.len()), (&Method::GET, 0));
    assert_eq!(sent.query("client_secret").as_deref(), Some("test-secret"));
    // What RFC 6749, section 2.3.1, says about characters.
    let strange = OAuthApp::new("a:b", REDIRECT).with_secret("c d%");
    let (sent, _) = exchange(&BASE.with_client_auth(ClientAuth::Basic), strange, plain()).await;
    assert_eq!(sent.header("authorization"), Some("Basic YSUzQWI6YytkJTI1"));
}

#[tokio::test]
async fn answers_are_read_in_the_shapes_in_which_they_come() {
    let clock = FixedClock::default();
    let subject = |path| BASE.with_subject(path);
    // TikTok, documented.
    let body = json!({"access_token": "act.1", "expires_in": 86400, "open_id": "afd97af1", "refresh_expires_in": 31536000,
        "refresh_token": "rft.1", "scope": "user.info.basic,video.publish", "token_type": "Bearer"});
    let (_, grant) = exchange(&subject("open_id"), app(), body).await;
    assert_eq!(grant.subject.as_deref(), Some("afd97af1"));
    assert_eq!(grant.refresh_expires_at, Some(clock.now() + 365 * DAY));
    assert_eq!(grant.scopes.unwrap(), ["user.info.basic", "video.publish"]);
    // Pinterest, documented.
    let body = json!({"access_token": "pina.1", "refresh_token": "pinr.1", "response_type": "refresh_token",
        "token_type": "bearer", "expires_in": 2592000, "refresh_token_expires_in": 31536000,
        "scope": "boards:read boards:write"});
    let (_, grant) = exchange(&BASE, app(), body).await;
    assert_eq!(grant.expires_at, Some(clock.now() + 30 * DAY));
    assert_eq!(grant.scopes.unwrap(), ["boards:read", "boards:write"]);
    // Google through python-youtube, recorded: scopes as a list.
    let body = json!({"access_token": "a", "expires_in": 3599, "refresh_token": "r", "scope": ["https://a", "https://b"],
        "token_type": "Bearer", "expires_at": 1640180492.4104881});
    let (_, grant) = exchange(&BASE, app(), body).await;
    assert_eq!(grant.scopes.unwrap(), ["https://a", "https://b"]);
    assert_eq!(grant.expires_at, Some(clock.now() + Duration::from_secs(3599)));
    // Threads, recorded: a number as the account, no life.
    let body = json!({"access_token": "THQVJ...", "user_id": 12_345_678_901_234_567_u64});
    let (_, grant) = exchange(&subject("user_id").with_access_life(HOUR), app(), body).await;
    assert_eq!(grant.subject.as_deref(), Some("12345678901234567"));
    assert_eq!(grant.expires_at, Some(clock.now() + HOUR));
    // Instagram Login, documented: wrapped, scopes under another name.
    let body =
        json!({"data": [{"access_token": "EAAC", "user_id": "1020", "permissions": "instagram_business_basic"}]});
    let (_, grant) = exchange(&subject("user_id"), app(), body).await;
    assert_eq!((grant.subject.as_deref(), grant.expires_at), (Some("1020"), None));
    assert_eq!(grant.scopes.unwrap(), ["instagram_business_basic"]);
    // Slack, documented: a bot's token, the workspace beside it.
    let body =
        json!({"ok": true, "access_token": "xoxb-1", "scope": "chat:write", "team": {"id": "T1", "name": "Bakery"}});
    let (_, grant) = exchange(&subject("team.id"), app(), body).await;
    assert_eq!(grant.subject.as_deref(), Some("T1"));
    assert_eq!(grant.detail("team.name"), Some(&json!("Bakery")));
    // Lives as text, and lives that do not end.
    let (_, grant) = exchange(&BASE, app(), json!({"access_token": "a", "expires_in": "3600"})).await;
    assert_eq!(grant.expires_at, Some(clock.now() + HOUR));
    let (_, grant) = exchange(&BASE, app(), json!({"access_token": "a", "expires_in": 0})).await;
    assert_eq!(grant.expires_at, None);
}

#[tokio::test]
async fn an_answer_without_a_token_is_a_refusal_whatever_its_status() {
    for (body, kind, code) in [
        // Slack.
        (json!({"ok": false, "error": "invalid_code"}), ErrorKind::Protocol, Some("invalid_code")),
        (
            json!({"error": "invalid_grant", "error_description": "x", "log_id": "1"}),
            ErrorKind::Auth,
            Some("invalid_grant"),
        ),
        (json!({"access_token": ""}), ErrorKind::Protocol, None),
        (json!([]), ErrorKind::Protocol, None),
    ] {
        let vendor = ScriptedVendor::new().on(Method::POST, "/token", Answer::json(body.clone()));
        let scene = Scene::new(&ROTATING, vendor.transport());
        let grant = Grant::new("access-1", scene.now()).with_refresh("refresh-1");
        let error = scene.oauth.refresh(&grant).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, code), "{body}: {error:?}");
        assert_eq!(error.body(), None, "an answer with tokens is quoted nowhere");
    }
}

/// Instagram Login: a code, a short-lived token, a long-lived one that renews itself.
const INSTAGRAM: SignIn = SignIn::new(
    "instagram",
    "Instagram",
    "https://www.instagram.com/oauth/authorize",
    "https://api.instagram.com/oauth/access_token",
)
.with_pkce(Pkce::Unsupported)
.with_scope_separator(",")
.with_subject("user_id")
.with_long_lived(
    TokenSwap::new("https://graph.instagram.com/access_token", "ig_exchange_token", "access_token")
        .with_client_secret(),
)
.with_renewal(Renewal::Swap(
    TokenSwap::new("https://graph.instagram.com/refresh_access_token", "ig_refresh_token", "access_token")
        .with_earliest(DAY),
));

fn instagram() -> ScriptedVendor {
    ScriptedVendor::new()
        .on(
            Method::POST,
            "https://api.instagram.com/oauth/access_token",
            Answer::json(json!({"access_token": "short-lived", "user_id": 17841})),
        )
        .on(
            Method::GET,
            "https://graph.instagram.com/access_token",
            Answer::json(json!({"access_token": "long-lived-1", "token_type": "bearer", "expires_in": 5_184_000})),
        )
        // cassettes/platforms/instagram/refresh-token.json
        .on(
            Method::GET,
            "https://graph.instagram.com/refresh_access_token",
            Answer::json(json!({"access_token": "long-lived-2", "token_type": "bearer", "expires_in": 5_184_000,
                "permissions": "instagram_business_basic,instagram_business_content_publish"})),
        )
}

// Museum B7.
#[tokio::test]
async fn b7_what_is_stored_is_the_long_lived_token_and_a_store_says_whether_it_persists() {
    let vendor = instagram();
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::new(FileTokens::open(home.path()).unwrap(), Unsealed);
    let scene = Scene::with(&INSTAGRAM, vendor.transport(), vault, RenewalSettings::default());
    scene.connect().await;
    let ConnectionChange::Connected { persists, .. } = scene.changes().remove(0) else { panic!("not connected") };
    assert!(persists && !Vault::new(MemoryTokens::new(), Unsealed).persists());
    // A restart: another program over the same directory.
    let vault = Vault::new(FileTokens::open(home.path()).unwrap(), Unsealed);
    let restarted = Scene::with(&INSTAGRAM, vendor.transport(), vault, RenewalSettings::default());
    assert_eq!(restarted.access().await.unwrap(), "long-lived-1");
    let swap = &vendor.received()[1];
    for (name, value) in
        [("grant_type", "ig_exchange_token"), ("client_secret", "test-secret"), ("access_token", "short-lived")]
    {
        assert_eq!(swap.query(name).as_deref(), Some(value));
    }
    assert_eq!(swap.query("client_id"), None);
}

// Museum B8.
#[tokio::test]
async fn b8_a_token_that_renews_itself_is_renewed_inside_its_window() {
    let vendor = instagram();
    let scene = Scene::new(&INSTAGRAM, vendor.transport());
    scene.connect().await;
    let renewals = || vendor.calls(&Method::GET, "https://graph.instagram.com/refresh_access_token");
    // Younger than a day: refused here, not there.
    let error = scene.accounts.refresh(&scene.key).await.unwrap_err();
    assert_eq!((error.code(), renewals()), (Some("too_young"), 0));
    assert_eq!(scene.access().await.unwrap(), "long-lived-1", "and the token still works");
    // 7 days before its end it is due.
    scene.clock.advance(53 * DAY - HOUR);
    assert!(scene.accounts.due_for_refresh(None).await.unwrap().is_empty());
    scene.clock.advance(2 * HOUR);
    assert_eq!(scene.accounts.due_for_refresh(None).await.unwrap(), std::slice::from_ref(&scene.key));
    let done = scene.accounts.refresh_due(None).await.unwrap();
    assert!(done[0].1.is_ok() && renewals() == 1);
    assert_eq!(scene.access().await.unwrap(), "long-lived-2");
    let sent = vendor.received().pop().unwrap();
    assert_eq!(sent.query("grant_type").as_deref(), Some("ig_refresh_token"));
    assert_eq!(sent.query("access_token").as_deref(), Some("long-lived-1"));
    assert_eq!(sent.query("client_secret"), None);
    let grant = scene.accounts.connection(&scene.key).await.unwrap().grant.unwrap();
    assert_eq!(grant.expires_at, Some(scene.now() + 60 * DAY));
    assert_eq!(grant.subject.as_deref(), Some("17841"), "what the answer left out is kept");
    assert_eq!(grant.access.expose_secret(), "long-lived-2");
}

#[tokio::test]
async fn a_grant_is_taken_back_as_the_platform_wants_it() {
    for (style, method) in [
        (RevocationStyle::Form, Method::POST),
        (RevocationStyle::TokenAlone, Method::POST),
        (RevocationStyle::Delete, Method::DELETE),
        (RevocationStyle::Bearer, Method::POST),
    ] {
        let revocation = Revocation::new("https://api.board.example/revoke").with_style(style);
        let vendor = ScriptedVendor::new().on(method.clone(), "/revoke", Answer::json(json!({})));
        let scene = Scene::new(&ROTATING.with_revocation(revocation), vendor.transport());
        scene.connect_with(Grant::new("access-1", scene.now()).with_refresh("refresh-1")).await;
        assert!(scene.accounts.revoke(&scene.key).await.unwrap().at_platform);
        let sent = vendor.received().remove(0);
        match style {
            RevocationStyle::Form => assert_eq!(names(&sent), ["client_id", "client_secret", "token"]),
            RevocationStyle::TokenAlone => assert_eq!(fields(&sent), [("token".into(), "refresh-1".into())]),
            _ => assert_eq!(sent.header("authorization"), Some("Bearer access-1")),
        }
        assert_eq!(scene.access().await.unwrap_err().code(), Some("disconnected"));
        assert_eq!(scene.changes().pop(), Some(ConnectionChange::Revoked { at_platform: true }));
    }
    // Where the platform offers no way, the account is disconnected here, and that is said.
    let mut sign_in = ROTATING;
    sign_in.revocation = None;
    let scene = Scene::new(&sign_in, ScriptedVendor::new().transport());
    scene.connect_with(Grant::new("access-1", scene.now())).await;
    assert!(!scene.accounts.revoke(&scene.key).await.unwrap().at_platform);
    assert!(scene.accounts.connection(&scene.key).await.unwrap().grant.is_none());
    // A platform that is down: the tokens are kept, so that it can be tried again.
    let vendor = ScriptedVendor::new().on(Method::POST, "/revoke", json_error(503, "server_error"));
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect_with(Grant::new("access-1", scene.now())).await;
    assert_eq!(scene.accounts.revoke(&scene.key).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(scene.accounts.connection(&scene.key).await.unwrap().grant.is_some());
}
