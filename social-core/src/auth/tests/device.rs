//! Codes that are typed in on another device (RFC 8628, section 3).

use super::*;

const DEVICE: SignIn = ROTATING.with_device_url("https://api.board.example/device");

fn code() -> Answer {
    Answer::json(json!({
        "device_code": "device-code-1",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
        "expires_in": 1800,
        "interval": 5,
    }))
}

#[tokio::test]
async fn a_device_waits_in_the_rhythm_that_the_platform_asks_for() {
    let token = Answer::json(json!({"access_token": "access-1", "expires_in": 3600}));
    let vendor = ScriptedVendor::new().on(Method::POST, "/device", code()).on_each(
        Method::POST,
        "/token",
        [json_error(400, "authorization_pending"), json_error(400, "slow_down"), Answer::lost(), token],
    );
    let scene = Scene::new(&DEVICE, vendor.transport());
    let request = AuthorizationRequest::new([Purpose::PUBLISH]);
    let code = scene.oauth.start_device(&request).await.unwrap();
    assert_eq!((code.user_code.as_str(), code.verification_uri.as_str()), ("WDJB-MJHT", "https://example.com/device"));
    let authorized = scene.oauth.wait_for_device(&code).await.unwrap();
    assert_eq!(authorized.asked, ["write", "media"]);
    assert!(authorized.missing.is_empty());
    // 5 s as asked, 5 s more after `slow_down`, doubled after a lost answer (RFC 8628, section
    // 3.5).
    assert_eq!(scene.clock.sleeps(), [5, 5, 10, 20].map(Duration::from_secs));
    let sent = vendor.received();
    assert_eq!(sent[0].form("scope").as_deref(), Some("write media"));
    assert_eq!(sent[1].form("device_code").as_deref(), Some("device-code-1"));
    assert_eq!(sent[1].form("grant_type").as_deref(), Some("urn:ietf:params:oauth:grant-type:device_code"));
}

#[tokio::test]
async fn a_device_gives_up_when_the_person_refuses_or_the_code_expires() {
    for (answer, kind, polls) in [
        (json_error(400, "access_denied"), ErrorKind::Permission, 1),
        (json_error(400, "expired_token"), ErrorKind::Timeout, 1),
        (json_error(400, "authorization_pending"), ErrorKind::Timeout, 359),
        (json_error(401, "invalid_client"), ErrorKind::Config, 1),
    ] {
        let vendor = ScriptedVendor::new().on(Method::POST, "/device", code()).on(Method::POST, "/token", answer);
        let scene = Scene::new(&DEVICE, vendor.transport());
        let code = scene.oauth.start_device(&AuthorizationRequest::default()).await.unwrap();
        let error = scene.oauth.wait_for_device(&code).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(vendor.calls(&Method::POST, "/token"), polls);
    }
    let scene = Scene::new(&ROTATING, ScriptedVendor::new().transport());
    let error = scene.oauth.start_device(&AuthorizationRequest::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn a_program_without_a_web_server_catches_the_person() {
    use secrecy::ExposeSecret as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let loopback = Loopback::bind(0).await.unwrap();
    let address = url::Url::parse(loopback.redirect_uri()).unwrap();
    let port = address.port().unwrap();
    let browser = tokio::spawn(async move {
        let mut answers = Vec::new();
        for target in ["/favicon.ico", "/callback", "/callback?code=c&state=s"] {
            let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer).await;
            answers.push(answer);
        }
        answers
    });
    let callback = loopback.wait(Duration::from_secs(20)).await.unwrap();
    assert_eq!(callback.code.unwrap().expose_secret(), "c");
    let answers = browser.await.unwrap();
    assert!(answers[0].starts_with("HTTP/1.1 404") && answers[1].starts_with("HTTP/1.1 404"), "{answers:?}");
    assert!(answers[2].starts_with("HTTP/1.1 200") && answers[2].contains("no-referrer"), "{answers:?}");
}
