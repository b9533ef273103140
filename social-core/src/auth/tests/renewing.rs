//! Renewal: once, in time, saved before it is used, and patient.

use super::*;
use crate::testkit::{Fault, FaultTransport};

fn refreshes(family: &Arc<Mutex<Family>>) -> u32 {
    family.lock().unwrap().refreshes
}

// Museum B1.
#[tokio::test]
async fn b1_a_token_is_renewed_shortly_before_its_end_and_not_earlier() {
    let (vendor, family) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    // Asked every ten minutes for a day, and looked after every hour.
    for minute in (0..24 * 60).step_by(10) {
        scene.access().await.unwrap();
        if minute % 60 == 0 {
            scene.accounts.refresh_due(None).await.unwrap();
        }
        scene.clock.advance(Duration::from_secs(600));
    }
    // A token of two hours, renewed when less than half an hour is left of it: not once an hour.
    assert!((10..=13).contains(&refreshes(&family)), "{}", refreshes(&family));
    assert!(!family.lock().unwrap().revoked);
    let grant = scene.accounts.connection(&scene.key).await.unwrap().grant.unwrap();
    assert!(grant.previous.is_some(), "the pair before is kept until the new one has worked");
}

// Museum B2.
#[tokio::test]
async fn b2_callers_and_processes_that_ask_at_the_same_time_share_one_renewal() {
    let (vendor, family) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    scene.clock.advance(3 * HOUR);
    let processes = [scene.accounts.clone(), scene.sibling(), scene.sibling()];
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..60 {
        let (accounts, key) = (processes[number % 3].clone(), scene.key.clone());
        asking.spawn(async move { access(&accounts, &key).await });
    }
    while let Some(token) = asking.join_next().await {
        assert_eq!(token.unwrap().unwrap(), "access-2");
    }
    assert_eq!(refreshes(&family), 1);
}

// Museum B2.
#[tokio::test]
async fn b2_a_refused_refresh_token_is_read_again_before_the_account_is_given_up() {
    let (vendor, family) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    scene.clock.advance(3 * HOUR);
    // A program without our lock renews and saves between our reading and our asking.
    let (vault, key, clock) = (scene.vault.clone(), scene.key.clone(), scene.clock.clone());
    let spoiler = ScriptedVendor::new().respond(Method::POST, "/token", move |_| {
        let (vault, key, now) = (vault.clone(), key.clone(), clock.now());
        let saving = async move {
            let (mut connection, version) = vault.load(&key).await.unwrap().unwrap();
            let grant = Grant::new("access-of-another", now).with_refresh("refresh-of-another");
            connection.grant = Some(grant.with_expires_at(now + HOUR));
            vault.save(&connection, Some(version)).await.unwrap();
        };
        futures_util::FutureExt::now_or_never(saving).unwrap();
        json_error(400, "invalid_grant")
    });
    let oauth = oauth(&ROTATING, spoiler.transport(), &scene.clock);
    let accounts = Accounts::builder(scene.vault.clone()).platform(oauth).clock(scene.clock.clone()).build();
    assert_eq!(access(&accounts, &scene.key).await.unwrap(), "access-of-another");
    assert_eq!(scene.accounts.connection(&scene.key).await.unwrap().lost, None);
    assert_eq!(refreshes(&family), 0);

    // Unchanged, it is a real end: told once, with what to do.
    let vendor = ScriptedVendor::new().on(Method::POST, "/token", json_error(400, "invalid_grant"));
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect_with(Grant::new("a", scene.now()).with_refresh("r").with_expires_at(scene.now() + HOUR)).await;
    scene.clock.advance(2 * HOUR);
    for _ in 0..3 {
        let error = scene.access().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert!(error.message().contains("connect the account again"), "{error}");
    }
    assert_eq!(vendor.calls(&Method::POST, "/token"), 1, "an account that is gone is not asked for");
    assert_eq!(scene.changes().pop(), Some(ConnectionChange::Disconnected { issue: ConnectionIssue::Revoked }));
}

