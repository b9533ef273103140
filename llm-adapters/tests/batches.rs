//! Batches of vendors: created once whatever breaks and whoever dies, counted on the vendor's side.
//! The vendors are invented after OpenAI's, Anthropic's and Mistral's OpenAPI documents and
//! Google's discovery document; the suite is the core's.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::gemini::Gemini;
use llm_adapters::openai_chat::{Batches, Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use serde_json::{Value, json};
use social_core::batch::{BatchModel, BatchOutcome, BatchRequest};
use social_core::chat::ChatRequest;
use social_core::clock::Clock as _;
use social_core::http::{EndpointBuilder, RetryPolicy};
use social_core::make::Maker as _;
use social_core::money::MicroDollars;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, FixedClock, FixedRandom, Received, Scene, ScriptedVendor};
use social_core::wrap::Priced;
use social_core::{ErrorKind, Result};

/// What became of an item, by its text: the vendors say it each in their own words.
fn fate(body: &Value) -> &'static str {
    let text = body.to_string();
    ["refused", "expired", "lost"].into_iter().find(|word| text.contains(word)).unwrap_or("answered")
}

#[derive(Default)]
struct Store {
    /// Name and body of each chat.
    items: Vec<(String, Value)>,
    batches: Vec<Value>,
    asked: usize,
}

type Shared = Arc<Mutex<Store>>;

