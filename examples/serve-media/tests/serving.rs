//! A real server on loopback, asked by reqwest; the files and keys are invented.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use media_adapters::folder::{AddressKeys, FolderHost};
use serve_media::SignedFolder;
use social_core::clock::Timestamp;
use social_core::host::HostRequest;
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::run::Run;
use social_core::testkit::FixedClock;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const CAPTIONS: &str = "WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n";

struct Lab {
    host: FolderHost,
    clock: Arc<FixedClock>,
    server: String,
    _folder: tempfile::TempDir,
}

async fn lab() -> Lab {
    let folder = tempfile::tempdir().unwrap();
    let keys = AddressKeys::new("2027", SECRET.into()).with_former("2026", "a former secret of thirty-two by".into());
    let host = FolderHost::new(folder.path().join("files"), "https://media.test/files", keys).unwrap();
    let clock = Arc::new(FixedClock::new(Timestamp::now()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().nest("/files", SignedFolder::of(&host).with_clock(clock.clone()).router());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    Lab { host, clock, server, _folder: folder }
}

impl Lab {
    /// The path and query of a hosted file's address.
    async fn hosted(&self) -> String {
        let request = HostRequest::new(Media::bytes(CAPTIONS));
        let url = self.host.make(&Run::ephemeral(), &request).await.unwrap().value.url;
        format!("{}?{}", url.path(), url.query().unwrap())
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        reqwest::get(format!("{}{path}", self.server)).await.unwrap()
    }

    async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status().as_u16()
    }
}

// Museum D10: ranges are answered as ranges, and nothing is compressed.
#[tokio::test]
async fn a_hosted_file_is_served_whole_and_in_ranges() {
    let lab = lab().await;
    let path = lab.hosted().await;
    let answer = lab.get(&path).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/vtt");
    assert_eq!(answer.headers()["accept-ranges"], "bytes");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert!(answer.headers()["cache-control"].to_str().unwrap().starts_with("private, max-age="));
    assert_eq!(answer.text().await.unwrap(), CAPTIONS);

    let client = reqwest::Client::new();
    let url = format!("{}{path}", lab.server);
    let answer = client.get(&url).header("range", "bytes=0-5").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["content-range"].to_str().unwrap()), (206, "bytes 0-5/35"));
    assert_eq!(answer.text().await.unwrap(), "WEBVTT");
    let answer = client.get(&url).header("range", "bytes=900-").send().await.unwrap();
    assert_eq!(answer.status(), 416);
    let answer = client.head(&url).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["content-length"].to_str().unwrap()), (200, "35"));
    assert_eq!(client.post(&url).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn only_good_addresses_are_served() {
    let lab = lab().await;
    let path = lab.hosted().await;
    let (file, query) = path.split_once('?').unwrap();
    let name = file.rsplit('/').next().unwrap();
    let later = (Timestamp::now() + Duration::from_secs(3600)).as_second();

    let former = AddressKeys::new("2026", "a former secret of thirty-two by".into()).sign(name, later);
    assert_eq!(lab.status(&format!("{file}?{former}")).await, 200);
    let unknown = AddressKeys::new("2025", SECRET.into()).sign(name, later);
    let foreign = AddressKeys::new("2027", "another secret of thirty-two byt".into()).sign(name, later);
    let over = lab.host.keys().sign(name, 1_000);
    for query in [&*unknown, &foreign, &over, "", &query.replace("until=", "until=9")] {
        assert_eq!(lab.status(&format!("{file}?{query}")).await, 404, "{query}");
    }
    // It ends.
    lab.clock.advance(Duration::from_secs(25 * 3600));
    assert_eq!(lab.status(&path).await, 404);
}

#[tokio::test]
async fn nothing_outside_of_the_folder_is_served() {
    let lab = lab().await;
    lab.hosted().await;
    let folder = lab.host.folder();
    std::fs::write(folder.parent().unwrap().join("secret.txt"), "secret").unwrap();
    std::fs::create_dir(folder.join("below")).unwrap();
    let later = (Timestamp::now() + Duration::from_secs(3600)).as_second();
    // Even with a valid signature.
    let mut names = vec!["../secret.txt", "..", ".", "below", "not-there.png", ".writing-1"];
    std::fs::write(folder.join(".writing-1"), "half").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.txt", folder.join("link.txt")).unwrap();
        names.push("link.txt");
    }
    for name in names {
        let query = lab.host.keys().sign(name, later);
        for written in [name.to_owned(), name.replace('.', "%2e").replace('/', "%2f")] {
            assert_eq!(lab.status(&format!("/files/{written}?{query}")).await, 404, "{written}");
        }
    }
    for path in ["/", "/files", "/files/", "/files/below/", "/files/..%2fsecret.txt"] {
        assert_eq!(lab.status(path).await, 404, "{path}");
    }
}
