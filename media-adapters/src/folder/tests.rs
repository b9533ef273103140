//! Stands on RFC 2104; files and keys are invented.

use std::sync::Arc;
use std::time::Duration;

use social_core::clock::Clock as _;
use social_core::host::MediaHost;
use social_core::run::{MemoryJournal, OpenOptions};
use social_core::settings::MapSettings;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{FixedClock, Scene, ScriptedVendor};

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const HOUR: Duration = Duration::from_secs(3600);

fn host(folder: &Path) -> FolderHost {
    FolderHost::new(folder, "https://media.test/files", AddressKeys::new("2026", SECRET.into())).unwrap()
}

fn captions() -> Media {
    Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n")
}

#[test]
fn an_address_is_bound_to_its_file_time_and_key() {
    let keys = AddressKeys::new("2026", SECRET.into());
    let query = keys.sign("a.png", 1000);
    assert_eq!(keys.check("a.png", &query, 999), Ok(1000));
    let other = AddressKeys::new("2026", "another secret of thirty-two byte".into());
    let table = [
        (&keys, "a.png", query.clone(), 1000, AddressRefusal::Expired),
        (&keys, "b.png", query.clone(), 1, AddressRefusal::WrongSignature),
        (&keys, "a.png", query.replace("until=1000", "until=2000"), 1, AddressRefusal::WrongSignature),
        (&other, "a.png", query.clone(), 1, AddressRefusal::WrongSignature),
        (&keys, "a.png", query.replace("key=2026", "key=2025"), 1, AddressRefusal::UnknownKey),
        (&keys, "a.png", query.replace("until=1000", "until=%2B1000"), 1, AddressRefusal::Malformed),
        (&keys, "a.png", query.replace("until=1000", "until=01000"), 1, AddressRefusal::Malformed),
        (&keys, "a.png", format!("{query}&until=1000"), 1, AddressRefusal::Malformed),
        (&keys, "a.png", format!("{query}&more=1"), 1, AddressRefusal::Malformed),
        (&keys, "a.png", format!("{query}AAAA"), 1, AddressRefusal::WrongSignature),
        (&keys, "a.png", query.replace("signature=", "signature=%"), 1, AddressRefusal::Malformed),
        (&keys, "a.png", "until=1000&key=2026".to_owned(), 1, AddressRefusal::Malformed),
        (&keys, "a.png", "until=1000&key=2026&signature=".to_owned(), 1, AddressRefusal::WrongSignature),
        (&keys, "a.png", String::new(), 1, AddressRefusal::Malformed),
    ];
    for (keys, name, query, now, refusal) in table {
        assert_eq!(keys.check(name, &query, now), Err(refusal), "{query}");
    }
    // A former key checks and does not sign.
    let rotated =
        AddressKeys::new("2027", "another secret of thirty-two byte".into()).with_former("2026", SECRET.into());
    assert_eq!(rotated.check("a.png", &query, 1), Ok(1000));
    assert!(rotated.sign("a.png", 1000).contains("key=2027"));
    assert!(!format!("{rotated:?}").contains(SECRET));
}

