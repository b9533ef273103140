//! The campaign is really killed at every request, before and after the vendor has acted, and
//! started again.
//!
//! Stands on an invented writer and an invented Bluesky server that keep state and count what they
//! did; the requests are those of the program that newcomers run.

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kill {
    /// The request arrives, nothing happens, and the process dies.
    BeforeTheEffect,
    /// The vendor acts, and the process dies without the answer.
    AfterTheEffect,
}

#[derive(Debug, Default)]
struct Vendor {
    requests: usize,
    kill: Option<(usize, Kill)>,
    process: Option<u32>,
    killed_at: Option<String>,
    paid_texts: usize,
    blobs: usize,
    creations: usize,
    records: BTreeMap<String, Value>,
}

impl Vendor {
    fn answer(&mut self, path: &str, body: &[u8]) -> (usize, Value) {
        self.requests += 1;
        let kill = self.kill.filter(|(at, _)| *at == self.requests).map(|(_, kill)| kill);
        let answer = match kill {
            Some(Kill::BeforeTheEffect) => (500, json!({})),
            _ => self.act(path, body),
        };
        if kill.is_some()
            && let Some(process) = self.process
        {
            self.killed_at = Some(path.to_owned());
            let killed = Command::new("kill").args(["-9", &process.to_string()]).status();
            assert!(killed.is_ok_and(|status| status.success()), "the process could not be killed");
        }
        answer
    }

