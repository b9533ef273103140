//! The campaign is killed again and again while it writes with a real llama.cpp server and posts on
//! a real Bluesky data server; the server's own list says what is there. Runs only when
//! `SOCIAL_LAB_PDS` and `SOCIAL_LAB_LLAMA` hold their addresses, as `.ci/lab` does.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use social_core::http::Endpoint;

const PASSWORD: &str = "test-password";

struct Account {
    server: Endpoint,
    handle: String,
    did: String,
}

impl Account {
    async fn open(address: &str) -> Self {
        let server = Endpoint::builder("lab", address).build().unwrap();
        let handle = format!("k{}.test", social_core::clock::Timestamp::now().as_microsecond());
        let account = json!({ "handle": handle, "email": format!("{handle}@example.test"), "password": PASSWORD });
        let call = server.post("xrpc/com.atproto.server.createAccount").unwrap();
        let made: Value = call.json(&account).send().await.unwrap().json().unwrap();
        let did = made["did"].as_str().unwrap().to_owned();
        Self { server, handle, did }
    }

    async fn posts(&self) -> Vec<Value> {
        let call = self.server.get("xrpc/com.atproto.repo.listRecords").unwrap();
        let call = call.query("repo", &self.did).query("collection", "app.bsky.feed.post");
        let list: Value = call.send().await.unwrap().json().unwrap();
        list["records"].as_array().unwrap().clone()
    }
}

fn campaign(dir: &Path, account: &Account, pds: &str, llama: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_campaign"))
        .arg(dir.join("brief.toml"))
        .args(["--dialect", concat!(env!("CARGO_MANIFEST_DIR"), "/dialects/llama.toml"), "--write", "llama/tiny"])
        .args(["--publish", "bluesky", "--yes"])
        .current_dir(dir)
        .env("LLAMA_BASE_URL", llama)
        .env("LLAMA_API_KEY", "test-key")
        .env("BLUESKY_SERVICE", pds)
        .env("BLUESKY_HANDLE", &account.handle)
        .env("BLUESKY_APP_PASSWORD", PASSWORD)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills the campaign later each time until it ends by itself; how often it was killed.
async fn kill_until_done(stride: Option<Duration>, pds: &str, llama: &str) -> u32 {
    let account = Account::open(pds).await;
    let dir = tempfile::tempdir().unwrap();
    let brief = "subject = 'Ravioli'\nfacts = ['With sage']\n[brand]\nname = '41 Bistro'\n";
    std::fs::write(dir.path().join("brief.toml"), brief).unwrap();
    let mut kills = 0;
    loop {
        let mut process = campaign(dir.path(), &account, pds, llama);
        let began = Instant::now();
        let end = loop {
            if let Some(status) = process.try_wait().unwrap() {
                break Some(status);
            }
            if stride.is_some_and(|stride| began.elapsed() >= stride * (kills + 1)) {
                process.kill().unwrap();
                process.wait().unwrap();
                break None;
            }
            // Other people's servers and processes keep their own time.
            std::thread::sleep(Duration::from_millis(2));
        };
        match end {
            Some(status) => {
                let said = std::io::read_to_string(process.stderr.take().unwrap()).unwrap();
                assert!(status.success(), "{status}: {said}");
                break;
            }
            None => kills += 1,
        }
    }
    let posts = account.posts().await;
    assert_eq!(posts.len(), 1, "killed {kills} times: {posts:#?}");
    assert_eq!(posts[0]["value"]["embed"]["$type"], "app.bsky.embed.images");
    println!("killed {kills} times: one post with its image, {}", posts[0]["uri"]);
    kills
}

#[tokio::test]
async fn lab_killed_at_any_moment_it_posts_once() {
    let (Ok(pds), Ok(llama)) = (std::env::var("SOCIAL_LAB_PDS"), std::env::var("SOCIAL_LAB_LLAMA")) else {
        social_core::testkit::did_not_run("SOCIAL_LAB_PDS and SOCIAL_LAB_LLAMA");
        return;
    };
    assert_eq!(kill_until_done(None, &pds, &llama).await, 0);
    for stride in [11, 23, 47, 95] {
        kill_until_done(Some(Duration::from_millis(stride)), &pds, &llama).await;
    }
}
