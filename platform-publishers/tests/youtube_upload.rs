//! A video of 1 GiB goes up to a YouTube on this machine, over a real connection that is cut three
//! times. The protocol is that of the documents; the server is invented.

#![cfg(feature = "youtube")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use platform_publishers::youtube::YouTube;
use social_core::clock::Random as _;
use social_core::http::FixedToken;
use social_core::media::Media;
use social_core::publish::{Approved, Ask, Attachment, AutoApprove, Placement, Post, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::{FixedClock, FixedRandom};

const GIB: u64 = 1 << 30;

/// What the server has of the video, and at which bytes it closes the connection.
#[derive(Default)]
struct Upload {
    arrived: u64,
    received: u64,
    cuts: Vec<u64>,
    requests: usize,
}

/// Answers one request after the other, until the connection is closed.
fn serve(stream: TcpStream, upload: &Mutex<Upload>, address: &str) -> std::io::Result<()> {
    let mut reader = BufReader::with_capacity(64 << 10, stream.try_clone()?);
    let mut writer = stream;
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line == "\r\n" {
                break;
            }
            head.push(line);
        }
        let header = |name: &str| {
            head.iter().find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)))
        };
        let length: u64 = header("content-length").map_or(0, |(_, length)| length.trim().parse().unwrap());
        let range = header("content-range").map(|(_, range)| range.trim().to_owned());
        let answer = match (head[0].split(' ').next().unwrap(), range) {
            ("POST", _) => {
                reader.by_ref().take(length).read_to_end(&mut Vec::new())?;
                format!(
                    "200 OK\r\nLocation: {address}/upload/youtube/v3/videos?upload_id=u1\r\nContent-Length: 0\r\n\r\n"
                )
            }
            ("PUT", Some(range)) => match take(&mut reader, upload, &range, length)? {
                true => json(r#"{"id": "video-1", "status": {"uploadStatus": "uploaded", "privacyStatus": "public"}}"#),
                false => {
                    let arrived = upload.lock().unwrap().arrived;
                    let range = if arrived > 0 { format!("Range: bytes=0-{}\r\n", arrived - 1) } else { String::new() };
                    format!("308 Resume Incomplete\r\n{range}Content-Length: 0\r\n\r\n")
                }
            },
            _ => {
                let status = r#"{"uploadStatus": "processed", "privacyStatus": "public"}"#;
                json(&format!(
                    r#"{{"kind": "youtube#videoListResponse", "items": [{{"id": "video-1", "status": {status}}}]}}"#
                ))
            }
        };
        writer.write_all(format!("HTTP/1.1 {answer}").as_bytes())?;
    }
}