fn lines(received: &Received) -> Vec<Value> {
    received.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn jsonl(lines: impl Iterator<Item = Value>) -> Answer {
    Answer::bytes("application/jsonl", lines.map(|line| format!("{line}\n")).collect::<String>())
}

fn usage() -> Value {
    json!({"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100})
}

fn chat_answer() -> Value {
    json!({"id": "c1", "model": "m", "usage": usage(), "choices": [{"index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "hi"}}]})
}

fn response_answer() -> Value {
    let content = json!([{"type": "output_text", "text": "hi", "annotations": []}]);
    json!({"id": "r1", "model": "m", "status": "completed", "usage": {"input_tokens": 1000, "output_tokens": 100},
        "output": [{"type": "message", "id": "i1", "role": "assistant", "content": content}]})
}

/// A line of OpenAI's and Mistral's files of results.
fn file_line(name: &str, body: &Value, answer: fn() -> Value) -> Option<Value> {
    let refusal =
        json!({"error": {"message": "too long", "type": "invalid_request_error", "code": "context_length_exceeded"}});
    let (response, error) = match fate(body) {
        "refused" => (json!({"status_code": 400, "body": refusal}), Value::Null),
        "expired" => (Value::Null, json!({"code": "batch_expired", "message": "This request could not be executed"})),
        "lost" => return None,
        _ => (json!({"status_code": 200, "request_id": "q", "body": answer()}), Value::Null),
    };
    Some(json!({"id": format!("l-{name}"), "custom_id": name, "response": response, "error": error}))
}

/// OpenAI: a file, then the batch. The results come in another order.
fn openai(answer: fn() -> Value, url: &'static str) -> ScriptedVendor {
    let store = Shared::default();
    let (files, create, list, check, read) = (store.clone(), store.clone(), store.clone(), store.clone(), store);
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/files", move |request| {
            assert!(request.text().contains("name=\"purpose\"\r\n\r\nbatch"), "{}", request.text());
            let items = lines(request).into_iter().map(|line| {
                assert_eq!((&line["method"], &line["url"]), (&json!("POST"), &json!(url)));
                (line["custom_id"].as_str().unwrap().to_owned(), line["body"].clone())
            });
            files.lock().unwrap().items = items.collect();
            Answer::json(json!({"id": "file-1", "object": "file"}))
        })
        .respond(Method::POST, "/v1/batches", move |request| {
            let body = request.json();
            assert_eq!(body["input_file_id"], "file-1");
            assert_eq!((&body["endpoint"], &body["completion_window"]), (&json!(url), &json!("24h")));
            let batch = json!({"id": "batch_1", "status": "validating", "metadata": body["metadata"]});
            create.lock().unwrap().batches.push(batch.clone());
            Answer::json(batch)
        })
        .respond(Method::GET, "/v1/batches", move |_| {
            let others = json!({"id": "batch_0", "status": "completed", "metadata": {"social_core_run": "another"}});
            let data: Vec<Value> = [others].into_iter().chain(list.lock().unwrap().batches.clone()).collect();
            Answer::json(json!({"object": "list", "data": data, "has_more": false}))
        })
        .respond(Method::GET, "/v1/batches/batch_1", move |_| {
            let mut store = check.lock().unwrap();
            store.asked += 1;
            let pending = json!({"id": "batch_1", "status": "in_progress"});
            let done = json!({"id": "batch_1", "status": "completed", "output_file_id": "out", "error_file_id": "err"});
            Answer::json(if store.asked < 3 { pending } else { done })
        })
        .respond(Method::GET, "/v1/files/*/content", move |request| {
            let errors = request.url.path().contains("/err/");
            let store = read.lock().unwrap();
            let of_file = store.items.iter().rev().filter(|(_, body)| (fate(body) == "answered") != errors);
            let lines: Vec<Value> = of_file.filter_map(|(name, body)| file_line(name, body, answer)).collect();
            jsonl(lines.into_iter())
        })
}

/// Mistral: all in one job.
fn mistral() -> ScriptedVendor {
    let store = Shared::default();
    let (create, list, check, read) = (store.clone(), store.clone(), store.clone(), store);
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/batch/jobs", move |request| {
            let body = request.json();
            assert_eq!((&body["model"], &body["endpoint"]), (&json!("m"), &json!("/v1/chat/completions")));
            let mut store = create.lock().unwrap();
            let named = |item: &Value| (item["custom_id"].as_str().unwrap().to_owned(), item["body"].clone());
            store.items = body["requests"].as_array().unwrap().iter().map(named).collect();
            let job = json!({"id": "job-1", "status": "QUEUED", "metadata": body["metadata"], "errors": []});
            store.batches.push(job.clone());
            Answer::json(job)
        })
        .respond(Method::GET, "/v1/batch/jobs", move |_| {
            let data = list.lock().unwrap().batches.clone();
            Answer::json(json!({"object": "list", "total": data.len(), "data": data}))
        })
        .respond(Method::GET, "/v1/batch/jobs/job-1", move |_| {
            let mut store = check.lock().unwrap();
            store.asked += 1;
            let pending = json!({"id": "job-1", "status": "RUNNING", "errors": []});
            let files =
                json!({"id": "job-1", "status": "SUCCESS", "errors": [], "output_file": "out", "error_file": "err"});
            Answer::json(if store.asked < 3 { pending } else { files })
        })
        .respond(Method::GET, "/v1/files/*/content", move |request| {
            let errors = request.url.path().contains("/err/");
            let store = read.lock().unwrap();
            let of_file = store.items.iter().filter(|(_, body)| (fate(body) == "answered") != errors);
            let lines: Vec<Value> = of_file.filter_map(|(name, body)| file_line(name, body, chat_answer)).collect();
            jsonl(lines.into_iter())
        })
}

thread_local! {
    /// The clock of the scene that is played, for the vendor that says when a batch was made.
    static CLOCK: RefCell<Arc<FixedClock>> = RefCell::default();
}

/// Anthropic: it lists batches without a name, and shows results when all have ended. Of the same
/// size and time there is a batch of somebody else's.
fn anthropic() -> ScriptedVendor {
    let store = Shared::default();
    let (create, list, check, read) = (store.clone(), store.clone(), store.clone(), store);
    let now = || CLOCK.with_borrow(|clock| clock.now().to_string());
    let shown = |id: &str, ended: bool, items: usize, created_at: &str| {
        let counts = if ended {
            json!({"processing": 0, "succeeded": items, "errored": 0, "canceled": 0, "expired": 0})
        } else {
            json!({"processing": items, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0})
        };
        json!({"id": id, "type": "message_batch", "processing_status": if ended { "ended" } else { "in_progress" },
            "request_counts": counts, "created_at": created_at, "results_url": null})
    };
    let shown_of = move |batch: &Value, ended: bool| {
        let text = |name: &str| batch[name].as_str().unwrap();
        shown(text("id"), ended, batch["items"].as_array().unwrap().len(), text("created_at"))
    };
    let of_path = |store: &Store, request: &Received| {
        let id = request.url.path().split('/').nth(4).unwrap().to_owned();
        store.batches.iter().find(|batch| batch["id"] == *id).cloned()
    };
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/messages/batches", move |request| {
            let items = request.json()["requests"].clone();
            let fits = |name: &str| name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let mut names = items.as_array().unwrap().iter().map(|item| item["custom_id"].as_str().unwrap());
            assert!(names.all(fits), "{items}");
            let mut store = create.lock().unwrap();
            let id = format!("msgbatch_{}", store.batches.len() + 1);
            let batch = json!({"id": id, "items": items, "created_at": now()});
            store.batches.push(batch.clone());
            Answer::json(shown_of(&batch, false))
        })
        .respond(Method::GET, "/v1/messages/batches", move |_| {
            let store = list.lock().unwrap();
            let time = store.batches.last().map_or_else(now, |batch| batch["created_at"].as_str().unwrap().to_owned());
            let ours = store.batches.iter().rev().map(|batch| shown_of(batch, true));
            let theirs = [shown("msgbatch_x", true, 2, &time), shown("msgbatch_y", true, 7, &time)];
            let data: Vec<Value> = theirs.into_iter().chain(ours).collect();
            Answer::json(json!({"data": data, "has_more": false, "first_id": "a", "last_id": "b"}))
        })
        .respond(Method::GET, "/v1/messages/batches/*", move |request| {
            let mut store = check.lock().unwrap();
            store.asked += 1;
            let batch = of_path(&store, request).unwrap();
            Answer::json(shown_of(&batch, store.asked >= 3))
        })
        .respond(Method::GET, "/v1/messages/batches/*/results", move |request| {
            let Some(batch) = of_path(&read.lock().unwrap(), request) else {
                return jsonl([json!({"custom_id": "theirs-0", "result": {"type": "expired"}})].into_iter());
            };
            let message = || {
                json!({"type": "message", "id": "m1", "model": "m", "role": "assistant", "stop_reason": "end_turn",
                    "content": [{"type": "text", "text": "hi"}], "usage": {"input_tokens": 1000, "output_tokens": 100}})
            };
            let refusal = json!({"type": "error", "error": {"type": "invalid_request_error", "message": "too long"}});
            let lines = batch["items"].as_array().unwrap().iter().filter_map(|item| {
                let result = match fate(&item["params"]) {
                    "refused" => json!({"type": "errored", "error": refusal}),
                    "expired" => json!({"type": "expired"}),
                    "lost" => return None,
                    _ => json!({"type": "succeeded", "message": message()}),
                };
                Some(json!({"custom_id": item["custom_id"], "result": result}))
            });
            jsonl(lines.collect::<Vec<_>>().into_iter())
        })
}

/// Gemini: a long operation with the answers inside.
fn gemini() -> ScriptedVendor {
    let store = Shared::default();
    let (create, list, check) = (store.clone(), store.clone(), store);
    let operation = |state: &str, batch: &Value| json!({"name": "batches/b1", "metadata": {"@type": "t", "state": state, "displayName": batch["displayName"]}});
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/models/m:batchGenerateContent", move |request| {
            let batch = request.json()["batch"].clone();
            let named = |item: &Value| (item["metadata"]["key"].as_str().unwrap().to_owned(), item["request"].clone());
            let mut store = create.lock().unwrap();
            store.items = batch["inputConfig"]["requests"]["requests"].as_array().unwrap().iter().map(named).collect();
            store.batches.push(batch.clone());
            Answer::json(operation("BATCH_STATE_PENDING", &batch))
        })
        .respond(Method::GET, "/v1/batches", move |_| {
            let batches = list.lock().unwrap().batches.clone();
            let operations: Vec<Value> = batches.iter().map(|batch| operation("BATCH_STATE_RUNNING", batch)).collect();
            Answer::json(json!({ "operations": operations }))
        })
        .respond(Method::GET, "/v1/batches/b1", move |_| {
            let mut store = check.lock().unwrap();
            store.asked += 1;
            let batch = store.batches.first().cloned().unwrap_or_default();
            if store.asked < 3 {
                return Answer::json(operation("BATCH_STATE_RUNNING", &batch));
            }
            let usage = json!({"promptTokenCount": 1000, "candidatesTokenCount": 100});
            let content = json!({"parts": [{"text": "hi"}], "role": "model"});
            let answer = json!({"candidates": [{"content": content, "finishReason": "STOP"}], "usageMetadata": usage});
            let answers = store.items.iter().filter_map(|(name, body)| {
                let mut line = match fate(body) {
                    "refused" => json!({"error": {"code": 3, "message": "too long"}}),
                    "expired" => json!({"error": {"code": 4, "message": "out of time"}}),
                    "lost" => return None,
                    _ => json!({ "response": answer }),
                };
                line["metadata"] = json!({ "key": name });
                Some(line)
            });
            let inlined = json!({"inlinedResponses": {"inlinedResponses": answers.collect::<Vec<_>>()}});
            let mut done = operation("BATCH_STATE_SUCCEEDED", &batch);
            done["done"] = json!(true);
            done["response"] = inlined;
            Answer::json(done)
        })
}

