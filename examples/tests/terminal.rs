//! What a person decides at a terminal: nothing that was typed before a question answers it, Ctrl-C
//! ends the program, and nothing that a vendor or file says reaches the screen as a command.
//!
//! Stands on pseudo terminals of this machine, and on an invented writer and Bluesky server.
#![cfg(unix)]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::{Value, json};

const QUESTION: &str = "Publish this?";
const PATIENCE: Duration = Duration::from_secs(120);

/// A person's side of a terminal.
struct Desk {
    child: Child,
    keys: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Desk {
    /// Starts the campaign at a terminal, with something typed before it asks.
    fn new(dir: &Path, server: &str, arguments: &[&str], typed_ahead: &str) -> Self {
        Self::with_editor(dir, server, arguments, typed_ahead, "")
    }

    fn with_editor(dir: &Path, server: &str, arguments: &[&str], typed_ahead: &str, editor: &str) -> Self {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let program: OwnedFd = rustix::fs::open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let mut keys = File::from(person);
        keys.write_all(typed_ahead.as_bytes()).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_campaign"))
            .arg("brief.toml")
            .args(["--write", "openai/paid"])
            .args(arguments)
            .current_dir(dir)
            .env_clear()
            .envs([("EDITOR", editor), ("USER", "anna")])
            .envs([("OPENAI_API_KEY", "sk-invented"), ("OPENAI_BASE_URL", &*format!("{server}/v1"))])
            .envs([
                ("BLUESKY_SERVICE", server),
                ("BLUESKY_HANDLE", "bistro.test"),
                ("BLUESKY_APP_PASSWORD", "invented"),
            ])
            .envs([("SECOND_BLUESKY_SERVICE", server), ("SECOND_BLUESKY_HANDLE", "second.test")])
            .envs([("SECOND_BLUESKY_APP_PASSWORD", "invented")])
            .stdin(Stdio::from(program.try_clone().unwrap()))
            .stdout(Stdio::from(program.try_clone().unwrap()))
            .stderr(Stdio::from(program))
            .spawn()
            .unwrap();
        let (send, screen) = channel();
        let mut shown = keys.try_clone().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = shown.read(&mut bytes) {
                if count == 0 || send.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, keys, screen, seen: String::new() }
    }

    /// Waits until it is on the screen so many times.
    fn wait_for(&mut self, words: &str, times: usize) {
        let until = Instant::now() + PATIENCE;
        while self.seen.matches(words).count() < times {
            let left = until.saturating_duration_since(Instant::now());
            let bytes = self.screen.recv_timeout(left);
            let bytes = bytes.unwrap_or_else(|_| panic!("`{words}` is not {times} times in\n{}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    fn type_in(&mut self, text: &str) {
        self.keys.write_all(text.as_bytes()).unwrap();
    }

    fn interrupt(&self) {
        let process = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(process, Signal::INT).unwrap();
    }

    /// The exit code, and everything that was on the screen.
    fn end(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code();
            }
            if Instant::now() > until {
                self.child.kill().unwrap();
                panic!("it does not end:\n{}", self.seen);
            }
            std::thread::yield_now();
        };
        while let Ok(bytes) = self.screen.recv_timeout(Duration::from_millis(200)) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        (code, self.seen)
    }
}

/// A writer and a Bluesky server; the texts of the records.
fn serve(text: &'static str) -> (mockito::ServerGuard, Arc<Mutex<Vec<String>>>) {
    let mut server = mockito::Server::new();
    let records: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = records.clone();
    server
        .mock("POST", mockito::Matcher::Any)
        .with_header("content-type", "application/json")
        .with_body_from_request(move |request| {
            let body: Value = serde_json::from_slice(request.body().unwrap()).unwrap_or_default();
            let answer = match request.path().rsplit('/').next().unwrap_or_default() {
                "completions" => {
                    let content = match body["response_format"]["json_schema"]["name"] == "post" {
                        true => json!({ "text": text, "hashtags": [] }),
                        false => json!({
                            "headline": "Ravioli", "subline": "Today", "call_to_action": "Come", "alt_text": "Ravioli",
                            "image_prompt": "Ravioli", "video_prompt": "Steam",
                        }),
                    };
                    let message = json!({ "role": "assistant", "content": content.to_string() });
                    json!({
                        "id": "c", "object": "chat.completion", "model": "m",
                        "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
                        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 },
                    })
                }
                "com.atproto.server.createSession" => {
                    let name = body["identifier"].as_str().unwrap_or_default().replace('.', "-");
                    json!({ "did": format!("did:plc:{name}"), "accessJwt": "a", "refreshJwt": "r", "handle": "bistro.test" })
                }
                "com.atproto.repo.uploadBlob" => {
                    let link = json!({ "$link": "bafkreibabalobzn6cd366ukcsjycp4yymjymgfxcv6xczmlgpemzkz3cfa" });
                    json!({ "blob": { "$type": "blob", "ref": link, "mimeType": "image/jpeg", "size": 1 } })
                }
                _ => {
                    kept.lock().unwrap().push(body["record"]["text"].as_str().unwrap_or_default().to_owned());
                    let uri = format!("at://did:plc:test/app.bsky.feed.post/{}", body["rkey"].as_str().unwrap_or("x"));
                    json!({ "uri": uri, "cid": "bafyreibjifzpqj6o6wcq3hejh7y4z4z2vmiklkvykc57tw3pcbx3kxifpm" })
                }
            };
            answer.to_string().into_bytes()
        })
        .expect_at_least(0)
        .create();
    (server, records)
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let brief = "subject = 'Ravioli'\nfacts = ['With sage']\n[brand]\nname = '41 Bistro'\n";
    std::fs::write(dir.path().join("brief.toml"), brief).unwrap();
    dir
}

/// A second account, so that a second question would follow.
const TWO: &[&str] = &["--publish", "bluesky,bluesky@second"];
const ONE: &[&str] = &["--publish", "bluesky"];

#[test]
fn what_was_typed_before_the_question_answers_nothing() {
    for typed in ["y\n", "y\ny\ny\n", "\n\nyes\n", "n\ny\n"] {
        let (server, records) = serve("Ravioli are back.");
        let dir = folder();
        let mut desk = Desk::new(dir.path(), &server.url(), ONE, typed);
        desk.wait_for(QUESTION, 1);
        assert!(records.lock().unwrap().is_empty(), "{typed:?} was taken for an answer");
        desk.type_in("l\n");
        let (code, seen) = desk.end();
        assert_eq!((code, records.lock().unwrap().len()), (Some(4), 0), "{typed:?}: {seen}");
    }
}

#[test]
fn a_yes_behind_the_question_publishes_and_an_unclear_answer_is_asked_for_again() {
    let (server, records) = serve("Ravioli are back.");
    let dir = folder();
    let mut desk = Desk::new(dir.path(), &server.url(), ONE, "");
    desk.wait_for(QUESTION, 1);
    desk.type_in("edit\n");
    desk.wait_for(QUESTION, 2);
    assert!(records.lock().unwrap().is_empty());
    desk.type_in("y\n");
    let (code, seen) = desk.end();
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(*records.lock().unwrap(), ["Ravioli are back."]);
    // A second time nothing is sent, and that is said.
    let (code, seen) = Desk::new(dir.path(), &server.url(), ONE, "").end();
    assert_eq!((code, records.lock().unwrap().len()), (Some(0), 1), "{seen}");
    assert!(seen.contains("already published: bluesky-feed on") && seen.contains("nothing new was sent"), "{seen}");
    assert!(seen.contains("--date"), "{seen}");
}

#[test]
fn ctrl_c_at_the_question_ends_the_program_and_nothing_is_asked_after_it() {
    let (server, records) = serve("Ravioli are back.");
    let dir = folder();
    let mut desk = Desk::new(dir.path(), &server.url(), TWO, "");
    desk.wait_for(QUESTION, 1);
    desk.interrupt();
    let (code, seen) = desk.end();
    assert_eq!(code, Some(130), "{seen}");
    assert_eq!(seen.matches(QUESTION).count(), 1, "{seen}");
    assert!(seen.contains("nothing was sent") && records.lock().unwrap().is_empty(), "{seen}");
    // The same command asks again.
    let mut desk = Desk::new(dir.path(), &server.url(), ONE, "");
    desk.wait_for(QUESTION, 1);
    desk.type_in("y\n");
    assert_eq!(desk.end().0, Some(0));
    assert_eq!(records.lock().unwrap().len(), 1);
}

#[test]
fn a_text_is_edited_in_the_persons_editor_and_looked_at_again_before_it_goes_out() {
    let (server, records) = serve("Ravioli are back.");
    let dir = folder();
    let mut desk = Desk::with_editor(dir.path(), &server.url(), ONE, "", "sed -i s/back/home/");
    desk.wait_for(QUESTION, 1);
    assert!(desk.seen.contains("campaigns/") && desk.seen.contains(".jpg"), "the image's path: {}", desk.seen);
    desk.type_in("e\n");
    desk.wait_for(QUESTION, 2);
    assert!(desk.seen.contains("Ravioli are home.") && desk.seen.contains("changed by anna"), "{}", desk.seen);
    assert!(records.lock().unwrap().is_empty());
    // An edit is kept before it is approved.
    desk.type_in("q\n");
    assert_eq!(desk.end().0, Some(130));
    let mut desk = Desk::with_editor(dir.path(), &server.url(), ONE, "", "");
    desk.wait_for(QUESTION, 1);
    desk.type_in("y\n");
    let (code, seen) = desk.end();
    assert_eq!((code, records.lock().unwrap().clone()), (Some(0), vec!["Ravioli are home.".to_owned()]), "{seen}");
}

#[test]
fn an_edit_that_is_too_long_cannot_be_approved_and_an_editor_that_fails_changes_nothing() {
    let (server, records) = serve("Ravioli are back.");
    for (editor, said) in [
        ("sh -c 'printf %0400d 0 > \"$0\"'", "It cannot be sent as it is."),
        ("false", "nothing was changed"),
        ("true", "Nothing was changed."),
        ("", "no editor is set"),
    ] {
        let dir = folder();
        let mut desk = Desk::with_editor(dir.path(), &server.url(), ONE, "", editor);
        desk.wait_for(QUESTION, 1);
        desk.type_in("e\n");
        desk.wait_for(said, 1);
        desk.wait_for("[q]uit: ", 2);
        let broken = said.starts_with("It cannot");
        if broken {
            desk.type_in("y\n");
            desk.wait_for("[q]uit: ", 3);
        }
        desk.type_in("n not like this\n");
        let (code, seen) = desk.end();
        assert_eq!((code, records.lock().unwrap().len()), (Some(1), 0), "{seen}");
        assert!(seen.contains("anna did not approve it: not like this"), "{seen}");
        if broken {
            // The same command tells what was said, and asks again.
            let mut desk = Desk::new(dir.path(), &server.url(), ONE, "");
            desk.wait_for("anna said no on", 1);
            desk.wait_for("not like this", 1);
            desk.wait_for("[q]uit: ", 1);
            desk.type_in("l\n");
            assert_eq!(desk.end().0, Some(4));
        }
    }
}

#[test]
fn all_approves_what_follows_quit_ends_and_a_hint_has_the_post_made_again() {
    let (server, records) = serve("Ravioli are back.");
    let dir = folder();
    let mut desk = Desk::new(dir.path(), &server.url(), TWO, "");
    desk.wait_for(QUESTION, 1);
    desk.type_in("q\n");
    let (code, seen) = desk.end();
    assert_eq!((code, records.lock().unwrap().len()), (Some(130), 0), "{seen}");
    assert!(seen.contains("nothing was sent") && seen.matches(QUESTION).count() == 1, "{seen}");

    let mut desk = Desk::new(dir.path(), &server.url(), TWO, "");
    desk.wait_for(QUESTION, 1);
    desk.type_in("r\n");
    desk.wait_for("Say what should be different", 1);
    desk.wait_for(QUESTION, 2);
    desk.type_in("r name the sage\n");
    desk.wait_for(QUESTION, 3);
    desk.type_in("a\n");
    let (code, seen) = desk.end();
    assert_eq!((code, records.lock().unwrap().len()), (Some(0), 2), "{seen}");
    assert_eq!(seen.matches(QUESTION).count(), 3, "{seen}");
}

/// A text with commands for a terminal is an error, and is shown spelled out.
#[test]
fn commands_for_the_terminal_do_not_reach_it() {
    let (server, records) = serve("Only 5 euros\u{1b}[2K\u{1b}[1A\rOnly 50 euros\u{202e}");
    let dir = folder();
    let (code, seen) = Desk::new(dir.path(), &server.url(), &["--publish", "bluesky", "--yes"], "").end();
    assert_eq!((code, records.lock().unwrap().len()), (Some(1), 0), "{seen}");
    assert!(seen.contains("U+001B at character 13"), "{seen}");
    for command in ["\u{1b}[2K\u{1b}[1A", "\rOnly", "\u{202e}"] {
        assert!(!seen.contains(command), "{seen:?}");
    }
}