#[tokio::test]
async fn a_file_is_written_once_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder.path().join("below"));
    let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
    let name = format!("{}.vtt", captions().sha256().await.unwrap());
    let path = host.folder().join(&name);
    let mut urls = Vec::new();
    for process in 0..3 {
        let options = OpenOptions::new().with_clock(clock.clone());
        let run = Run::open_with(&journal, "tonight", options).await.unwrap();
        let made = host.make(&run, &HostRequest::new(captions())).await.unwrap();
        let checked = host.keys().check(&name, made.url.query().unwrap(), clock.now().as_second());
        assert_eq!(checked.ok(), made.expires_at.map(|end| end.as_second()));
        assert_eq!(made.url.path(), format!("/files/{name}"));
        assert_eq!(std::fs::read(&path).unwrap(), captions().read(1000).await.unwrap());
        urls.push(made.value.url);
        if process == 0 {
            // Written again it would be another file.
            let permissions = std::fs::metadata(&path).unwrap().permissions();
            assert!(!permissions.readonly());
            std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
            clock.advance(HOUR);
        } else if process == 1 {
            assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), std::time::UNIX_EPOCH);
            clock.advance(24 * HOUR);
        }
    }
    // The address is the same while it is good.
    assert!(urls[0] == urls[1] && urls[1] != urls[2]);
    assert_eq!(std::fs::read_dir(host.folder()).unwrap().count(), 1, "nothing half-written is left");

    let made = RemoteMedia { url: urls[0].clone(), expires_at: None };
    for _ in 0..2 {
        host.remove(&Run::ephemeral(), &made).await.unwrap();
        assert!(!path.exists());
    }
    for url in ["https://media.test/files/..%2Fa", "https://media.test/", "https://media.test/files/a.png"] {
        let elsewhere = RemoteMedia { url: url.parse().unwrap(), expires_at: None };
        assert_eq!(host.remove(&Run::ephemeral(), &elsewhere).await.unwrap_err().field(), Some("made"), "{url}");
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(folder.path());
    let now = social_core::clock::SystemClock.now();
    let ends =
        Media::Remote(RemoteMedia { url: "https://a.example/a.png".parse().unwrap(), expires_at: Some(now + HOUR) });
    let table = [
        (HostRequest::new(captions()).with_until(now - HOUR), "until"),
        (HostRequest::new(ends.clone()).with_until(now + 2 * HOUR), "media"),
        (HostRequest::new(Media::bytes("no media")), "media"),
    ];
    for (request, field) in table {
        let error = host.make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    let kept = host.make(&Run::ephemeral(), &HostRequest::new(ends).with_until(now + HOUR / 2)).await.unwrap();
    assert_eq!(kept.url.host_str(), Some("a.example"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A link in the place of a file is replaced, not written through.
#[cfg(unix)]
#[tokio::test]
async fn a_link_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    std::fs::write(&outside, captions().read(1000).await.unwrap()).unwrap();
    let host = host(&folder.path().join("in"));
    let name = format!("{}.vtt", captions().sha256().await.unwrap());
    std::fs::create_dir(host.folder()).unwrap();
    std::os::unix::fs::symlink(&outside, host.folder().join(&name)).unwrap();
    host.make(&Run::ephemeral(), &HostRequest::new(captions())).await.unwrap();
    assert!(std::fs::symlink_metadata(host.folder().join(&name)).unwrap().is_file());
}

#[test]
fn settings_are_checked() {
    let settings = |url: &str, key: &str, former: &str| {
        let all = [
            ("MEDIA_FOLDER", "media"),
            ("MEDIA_FOLDER_URL", url),
            ("MEDIA_FOLDER_KEY", key),
            ("MEDIA_FOLDER_FORMER_KEYS", former),
        ];
        all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<MapSettings>()
    };
    let (url, key) = ("https://media.test", format!("2026:{SECRET}"));
    let host = FolderHost::from_settings(&settings(url, &key, &format!("a:{SECRET}, b:{SECRET}"))).unwrap();
    let old = AddressKeys::new("b", SECRET.into()).sign("a.png", 10);
    assert_eq!(host.keys().check("a.png", &old, 1), Ok(10));
    for (url, key, former, field) in [
        ("http://media.test", &*key, "", "MEDIA_FOLDER_URL"),
        (url, "2026:short", "", "MEDIA_FOLDER_KEY"),
        (url, &format!("a&b:{SECRET}"), "", "MEDIA_FOLDER_KEY"),
        (url, &*key, SECRET, "MEDIA_FOLDER_FORMER_KEYS"),
    ] {
        let error = FolderHost::from_settings(&settings(url, key, former)).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)));
    }
}

#[tokio::test]
async fn it_keeps_the_contract_of_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let connect = move |_: &Scene| {
        let keys = AddressKeys::new("2026", conformance::SECRET.into());
        Ok(Arc::new(FolderHost::new(&path, "https://media.test", keys)?) as Arc<MediaHost>)
    };
    let subject = Subject::new(ScriptedVendor::new, connect);
    conformance::maker(&subject, &HostRequest::new(captions())).await.unwrap();
}
