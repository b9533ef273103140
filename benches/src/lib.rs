//! A vendor on this machine, and meters that compare two ways of asking it in the same run.

// A bench that cannot run stops; its figures are its output.
#![allow(clippy::expect_used, clippy::print_stdout)]

use std::cell::Cell;
use std::time::{Duration, Instant};

use criterion::Criterion;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// A server that gives every request the same answer, from a thread of its own.
#[derive(Debug)]
pub struct Vendor {
    /// Its address, without a slash at the end.
    pub url: String,
}

impl Vendor {
    /// Starts it; it runs until the process ends.
    #[must_use]
    pub fn answering(content_type: &str, body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n", body.len());
        let answer: &'static [u8] = Box::leak([head.as_bytes(), body].concat().into());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        std::thread::spawn(move || {
            runtime().block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, answer));
                }
            });
        });
        Self { url }
    }
}

/// Reads requests, whose bodies have a length, and answers them.
async fn serve(mut stream: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 256 << 10];
    let mut filled = 0;
    loop {
        let read = stream.read(buffer.get_mut(filled..).unwrap_or_default()).await?;
        filled += read;
        if read == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(buffer.get(..filled).unwrap_or_default());
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut missing = (head.len() + 4 + length.unwrap_or(0_usize)).saturating_sub(filled);
        while missing > 0 {
            missing = missing.saturating_sub(stream.read(&mut buffer).await?.max(1));
        }
        filled = 0;
        stream.write_all(answer).await?;
    }
}

/// A runtime on the thread that asks for it.
#[must_use]
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Measures the same work done by hand and by the family, and prints the ratio of the best samples.
pub fn compare(criterion: &mut Criterion, name: &str, by_hand: impl AsyncFn(), ours: impl AsyncFn()) {
    let mut group = criterion.benchmark_group(name);
    let floor = Cell::new(Duration::MAX);
    let family = Cell::new(Duration::MAX);
    group.bench_function("by hand", |bencher| bencher.iter_custom(|times| time(&by_hand, times, &floor)));
    group.bench_function("ours", |bencher| bencher.iter_custom(|times| time(&ours, times, &family)));
    group.finish();
    let (floor, family) = (floor.get(), family.get());
    println!("{name}: ours {family:?}, by hand {floor:?}: {:.2}x\n", family.as_secs_f64() / floor.as_secs_f64());
}

fn time(work: &impl AsyncFn(), times: u64, best: &Cell<Duration>) -> Duration {
    thread_local!(static RUNTIME: Runtime = runtime());
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                work().await;
            }
            let took = start.elapsed();
            best.set(best.get().min(took.div_f64(times as f64)));
            took
        })
    })
}

/// By how many bytes this process grows at most while `work` runs; `None` where the system does not
/// tell.
pub fn growth(work: impl AsyncFn()) -> Option<u64> {
    let runtime = runtime();
    // Linux forgets the peak so far.
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = status("VmRSS:")?;
    runtime.block_on(work());
    Some(status("VmHWM:")?.saturating_sub(before))
}

fn status(field: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes: u64 =
        text.lines().find_map(|line| line.strip_prefix(field))?.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes << 10)
}
