//! Refusals that are none, and those that are. Bodies are those of WordPress's source.

use http::HeaderMap;
use social_core::http::Failure;

use super::*;

/// Trap 13: an error behind the insert is no refusal, and the post exists.
#[tokio::test]
async fn an_error_behind_the_insert_makes_no_second_post() {
    for (path, status) in [("posts", 400), ("posts", 500), ("posts/", 403), ("posts/", 500)] {
        let body = json!({"code": "rest_invalid_featured_media", "message": "nein", "data": {"status": status}});
        let refusal = Some((Method::POST, path, true, body, status));
        let fake = Fake::new(Site { refusal, ..site() });
        let receipt = fake.publish(&connect(&fake), "run", article()).await.unwrap();
        assert_eq!(receipt.state, ReceiptState::Published, "{path} {status}");
        assert_eq!(fake.state.lock().unwrap().posts.len(), 1);
    }
}

/// A refusal before it is one: nothing is out, and nothing is sent again by itself.
#[tokio::test]
async fn a_refusal_makes_no_article() {
    for (path, code, status, kind) in [
        ("posts", "rest_cannot_create", 401, ErrorKind::Auth),
        ("posts", "rest_cannot_create", 403, ErrorKind::Permission),
        ("posts", "rest_invalid_param", 400, ErrorKind::InvalidRequest),
        ("posts", "a_code_of_tomorrow", 400, ErrorKind::InvalidRequest),
        ("posts/", "rest_cannot_publish", 403, ErrorKind::Permission),
    ] {
        let body = json!({"code": code, "message": "nein", "data": {"status": status, "params": {"title": "no"}}});
        let fake = Fake::new(Site { refusal: Some((Method::POST, path, false, body, status)), ..site() });
        let (wordpress, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&wordpress, article()).await;
        let error = wordpress.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!((error.kind(), error.effect(), error.code()), (kind, Effect::None, Some(code)), "{error:?}");
        let sent = fake.vendor.received().into_iter().filter(|request| request.method == Method::POST).count();
        assert_eq!(sent, if path == "posts" { 1 } else { 2 });
        // The same run goes on with the same draft.
        wordpress.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
        assert_eq!(fake.state.lock().unwrap().posts.len(), 1);
    }
}

/// Trap 13: a file is stored although the server was too busy for its sizes; a refused type is
/// refused although the status is 500.
#[tokio::test]
async fn a_file_that_is_stored_is_taken_over() {
    let fake = Fake::new(Site { overloaded: true, ..site() });
    fake.publish(&connect(&fake), "run", illustrated()).await.unwrap();
    let made = |fake: &Fake<Site>| {
        let site = fake.state.lock().unwrap();
        (site.files.len(), site.posts.len())
    };
    assert_eq!(made(&fake), (3, 1));

    let body = json!({"code": "rest_upload_sideload_error", "message": "Sorry", "data": {"status": 500}});
    let fake = Fake::new(Site { refusal: Some((Method::POST, "media", false, body, 500)), ..site() });
    let error = fake.publish(&connect(&fake), "run", illustrated()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.item()), (ErrorKind::MediaInvalid, Effect::None, Some(0)));
    assert_eq!(made(&fake), (0, 0));
}

/// Trap 14: what is in front of the site answers in HTML, with any status.
#[test]
fn pages_instead_of_json_are_read_by_their_status() {
    let error = |status: u16, body: &str| {
        let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
        error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
    };
    for (status, kind, word) in [
        (301, ErrorKind::Config, "leads elsewhere"),
        (403, ErrorKind::Permission, "firewall"),
        (404, ErrorKind::NotFound, "address"),
        (413, ErrorKind::MediaInvalid, "larger"),
        (503, ErrorKind::Unavailable, "Service"),
    ] {
        let error = error(status, "<html>no</html>");
        assert_eq!(error.kind(), kind);
        assert!(error.message().contains(word), "{error}");
    }
    let read = error(
        401,
        r#"{"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}"#,
    );
    assert!(read.kind() == ErrorKind::Auth && read.message().contains("`Authorization`"), "{read}");
    // Other interfaces of WordPress.com have other words.
    let read = error(403, r#"{"error":"unauthorized","message":"User cannot publish posts"}"#);
    assert_eq!((read.kind(), read.code()), (ErrorKind::Permission, Some("unauthorized")));
}

#[tokio::test]
async fn readiness_finds_what_would_fail() {
    let fake = Fake::new(site());
    let (wordpress, now) = (connect(&fake), FixedClock::default().now());
    assert!(wordpress.readiness(now).await.unwrap().findings.is_empty());
    fake.state.lock().unwrap().capabilities = json!({"edit_posts": true, "upload_files": true});
    let readiness = wordpress.readiness(now).await.unwrap();
    assert!(!readiness.is_ready() && readiness.findings[0].message.contains("publish_posts"), "{readiness:?}");
    fake.state.lock().unwrap().firewall = true;
    assert!(!wordpress.readiness(now).await.unwrap().is_ready());
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let echo = json!({"code": "x", "message": format!("{PASSWORD} {}", BASIC[0]), "data": {"status": 403}});
    let fake = Fake::new(Site { refusal: Some((Method::POST, "posts", false, echo, 403)), ..site() });
    let wordpress = connect(&fake);
    let error = fake.publish(&wordpress, "run", article()).await.unwrap_err();
    for text in [format!("{wordpress:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!text.contains(PASSWORD) && !text.contains(BASIC[0]), "{text}");
    }
}
