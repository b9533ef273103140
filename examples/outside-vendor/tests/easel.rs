//! Stands on an invented vendor that keeps its jobs and counts them.

use std::sync::{Arc, Mutex};

use http::Method;
use outside_vendor::easel::{Easel, entry};
use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::image::{ImageModel, ImageRequest};
use social_core::make::Maker as _;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::settings::{MapSettings, Wired};
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Case, FixedClock, Scene, ScriptedVendor, fault_matrix};

/// A PNG of one grey pixel.
const PIXEL: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\x9cch\x00\x00\x00\x82\x00\x81w\xcdr\xb6\x00\x00\x00\x00IEND\xaeB`\x82";

/// Easel with its memory.
fn easel() -> ScriptedVendor {
    easel_that_ends("done")
}

/// Easel whose jobs end with this word.
fn easel_that_ends(end: &'static str) -> ScriptedVendor {
    let kept = Arc::new(Mutex::new(Vec::<Value>::new()));
    ScriptedVendor::new().respond_if(
        "Easel",
        |_| true,
        move |request| {
            let mut jobs = kept.lock().unwrap();
            let path = request.url.path();
            if request.url.host_str() == Some("cdn.easel.example") {
                return Answer::bytes("image/png", PIXEL);
            }
            match (&request.method, path.strip_prefix("/v1/jobs/")) {
                (&Method::POST, _) => {
                    let id = format!("job-{}", jobs.len() + 1);
                    jobs.push(json!({"id": id, "status": "waiting", "reference": request.json()["reference"]}));
                    Answer::json(jobs.last().unwrap().clone())
                }
                (&Method::GET, None) => {
                    let reference = request.query("reference");
                    let ours: Vec<_> =
                        jobs.iter().filter(|job| job["reference"].as_str() == reference.as_deref()).collect();
                    Answer::json(json!(ours))
                }
                (&Method::GET, Some(id)) => {
                    let job = jobs.iter_mut().find(|job| job["id"] == id).unwrap();
                    let answer = Answer::json(job.clone());
                    let next = if job["status"] == "waiting" { "painting" } else { end };
                    job["status"] = next.into();
                    if next == "done" {
                        job["url"] = "https://cdn.easel.example/1.png".into();
                    }
                    answer
                }
                (_, id) => {
                    jobs.retain(|job| job["id"].as_str() != id);
                    Answer::json(json!({}))
                }
            }
        },
    )
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.calls(&Method::POST, "/v1/jobs")
}

fn connect(scene: &Scene) -> Easel {
    let endpoint = Easel::endpoint()
        .auth(social_core::http::Auth::Bearer(SECRET.into()))
        .transport(scene.transport.clone())
        .clock(scene.clock.clone())
        .random(scene.random.clone());
    Easel::new(endpoint, "oil").unwrap()
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let open = |scene: &Scene| Ok(Arc::new(connect(scene)) as Arc<ImageModel>);
    let subject = Subject::new(easel, open).counting(submissions).failing(|| easel_that_ends("failed"));
    conformance::maker(&subject, &ImageRequest::new("a red door")).await.unwrap();
}

#[tokio::test]
async fn no_fault_pays_twice() {
    let work = |scene: Scene| async move { connect(&scene).make(&scene.run, &ImageRequest::new("a red door")).await };
    let cases = fault_matrix(easel, work, submissions).await.unwrap();
    assert!(cases.len() > 50, "{}", cases.len());
    let violations: Vec<_> = cases.iter().filter_map(Case::violation).collect();
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn a_job_is_cancelled_at_the_vendor() {
    let (vendor, clock) = (easel(), Arc::new(FixedClock::default()));
    let endpoint = Easel::endpoint().transport(vendor.transport()).clock(clock.clone());
    let model = Easel::new(endpoint, "oil").unwrap();
    let run = Run::open_with(&MemoryJournal::new(), "door", OpenOptions::new().with_clock(clock)).await.unwrap();
    // Submitted, and left before it was done.
    let request = ImageRequest::new("a red door");
    drop(futures_util::future::poll_immediate(model.make(&run, &request)).await);
    model.cancel(&run).await.unwrap();
    assert_eq!(run.jobs(), []);
    assert_eq!(vendor.received().iter().filter(|request| request.method == Method::DELETE).count(), 1);
}

#[tokio::test]
async fn it_is_connected_by_its_address() {
    social_core::catalogue::register(entry()).unwrap();
    let missing = media_adapters::connect_image("easel/oil").unwrap_err();
    assert_eq!((missing.kind(), missing.field()), (ErrorKind::Config, Some("EASEL_API_KEY")));
    let vendor = easel();
    let transport = vendor.transport();
    let clock = Arc::new(FixedClock::default());
    let (account, time) = (MapSettings::new().with("EASEL_API_KEY", "ea-of-the-bakery"), clock.clone());
    let settings = Wired::new(account, move |endpoint| endpoint.transport(transport.clone()).clock(time.clone()));
    let model = media_adapters::connect_image_with("easel/oil", &settings).unwrap();
    let run = Run::open_with(&MemoryJournal::new(), "door", OpenOptions::new().with_clock(clock)).await.unwrap();
    let made = model.make(&run, &ImageRequest::new("a red door")).await.unwrap();
    assert_eq!((made.images.len(), made.address.to_string()), (1, "easel/oil".to_owned()));
}
