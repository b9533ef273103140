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

    let briefs: [(&str, String, &[&str]); 8] = [
        ("an unknown field", BRIEF.replace("subject", "subjekt"), &["brief.toml", "line 2", "`subjekt`", "`subject`"]),
        ("an unknown field below", BRIEF.replace("name", "nane"), &["line 6", "`nane`"]),
        ("a wrong type", format!("video_seconds = \"nine\"\n{BRIEF}"), &["line 1", "\"nine\""]),
        ("a missing quote", BRIEF.replace("menu\"", "menu"), &["line 2"]),
        ("no subject", BRIEF.replace("Autumn menu", ""), &["subject"]),
        ("an unknown platform", BRIEF.replace("bluesky", "myspace"), &["`myspace`", "bluesky"]),
        ("an unknown placement", BRIEF.replace("bluesky", "bluesky/poster"), &["poster"]),
        ("a colour that is none", format!("{BRIEF}colours = [\"reddish\"]"), &["colours", "`reddish`"]),
    ];
    for (what, brief, words) in briefs {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("brief.toml"), brief).unwrap();
        refused(what, dir.path(), &["brief.toml", "--write", "openai/gpt-5-mini"], &settings, words);
    }

    let photos: [(&str, Vec<u8>, &[&str]); 5] = [
        ("a renamed PDF", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n".to_vec(), &["application/pdf"]),
        ("an empty file", Vec::new(), &["0 bytes"]),
        ("an image of 400 million pixels", png(20_000, 20_000), &["20000 x 20000", "100 million"]),
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
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("no key to write", &["--write", "openai/gpt-5-mini"], &["OPENAI_API_KEY", "https://platform.openai.com"]),
        ("no key to draw", &["--image", "gemini/any"], &["GEMINI_API_KEY", "https://aistudio.google.com"]),
        ("no key for the video model", &["--video", "kling/any"], &["KLING_API_KEY", "https://"]),
        ("no account", &["--publish", "bluesky"], &["BLUESKY_HANDLE"]),
        ("no vendor of that name", &["--write", "clippy/any"], &["`clippy`", "openai"]),
        ("no address", &["--write", "gpt-5-mini"], &["`gpt-5-mini`", "VENDOR/MODEL"]),
        ("no platform of that name", &["--publish", "myspace"], &["`myspace`", "bluesky"]),
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