struct Vendor {
    name: &'static str,
    fake: fn() -> ScriptedVendor,
    endpoint: fn() -> EndpointBuilder,
    open: fn(EndpointBuilder) -> Result<Arc<BatchModel>>,
    creation: &'static str,
    /// What the vendor says to a question after a batch that has failed: its path, and the answer.
    failure: (&'static str, fn() -> Value),
}

impl Vendor {
    /// The vendor takes the batch, and says in the end that it failed.
    fn failing(&self) -> ScriptedVendor {
        let (path, answer) = self.failure;
        (self.fake)().on(Method::GET, path, Answer::json(answer()))
    }
}

fn openai_failure() -> Value {
    let errors = json!({"object": "list", "data": [{"code": "x", "message": "line 1 is not JSON", "line": 1}]});
    json!({"id": "batch_1", "status": "failed", "errors": errors})
}

const VENDORS: [Vendor; 5] = [
    Vendor {
        name: "openai",
        fake: || openai(chat_answer, "/v1/chat/completions"),
        endpoint: || Dialect::OPENAI.endpoint().auth(Dialect::OPENAI.auth(SECRET.into())),
        open: |endpoint| Ok(Arc::new(Compatible::new(Dialect::OPENAI, endpoint)?.batches("m"))),
        creation: "/v1/batches",
        failure: ("/v1/batches/batch_1", openai_failure),
    },
    Vendor {
        name: "openai-responses",
        fake: || openai(response_answer, "/v1/responses"),
        endpoint: || responses::Dialect::OPENAI.endpoint().auth(responses::Dialect::OPENAI.auth(SECRET.into())),
        open: |endpoint| Ok(Arc::new(Responses::new(responses::Dialect::OPENAI, endpoint)?.batches("m"))),
        creation: "/v1/batches",
        failure: ("/v1/batches/batch_1", openai_failure),
    },
    Vendor {
        name: "mistral",
        fake: mistral,
        endpoint: || Dialect::MISTRAL.endpoint().auth(Dialect::MISTRAL.auth(SECRET.into())),
        open: |endpoint| Ok(Arc::new(Compatible::new(Dialect::MISTRAL, endpoint)?.batches("m"))),
        creation: "/v1/batch/jobs",
        failure: (
            "/v1/batch/jobs/job-1",
            || json!({"id": "job-1", "status": "FAILED", "errors": [{"message": "no such model"}]}),
        ),
    },
    Vendor {
        name: "anthropic",
        fake: anthropic,
        endpoint: || anthropic::Dialect::ANTHROPIC.endpoint().auth(anthropic::Dialect::ANTHROPIC.auth(SECRET.into())),
        open: |endpoint| Ok(Arc::new(Anthropic::new(anthropic::Dialect::ANTHROPIC, endpoint)?.batches("m"))),
        creation: "/v1/messages/batches",
        // Each chat fails by itself; of the whole can only be said that it is kept no longer.
        failure: ("/v1/messages/batches/msgbatch_1", || {
            json!({"id": "msgbatch_1", "processing_status": "ended", "created_at": "2026-11-20T12:00:01Z",
                "archived_at": "2026-12-19T12:00:01Z", "results_url": null})
        }),
    },
    Vendor {
        name: "gemini",
        fake: gemini,
        endpoint: || Gemini::endpoint().auth(Gemini::auth(SECRET.into())),
        open: |endpoint| Ok(Arc::new(Gemini::new(endpoint)?.batches("m"))),
        creation: "/v1/models/m:batchGenerateContent",
        failure: ("/v1/batches/b1", || {
            let metadata = json!({"@type": "t", "state": "BATCH_STATE_FAILED"});
            json!({"name": "batches/b1", "done": true, "metadata": metadata, "error": {"code": 13, "message": "broken"}})
        }),
    },
];

fn week(texts: &[&str]) -> BatchRequest {
    let items = texts.iter().enumerate();
    BatchRequest::new(items.map(|(day, text)| (format!("day {day}"), ChatRequest::new(*text))))
}

#[test]
fn every_vendor_of_the_catalogue_with_batches_is_here() {
    let offered = llm_adapters::catalogue().own();
    let offered = offered.filter(|entry| entry.operations().iter().any(|operation| operation.as_str() == "batch"));
    let mut offered: Vec<String> = offered.map(|entry| entry.name.to_string()).collect();
    offered.sort();
    let mut here = VENDORS.map(|vendor| vendor.name.to_owned());
    here.sort();
    assert_eq!(offered, here);
}

#[tokio::test]
async fn a_batch_is_created_once_whatever_breaks() {
    for vendor in &VENDORS {
        let connect = |scene: &Scene| {
            CLOCK.set(scene.clock.clone());
            let endpoint = (vendor.endpoint)().base_url("https://vendor.test/v1").transport(scene.transport.clone());
            (vendor.open)(endpoint.clock(scene.clock.clone()).random(scene.random.clone()))
        };
        let count = |fake: &ScriptedVendor| fake.calls(&Method::POST, vendor.creation);
        let subject = Subject::new(vendor.fake, connect).counting(count).failing(|| vendor.failing());
        if let Err(violations) = conformance::maker(&subject, &week(&["Monday", "Tuesday"])).await {
            panic!("{}: {violations}", vendor.name);
        }
    }
}

async fn make(vendor: &Vendor, fake: &ScriptedVendor, request: &BatchRequest) -> Result<Vec<String>> {
    let clock = Arc::new(FixedClock::default());
    let options = OpenOptions::new().with_clock(clock.clone()).with_random(Arc::new(FixedRandom::default()));
    let run = Run::open_with(&MemoryJournal::new(), "week", options).await?;
    let endpoint = (vendor.endpoint)().base_url("https://vendor.test/v1").transport(fake.transport());
    let made = (vendor.open)(endpoint.clock(clock).retry(RetryPolicy::none()))?.make(&run, request).await?;
    let named = made.results.iter().map(|result| {
        let outcome = match &result.outcome {
            BatchOutcome::Answered(reply) => reply.text(),
            BatchOutcome::Failed(error) => {
                format!("{:?} {:?}", error.kind, error.vendor.as_ref().map(ToString::to_string))
            }
            other => format!("{other:?}"),
        };
        format!("{}: {outcome}", result.id)
    });
    Ok(named.collect())
}

#[tokio::test]
async fn each_chat_has_its_own_end_and_its_own_name() {
    for vendor in &VENDORS {
        let results = make(vendor, &(vendor.fake)(), &week(&["fine", "refused", "fine", "expired", "lost"])).await;
        let refused = format!("day 1: InvalidRequest Some({:?})", vendor.name);
        let expired = if vendor.name == "gemini" { "day 3: Unavailable Some(\"gemini\")" } else { "day 3: Expired" };
        let results = results.unwrap();
        assert_eq!(results[..3], ["day 0: hi".to_owned(), refused, "day 2: hi".to_owned()], "{}", vendor.name);
        let timed_out = results[3] == expired || results[3].starts_with("day 3: Timeout");
        assert!(timed_out, "{}: {results:?}", vendor.name);
        assert_eq!(results[4], "day 4: Protocol None", "{}", vendor.name);
    }
}

/// A batch that ran out of time or failed as a whole, in OpenAI's words.
#[tokio::test]
async fn the_end_of_a_batch_is_told() {
    let vendor = &VENDORS[0];
    let end = |batch: Value| (vendor.fake)().on(Method::GET, "/v1/batches/batch_1", Answer::json(batch));
    let expired = end(json!({"id": "batch_1", "status": "expired", "output_file_id": "out"}));
    let results = make(vendor, &expired, &week(&["fine", "lost"])).await.unwrap();
    assert_eq!(results, ["day 0: hi", "day 1: Expired"]);
    let cancelled = end(json!({"id": "batch_1", "status": "cancelled"}));
    assert_eq!(make(vendor, &cancelled, &week(&["fine"])).await.unwrap(), ["day 0: Cancelled"]);
    let failed = end(openai_failure());
    let error = make(vendor, &failed, &week(&["fine"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::JobFailed);
    assert!(error.message().contains("line 1 is not JSON"), "{error}");
}

/// While the vendor still works on a batch that may be ours, nobody knows; afterwards it is found.
#[tokio::test]
async fn anthropics_batch_is_found_by_its_results() {
    let vendor = VENDORS.iter().find(|vendor| vendor.name == "anthropic").unwrap();
    let working = json!({"id": "msgbatch_1", "processing_status": "in_progress", "created_at": "2026-11-20T12:00:01Z",
        "request_counts": {"processing": 1}});
    let list = json!({"data": [working], "has_more": false, "last_id": null});
    let fake = (vendor.fake)();
    let lost = fake.clone().on(Method::POST, "/v1/messages/batches", Answer::lost());
    let unknown = lost.on(Method::GET, "/v1/messages/batches", Answer::json(list));
    let error = make(vendor, &unknown, &week(&["fine"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
}

/// An error with status 200 in place of a list proves nothing, however late it comes.
#[tokio::test]
async fn an_error_in_place_of_the_list_does_not_make_a_second_batch() {
    let lists = ["/v1/batches", "/v1/batches", "/v1/batch/jobs", "/v1/messages/batches", "/v1/batches"];
    for (vendor, list) in VENDORS.iter().zip(lists) {
        let busy =
            json!({"error": {"code": 503, "status": "UNAVAILABLE", "message": "later", "type": "overloaded_error"}});
        let fake = (vendor.fake)().on(Method::POST, vendor.creation, Answer::lost());
        let fake = fake.on(Method::GET, list, Answer::json(busy));
        let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
        for attempt in 0..3 {
            let options = OpenOptions::new().with_clock(clock.clone());
            let run = Run::open_with(&journal, "week", options).await.unwrap();
            let endpoint = (vendor.endpoint)().base_url("https://vendor.test/v1").transport(fake.transport());
            let batches = (vendor.open)(endpoint.clock(clock.clone()).retry(RetryPolicy::none())).unwrap();
            let error = batches.make(&run, &week(&["fine"])).await.unwrap_err();
            assert_eq!(fake.calls(&Method::POST, vendor.creation), 1, "{} in attempt {attempt}: {error}", vendor.name);
            clock.advance(Duration::from_secs(3600));
        }
    }
}

#[tokio::test]
async fn a_batch_is_cancelled_at_the_vendor() {
    let cancels = [
        "/v1/batches/batch_1/cancel",
        "/v1/batches/batch_1/cancel",
        "/v1/batch/jobs/job-1/cancel",
        "/v1/messages/batches/msgbatch_1/cancel",
        "/v1/batches/b1:cancel",
    ];
    for (vendor, path) in VENDORS.iter().zip(cancels) {
        let fake = (vendor.fake)().on(Method::POST, path, Answer::json(json!({"id": "x"})));
        let endpoint = (vendor.endpoint)().base_url("https://vendor.test/v1").transport(fake.transport());
        let clock = Arc::new(FixedClock::default());
        let model = (vendor.open)(endpoint.clock(clock.clone())).unwrap();
        let run = Run::ephemeral_with(OpenOptions::new().with_clock(clock));
        model.cancel(&run).await.unwrap();
        assert!(fake.received().is_empty(), "nothing was submitted");
        model.make(&run, &week(&["fine"])).await.unwrap();
        model.cancel(&run).await.unwrap();
        assert_eq!(fake.calls(&Method::POST, path), 1, "{}", vendor.name);
    }
}

#[tokio::test]
async fn a_batch_costs_half() {
    let prices = Arc::new(llm_adapters::prices());
    let vendor = VENDORS.iter().find(|vendor| vendor.name == "anthropic").unwrap();
    let model = "claude-sonnet-4-6";
    let fake = (vendor.fake)();
    let clock = Arc::new(FixedClock::default());
    let endpoint = (vendor.endpoint)().base_url("https://vendor.test/v1").transport(fake.transport());
    let dialect = anthropic::Dialect::ANTHROPIC;
    let batches = Anthropic::new(dialect, endpoint.clock(clock.clone())).unwrap().batches(model);
    let batches: Arc<BatchModel> = Arc::new(batches);
    let priced = Priced::new(batches, prices).with_clock(clock.clone());
    let run = Run::ephemeral_with(OpenOptions::new().with_clock(clock));
    let made = priced.make(&run, &week(&["fine", "fine"])).await.unwrap();
    // 1,000 tokens in at $3 and 100 out at $15 a million, twice, and half of that.
    assert_eq!(made.cost.as_ref().unwrap().amount, MicroDollars(4_500));
    assert_eq!(made.results[0].reply().unwrap().cost.as_ref().unwrap().amount, MicroDollars(2_250));
    assert_eq!(made.usage.as_ref().unwrap().input_tokens, Some(2_000));
}

#[tokio::test]
async fn a_vendor_without_batches_says_so() {
    assert_eq!(Dialect::GROQ.quirks.batches, Batches::Unsupported);
    let fake = ScriptedVendor::new();
    let endpoint = Dialect::GROQ.endpoint().transport(fake.transport());
    let model = Compatible::new(Dialect::GROQ, endpoint).unwrap().batches("m");
    let error = model.make(&Run::ephemeral(), &week(&["fine"])).await.unwrap_err();
    assert_eq!((error.kind(), fake.received().len()), (ErrorKind::Unsupported, 0));
}
