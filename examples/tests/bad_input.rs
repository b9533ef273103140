//! What is wrong is said before anything is sent, paid or written.
//!
//! Stands on invented briefs and files, and a vendor that counts what reaches it.

use std::path::Path;
use std::process::Command;

const BRIEF: &str = "# Comments count as lines, too.\nsubject = \"Autumn menu\"\ntargets = [\"bluesky\"]\n\n[brand]\nname = \"41 Bistro\"\n";
const PHOTO: &str = "\n[[photos]]\nfile = \"photo.jpg\"\nshows = \"Soup\"\n";

/// A PNG that says how large it is and has nothing else.
fn png(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(),
        &size,
        b"\x08\x02\0\0\0CRC.\0\0\0\x01IDAT.CRC.\0\0\0\0IEND\xaeB`\x82",
    ]
    .concat()
}

/// Runs the program in a folder; its exit code and what it said on standard error.
fn campaign(dir: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_campaign"))
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .envs(settings.iter().copied())
        .output()
        .expect("the program starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn bad_input_is_named_before_anything_is_sent() {
    let mut vendor = mockito::Server::new();
    let reached = vendor.mock("POST", mockito::Matcher::Any).expect(0).create();
    let settings = [("OPENAI_API_KEY", "sk-invented"), ("OPENAI_BASE_URL", &*vendor.url())];

    let briefs: [(&str, String, &[&str]); 17] = [
        ("an unknown field", BRIEF.replace("subject", "subjekt"), &["brief.toml", "line 2", "`subjekt`", "`subject`"]),
        ("an unknown field below", BRIEF.replace("name", "nane"), &["line 6", "`nane`"]),
        ("a wrong type", format!("video_seconds = \"nine\"\n{BRIEF}"), &["line 1", "\"nine\""]),
        ("a missing quote", BRIEF.replace("menu\"", "menu"), &["line 2"]),
        ("no subject", BRIEF.replace("Autumn menu", ""), &["subject"]),
        ("an unknown platform", BRIEF.replace("bluesky", "myspace"), &["`myspace`", "bluesky"]),
        ("an unknown placement", BRIEF.replace("bluesky", "bluesky/poster"), &["poster"]),
        ("a language by its name", format!("language = \"German\"\n{BRIEF}"), &["language", "`German`", "write `de`"]),
        ("a language by its own name", format!("language = \"日本語\"\n{BRIEF}"), &["`日本語`", "write `ja`"]),
        ("no language", format!("language = \"my own\"\n{BRIEF}"), &["`my own`", "pt-BR"]),
        ("a day that is none", format!("date = \"3.12.\"\n{BRIEF}"), &["date", "`3.12.`", "2026-12-03"]),
        ("a logo that is a number", format!("{BRIEF}logo = 5"), &["line 7", "photos/logo.png"]),
        ("an escape", BRIEF.replace("menu", "menu\\u001b[2K"), &["subject", "U+001B"]),
        ("a turn of the writing", BRIEF.replace("Bistro", "Bistro\\u202e"), &["brand.name", "U+202E"]),
        ("a word of 20 kilobytes", BRIEF.replace("menu", &"a.".repeat(10_000)), &["subject", "the maximum is 500"]),
        (
            "a name of a megabyte",
            BRIEF.replace("Bistro", &"x".repeat(1_000_000)),
            &["brand.name", "the maximum is 100"],
        ),
        ("a colour that is none", format!("{BRIEF}colours = [\"reddish\"]"), &["colours", "`reddish`"]),
    ];
    for (what, brief, words) in briefs {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("brief.toml"), brief).unwrap();
        refused(what, dir.path(), &["brief.toml", "--write", "openai/gpt-5-mini"], &settings, words);
    }

    let photos: [(&str, Vec<u8>, &[&str]); 6] = [
        ("a file of secrets", b"OPENAI_API_KEY=sk-invented\nB=2\n".to_vec(), &["no media but text, of 31 bytes"]),
        ("a renamed PDF", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n".to_vec(), &["application/pdf"]),
        ("an empty file", Vec::new(), &["0 bytes"]),
        ("an image of 400 million pixels", png(20_000, 20_000), &["20000 x 20000", "64 million"]),
        ("a text", b"Dear all,\n".to_vec(), &["photo.jpg"]),
        ("a page that says no", b"<html><body>404</body></html>".to_vec(), &["photo.jpg"]),
    ];
    for (what, photo, words) in photos {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("brief.toml"), format!("{BRIEF}{PHOTO}")).unwrap();
        std::fs::write(dir.path().join("photo.jpg"), photo).unwrap();
        let words = [words, &["photos[0]"]].concat();
        refused(what, dir.path(), &["brief.toml", "--write", "openai/gpt-5-mini"], &settings, &words);
    }
    reached.assert();
}

#[test]
fn wrong_names_and_missing_keys_are_named() {
    let cases: [(&str, &[&str], &[&str]); 9] = [
        ("no key to write", &["--write", "openai/gpt-5-mini"], &["OPENAI_API_KEY", "https://platform.openai.com"]),
        ("no key to draw", &["--image", "gemini/any"], &["GEMINI_API_KEY", "https://aistudio.google.com"]),
        ("no key for the video model", &["--video", "kling/any"], &["KLING_API_KEY", "https://"]),
        ("no account", &["--publish", "bluesky"], &["BLUESKY_HANDLE"]),
        ("no vendor of that name", &["--write", "clippy/any"], &["`clippy`", "openai"]),
        ("no address", &["--write", "gpt-5-mini"], &["`gpt-5-mini`", "VENDOR/MODEL"]),
        ("no platform of that name", &["--publish", "myspace"], &["`myspace`", "bluesky"]),
        ("none of the targets", &["--only", "instagram/poster,x"], &["--only", "`instagram/poster`", "instagram/reel"]),
        ("no such brief", &["nowhere.toml"], &["nowhere.toml"]),
    ];
    for (what, arguments, words) in cases {
        let dir = tempfile::tempdir().unwrap();
        refused(what, dir.path(), arguments, &[], words);
    }
}

