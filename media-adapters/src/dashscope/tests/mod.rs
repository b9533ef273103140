//! Stands on the vendor's pages and on requests that its SDK sent; one submission is recorded.

mod image;
mod video;

use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::Clock;
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};

use super::{DashScope, Region};
use crate::samples;

/// DashScope with its memory: how often each task was asked for, and what comes of it.
#[derive(Clone)]
struct Studio {
    tasks: Arc<Mutex<Vec<u32>>>,
    /// The output of a task that succeeded, or of an answer at once.
    made: Value,
    /// Tasks end, or stay, with this word.
    stays: Option<&'static str>,
}

impl Studio {
    fn that_makes(made: Value) -> Self {
        Self { tasks: Arc::default(), made, stays: None }
    }

    fn that_stays(word: &'static str) -> Self {
        Self { stays: Some(word), ..Self::that_makes(json!({})) }
    }

    fn answer(&self, request: &Received) -> Answer {
        let (path, mut tasks) = (request.url.path(), self.tasks.lock().unwrap());
        match request.url.host_str() {
            Some("images.example") => return Answer::bytes("image/png", samples::pixel()),
            Some("videos.example") => return Answer::bytes("video/mp4", samples::video()),
            _ => {}
        }
        if request.method == Method::POST && path.ends_with("/cancel") {
            return Answer::json(json!({"request_id": "r"}));
        }
        if request.method == Method::POST {
            tasks.push(0);
            let at_once = request.header("x-dashscope-async").is_none();
            return Answer::json(match at_once {
                true => json!({"output": self.made, "usage": {"image_count": 1}, "request_id": "r"}),
                false => json!({"output": {"task_id": format!("t{}", tasks.len()), "task_status": "PENDING"}}),
            });
        }
        let id = path.rsplit_once("/tasks/t").and_then(|(_, id)| id.parse::<usize>().ok());
        let Some(times) = id.and_then(|id| tasks.get_mut(id.checked_sub(1)?)) else {
            return Answer::json(json!({"code": "InvalidParameter", "message": "no such task"}))
                .with_status(StatusCode::BAD_REQUEST);
        };
        *times += 1;
        let status = match (*times, self.stays) {
            (1, None) => "PENDING",
            (2, None) => "RUNNING",
            (_, None) => "SUCCEEDED",
            (_, Some(word)) => word,
        };
        let mut output = if status == "SUCCEEDED" { self.made.clone() } else { json!({}) };
        output["task_status"] = json!(status);
        if status == "FAILED" {
            (output["code"], output["message"]) = (json!("InternalError.Algo"), json!("GPU on fire"));
        }
        Answer::json(json!({"output": output, "usage": {"image_count": 1, "duration": 5, "SR": 720}}))
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("DashScope", |_| true, move |request| studio.answer(request))
    }
}

/// Requests that cost something.
fn submissions(vendor: &ScriptedVendor) -> usize {
    let paid = |request: &&Received| request.method == Method::POST && !request.url.path().ends_with("/cancel");
    vendor.received().iter().filter(paid).count()
}

fn client(region: Region, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> DashScope {
    let endpoint = region.endpoint().auth(Auth::Bearer("test-key".into())).transport(transport).clock(clock);
    DashScope::new(endpoint.retry(RetryPolicy::none())).unwrap()
}

/// The client that a suite tries.
fn client_of(scene: &Scene, region: Region) -> social_core::Result<DashScope> {
    let endpoint = region.endpoint().auth(Auth::Bearer(SECRET.into())).transport(scene.transport.clone());
    DashScope::new(endpoint.clock(scene.clock.clone()).random(scene.random.clone()))
}

async fn run_with(journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "tonight", OpenOptions::new().with_clock(clock.clone())).await.unwrap()
}