// Museum B3.
#[tokio::test]
async fn b3_a_change_of_another_field_cannot_undo_a_renewal() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    let (mut stale, version) = scene.vault.load(&scene.key).await.unwrap().unwrap();
    scene.accounts.refresh(&scene.key).await.unwrap();
    stale.account.label = "Bakery, renamed".into();
    assert_eq!(scene.vault.save(&stale, Some(version)).await.unwrap(), Saved::Changed);
    scene.accounts.rename(&scene.key, "Bakery, renamed").await.unwrap();
    let connection = scene.accounts.connection(&scene.key).await.unwrap();
    assert_eq!(connection.account.label, "Bakery, renamed");
    assert_eq!(scene.access().await.unwrap(), "access-2");
}

// Museum B4.
#[tokio::test]
async fn b4_what_an_answer_leaves_out_is_kept() {
    let answer = json!({"access_token": "access-2", "expires_in": 3600});
    let vendor = ScriptedVendor::new().on(Method::POST, "/token", Answer::json(answer));
    let scene = Scene::new(&ROTATING.with_renewal(Renewal::KEPT), vendor.transport());
    let mut grant = Grant::new("access-1", scene.now()).with_refresh("refresh-1").with_scopes(["write", "media"]);
    grant.refresh_expires_at = Some(scene.now() + 365 * DAY);
    scene.connect_with(grant).await;
    for _ in 0..2 {
        scene.accounts.refresh(&scene.key).await.unwrap();
        let grant = scene.accounts.connection(&scene.key).await.unwrap().grant.unwrap();
        assert_eq!(secrecy::ExposeSecret::expose_secret(&grant.refresh.unwrap()), "refresh-1");
        assert_eq!(grant.scopes.unwrap(), ["write", "media"]);
        assert!(grant.refresh_expires_at.is_some() && grant.previous.is_none());
    }
    let sent = vendor.received();
    assert!(sent.iter().all(|request| request.form("refresh_token").as_deref() == Some("refresh-1")));
}

// Museum B5.
#[tokio::test]
async fn b5_a_platform_that_is_down_leaves_the_account_alone() {
    for fault in [
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::LostBefore,
        Fault::Stall,
        Fault::Status(503, None),
        Fault::Status(429, Some(Duration::from_secs(90))),
        Fault::StatusAfter(502),
        Fault::Garbage,
        Fault::EmptyObject,
        Fault::TruncatedBody(5),
    ] {
        let (vendor, _) = rotating_vendor(7200);
        let broken = FaultTransport::from(vendor.transport(), 1, fault);
        let scene = Scene::new(&ROTATING, broken);
        scene.connect().await;
        scene.clock.advance(2 * HOUR - Duration::from_secs(200));
        // The token still works for 200 seconds and is used meanwhile.
        assert_eq!(scene.access().await.unwrap(), "access-1", "{fault:?}");
        let failed = scene.accounts.connection(&scene.key).await.unwrap();
        assert_eq!(failed.lost, None, "{fault:?}");
        assert!(failed.failure.is_some(), "{fault:?}");
        let last = scene.changes().pop();
        assert!(matches!(last, Some(ConnectionChange::RefreshFailed { count: 1, .. })), "{fault:?}: {last:?}");
        scene.clock.advance(HOUR);
        let error = scene.access().await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Auth, "{fault:?}: {error}");
        assert_eq!(scene.accounts.connection(&scene.key).await.unwrap().lost, None, "{fault:?}");
        let health = scene.accounts.health(&scene.key, &HealthQuestion::default()).await.unwrap();
        assert_eq!(health.issues[0].issue, ConnectionIssue::RefreshFailing, "{fault:?}");
    }
}

#[tokio::test]
async fn a_platform_that_is_down_is_asked_less_and_less_often() {
    let vendor = ScriptedVendor::new().on(Method::POST, "/token", json_error(503, "server_error"));
    let scene = Scene::new(&ROTATING.with_renewal(Renewal::KEPT), vendor.transport());
    scene.connect_with(Grant::new("a", scene.now()).with_refresh("r").with_expires_at(scene.now() + HOUR)).await;
    let calls = || vendor.calls(&Method::POST, "/token");
    scene.clock.advance(2 * HOUR);
    let error = scene.access().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let first = calls();
    // One renewal repeats its request as the HTTP path does; afterwards there is a pause.
    for _ in 0..50 {
        let error = scene.access().await.unwrap_err();
        assert!(error.wait().is_some_and(|wait| wait <= Duration::from_secs(30)), "{error:?}");
    }
    assert_eq!(calls(), first);
    let mut waits = Vec::new();
    for _ in 0..8 {
        let wait = scene.access().await.unwrap_err().wait().unwrap();
        waits.push(wait.as_secs());
        scene.clock.advance(wait + Duration::from_secs(1));
        scene.access().await.unwrap_err();
    }
    assert!(waits.is_sorted() && waits.last() == Some(&1800), "{waits:?}");
}

