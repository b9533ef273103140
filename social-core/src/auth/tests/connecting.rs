//! Away and back.

use secrecy::ExposeSecret as _;

use super::*;
use crate::error::Error;

fn parameter(away: &Authorization, name: &str) -> Option<String> {
    away.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_person_is_sent_away_and_the_code_is_exchanged() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    let states = MemoryStates::new();
    let request = AuthorizationRequest::new([Purpose::PUBLISH, Purpose::INSIGHTS])
        .with_tenant("bakery")
        .with_login_hint("alice")
        .with_return_to("/settings/accounts");
    let away = scene.oauth.authorize(&states, &request).await.unwrap();
    assert!(away.url.as_str().starts_with("https://board.example/authorize?"), "{}", away.url);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "test-client"),
        ("redirect_uri", REDIRECT),
        ("scope", "write media numbers"),
        ("login_hint", "alice"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(parameter(&away, name).as_deref(), Some(value));
    }
    assert_eq!(away.expires_at, scene.now() + STATE_LIFE);

    let back = come_back(&away);
    let authorized = scene.oauth.finish(&states, &"bakery".into(), &back).await.unwrap();
    assert_eq!(authorized.grant.access.expose_secret(), "access-1");
    assert_eq!(authorized.grant.expires_at, Some(scene.now() + 2 * HOUR));
    assert_eq!(authorized.grant.subject.as_deref(), Some("4711"));
    assert_eq!(authorized.return_to.as_deref(), Some("/settings/accounts"));
    let sent = &vendor.received()[0];
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "test-code"),
        ("redirect_uri", REDIRECT),
        ("client_id", "test-client"),
        ("client_secret", "test-secret"),
    ] {
        assert_eq!(sent.form(name).as_deref(), Some(value));
    }
    // The verifier is the one that the challenge was made of.
    let verifier = sent.form("code_verifier").unwrap().into();
    assert_eq!(parameter(&away, "code_challenge"), Some(pkce::challenge(&verifier, ChallengeForm::Base64Url)));
}

// Museum B9.
#[tokio::test]
async fn b9_what_was_not_granted_is_told_when_the_account_is_connected() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    let states = MemoryStates::new();
    let request = AuthorizationRequest::new([Purpose::PUBLISH, Purpose::INSIGHTS]);
    let away = scene.oauth.authorize(&states, &request).await.unwrap();
    let authorized = scene.oauth.finish(&states, &Tenant::DEFAULT, &come_back(&away)).await.unwrap();
    assert_eq!(authorized.missing, ["numbers"]);
    scene.accounts.connect(scene.account(), authorized).await.unwrap();
    let granted = Some(vec!["write".to_owned(), "media".to_owned()]);
    let connected = ConnectionChange::Connected { granted, missing: vec!["numbers".into()], persists: false };
    assert_eq!(scene.changes(), [connected]);
    let health = |purpose| {
        let (accounts, key) = (scene.accounts.clone(), scene.key.clone());
        async move { accounts.health(&key, &HealthQuestion::new([purpose])).await.unwrap() }
    };
    assert!(health(Purpose::PUBLISH).await.is_well());
    let health = health(Purpose::INSIGHTS).await;
    assert_eq!(health.issues[0].issue, ConnectionIssue::ScopeMissing);
    assert!(health.issues[0].message.contains("numbers") && !health.is_well());
}

// Museum B12.
#[tokio::test]
async fn b12_a_state_works_once_for_an_hour_for_one_tenant_platform_and_address() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    let states = MemoryStates::new();
    let request = AuthorizationRequest::new([Purpose::PUBLISH]).with_tenant("bakery");
    let away = || async { come_back(&scene.oauth.authorize(&states, &request).await.unwrap()) };
    let bakery = Tenant::from("bakery");
    let is_refused = |result: std::result::Result<Authorized, Error>| {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("state")), "{error}");
    };

    let back = away().await;
    scene.oauth.finish(&states, &bakery, &back).await.unwrap();
    is_refused(scene.oauth.finish(&states, &bakery, &back).await);

    // Another tenant's session; and the state is gone for its own tenant, too.
    let back = away().await;
    is_refused(scene.oauth.finish(&states, &"butcher".into(), &back).await);
    is_refused(scene.oauth.finish(&states, &bakery, &back).await);

    // Another platform, another address.
    let mut other = ROTATING;
    other.platform = "other";
    let elsewhere =
        OAuth::new(&other, app(), OAuth::endpoint(&other).transport(vendor.transport()).clock(scene.clock.clone()));
    is_refused(elsewhere.finish(&states, &bakery, &away().await).await);
    let app = app().with_redirect("https://app.example/other");
    let elsewhere =
        OAuth::new(&ROTATING, app, OAuth::endpoint(&ROTATING).transport(vendor.transport()).clock(scene.clock.clone()));
    is_refused(elsewhere.finish(&states, &bakery, &away().await).await);

    // Forged, missing, too late.
    let forged = Callback::parse(&format!("{REDIRECT}?code=test-code&state=forged")).unwrap();
    is_refused(scene.oauth.finish(&states, &bakery, &forged).await);
    let missing = Callback::parse(&format!("{REDIRECT}?code=test-code")).unwrap();
    is_refused(scene.oauth.finish(&states, &bakery, &missing).await);
    let back = away().await;
    scene.clock.advance(HOUR);
    is_refused(scene.oauth.finish(&states, &bakery, &back).await);
    assert_eq!(vendor.calls(&Method::POST, "/token"), 1, "no code of a refused state was exchanged");
}