#[test]
fn a_platform_that_fetches_images_wants_a_host_before_anything_is_paid() {
    let mut vendor = mockito::Server::new();
    let reached = vendor.mock("POST", mockito::Matcher::Any).expect(0).create();
    let url = vendor.url();
    let settings = [
        ("OPENAI_API_KEY", "sk-invented"),
        ("OPENAI_BASE_URL", &*url),
        ("INSTAGRAM_ACCESS_TOKEN", "invented"),
        ("INSTAGRAM_USER_ID", "17841400000000000"),
    ];
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["--write", "openai/gpt-5-mini", "--publish", "instagram", "--yes"];
    refused("no media host", dir.path(), &arguments, &settings, &["media host", "hint: set MEDIA_HOST_PUT_URL"]);
    reached.assert();
}

fn refused(what: &str, dir: &Path, arguments: &[&str], settings: &[(&str, &str)], words: &[&str]) {
    let (code, said) = campaign(dir, arguments, settings);
    assert_eq!(code, Some(2), "{what}: {said}");
    assert!(said.lines().all(|line| line.starts_with("error: ") || line.starts_with("hint: ")), "{what}: {said}");
    for word in words {
        assert!(said.contains(word), "{what}: `{word}` is not in: {said}");
    }
    assert!(!said.contains("sk-invented"), "{what}");
    let left: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "out"), "{what} wrote {left:?}");
}

/// A file that was named by mistake may hold anything; what is in it is not said.
#[test]
fn no_error_says_what_is_in_a_file_that_was_named_by_mistake() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "# keys\nOPENAI_API_KEY=sk-invented\n").unwrap();
    std::fs::copy(dir.path().join(".env"), dir.path().join("photo.jpg")).unwrap();
    std::fs::write(dir.path().join("brief.toml"), format!("{BRIEF}{PHOTO}")).unwrap();
    for arguments in [&["brief.toml"][..], &[".env"], &["--dialect", ".env"], &["--prices", ".env"]] {
        let (code, said) = campaign(dir.path(), arguments, &[]);
        assert_eq!(code, Some(2), "{said}");
        assert!(!said.contains("sk-invented"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_brief_may_be_json() {
    let dir = tempfile::tempdir().unwrap();
    let brief = r#"{"subject": "Soup", "brand": {"name": "41 Bistro"}, "targets": ["bluesky"]}"#;
    std::fs::write(dir.path().join("b.json"), brief).unwrap();
    let (code, said) = campaign(dir.path(), &["b.json", "--dry-run"], &[]);
    assert_eq!(code, Some(0), "{said}");
    std::fs::write(dir.path().join("b.json"), brief.replace("subject", "subjekt")).unwrap();
    refused("a field", dir.path(), &["b.json"], &[], &["b.json", "`subjekt`", "line 1"]);
}

/// One campaign's page does not take the posts of another away.
#[test]
fn a_second_campaign_keeps_the_posts_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let brief = |subject: &str| BRIEF.replace("Autumn menu", subject);
    for subject in ["Monday soup", "Tuesday pie", "Monday soup"] {
        std::fs::write(dir.path().join("brief.toml"), brief(subject)).unwrap();
        let (code, said) = campaign(dir.path(), &["brief.toml"], &[]);
        assert_eq!(code, Some(0), "{subject}: {said}");
    }
    let page = |folder: &str| std::fs::read_to_string(dir.path().join("out").join(folder).join("index.html")).unwrap();
    let folders = std::fs::read_dir(dir.path().join("out")).unwrap();
    let mut folders: Vec<_> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    folders.sort();
    let [monday, tuesday] = &*folders else { panic!("{folders:?}") };
    assert!(monday.starts_with("41-bistro-monday-soup-") && tuesday.starts_with("41-bistro-tuesday-pie-"));
    assert!(page(monday).contains("Monday soup") && page(tuesday).contains("Tuesday pie"));
}

#[test]
fn without_a_terminal_nothing_is_made_that_nobody_can_be_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("brief.toml"), BRIEF).unwrap();
    let settings =
        [("BLUESKY_SERVICE", "http://127.0.0.1:9"), ("BLUESKY_HANDLE", "a.test"), ("BLUESKY_APP_PASSWORD", "invented")];
    for arguments in [&["brief.toml", "--publish", "bluesky"][..], &["brief.toml", "--publish", "bluesky", "--json"]] {
        refused("nobody to ask", dir.path(), arguments, &settings, &["nothing was made", "--yes", "--later"]);
    }
}

/// A logo is a path, from the brief's folder on.
#[test]
fn a_logo_is_the_path_of_a_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("photos")).unwrap();
    std::fs::write(dir.path().join("photos/logo.png"), png(90, 90)).unwrap();
    for logo in ["\"photos/logo.png\"", "{ file = \"photos/logo.png\" }"] {
        std::fs::write(dir.path().join("brief.toml"), format!("{BRIEF}logo = {logo}\n")).unwrap();
        let (code, said) = campaign(dir.path(), &["brief.toml", "--dry-run"], &[]);
        assert_eq!(code, Some(0), "{logo}: {said}");
    }
}