#[tokio::test]
async fn many_accounts_of_a_platform_that_is_down_are_not_all_tried() {
    let vendor = ScriptedVendor::new().on(Method::POST, "/token", Answer::lost());
    let scene = Scene::new(&ROTATING, vendor.transport());
    for number in 0..50 {
        let grant = Grant::new("a", scene.now()).with_refresh("r").with_expires_at(scene.now() + HOUR);
        let authorized = scene.oauth.authorized(grant, Tenant::DEFAULT, Vec::new(), None);
        let key = AccountKey::new("board", number.to_string());
        scene.accounts.connect(key.into(), authorized).await.unwrap();
    }
    scene.clock.advance(2 * HOUR);
    let done = scene.accounts.refresh_due(None).await.unwrap();
    assert_eq!(done.len(), 50);
    assert!(done.iter().all(|(_, result)| result.is_err()));
    assert_eq!(vendor.calls(&Method::POST, "/token"), 3, "three in a row are enough to know");
}

// Museum B6.
#[tokio::test]
async fn b6_a_missing_permission_does_not_burn_a_rotation() {
    use crate::http::{Auth, Endpoint, Failure};

    fn classify(failure: &Failure<'_>) -> crate::Error {
        let error = failure.by_status();
        if failure.text().contains("expired") { error.with_token_expired() } else { error }
    }

    let (vendor, family) = rotating_vendor(7200);
    let vendor = vendor.on_each(
        Method::GET,
        "/me",
        [
            Answer::json(json!({"error": "scope missing"})).with_status(StatusCode::FORBIDDEN),
            Answer::json(json!({"error": "who are you"})).with_status(StatusCode::UNAUTHORIZED),
            Answer::json(json!({"error": "expired"})).with_status(StatusCode::UNAUTHORIZED),
            Answer::json(json!({"id": 1})),
        ],
    );
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    let endpoint = Endpoint::builder("board", "https://api.board.example")
        .auth(Auth::source(scene.accounts.tokens(&scene.key)))
        .classify(classify)
        .transport(vendor.transport())
        .clock(scene.clock.clone())
        .build()
        .unwrap();
    for kind in [ErrorKind::Permission, ErrorKind::Auth] {
        assert_eq!(endpoint.get("me").unwrap().send().await.unwrap_err().kind(), kind);
    }
    assert_eq!(refreshes(&family), 0);
    endpoint.get("me").unwrap().send().await.unwrap();
    assert_eq!(refreshes(&family), 1, "what the platform calls expired is renewed, once");
    assert_eq!(vendor.received().last().unwrap().header("authorization"), Some("Bearer access-2"));
}

// Museum B14.
#[tokio::test]
async fn b14_an_expired_token_is_due_and_a_failure_is_told() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    scene.clock.advance(3 * HOUR);
    assert_eq!(scene.accounts.due_for_refresh(None).await.unwrap(), std::slice::from_ref(&scene.key));
    let other = Tenant::from("other");
    assert!(scene.accounts.due_for_refresh(Some(&other)).await.unwrap().is_empty());
    scene.accounts.refresh_due(None).await.unwrap();
    assert_eq!(scene.access().await.unwrap(), "access-2");
    assert!(scene.accounts.due_for_refresh(None).await.unwrap().is_empty());

    let vendor = ScriptedVendor::new().on(Method::POST, "/token", json_error(400, "invalid_request"));
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect_with(Grant::new("a", scene.now()).with_refresh("r").with_expires_at(scene.now() + HOUR)).await;
    scene.clock.advance(2 * HOUR);
    let done = scene.accounts.refresh_due(None).await.unwrap();
    assert!(done[0].1.is_err());
    let last = scene.changes().pop();
    assert!(matches!(last, Some(ConnectionChange::RefreshFailed { kind: ErrorKind::InvalidRequest, .. })), "{last:?}");
    let health = scene.accounts.health(&scene.key, &HealthQuestion::default()).await.unwrap();
    assert!(!health.is_well() && health.issues[0].message.contains("has failed 1 times"), "{health:?}");
}

