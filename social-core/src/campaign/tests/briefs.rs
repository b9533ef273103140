//! What a post is made of, as a run names it. The digests were stored by this version, so that an
//! added field shows.

use super::*;

/// A brief of which every field has a value.
fn full(dir: &std::path::Path) -> Brief {
    std::fs::write(dir.join("soup.jpg"), b"soup").unwrap();
    std::fs::write(dir.join("logo.png"), b"logo").unwrap();
    let brief: Brief = serde_json::from_value(serde_json::json!({
        "subject": "Autumn menu",
        "facts": ["Pumpkin soup, 7.50 euros"],
        "brand": {
            "name": "41 Bistro", "colours": ["#7a1f2b"], "voice": "warm", "signature": "41bistro.example",
            "logo": { "file": "logo.png" },
        },
        "call_to_action": "Book a table",
        "link": "https://41bistro.example/book",
        "language": "en",
        "photos": [{ "file": "soup.jpg", "shows": "Soup" }],
        "targets": ["bluesky"],
        "video_seconds": 9,
    }))
    .unwrap();
    brief.relative_to(dir)
}

#[tokio::test]
async fn digests_of_briefs_stay_as_they_were_stored() {
    let dir = tempfile::tempdir().unwrap();
    let stored = [
        (brief(), "1:92ba34d2559eb13cf5e35d5c0f3f333708c330948ccf6f68d0bbd5a32b6c8eee"),
        (full(dir.path()), "1:30dd80f61f2ade00ddf6145715522e8e0c11542a5f9687d345d17363fa51eca8"),
    ];
    for (brief, digest) in stored {
        assert_eq!(brief.basis(true, true).await.unwrap().as_str(), digest, "{}", brief.subject);
    }
}

#[tokio::test]
async fn the_bytes_of_files_count_and_neither_their_names_nor_the_targets_do() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let digest = full(here.path()).basis(true, true).await.unwrap();
    assert_eq!(full(there.path()).basis(true, true).await.unwrap(), digest);
    let targets = vec!["instagram".to_owned()];
    assert_eq!(Brief { targets, ..full(here.path()) }.basis(true, true).await.unwrap(), digest);
    let brief = full(there.path());
    for file in ["soup.jpg", "logo.png"] {
        std::fs::write(there.path().join(file), b"other bytes of another length").unwrap();
        assert_ne!(brief.basis(true, true).await.unwrap(), digest, "{file}");
    }
}

#[test]
fn briefs_of_earlier_versions_are_read() {
    let brief: Brief =
        serde_json::from_str(r#"{"subject": "Autumn menu", "brand": {"name": "41 Bistro"}, "film_seconds": 9}"#)
            .unwrap();
    assert_eq!(brief.video_seconds, Some(9));
}

// The names of its steps are those of the last version before digests had one.
#[tokio::test]
async fn a_run_of_an_earlier_version_is_refused_with_a_clear_sentence() {
    let stage = Stage::new(Writer::new(true));
    let run = Run::open(&stage.journal, "41-bistro-ravioli").await.unwrap();
    let texts = run.child("brief-fe65d9a1c0b2").child("texts").child("openai/gpt");
    texts.once("concept", || async { Ok(1) }, |_| async { Ok(Found::Unknown) }).await.unwrap();
    drop((run, texts));
    let error = stage.campaign(brief()).run().await.unwrap_err();
    assert_eq!(Advice::on(&error), Some(Advice::NameApart));
    assert!(error.message().contains("an earlier version of this program began it"), "{error}");
    assert_eq!(stage.counts(), (0, 0, 0));
}