    fn act(&mut self, path: &str, body: &[u8]) -> (usize, Value) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        match path.rsplit('/').next().unwrap_or_default() {
            "completions" => {
                self.paid_texts += 1;
                let is_post = body["response_format"]["json_schema"]["name"] == "post";
                let content = if is_post {
                    json!({ "text": "Pumpkin ravioli are back.", "hashtags": ["autumn"] })
                } else {
                    json!({
                        "headline": "Autumn is served", "subline": "Ravioli from today", "call_to_action": "Book a table",
                        "alt_text": "Ravioli", "image_prompt": "Ravioli on a plate", "video_prompt": "Steam rises",
                    })
                };
                let message = json!({ "role": "assistant", "content": content.to_string() });
                let usage = json!({ "prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20 });
                let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
                (
                    200,
                    json!({ "id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage }),
                )
            }
            "com.atproto.server.createSession" => {
                let session =
                    json!({ "did": "did:plc:test", "handle": "bistro.test", "accessJwt": "a", "refreshJwt": "r" });
                (200, session)
            }
            "com.atproto.repo.uploadBlob" => {
                self.blobs += 1;
                let link = json!({ "$link": "bafkreibabalobzn6cd366ukcsjycp4yymjymgfxcv6xczmlgpemzkz3cfa" });
                (200, json!({ "blob": { "$type": "blob", "ref": link, "mimeType": "image/jpeg", "size": 1 } }))
            }
            "com.atproto.repo.createRecord" | "com.atproto.repo.putRecord" => {
                self.creations += 1;
                let key = body["rkey"].as_str().unwrap_or("made-up-by-the-server").to_owned();
                let uri = format!("at://did:plc:test/app.bsky.feed.post/{key}");
                self.records.insert(key, body["record"].clone());
                (200, json!({ "uri": uri, "cid": "bafyreibjifzpqj6o6wcq3hejh7y4z4z2vmiklkvykc57tw3pcbx3kxifpm" }))
            }
            "com.atproto.repo.getRecord" => {
                let key = url_query(query, "rkey");
                match self.records.get(&key) {
                    Some(record) => {
                        let uri = format!("at://did:plc:test/app.bsky.feed.post/{key}");
                        (
                            200,
                            json!({ "uri": uri, "cid": "bafyreibjifzpqj6o6wcq3hejh7y4z4z2vmiklkvykc57tw3pcbx3kxifpm", "value": record }),
                        )
                    }
                    None => (400, json!({ "error": "RecordNotFound", "message": "Could not locate record" })),
                }
            }
            other => (404, json!({ "error": "NotFound", "message": other })),
        }
    }
}

fn url_query(query: &str, name: &str) -> String {
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    pair.unwrap_or_default().to_owned()
}

/// Runs the campaign once; its exit code, or `None` when it was killed.
fn campaign(server: &mockito::Server, vendor: &Arc<Mutex<Vendor>>, dir: &Path, flags: &[&str]) -> Option<i32> {
    run(server, vendor, dir, flags).0
}

/// Runs the campaign once; its exit code, and what it said on both streams.
fn run(server: &mockito::Server, vendor: &Arc<Mutex<Vendor>>, dir: &Path, flags: &[&str]) -> (Option<i32>, String) {
    let (mut out, err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    let mut child = Command::new(env!("CARGO_BIN_EXE_campaign"))
        .arg(dir.join("brief.toml"))
        .args(["--write", "openai/paid", "--publish", "bluesky"])
        .args(flags)
        .current_dir(dir)
        .env("OPENAI_API_KEY", "test-key-of-the-writer")
        .env("OPENAI_BASE_URL", format!("{}/v1", server.url()))
        .env("BLUESKY_SERVICE", server.url())
        .env("BLUESKY_HANDLE", "bistro.test")
        .env("BLUESKY_APP_PASSWORD", "test-password-of-the-account")
        .stdin(std::process::Stdio::null())
        .stdout(out.try_clone().unwrap())
        .stderr(err.try_clone().unwrap())
        .spawn()
        .expect("the program starts");
    vendor.lock().unwrap().process = Some(child.id());
    let code = child.wait().expect("the program ends").code();
    let mut said = String::new();
    for file in [&mut out, &mut { err }] {
        file.rewind().unwrap();
        file.read_to_string(&mut said).unwrap();
    }
    (code, said)
}

fn serve(vendor: &Arc<Mutex<Vendor>>) -> mockito::ServerGuard {
    let mut server = mockito::Server::new();
    for method in ["GET", "POST"] {
        let (status, body): (Arc<Mutex<Vendor>>, Arc<Mutex<Value>>) = (vendor.clone(), Arc::default());
        let answer = body.clone();
        server
            .mock(method, mockito::Matcher::Any)
            .with_header("content-type", "application/json")
            .with_status_code_from_request(move |request| {
                let sent = request.body().cloned().unwrap_or_default();
                let (status, answer) = status.lock().unwrap().answer(request.path_and_query(), &sent);
                *body.lock().unwrap() = answer;
                status
            })
            .with_body_from_request(move |_| answer.lock().unwrap().to_string().into_bytes())
            .expect_at_least(0)
            .create();
    }
    server
}

/// Kills the campaign at its request number `at`, runs it to its end, and says whether there was
/// such a request.
fn survives(at: usize, kill: Kill) -> bool {
    let vendor = Arc::new(Mutex::new(Vendor { kill: Some((at, kill)), ..Vendor::default() }));
    let server = serve(&vendor);
    let dir = tempfile::tempdir().unwrap();
    let brief = "subject = 'Ravioli'\nfacts = ['With sage']\n[brand]\nname = '41 Bistro'\n";
    std::fs::write(dir.path().join("brief.toml"), brief).unwrap();

    let first = campaign(&server, &vendor, dir.path(), &["--yes"]);
    let Some(killed_at) = vendor.lock().unwrap().killed_at.clone() else {
        assert_eq!(first, Some(0), "without a kill the campaign ends well");
        return false;
    };
    assert_eq!(first, None, "killed at {killed_at}");
    vendor.lock().unwrap().kill = None;
    let paid_before = vendor.lock().unwrap().paid_texts;
    let lost_text = killed_at.ends_with("completions");
    let mut last = campaign(&server, &vendor, dir.path(), &["--yes"]);
    if lost_text {
        assert_eq!(last, Some(3), "a lost paid answer is reported");
        assert_eq!(vendor.lock().unwrap().paid_texts, paid_before, "and not paid for again unasked");
        last = campaign(&server, &vendor, dir.path(), &["--yes", "--repeat-lost"]);
    }
    assert_eq!(last, Some(0), "killed {kill:?} at {killed_at}, then run again");
    let again = campaign(&server, &vendor, dir.path(), &["--yes"]);
    assert_eq!(again, Some(0), "a finished campaign answers with its receipts");

    let vendor = vendor.lock().unwrap();
    assert_eq!(vendor.records.len(), 1, "killed {kill:?} at {killed_at}: one post");
    assert_eq!(vendor.creations, 1, "killed {kill:?} at {killed_at}: sent once");
    let lost = usize::from(lost_text && kill == Kill::AfterTheEffect);
    assert_eq!(vendor.paid_texts, 2 + lost, "killed {kill:?} at {killed_at}: texts paid once");
    true
}

#[test]
fn killed_at_every_request_it_pays_and_posts_once() {
    for kill in [Kill::BeforeTheEffect, Kill::AfterTheEffect] {
        let mut requests = 0;
        while survives(requests + 1, kill) {
            requests += 1;
        }
        // Two texts, a session, an image, a post.
        assert!(requests >= 5, "only {requests} requests were seen");
    }
}

#[test]
fn without_a_terminal_posts_wait_and_go_out_when_they_are_approved() {
    let vendor = Arc::new(Mutex::new(Vendor::default()));
    let server = serve(&vendor);
    let dir = tempfile::tempdir().unwrap();
    let brief = "subject = 'Ravioli'\nfacts = ['With sage']\n[brand]\nname = '41 Bistro'\n";
    std::fs::write(dir.path().join("brief.toml"), brief).unwrap();
    assert_eq!(campaign(&server, &vendor, dir.path(), &[]), Some(2), "nobody can be asked");
    assert_eq!(vendor.lock().unwrap().requests, 0, "and that is known before anything is made");
    assert_eq!(campaign(&server, &vendor, dir.path(), &["--later"]), Some(4));
    assert_eq!(vendor.lock().unwrap().records.len(), 0);
    assert_eq!(campaign(&server, &vendor, dir.path(), &["--yes"]), Some(0));
    let vendor = vendor.lock().unwrap();
    assert_eq!((vendor.records.len(), vendor.paid_texts), (1, 2), "one post, and nothing was written again");
}

#[test]
fn an_interrupted_campaign_of_yesterday_is_gone_on_with_and_neither_paid_nor_posted_twice() {
    let vendor = Arc::new(Mutex::new(Vendor::default()));
    let server = serve(&vendor);
    let dir = tempfile::tempdir().unwrap();
    let brief = "subject = 'Ravioli'\nfacts = ['With sage']\n[brand]\nname = '41 Bistro'\n";
    std::fs::write(dir.path().join("brief.toml"), brief).unwrap();
    let yesterday = jiff::Zoned::now().yesterday().unwrap().date().to_string();
    assert_eq!(campaign(&server, &vendor, dir.path(), &["--later", "--date", &yesterday]), Some(4));
    let (code, said) = run(&server, &vendor, dir.path(), &["--yes"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("note: goes on with campaign 41-bistro-ravioli-{yesterday}")), "{said}");
    let counts = || {
        let vendor = vendor.lock().unwrap();
        (vendor.paid_texts, vendor.creations)
    };
    assert_eq!(counts(), (2, 1));
    // Just now it was finished: the same command means the same campaign.
    let (code, said) = run(&server, &vendor, dir.path(), &["--yes"]);
    assert_eq!((code, counts()), (Some(0), (2, 1)), "{said}");
    assert!(said.contains("nothing new was sent"), "{said}");
    let today = jiff::Zoned::now().date().to_string();
    assert_eq!(campaign(&server, &vendor, dir.path(), &["--yes", "--date", &today]), Some(0));
    assert_eq!(counts(), (4, 2), "another day is another campaign");
}

#[test]
fn a_change_is_paid_where_it_counts_and_a_post_that_is_out_stays() {
    let vendor = Arc::new(Mutex::new(Vendor::default()));
    let server = serve(&vendor);
    let dir = tempfile::tempdir().unwrap();
    let write = |fact: &str, colour: &str, seconds: u32| {
        let brief = format!(
            "subject = 'Ravioli'\nfacts = ['{fact}']\nvideo_seconds = {seconds}\n[brand]\nname = '41 Bistro'\n\
             colours = ['{colour}']\n"
        );
        std::fs::write(dir.path().join("brief.toml"), brief).unwrap();
    };
    let counts = || {
        let vendor = vendor.lock().unwrap();
        (vendor.paid_texts, vendor.creations)
    };
    write("With sgae", "#7a1f2b", 9);
    assert_eq!(campaign(&server, &vendor, dir.path(), &["--later"]), Some(4));
    write("With sgae", "#12355b", 8);
    assert_eq!(campaign(&server, &vendor, dir.path(), &["--later"]), Some(4));
    assert_eq!(counts(), (2, 0), "neither colour nor length costs a text");
    write("With sage", "#12355b", 8);
    assert_eq!(campaign(&server, &vendor, dir.path(), &["--yes"]), Some(0));
    assert_eq!(counts(), (4, 1), "a mended fact is told the writer again");
    write("With fresh sage", "#12355b", 8);
    let (code, said) = run(&server, &vendor, dir.path(), &["--yes"]);
    assert_eq!((code, counts()), (Some(0), (4, 1)), "{said}");
    assert!(said.contains("already published, from the brief as it was"), "{said}");
}
