//! What the campaign says and exits with, before anything is paid and when a paid answer is lost.
//!
//! Stands on invented vendors that count what reaches them; the requests are those of our adapters.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::Value;

const BRIEF: &str = "subject = 'Ravioli'\nfacts = ['With sage']\nvideo_seconds = 30\n[brand]\nname = '41 Bistro'\n";

/// Runs the program in a folder; its exit code, what it printed, and what it said on standard
/// error.
fn campaign(dir: &Path, targets: &str, arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String, String) {
    std::fs::write(dir.join("brief.toml"), format!("targets = [{targets}]\n{BRIEF}")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_campaign"))
        .arg("brief.toml")
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .envs(settings.iter().copied())
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_dry_run_shows_the_plan_with_its_prices_and_reaches_nobody() {
    let mut vendor = mockito::Server::new();
    let reached = vendor.mock("POST", mockito::Matcher::Any).expect(0).create();
    let dir = tempfile::tempdir().unwrap();
    let settings =
        [("OPENAI_API_KEY", "sk-invented"), ("OPENAI_BASE_URL", &*vendor.url()), ("KLING_API_KEY", "invented")];
    let arguments = ["--dry-run", "--write", "openai/gpt-5.4-mini", "--video", "kling/kling-v2-1"];
    let (code, printed, said) = campaign(dir.path(), "'instagram/story', 'instagram/reel'", &arguments, &settings);
    assert_eq!(code, Some(0), "{said}");
    for words in [
        "instagram-story",
        "openai/gpt-5.4-mini  at most $0.0",
        "local/poster",
        "aspect_ratio: `9:16` is left out",
        "from image-9x16-1",
    ] {
        assert!(printed.contains(words), "`{words}` is not in\n{printed}");
    }
    reached.assert();
    assert!(!dir.path().join("out").exists());
}

// A paid image whose answer is lost was told as failed, with exit code 1 and without a hint.
#[test]
fn a_lost_paid_image_exits_as_unknown_with_the_hint_and_is_not_sent_again() {
    let mut vendor = mockito::Server::new();
    let lost = vendor.mock("POST", mockito::Matcher::Any).with_status(500).expect(1).create();
    let dir = tempfile::tempdir().unwrap();
    let base = format!("{}/v1beta", vendor.url());
    let settings = [("GEMINI_API_KEY", "invented"), ("GEMINI_BASE_URL", &*base)];
    for _ in 0..2 {
        let arguments = ["--image", "gemini/gemini-3.1-flash-image"];
        let (code, printed, said) = campaign(dir.path(), "'bluesky'", &arguments, &settings);
        assert_eq!(code, Some(3), "{printed}\n{said}");
        assert!(printed.contains("UNKNOWN"), "{printed}");
        assert!(said.contains("hint: ") && said.contains("--repeat-lost"), "{said}");
    }
    lost.assert();
}

// A first frame fixes the shape at Kling, so that its request must not name one; lengths are 5 or
// 10 seconds.
#[test]
fn a_video_of_klings_starts_from_the_poster_without_naming_a_shape() {
    let mut vendor = mockito::Server::new();
    let sent: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
    let seen = sent.clone();
    vendor
        .mock("POST", mockito::Matcher::Any)
        .with_status_code_from_request(move |request| {
            let body = serde_json::from_slice(request.body().unwrap()).unwrap_or_default();
            seen.lock().unwrap().push((request.path().to_owned(), body));
            500
        })
        .expect_at_least(1)
        .create();
    vendor.mock("GET", mockito::Matcher::Any).with_status(500).expect_at_least(0).create();
    let dir = tempfile::tempdir().unwrap();
    let settings = [("KLING_API_KEY", "invented"), ("KLING_BASE_URL", &*vendor.url())];
    let arguments = ["--video", "kling/kling-v2-1"];
    let (code, printed, said) = campaign(dir.path(), "'instagram/story', 'instagram/reel'", &arguments, &settings);
    assert_eq!(code, Some(3), "{printed}\n{said}");
    let sent = sent.lock().unwrap();
    let [(path, body)] = &**sent else { panic!("{sent:?}") };
    assert!(path.ends_with("v1/videos/image2video"), "{path}");
    assert!(body["image"].is_string() && body["aspect_ratio"].is_null(), "{body}");
    assert_eq!(body["duration"], "10");
}

/// What programs read: every line of standard output is JSON, and progress goes elsewhere.
#[test]
fn with_json_programs_read_along() {
    let dir = tempfile::tempdir().unwrap();
    let (code, printed, said) = campaign(dir.path(), "'bluesky'", &["--json"], &[]);
    assert_eq!(code, Some(0), "{said}");
    let lines: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).collect::<Vec<_>>();
    assert_eq!((of("plan").len(), of("preview").len(), of("report").len()), (1, 1, 1), "{printed}");
    assert!(of("step").iter().any(|line| line["event"] == "done"), "{printed}");
    assert_eq!(of("report")[0]["targets"][0]["label"], "bluesky-feed");
    let page = of("preview")[0]["value"].as_str().unwrap();
    assert!(dir.path().join(page).is_file() && page.starts_with("out/41-bistro-ravioli-"), "{page}");
    assert!(said.contains("image for bluesky/feed"), "{said}");
    let (code, printed, _) = campaign(dir.path(), "'bluesky'", &["--json", "--dry-run"], &[]);
    assert_eq!((code, printed.lines().count()), (Some(0), 1));
    assert!(printed.contains("\"type\":\"plan\""), "{printed}");
    let (code, printed, _) = campaign(dir.path(), "'bluesky'", &["--json", "--write", "openai/any"], &[]);
    let error: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((code, error["type"].as_str(), error["kind"].as_str()), (Some(2), Some("error"), Some("config")));
}

#[test]
fn campaigns_are_listed_and_shown() {
    let dir = tempfile::tempdir().unwrap();
    let on = |arguments: &[&str]| {
        let program = Command::new(env!("CARGO_BIN_EXE_campaign")).args(arguments).current_dir(dir.path()).output();
        let output = program.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(on(&["list"]).0, Some(2), "there is no journal");
    let settings = [("BLUESKY_SERVICE", "http://127.0.0.1:9"), ("BLUESKY_HANDLE", "a.test")];
    let settings = [&settings[..], &[("BLUESKY_APP_PASSWORD", "invented")]].concat();
    let (code, _, said) = campaign(dir.path(), "'bluesky', 'instagram'", &["--only", "bluesky"], &[]);
    assert_eq!(code, Some(0), "{said}");
    let arguments = ["--publish", "bluesky", "--later", "--name", "evening"];
    assert_eq!(campaign(dir.path(), "'bluesky'", &arguments, &settings).0, Some(1), "nobody is at that address");
    let (code, listed, _) = on(&["list"]);
    assert_eq!((code, listed.lines().count()), (Some(0), 2), "{listed}");
    assert!(listed.contains("41-bistro-ravioli-") && listed.contains("1 of 1 posts laid out"), "{listed}");
    assert!(listed.contains("evening") && listed.contains("0 of 1 posts out"), "{listed}");
    let (code, shown, _) = on(&["show", "evening"]);
    assert_eq!(code, Some(0));
    assert!(shown.contains("not finished") && shown.contains("bluesky-feed  failed: "), "{shown}");
    let (_, json, _) = on(&["show", "evening", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["state"].as_str(), json["report"]["name"].as_str()), (Some("open"), Some("evening")));
    let (code, _, said) = on(&["show", "nowhere"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("`nowhere`") && said.contains("campaign list"), "{said}");
}