#[tokio::test]
async fn another_process_s_renewal_is_noticed_after_five_minutes_at_the_latest() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    assert_eq!(scene.access().await.unwrap(), "access-1");
    let sibling = scene.sibling();
    sibling.refresh(&scene.key).await.unwrap();
    assert_eq!(access(&sibling, &scene.key).await.unwrap(), "access-2", "its own cache ends with it");
    assert_eq!(scene.access().await.unwrap(), "access-1");
    scene.clock.advance(Duration::from_secs(5 * 60));
    assert_eq!(scene.access().await.unwrap(), "access-2");
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_lose_the_new_tokens() {
    let (vendor, family) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect().await;
    scene.clock.advance(3 * HOUR);
    {
        let asking = scene.accounts.access(&scene.key);
        tokio::pin!(asking);
        // The renewal begins, and nobody waits for it any more.
        assert!(futures_util::poll!(&mut asking).is_pending());
    }
    assert_eq!(scene.access().await.unwrap(), "access-2");
    assert_eq!(refreshes(&family), 1);
}

/// A store whose disk is full for a while.
#[derive(Debug)]
struct FullDisk(MemoryTokens, Mutex<u32>);

#[async_trait::async_trait]
impl TokenStore for FullDisk {
    fn persists(&self) -> bool {
        true
    }

    async fn load(&self, key: &AccountKey) -> Result<Option<StoredTokens>> {
        self.0.load(key).await
    }

    async fn save(&self, key: &AccountKey, over: Option<u64>, sealed: &[u8]) -> Result<Saved> {
        // What marks a renewal as begun still fits; the tokens do not.
        if String::from_utf8_lossy(sealed).contains("access-2") {
            let mut left = self.1.lock().unwrap();
            if *left > 0 {
                *left -= 1;
                return Err(crate::Error::new(ErrorKind::Storage, "the disk is full"));
            }
        }
        self.0.save(key, over, sealed).await
    }

    async fn remove(&self, key: &AccountKey, version: u64) -> Result<Saved> {
        self.0.remove(key, version).await
    }

    async fn list(&self, tenant: Option<&Tenant>, after: Option<&AccountKey>, limit: usize) -> Result<Vec<AccountKey>> {
        self.0.list(tenant, after, limit).await
    }

    async fn lock(&self, key: &AccountKey) -> Result<Box<dyn RenewalLock>> {
        self.0.lock(key).await
    }
}

#[tokio::test]
async fn new_tokens_are_held_and_not_used_until_they_are_saved() {
    let (vendor, family) = rotating_vendor(7200);
    let vault = Vault::new(FullDisk(MemoryTokens::new(), Mutex::new(4)), Unsealed);
    let scene = Scene::with(&ROTATING, vendor.transport(), vault, RenewalSettings::default());
    scene.connect().await;
    scene.clock.advance(3 * HOUR);
    assert_eq!(scene.access().await.unwrap_err().kind(), ErrorKind::Storage);
    assert_eq!(scene.changes().pop(), Some(ConnectionChange::SaveFailed));
    // The disk has room again: the tokens that were held are saved; the platform is not asked.
    assert_eq!(scene.access().await.unwrap(), "access-2");
    assert_eq!(refreshes(&family), 1);
    assert_eq!(access(&scene.sibling(), &scene.key).await.unwrap(), "access-2");
}

