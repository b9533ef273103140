//! What is refused before the first request, what an account allows, and how it is opened.

use social_core::auth::{
    Accounts, Connection, Grant, MemoryTokens, OAuth, OAuth1Tokens, OAuthApp, Purpose, Unsealed, Vault,
};
use social_core::catalogue::Parts;
use social_core::publish::{FindingCode, inspect};
use social_core::settings::{MapSettings, Wired};
use social_core::testkit::Answer;
use social_core::{Account, AccountKey};

use super::*;

#[tokio::test]
async fn what_x_would_refuse_is_refused_before_the_first_request() {
    let fake = server(|_| ());
    let x = connect(&fake).with_account(Account::new(AccountKey::new("x", ACCOUNT), "@bakery"));
    let options = |options: XOptions| Post::new("x").with_options(&options).unwrap();
    let tagged = (0..11).fold(XOptions::new(), |options, _| options.with_tagged_user_id("7"));
    let captions = || Attachment::new(Media::bytes("WEBVTT\n\n")).with_role(MediaRole::Captions);
    let minutes = |minutes: u64| Poll::new(["a", "b"]).open_for(Duration::from_secs(60 * minutes));
    for (post, field) in [
        (Post::new("x".repeat(281)), "text"),
        (Post::new("界".repeat(141)), "text"),
        (Post::new("x").with_thread_part(ThreadPart::new("x".repeat(281))), "thread[0].text"),
        (Post::new("$AAPL and $MSFT"), "text"),
        (Post::new("x").with_attachment(gif()).with_attachment(image()), "attachments"),
        (Post::new("x").with_attachment(video()).with_attachment(video()), "attachments"),
        ((0..5).fold(Post::new("x"), |post, _| post.with_attachment(image())), "attachments"),
        (
            Post::new("x").with_attachment(Attachment::new(jpeg(40, 30)).with_alt_text("x".repeat(1001))),
            "attachments[0].alt_text",
        ),
        (Post::new("x").with_attachment(video()).with_attachment(captions()), "attachments[1].language"),
        (Post::new("x").with_attachment(image()).with_poll(Poll::new(["a", "b"])), "poll"),
        (Post::new("x").with_poll(Poll::new(["a", &"b".repeat(26)])), "poll.choices[1]"),
        (Post::new("x").with_poll(minutes(4)), "poll.open_for"),
        (Post::new("x").with_poll(minutes(10_081)), "poll.open_for"),
        (Post::new("x").with_reply_to(PostRef::new("https://x.com/a/status/1")), "reply_to.id"),
        (Post::new("x").with_quote(PostRef::new("")), "quote.id"),
        (options(XOptions::new().with_community_id("bakers")), "options.x.community_id"),
        (options(tagged).with_attachment(image()), "options.x.tagged_user_ids"),
        (options(XOptions::new().with_tagged_user_id("7")), "options.x.tagged_user_ids"),
        (options(XOptions::new().with_sensitive_media(SensitiveMedia::Other)), "options.x.sensitive_media"),
        (Post::new("x").with_publish_at(Timestamp::MAX), "publish_at"),
        (Post::new("x").with_first_comment("y"), "first_comment"),
        (Post::new("x").with_placement(Placement::STORY), "placement"),
        (Post::new("x").with_placement(Placement::REEL), "placement"),
    ] {
        let error = fake.publish(&x, "run", post).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert!(fake.vendor.received().is_empty());
    let long = x.with_subscription(Subscription::Premium);
    fake.publish(&long, "long", Post::new("x".repeat(25_000))).await.unwrap();
}

#[tokio::test]
async fn what_surprises_is_said() {
    let x = connect(&server(|_| ()));
    let post = Post::new("New: bakery.com")
        .with_thread_part(ThreadPart::new("no link").with_attachment(video().with_alt_text("an oven")))
        .with_reply_to(PostRef::new("7"));
    let found = inspect(&x, &post).await;
    assert!(found.is_publishable());
    let found: Vec<_> = found.findings.iter().map(|finding| (finding.code.as_str(), finding.field.as_str())).collect();
    assert_eq!(
        found,
        [
            ("x.summoned_only", "reply_to"),
            ("x.link_price", "text"),
            (FindingCode::NOT_SHOWN.as_str(), "thread[0].attachments[0].alt_text"),
            (FindingCode::TOO_LARGE.as_str(), "thread[0].attachments[0].width"),
        ]
    );
}

#[test]
fn a_price_is_that_of_the_list() {
    let cents = |post: &Post| X::price(post).amount.dollars() * 100.0;
    assert!((cents(&Post::new("Bread")) - 1.5).abs() < 1e-9);
    assert!((cents(&Post::new("New: bakery.com")) - 20.0).abs() < 1e-9);
    assert!((cents(&thread()) - (3.0 * 1.5 + 0.5)).abs() < 1e-9);
    let sensitive = XOptions::new().with_sensitive_media(SensitiveMedia::Other);
    let post = Post::new("").with_attachment(Attachment::new(jpeg(40, 30))).with_options(&sensitive).unwrap();
    assert!((cents(&post) - 2.0).abs() < 1e-9);
}

#[tokio::test]
async fn an_account_says_what_it_allows() {
    let fake = server(|server| {
        server.profile["subscription_type"] = json!("PremiumPlus");
        server.headers.extend([
            ("x-rate-limit-limit", "100"),
            ("x-rate-limit-remaining", "99"),
            ("x-rate-limit-reset", "4102444800"),
        ]);
    });
    let x = connect(&fake);
    let limits = x.limits(&Placement::FEED).await.unwrap();
    assert_eq!(limits.rules.unwrap().text.limits(false)[0].1, 25_000);
    assert_eq!(limits.posts, None, "only the answer to a post tells");
    fake.publish(&x, "one", Post::new("one")).await.unwrap();
    let quota = x.limits(&Placement::FEED).await.unwrap().posts.unwrap();
    assert_eq!((quota.used, quota.maximum, quota.window), (1, 100, Some(Duration::from_secs(900))));
    fake.state.lock().unwrap().headers.extend([
        ("x-user-limit-24hour-limit", "17"),
        ("x-user-limit-24hour-remaining", "0"),
        ("x-user-limit-24hour-reset", "4102444800"),
    ]);
    fake.publish(&x, "two", Post::new("two")).await.unwrap();
    let quota = x.limits(&Placement::FEED).await.unwrap().posts.unwrap();
    assert_eq!((quota.left(), quota.maximum, quota.window), (0, 17, Some(quota::DAY)));
    let now = x.endpoint.clock().now();
    assert_eq!(x.readiness(now).await.unwrap().findings[0].field, "quota");
    assert!(x.readiness("2100-01-02T00:00:00Z".parse().unwrap()).await.unwrap().is_ready());
    assert_eq!(x.limits(&Placement::STORY).await.unwrap_err().kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    for (change, fields) in [
        ((|_| ()) as fn(&mut Server), &[][..]),
        (|server| server.headers = vec![("x-access-level", "read")], &["access_token"]),
        (|server| server.profile["protected"] = json!(true), &["account"]),
        (|server| server.profile["subscription_type"] = json!("Premium"), &[]),
    ] {
        let readiness = connect(&server(change)).readiness(Timestamp::MAX).await.unwrap();
        let found: Vec<_> = readiness.findings.iter().map(|finding| finding.field.as_str()).collect();
        assert_eq!(found, fields);
    }
    let paying = connect(&server(|_| ())).with_subscription(Subscription::Basic);
    assert_eq!(paying.readiness(Timestamp::MAX).await.unwrap().findings[0].field, "subscription");
    let other = Account::from(AccountKey::new("x", "1"));
    let wrong = connect(&server(|_| ())).with_account(other);
    assert_eq!(wrong.readiness(Timestamp::MAX).await.unwrap().findings[0].field, "access_token");
}

#[tokio::test]
async fn settings_that_are_missing_are_named_together_and_no_secret_is_shown() {
    let missing = |settings: MapSettings| X::from_settings(&settings).unwrap_err().to_string();
    assert!(missing(MapSettings::new()).contains("X_ACCESS_TOKEN"));
    let token = MapSettings::new().with("X_ACCESS_TOKEN", "t").with("X_ACCESS_TOKEN_SECRET", "s");
    let error = missing(token.clone());
    assert!(error.contains("X_API_KEY") && error.contains("X_API_SECRET"), "{error}");
    let signed = token.with("X_API_KEY", "k").with("X_API_SECRET", "s");
    assert!(
        format!("{:?}", X::from_settings(&signed.clone().with("X_SUBSCRIPTION", "premium_plus")).unwrap())
            .contains("PremiumPlus")
    );
    assert!(missing(signed.with("X_SUBSCRIPTION", "gold")).contains("`gold` is not a subscription"));
    let fake = server(|_| ());
    let wrong = X::new(endpoint(&fake), FixedToken::new("wrong-token-of-somebody")).unwrap();
    let error = wrong.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(!format!("{error:?} {wrong:?}").contains("wrong-token-of-somebody"));
    let tokens = OAuth1Tokens::new("test-ck", "secret-of-the-app").with_token("test-at", "secret-of-the-token");
    let signed = X::signed(endpoint(&fake), tokens).unwrap();
    assert_eq!(signed.account().await.unwrap().label, "@bakery");
    assert!(!format!("{signed:?}").contains("secret-of-"));
}

/// A connected account is not asked who it is, and a token that X calls expired is renewed.
#[tokio::test]
async fn a_connected_account_renews_its_token() {
    let fake = server(|_| ());
    let answer = json!({"token_type": "bearer", "access_token": TOKEN, "expires_in": 7200, "refresh_token": "second"});
    let vendor = fake.vendor.clone().on(Method::POST, "https://api.x.com/2/oauth2/token", Answer::json(answer));
    let (clock, transport) = (fake.clock.clone(), vendor.transport());
    let app = OAuthApp::new("app", "https://app.example/back").with_secret("test-secret");
    let oauth = OAuth::endpoint(&sign_in::X).transport(transport.clone()).clock(clock.clone());
    let accounts = Accounts::builder(Vault::new(MemoryTokens::new(), Unsealed)).clock(clock.clone());
    let accounts = accounts.platform(OAuth::new(&sign_in::X, app, oauth)).build();
    let (key, now) = (AccountKey::new("x", ACCOUNT).with_tenant("bakery"), endpoint(&fake).clock_handle().now());
    let grant = Grant::new("token-that-is-over", now)
        .with_refresh("first")
        .with_expires_at(now + Duration::from_secs(7200))
        .with_scopes(sign_in::X.scopes_for(&[Purpose::PUBLISH]));
    let connection = Connection::new(Account::new(key.clone(), "bakery"), grant, now);
    accounts.vault().save(&connection, None).await.unwrap();
    let settings = MapSettings::new().with("X_SUBSCRIPTION", "premium");
    let settings = Wired::new(settings, move |endpoint| endpoint.transport(transport.clone()).clock(clock.clone()));
    let x = crate::connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap();
    assert_eq!(x.account().await.unwrap().key, key);
    fake.publish(&*x, "run", Post::new("x".repeat(281))).await.unwrap();
    let paths: Vec<_> = vendor.received().iter().map(|request| request.url.path().to_owned()).collect();
    assert_eq!(paths, ["/2/tweets", "/2/oauth2/token", "/2/tweets"]);
    assert_eq!(fake.state.lock().unwrap().posts.len(), 1);
}
