//! Stateful vendors behind the testkit's transport, and what must hold for every publisher,
//! whatever breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::StatusCode;
use serde_json::Value;
use social_core::clock::{Clock as _, Random as _, Timestamp};
use social_core::host::{HostCapabilities, HostRequest};
use social_core::http::Transport;
use social_core::make::{Made, Maker};
use social_core::media::{Media, RemoteMedia};
use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher, Receipt};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, FaultTally, Subject};
use social_core::testkit::{
    Answer, FakeVendor, FixedClock, FixedRandom, Received, Scene, ScriptedVendor, fault_matrix,
};
use social_core::{Account, ErrorKind, ModelAddress, Platform, Result};

/// A vendor that keeps state. It counts what it was asked to do.
pub(crate) trait Vendor: Send + 'static {
    fn answer(&mut self, request: &Received) -> Answer;
}

pub(crate) fn json(status: u16, body: Value) -> Answer {
    Answer::json(body).with_status(StatusCode::from_u16(status).unwrap())
}

/// What Meta's upload host says to bytes that are not those it waits for. The envelope is that of
/// its refusals, the words are invented.
#[cfg(any(feature = "facebook", feature = "instagram"))]
pub(crate) fn wrong_offset() -> Answer {
    let refusal = serde_json::json!({"retriable": false, "type": "OffsetInvalidError", "message": "wrong offset"});
    json(400, serde_json::json!({ "debug_info": refusal }))
}

/// A vendor, what it received, and the clock of those who talk to it.
pub(crate) struct Fake<V> {
    pub(crate) state: Arc<Mutex<V>>,
    pub(crate) vendor: ScriptedVendor,
    pub(crate) clock: Arc<FixedClock>,
}

impl<V: Vendor> Fake<V> {
    pub(crate) fn new(state: V) -> Self {
        let state = Arc::new(Mutex::new(state));
        let shared = state.clone();
        let vendor =
            ScriptedVendor::new().respond_if("any", |_| true, move |request| shared.lock().unwrap().answer(request));
        Self { state, vendor, clock: Arc::default() }
    }

    /// Publishes in a run of this name that nothing else uses.
    pub(crate) async fn publish(&self, publisher: &dyn Publisher, run: &str, post: Post) -> Result<Receipt> {
        let post = approved_for(publisher.account().await?, post).await;
        publisher.publish(&self.run(&MemoryJournal::new(), run).await, &post).await
    }

    pub(crate) async fn run(&self, journal: &MemoryJournal, name: &str) -> Run {
        let options = OpenOptions::new().with_clock(self.clock.clone());
        Run::open_with(journal, name, options).await.unwrap()
    }
}

impl<V> FakeVendor for Fake<V> {
    fn transport(&self) -> Arc<dyn Transport> {
        self.vendor.transport()
    }
}

/// The publisher of an account that was connected by this sign-in, with this token.
#[cfg(any(feature = "google-business", feature = "linkedin", feature = "pinterest"))]
pub(crate) async fn connected<V: Vendor>(
    fake: &Fake<V>,
    sign_in: &'static social_core::auth::SignIn,
    id: &str,
    token: &str,
) -> Arc<dyn Publisher> {
    use social_core::auth::{Accounts, Connection, Grant, MemoryTokens, OAuth, OAuthApp, Unsealed, Vault};
    use social_core::settings::{MapSettings, Wired};
    let (clock, transport) = (fake.clock.clone(), fake.vendor.transport());
    let app = OAuthApp::new("app", "https://app.example/back").with_secret("test-secret");
    let endpoint = OAuth::endpoint(sign_in).transport(transport.clone()).clock(clock.clone());
    let accounts = Accounts::builder(Vault::new(MemoryTokens::new(), Unsealed)).clock(clock.clone());
    let accounts = accounts.platform(OAuth::new(sign_in, app, endpoint)).build();
    let key = social_core::AccountKey::new(sign_in.platform, id).with_tenant("bakery");
    let grant = Grant::new(token, clock.now()).with_expires_at(clock.now() + std::time::Duration::from_secs(3600));
    let connection = Connection::new(Account::new(key.clone(), "Bakery"), grant, clock.now());
    accounts.vault().save(&connection, None).await.unwrap();
    let settings =
        Wired::new(MapSettings::new(), move |endpoint| endpoint.transport(transport.clone()).clock(clock.clone()));
    let parts = social_core::catalogue::Parts::default();
    let publisher = crate::connect_account_with(&accounts, &key, &settings, parts).await.unwrap();
    assert_eq!(publisher.account().await.unwrap(), Account::new(key, "Bakery"));
    publisher
}

