//! What is wrong, and what a person must do.

use super::*;
use crate::publish::{PostQuota, Severity};

async fn health(sign_in: &SignIn, grant: impl FnOnce(Timestamp) -> Grant, question: HealthQuestion) -> Health {
    let scene = Scene::new(sign_in, ScriptedVendor::new().transport());
    scene.connect_with(grant(scene.now())).await;
    scene.accounts.health(&scene.key, &question).await.unwrap()
}

fn issues(health: &Health) -> Vec<(ConnectionIssue, bool)> {
    health.issues.iter().map(|issue| (issue.issue, issue.fatal)).collect()
}

#[tokio::test]
async fn a_token_is_held_against_the_planned_time() {
    let now = FixedClock::default().now();
    let later = |after: Duration| HealthQuestion::default().at(now + after);
    // Nothing renews it.
    let fixed = ROTATING.with_renewal(Renewal::None);
    let grant = |now: Timestamp| Grant::new("a", now).with_expires_at(now + 60 * DAY);
    assert!(health(&fixed, grant, later(59 * DAY)).await.is_well());
    assert_eq!(issues(&health(&fixed, grant, later(61 * DAY)).await), [(ConnectionIssue::Expired, true)]);
    // It renews itself until the refresh token ends.
    let grant = |now: Timestamp| {
        let mut grant = Grant::new("a", now).with_expires_at(now + HOUR).with_refresh("r");
        grant.refresh_expires_at = Some(now + 365 * DAY);
        grant
    };
    assert!(health(&ROTATING, grant, later(300 * DAY)).await.is_well());
    assert_eq!(issues(&health(&ROTATING, grant, later(366 * DAY)).await), [(ConnectionIssue::Expired, true)]);
}

#[tokio::test]
async fn scopes_are_held_against_purposes_by_name_old_name_and_cover() {
    let sign_in =
        ROTATING.with_covers(&[("all", &["write", "media", "numbers"])]).with_renamed(&[("old_write", "write")]);
    let ask = |scopes: &'static [&'static str]| {
        let question = HealthQuestion::new([Purpose::PUBLISH]);
        async move { health(&sign_in, |now| Grant::new("a", now).with_scopes(scopes.iter().copied()), question).await }
    };
    assert_eq!(issues(&ask(&["write", "media"]).await), []);
    assert_eq!(issues(&ask(&["all"]).await), []);
    assert_eq!(issues(&ask(&["write"]).await), [(ConnectionIssue::ScopeMissing, true)]);
    // An old name still counts, and is pointed out.
    assert_eq!(issues(&ask(&["old_write", "media"]).await), [(ConnectionIssue::ScopeMissing, false)]);
    let unknown = health(&sign_in, |now| Grant::new("a", now), HealthQuestion::new([Purpose::PUBLISH])).await;
    assert_eq!(unknown.granted.as_deref(), Some(["write".to_owned()].as_slice()), "as RFC 6749 says");
    let silent = sign_in.with_grants_as_asked(false);
    let unknown = health(&silent, |now| Grant::new("a", now), HealthQuestion::new([Purpose::PUBLISH])).await;
    assert_eq!((unknown.granted.as_ref(), issues(&unknown)), (None, vec![]));
}

#[tokio::test]
async fn what_only_the_caller_knows_is_a_part_of_it() {
    let now = FixedClock::default().now();
    let app = AppStatus::default()
        .with_live(false)
        .with_tier("standard")
        .with_reviewed([Purpose::READ])
        .with_version_end("v25.0", now + DAY);
    let question = HealthQuestion::new([Purpose::PUBLISH]).at(now + 2 * DAY).with_app(app).with_quota(PostQuota::new(
        50,
        50,
        Some(DAY),
    ));
    let health = health(&ROTATING, |now| Grant::new("a", now).with_scopes(["write", "media"]), question).await;
    assert_eq!(
        issues(&health),
        [
            (ConnectionIssue::AppInDevelopment, false),
            (ConnectionIssue::AppInDevelopment, true),
            (ConnectionIssue::QuotaExhausted, true),
            (ConnectionIssue::VersionEnds, true),
        ]
    );
    assert_eq!(health.tier.as_deref(), Some("standard"));
    let readiness = health.readiness();
    assert!(!readiness.is_ready());
    let severities: Vec<_> = readiness.findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Warning, Severity::Error, Severity::Error, Severity::Error]);
    assert_eq!(readiness.findings[2].code, "quota_exhausted");
    // It can be stored and shown.
    let json = serde_json::to_string(&health).unwrap();
    assert_eq!(serde_json::from_str::<Health>(&json).unwrap(), health);
}

#[tokio::test]
async fn each_end_has_its_reason_and_its_advice() {
    let sign_in = ROTATING.with_issues(&[
        ("190/460", ConnectionIssue::PasswordChanged),
        ("190/458", ConnectionIssue::AppRemoved),
        ("190/459", ConnectionIssue::Checkpoint),
        ("190/492", ConnectionIssue::RoleLost),
        ("25", ConnectionIssue::AccountRestricted),
    ]);
    for (body, issue) in [
        (json!({"error": {"code": 190, "error_subcode": 460}}), ConnectionIssue::PasswordChanged),
        (json!({"error": {"code": 190, "error_subcode": 458}}), ConnectionIssue::AppRemoved),
        (json!({"error": {"code": 190, "error_subcode": 459}}), ConnectionIssue::Checkpoint),
        (json!({"error": {"code": 190, "error_subcode": 492}}), ConnectionIssue::RoleLost),
        (json!({"error": "invalid_grant"}), ConnectionIssue::Revoked),
    ] {
        let answer = Answer::json(body).with_status(StatusCode::BAD_REQUEST);
        let vendor = ScriptedVendor::new().on(Method::POST, "/token", answer);
        let scene = Scene::new(&sign_in, vendor.transport());
        scene.connect_with(Grant::new("a", scene.now()).with_refresh("r")).await;
        scene.accounts.refresh(&scene.key).await.unwrap_err();
        let health = scene.accounts.health(&scene.key, &HealthQuestion::default()).await.unwrap();
        assert_eq!(issues(&health), [(issue, true)]);
        assert!(health.issues[0].message.ends_with(issue.advice()), "{}", health.issues[0].message);
    }
}

#[tokio::test]
async fn what_was_connected_is_shown_without_what_may_be_secret() {
    let grant = |now| {
        let mut grant = Grant::new("a", now);
        grant.details.insert("team".into(), json!({"id": "T1", "name": "Bakery", "token": "x"}));
        grant.details.insert("webhook".into(), json!({"url": "https://hooks.example/secret", "token": "s"}));
        grant.details.insert("user_id".into(), json!(17));
        grant
    };
    let health = health(&ROTATING, grant, HealthQuestion::default()).await;
    let shown: Vec<_> = health.details.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(shown, [("team.id", "T1"), ("team.name", "Bakery"), ("user_id", "17")]);
}
