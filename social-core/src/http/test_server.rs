//! A server on this machine that says byte for byte what a test wants, and remembers what it was
//! asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What happens to one connection after its request was read.
#[derive(Clone)]
pub(super) enum Answer {
    /// Writes these bytes and closes.
    Bytes(Vec<u8>),
    /// Writes these bytes and then nothing more, without closing.
    Stall(Vec<u8>),
    /// Writes these bytes and then a byte now and then, for ever.
    Drip(Vec<u8>),
    /// Writes these bytes again and again, as fast as they are taken.
    Flood(Vec<u8>),
    /// Writes these bytes and resets the connection.
    Reset(Vec<u8>),
}

impl Answer {
    /// An answer with a length, without further headers.
    pub(super) fn status(status: u16, headers: &str, body: &str) -> Self {
        let head = format!("HTTP/1.1 {status} X\nconnection: close\ncontent-length: {}\n{headers}\n", body.len());
        let mut bytes = head.replace('\n', "\r\n").into_bytes();
        bytes.extend_from_slice(body.as_bytes());
        Self::Bytes(bytes)
    }

    pub(super) fn ok(body: &str) -> Self {
        Self::status(200, "", body)
    }
}

#[derive(Debug)]
pub(super) struct Server {
    pub(super) url: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers one connection after the other; the last answer is used again.
    pub(super) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers) = (Arc::clone(&requests), Vec::from_iter(answers));
        tokio::spawn(async move {
            for turn in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let answer = answers[turn.min(answers.len() - 1)].clone();
                let seen = Arc::clone(&seen);
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    seen.lock().unwrap().push(request);
                    match answer {
                        Answer::Bytes(bytes) => drop(stream.write_all(&bytes).await),
                        Answer::Stall(bytes) => {
                            drop(stream.write_all(&bytes).await);
                            std::future::pending::<()>().await;
                        }
                        Answer::Drip(bytes) => {
                            drop(stream.write_all(&bytes).await);
                            while stream.write_all(b".").await.is_ok() {
                                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                            }
                        }
                        Answer::Flood(bytes) => while stream.write_all(&bytes).await.is_ok() {},
                        Answer::Reset(bytes) => {
                            drop(stream.write_all(&bytes).await);
                            // What was not read when a socket closes makes the kernel send a reset.
                            stream.set_zero_linger().unwrap();
                        }
                    }
                });
            }
        });
        Self { url, requests }
    }

    /// The requests so far, heads in lower case before the first colon as hyper writes them.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.unwrap_or(0);
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            match length.and_then(|length| length.parse::<usize>().ok()) {
                Some(length) => bytes.len() - (text.len() - body.len()).min(bytes.len()) >= length,
                None => !head.contains("transfer-encoding: chunked") || body.ends_with("0\r\n\r\n"),
            }
        });
        if whole || count == 0 {
            return text;
        }
    }
}