pub(crate) async fn approved(publisher: &dyn Publisher, post: Post) -> Approved<Post> {
    approved_for(publisher.account().await.unwrap(), post).await
}

/// Approved without a word to the publisher.
pub(crate) async fn approved_for(account: impl Into<Account>, post: Post) -> Approved<Post> {
    let (ask, policy) = (Ask::for_account(account.into()), AutoApprove::because("test"));
    Approved::ask(&Run::ephemeral(), post, &ask, &policy).await.unwrap().approved().unwrap()
}

/// Breaks every exchange in every way, for once and for good, resumes, and counts at the vendor:
/// one post, never two, never none. What may be out and cannot be found is reported as unknown, and
/// the next call finds it.
pub(crate) async fn never_twice_never_lost<V: Vendor, P: Publisher>(
    fresh: impl Fn() -> V,
    connect: impl Fn(&Scene) -> P,
    post: &Approved<Post>,
    posts: impl Fn(&V) -> usize,
) {
    let work = async |scene: Scene| connect(&scene).publish(&scene.run, post).await;
    let cases =
        fault_matrix(|| Fake::new(fresh()), work, |fake: &Fake<V>| posts(&fake.state.lock().unwrap())).await.unwrap();
    assert!(!cases.is_empty());
    let account = &post.approval().accounts;
    println!("{account:?} {}: {} faults tried", post.placement, cases.len());
    for case in cases {
        assert_eq!(case.violation(), None);
        assert_eq!(case.effects, 1, "{case}: lost: {:?}", case.result);
        assert_eq!(case.exchanges_after_success, Some(0), "{case}: a published post needs no request");
        if let Some(Err(error)) = &case.broken
            && case.effects_of_broken > 0
        {
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{case}: {error:?}");
        }
    }
}

/// What the suite tried a platform's publisher with, by placement.
pub(crate) struct Tried {
    platform: Platform,
    tallies: BTreeMap<String, FaultTally>,
}

impl Tried {
    pub(crate) fn new(platform: Platform) -> Self {
        Self { platform, tallies: BTreeMap::new() }
    }

    /// The publisher keeps the contract of publishers with this post.
    pub(crate) async fn with(&mut self, subject: &Subject<dyn Publisher>, post: &Post) {
        let tally = conformance::publisher(subject, post).await;
        let tally = tally.unwrap_or_else(|violations| panic!("{post:?}: {violations}"));
        let all = self.tallies.entry(post.placement.to_string()).or_default();
        (all.tried, all.unknown) = (all.tried + tally.tried, all.unknown + tally.unknown);
    }

    /// It stands in the table of faults.
    pub(crate) fn stands_in_the_table(self) {
        let rows = self.tallies.iter().map(|(placement, FaultTally { tried, unknown, .. })| {
            format!("| `{}` | {placement} | {tried} | 0 | 0 | {unknown} |", self.platform)
        });
        let missing: Vec<_> = rows.filter(|row| !FAULTS.lines().any(|line| line == row)).collect();
        assert!(missing.is_empty(), "FAULTS.md lacks\n{}", missing.join("\n"));
    }
}

/// What each platform was tried with.
pub(crate) const FAULTS: &str = include_str!("../FAULTS.md");

/// A host that never uploads.
#[derive(Debug)]
pub(crate) struct Cdn(ModelAddress);

impl Cdn {
    pub(crate) fn new(base: &str) -> Arc<Self> {
        Arc::new(Self(ModelAddress::new("cdn", base)))
    }
}

#[async_trait]
impl Maker<HostRequest> for Cdn {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> HostCapabilities {
        HostCapabilities::new().with_paid(false).with_generative(false)
    }

    async fn make(&self, _run: &Run, request: &HostRequest) -> Result<Made<RemoteMedia>> {
        let url = format!("{}/{}.jpg", self.0.model, &request.media.sha256().await?[..8]).parse().unwrap();
        Ok(Made::new(self.0.clone(), RemoteMedia { url, expires_at: None }).without_model())
    }
}

/// The clock of whoever talks to a vendor at the moment, for a vendor that tells the time.
#[derive(Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Option<Arc<FixedClock>>>>);

impl Watch {
    pub(crate) fn set(&self, clock: &Arc<FixedClock>) {
        *self.0.lock().unwrap() = Some(clock.clone());
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.lock().unwrap().clone().unwrap_or_default().now()
    }