#[tokio::test]
async fn states_that_nobody_came_back_with_are_cleaned_up() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    let home = tempfile::tempdir().unwrap();
    let (memory, files) = (MemoryStates::new(), FileStates::open(home.path(), Unsealed).unwrap());
    for states in [&memory as &dyn StateStore, &files] {
        let away = scene.oauth.authorize(states, &AuthorizationRequest::default()).await.unwrap();
        scene.clock.advance(HOUR / 2);
        let later = scene.oauth.authorize(states, &AuthorizationRequest::default()).await.unwrap();
        assert_eq!(states.purge_expired(scene.now()).await.unwrap(), 0);
        scene.clock.advance(HOUR / 2);
        assert_eq!(states.purge_expired(scene.now()).await.unwrap(), 1);
        assert!(scene.oauth.finish(states, &Tenant::DEFAULT, &come_back(&away)).await.is_err());
        scene.oauth.finish(states, &Tenant::DEFAULT, &come_back(&later)).await.unwrap();
        assert_eq!(states.purge_expired(scene.now() + HOUR).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_state_is_given_out_once_whoever_asks_at_the_same_time() {
    let home = tempfile::tempdir().unwrap();
    let states: Arc<dyn StateStore> = Arc::new(FileStates::open(home.path(), Unsealed).unwrap());
    for round in 0..20 {
        let id = format!("id-{round}");
        states.put(&id, FixedClock::default().now() + HOUR, "text".into()).await.unwrap();
        let taking = (0..8).map(|_| {
            let (states, id) = (states.clone(), id.clone());
            tokio::spawn(async move { states.take(&id).await.unwrap().is_some() })
        });
        let mut taken = 0;
        for take in taking.collect::<Vec<_>>() {
            taken += usize::from(take.await.unwrap());
        }
        assert_eq!(taken, 1);
    }
}

#[tokio::test]
async fn a_person_who_refuses_and_a_server_that_is_not_the_one_are_told_apart() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    let states = MemoryStates::new();
    let addresses = Addresses { issuer: Some("https://board.example".into()), ..ROTATING.addresses() };
    let oauth = scene.oauth.clone().with_addresses(addresses);
    let state = |away: &Authorization| parameter(away, "state").unwrap();

    let away = oauth.authorize(&states, &AuthorizationRequest::default()).await.unwrap();
    let text = format!("?error=access_denied&error_description=No&state={}&iss=https://board.example", state(&away));
    let error = oauth.finish(&states, &Tenant::DEFAULT, &Callback::parse(&text).unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("access_denied")));

    // RFC 9207: a mix-up of servers.
    let away = oauth.authorize(&states, &AuthorizationRequest::default()).await.unwrap();
    let text = format!("?code=c&state={}&iss=https://evil.example", state(&away));
    let error = oauth.finish(&states, &Tenant::DEFAULT, &Callback::parse(&text).unwrap()).await.unwrap_err();
    assert_eq!(error.field(), Some("iss"));

    // Another account than the one to connect again.
    let request = AuthorizationRequest::default().with_subject("1");
    let away = oauth.authorize(&states, &request).await.unwrap();
    let error = oauth.finish(&states, &Tenant::DEFAULT, &come_back(&away)).await.unwrap_err();
    assert_eq!(error.field(), Some("subject"));
}

#[tokio::test]
async fn an_address_that_would_give_the_code_away_is_refused() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    for (redirect, is_taken) in [
        ("https://app.example/back", true),
        ("http://127.0.0.1:8017/callback", true),
        ("http://localhost/callback", true),
        ("com.example.app:/back", true),
        ("http://app.example/back", false),
        ("https://app.example/back#here", false),
        ("", false),
    ] {
        let endpoint = OAuth::endpoint(&ROTATING).transport(vendor.transport()).clock(scene.clock.clone());
        let oauth = OAuth::new(&ROTATING, app().with_redirect(redirect), endpoint);
        let result = oauth.authorize(&MemoryStates::new(), &AuthorizationRequest::default()).await;
        assert_eq!(result.is_ok(), is_taken, "{redirect}");
        if let Err(error) = result {
            assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("redirect_uri")));
        }
    }
}

#[test]
fn a_callback_is_read_from_what_people_paste() {
    for text in [
        "https://app.example/back?code=c%2B1&state=s#_",
        "?code=c%2B1&state=s#_",
        " code=c%2B1&state=s ",
        "https://app.example/back?state=s&code=c%2B1%23_",
    ] {
        let callback = Callback::parse(text).unwrap();
        assert_eq!(callback.code.unwrap().expose_secret(), "c+1", "{text}");
        assert_eq!(callback.state.unwrap().expose_secret(), "s");
    }
    for text in ["", "https://app.example/back", "state=s"] {
        assert_eq!(Callback::parse(text).unwrap_err().field(), Some("callback"));
    }
}

#[test]
fn the_settings_of_an_application_are_named_when_they_are_missing() {
    use crate::settings::MapSettings;

    let settings = MapSettings::new().with("BOARD_APP_ID", "a").with("BOARD_CLIENT_SECRET", "s");
    let app = OAuthApp::from_settings(&ROTATING, &settings).unwrap();
    assert_eq!(app.client_id, "a");
    assert!(app.client_secret.is_some());
    let secretive = ROTATING.with_pkce(Pkce::Unsupported);
    let error = OAuthApp::from_settings(&secretive, &MapSettings::new()).unwrap_err();
    for name in ["BOARD_CLIENT_ID", "BOARD_APP_ID", "BOARD_CLIENT_SECRET", "BOARD_APP_SECRET"] {
        assert!(error.message().contains(name), "{error}");
    }
}