#[tokio::test]
async fn a_renewal_whose_answer_was_lost_is_told_as_such_when_the_platform_has_spent_the_token() {
    let (vendor, family) = rotating_vendor(7200);
    let broken = FaultTransport::at(vendor.transport(), 1, Fault::CutAfter);
    let scene = Scene::new(&ROTATING, broken);
    scene.connect().await;
    scene.clock.advance(3 * HOUR);
    assert_eq!(scene.access().await.unwrap_err().kind(), ErrorKind::Transport);
    assert_eq!(refreshes(&family), 1, "it is not sent again blindly");
    assert!(scene.accounts.connection(&scene.key).await.unwrap().renewing.is_some());
    // The only token that is known is tried once more, for the request may not have arrived.
    scene.clock.advance(HOUR);
    assert_eq!(scene.access().await.unwrap_err().kind(), ErrorKind::Auth);
    assert_eq!(scene.changes().pop(), Some(ConnectionChange::Disconnected { issue: ConnectionIssue::AnswerLost }));

    // It had not arrived: nothing was spent, and all is well.
    let (vendor, _) = rotating_vendor(7200);
    let broken = FaultTransport::at(vendor.transport(), 1, Fault::LostBefore);
    let scene = Scene::new(&ROTATING, broken);
    scene.connect().await;
    scene.clock.advance(3 * HOUR);
    scene.access().await.unwrap_err();
    scene.clock.advance(HOUR);
    assert_eq!(scene.access().await.unwrap(), "access-2");
    assert_eq!(scene.accounts.connection(&scene.key).await.unwrap().renewing, None);
}

#[tokio::test]
async fn an_application_that_is_refused_does_not_disconnect_its_accounts() {
    let vendor = ScriptedVendor::new().on(Method::POST, "/token", json_error(401, "invalid_client"));
    let scene = Scene::new(&ROTATING, vendor.transport());
    scene.connect_with(Grant::new("a", scene.now()).with_refresh("r").with_expires_at(scene.now() + HOUR)).await;
    scene.clock.advance(2 * HOUR);
    assert_eq!(scene.access().await.unwrap_err().kind(), ErrorKind::Config);
    let health = scene.accounts.health(&scene.key, &HealthQuestion::default()).await.unwrap();
    assert_eq!(health.issues[0].issue, ConnectionIssue::AppRefused, "{health:?}");
    assert_eq!(scene.accounts.connection(&scene.key).await.unwrap().lost, None);
}

#[tokio::test]
async fn what_nothing_renews_ends_with_its_token() {
    let scene = Scene::new(&ROTATING.with_renewal(Renewal::None), ScriptedVendor::new().transport());
    scene.connect_with(Grant::new("a", scene.now()).with_expires_at(scene.now() + HOUR)).await;
    scene.clock.advance(HOUR - Duration::from_secs(10));
    assert_eq!(scene.access().await.unwrap(), "a");
    scene.clock.advance(Duration::from_secs(10));
    assert_eq!(scene.access().await.unwrap_err().code(), Some("expired"));
    let missing = AccountKey::new("board", "nobody");
    assert_eq!(scene.accounts.access(&missing).await.unwrap_err().kind(), ErrorKind::NotFound);
    let elsewhere = AccountKey::new("elsewhere", "1");
    let authorized = scene.oauth.authorized(Grant::new("a", scene.now()), Tenant::DEFAULT, Vec::new(), None);
    scene.accounts.connect(elsewhere.clone().into(), authorized).await.unwrap();
    let error = scene.accounts.health(&elsewhere, &HealthQuestion::default()).await.unwrap_err();
    assert!(error.message().contains("there are board"), "{error}");
}

// Rows 130 and 255 of the checklist.
#[tokio::test]
async fn a_thousand_tenants_with_three_accounts_each_share_a_process() {
    let (vendor, _) = rotating_vendor(7200);
    let scene = Scene::new(&ROTATING, vendor.transport());
    let mut keys = Vec::new();
    for tenant in 0..1000 {
        for account in 0..3 {
            let key = AccountKey::new("board", account.to_string()).with_tenant(format!("tenant-{tenant}"));
            let grant = Grant::new(format!("access-of-{key}"), scene.now()).with_refresh("r");
            let authorized = scene.oauth.authorized(grant, key.tenant.clone(), Vec::new(), None);
            scene.accounts.connect(key.clone().into(), authorized).await.unwrap();
            keys.push(key);
        }
    }
    for key in &keys {
        assert_eq!(access(&scene.accounts, key).await.unwrap(), format!("access-of-{key}"));
    }
    let one = Tenant::from("tenant-17");
    assert_eq!(scene.vault.list(Some(&one)).await.unwrap().len(), 3);
    assert_eq!(scene.vault.list(None).await.unwrap().len(), 3000);
}
