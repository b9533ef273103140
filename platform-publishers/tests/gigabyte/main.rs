//! Videos of a gibibyte go up by each platform's protocol on this machine: memory does not grow
//! with them, and after cuts nothing is sent again that had arrived.
//!
//! A test of its own, so that nothing else runs while memory is measured. The protocols are those
//! of the platforms' fakes; how much of a request that was cut a platform keeps is invented.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod arrived;
mod facebook;
mod instagram;
mod linkedin;
#[path = "../../src/sample_mp4.rs"]
mod mp4;
mod pinterest;
mod server;
mod tiktok;
mod x;
mod youtube;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderValue;
use social_core::Result;
use social_core::clock::Random as _;
use social_core::http::{EndpointBuilder, Request, ReqwestTransport, Response, Transport};
use social_core::media::Media;
use social_core::publish::{Approved, Ask, Attachment, AutoApprove, Post, Publisher, Receipt};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::{FixedClock, FixedRandom};
use tempfile::NamedTempFile;
use tokio::sync::Mutex;
use url::Position;

use server::{Server, Vendor};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
/// What a process may grow by while a video goes up.
const MOST_GROWTH: u64 = 4 * MIB;

/// Sends what is meant for any host to the server.
#[derive(Clone, Debug)]
struct Wire {
    url: String,
    by: Arc<ReqwestTransport>,
    clock: Arc<FixedClock>,
}

impl Wire {
    fn to(&self, endpoint: EndpointBuilder) -> EndpointBuilder {
        endpoint.transport(Arc::new(self.clone())).clock(self.clock.clone())
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, mut request: Request) -> Result<Response> {
        let host = HeaderValue::from_str(request.url.host_str().unwrap()).unwrap();
        request.headers.insert(server::HOST, host);
        let target = request.url[Position::BeforePath..].to_owned();
        request.url = format!("{}{target}", self.url).parse().unwrap();
        request.public_only = false;
        self.by.send(request).await
    }
}

/// A video of so many bytes and seconds, which takes no room on the disk.
#[derive(Clone, Copy)]
struct Video {
    bytes: u64,
    seconds: u32,
}

impl Video {
    fn write(self) -> NamedTempFile {
        let mut file = tempfile::Builder::new().suffix(".mp4").tempfile().unwrap();
        let head = mp4::of(self.seconds);
        file.write_all(&head).unwrap();
        // A box whose length has 64 bits.
        file.write_all(&[&1_u32.to_be_bytes()[..], b"mdat"].concat()).unwrap();
        file.write_all(&(self.bytes - head.len() as u64).to_be_bytes()).unwrap();
        file.as_file().set_len(self.bytes).unwrap();
        file
    }
}

/// Uploads the video and measures memory, then a smaller one over three cuts.
async fn goes_up<V: Vendor, P: Publisher>(
    video: Video,
    vendor: impl Fn() -> V,
    connect: impl Fn(&Wire) -> P,
    post: impl Fn(Attachment) -> Post,
) {
    static ALONE: Mutex<()> = Mutex::const_new(());
    let _alone = ALONE.lock().await;
    let by = Arc::new(ReqwestTransport::new().unwrap());
    // Each platform is cut elsewhere, in every run at the same places.
    let random = FixedRandom::new(std::any::type_name::<P>().bytes().map(u64::from).sum());
    let of = |bytes| Video { bytes, ..video };
    // The first one brings the program itself into memory.
    for (video, cuts) in [(of(MIB), 0), (video, 0), (of(64 * MIB), 3)] {
        let mut cuts: Vec<_> = (0..cuts).map(|_| (random.fraction() * video.bytes as f64) as u64).collect();
        cuts.sort_unstable();
        let server = Server::start(vendor(), &cuts);
        let wire = Wire { url: server.url.clone(), by: by.clone(), clock: Arc::default() };
        let publisher = connect(&wire);
        let file = video.write();
        let post = post(Attachment::new(Media::file(file.path())));
        let ask = Ask::for_account(publisher.account().await.unwrap());
        let approved = Approved::ask(&Run::ephemeral(), post, &ask, &AutoApprove::because("test")).await.unwrap();
        let approved = approved.approved().unwrap();
        let (growth, receipt) = growth(publish(&publisher, &approved, &wire.clock)).await;
        let state = server.state.lock().unwrap();
        let arrived = state.vendor.arrived();
        assert_eq!((arrived.next(), arrived.again(), state.cuts.len()), (video.bytes, 0, 0), "cut at {cuts:?}");
        let name = receipt.account.platform;
        match growth {
            _ if !cuts.is_empty() => println!("{name}: {} bytes, cut at {cuts:?}", video.bytes),
            Some(growth) if video.bytes > MIB => {
                println!("{name}: {} bytes, growth of {} KiB", video.bytes, growth >> 10);
                assert!(growth <= MOST_GROWTH, "{name} grows by {growth} bytes");
            }
            _ => {}
        }
    }
}

/// The same run is called until the post is out.
async fn publish(publisher: &dyn Publisher, post: &Approved<Post>, clock: &Arc<FixedClock>) -> Receipt {
    let journal = MemoryJournal::new();
    let mut error = None;
    for _ in 0..6 {
        let run = Run::open_with(&journal, "video", OpenOptions::new().with_clock(clock.clone())).await.unwrap();
        match publisher.publish(&run, post).await {
            Ok(receipt) => return receipt,
            Err(refused) => {
                clock.advance(refused.wait().unwrap_or(Duration::from_secs(60)));
                error = Some(refused);
            }
        }
    }
    panic!("{error:?}");
}

/// By how many bytes this process grows at most meanwhile; `None` where the system does not tell.
async fn growth<T>(work: impl Future<Output = T>) -> (Option<u64>, T) {
    // Linux forgets the peak so far.
    let is_reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = memory("VmRSS:").filter(|_| is_reset);
    let done = work.await;
    (before.and_then(|before| Some(memory("VmHWM:")?.saturating_sub(before))), done)
}

fn memory(field: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}