    /// The time as Meta writes it.
    pub(crate) fn graph_time(&self) -> String {
        let now = self.now().to_string();
        format!("{}+0000", &now[..19])
    }
}

/// The smallest JPEG that has a size.
pub(crate) fn jpeg(width: u16, height: u16) -> Media {
    let [w1, w0] = width.to_be_bytes();
    let [h1, h0] = height.to_be_bytes();
    let frame = [0xff, 0xc0, 0, 11, 8, h1, h0, w1, w0, 1, 1, 0x11, 0];
    let parts: [&[u8]; 4] = [b"\xff\xd8", &frame, b"\xff\xda\0\x08\x01\x01\0\0\x3f\0abc", b"\xff\xd9"];
    Media::bytes(parts.concat())
}

/// The smallest video: five seconds of H.264 in 1080 x 1920 by its index, without an image in it.
pub(crate) fn mp4() -> Media {
    Media::bytes(crate::sample_mp4::of(5))
}

/// A video of this many bytes: the index of the usual one, and content behind it.
pub(crate) fn long_mp4(bytes: usize) -> Media {
    let Media::Bytes(head) = mp4() else { panic!("not in memory") };
    let length = (bytes - head.len()) as u32;
    let rest = (0..length - 8).map(|place| b'a' + (place % 23) as u8);
    Media::bytes([head.to_vec(), length.to_be_bytes().to_vec(), b"mdat".to_vec(), rest.collect()].concat())
}

/// A number from `first` to `last`, the same in every run of the tests.
pub(crate) fn roll(random: &FixedRandom, first: usize, last: usize) -> usize {
    first + (random.fraction() * (last - first) as f64) as usize
}

/// A file of the material that lies beside the repository; `None` where it does not.
pub(crate) fn shared(path: &str) -> Option<Value> {
    let Ok(text) = std::fs::read(format!("{}/../../shared/{path}", env!("CARGO_MANIFEST_DIR"))) else {
        social_core::testkit::did_not_run("../shared");
        return None;
    };
    Some(serde_json::from_slice(&text).unwrap())
}

/// All files of a folder of that material, by name.
pub(crate) fn shared_folder(path: &str) -> Vec<(String, Value)> {
    let Ok(folder) = std::fs::read_dir(format!("{}/../../shared/{path}", env!("CARGO_MANIFEST_DIR"))) else {
        social_core::testkit::did_not_run("../shared");
        return Vec::new();
    };
    let names = folder.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| Some((name.clone(), shared(&format!("{path}/{name}"))?))).collect()
}

/// Compares what was sent with what the vendor's own library sends: method, host, path, query and
/// body, without the paths into the body (JSON pointers or form fields) that differ from run to
/// run.
pub(crate) fn assert_golden(received: &[Received], golden: &Value, but: &[&str]) {
    let golden = golden["requests"].as_array().unwrap();
    assert_eq!(received.len(), golden.len(), "{received:?}");
    for (ours, theirs) in received.iter().zip(golden) {
        let target = [ours.method.as_str(), ours.url.host_str().unwrap(), ours.url.path()];
        assert_eq!(target.map(Value::from), ["method", "host", "path"].map(|key| theirs[key].clone()));
        let pairs = |value: &Value| -> BTreeSet<(String, String)> {
            let pairs: Vec<(String, String)> = serde_json::from_value(value.clone()).unwrap();
            pairs.into_iter().filter(|(name, _)| !but.contains(&name.as_str())).collect()
        };
        assert_eq!(ours.url.query_pairs().into_owned().collect::<BTreeSet<_>>(), pairs(&theirs["query"]));
        let (mut ours_json, mut theirs_json) = (ours.json(), theirs["body"]["json"].clone());
        for body in [&mut ours_json, &mut theirs_json] {
            for pointer in but.iter().filter(|but| but.starts_with('/')) {
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                if let Some(object) = body.pointer_mut(parent).and_then(Value::as_object_mut) {
                    object.remove(key);
                }
            }
        }
        match theirs["body"]["kind"].as_str().unwrap() {
            "json" => assert_eq!(ours_json, theirs_json),
            "form" => {
                let fields = url::form_urlencoded::parse(&ours.body).into_owned();
                let fields: BTreeSet<_> = fields.filter(|(name, _)| !but.contains(&name.as_str())).collect();
                assert_eq!(fields, pairs(&theirs["body"]["fields"]));
            }
            "binary" => assert_eq!(ours.header("content-type"), theirs["headers"]["content-type"].as_str()),
            _ => assert!(ours.body.is_empty()),
        }
    }
}