fn json(body: &str) -> String {
    format!("200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Takes a piece, or a question (`bytes */TOTAL`). Returns whether the video is whole.
fn take(reader: &mut BufReader<TcpStream>, upload: &Mutex<Upload>, range: &str, length: u64) -> std::io::Result<bool> {
    let (part, total) = range.strip_prefix("bytes ").unwrap().split_once('/').unwrap();
    let total: u64 = total.parse().unwrap();
    let mut upload = upload.lock().unwrap();
    upload.requests += 1;
    if let Some((start, end)) = part.split_once('-') {
        let (start, end): (u64, u64) = (start.parse().unwrap(), end.parse().unwrap());
        assert_eq!(start, upload.arrived, "what arrived is not sent again");
        assert!(end + 1 == total || length.is_multiple_of(262_144));
        let mut left = length;
        while left > 0 {
            let buffer = reader.fill_buf()?;
            let cut = upload.cuts.last().map_or(u64::MAX, |cut| cut - upload.arrived);
            let taken = left.min(buffer.len() as u64).min(cut);
            if buffer.is_empty() || cut == 0 {
                upload.cuts.pop();
                return Err(std::io::ErrorKind::ConnectionAborted.into());
            }
            reader.consume(taken as usize);
            (left, upload.arrived, upload.received) = (left - taken, upload.arrived + taken, upload.received + taken);
        }
    }
    Ok(upload.arrived == total)
}

/// The smallest index of a video, and so many bytes of nothing behind it.
fn video(path: &std::path::Path, bytes: u64) {
    fn part(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&(body.len() as u32 + 8).to_be_bytes(), &kind[..], &body].concat()
    }
    let one = 1_u32.to_be_bytes();
    let times = |kind| part(kind, &[&[0; 12], &1000_u32.to_be_bytes(), &5000_u32.to_be_bytes(), &[0; 80]]);
    let upright = [0x1_0000_u32, 0, 0, 0, 0x1_0000].map(u32::to_be_bytes).concat();
    let track = part(b"tkhd", &[&[0; 40], &upright, &[0; 24]]);
    let entry = part(b"avc1", &[&[0; 24], &1920_u16.to_be_bytes(), &1080_u16.to_be_bytes(), &[0; 50]]);
    let entries = part(b"stsd", &[&[0; 4], &one, &entry]);
    let samples = part(b"stts", &[&[0; 4], &one, &150_u32.to_be_bytes(), &33_u32.to_be_bytes()]);
    let table = part(b"minf", &[&part(b"stbl", &[&entries, &samples])]);
    let media = part(b"mdia", &[&times(b"mdhd"), &part(b"hdlr", &[&[0; 8], b"vide", &[0; 13]]), &table]);
    let index = part(b"moov", &[&times(b"mvhd"), &part(b"trak", &[&track, &media])]);
    let mut head = [part(b"ftyp", &[b"isom\0\0\0\0isom"]), index].concat();
    let rest = u32::try_from(bytes - head.len() as u64).unwrap();
    head.extend([&rest.to_be_bytes()[..], b"mdat"].concat());
    std::fs::write(path, head).unwrap();
    // A hole as far as the disk is concerned.
    std::fs::File::options().write(true).open(path).unwrap().set_len(bytes).unwrap();
}

/// The most memory that the process has had so far, in bytes, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? << 10)
}

/// Uploads a video of so many bytes to a server that cuts the connection there.
async fn upload(name: &str, bytes: u64, cuts: Vec<u64>) -> Upload {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let state = Arc::new(Mutex::new(Upload { cuts, ..Upload::default() }));
    let (of_server, at) = (state.clone(), address.clone());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (state, address) = (of_server.clone(), at.clone());
            // A connection that is cut ends here.
            std::thread::spawn(move || drop(serve(stream.unwrap(), &state, &address)));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("video.mp4");
    video(&file, bytes);

    let clock = Arc::new(FixedClock::default());
    let endpoint = YouTube::endpoint().base_url(address).clock(clock.clone());
    let youtube = YouTube::new(endpoint, FixedToken::new("token"), "UC-bakery").unwrap();
    let post = Post::new("").with_placement(Placement::VIDEO).with_title("Bread");
    let post = post.with_attachment(Attachment::new(Media::file(&file)));
    let ask = Ask::for_account(youtube.account().await.unwrap());
    let approved = Approved::ask(&Run::ephemeral(), post, &ask, &AutoApprove::because("test")).await.unwrap();
    let run = Run::open_with(&MemoryJournal::new(), name, OpenOptions::new().with_clock(clock)).await.unwrap();
    let receipt = youtube.publish(&run, &approved.approved().unwrap()).await.unwrap();
    assert_eq!((receipt.id(), receipt.state), ("video-1", ReceiptState::Published));
    std::mem::take(&mut *state.lock().unwrap())
}

#[tokio::test]
async fn a_gibibyte_goes_up_in_little_memory_and_each_byte_once() {
    // Threads, connections and buffers are there from now on.
    upload("short", 200 << 20, vec![1 << 20]).await;
    let random = FixedRandom::new(7);
    let mut cuts: Vec<u64> = (0..3).map(|_| (random.fraction() * GIB as f64) as u64).collect();
    cuts.sort_unstable_by(|a, b| b.cmp(a));
    let before = peak();
    let done = upload("long", GIB, cuts.clone()).await;
    assert_eq!((done.arrived, done.received), (GIB, GIB), "cut at {cuts:?}");
    // Eight pieces and their rests, and a question after each cut.
    println!("1 GiB in {} requests, cut at {cuts:?}", done.requests);
    if let (Some(before), Some(after)) = (before, peak()) {
        let grown = after.saturating_sub(before);
        println!("grew by {:.1} MiB", grown as f64 / f64::from(1 << 20));
        assert!(grown <= 4 << 20, "{grown} bytes");
    }
}
