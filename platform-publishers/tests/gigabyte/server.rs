//! A server on this machine that counts what it receives and drops it.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Error, Result, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use url::Url;

use super::arrived::Arrived;

/// Names the host that a request was meant for.
pub(crate) const HOST: &str = "x-meant-for";
/// So many bytes are read, and kept of a body.
const PIECE: usize = 64 << 10;

/// A platform behind the server.
pub(crate) trait Vendor: Send + 'static {
    /// What a request does. The answer to one that was cut does not get through.
    fn answer(&mut self, request: &Request) -> Answer;

    /// The bytes of the video that it has.
    fn arrived(&self) -> &Arrived;
}

/// A request, and the beginning of its body.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: Url,
    headers: BTreeMap<String, String>,
    /// So many bytes of the body were announced.
    pub(crate) length: u64,
    /// So many came.
    pub(crate) arrived: u64,
    head: Vec<u8>,
}

impl Request {
    pub(crate) fn is_whole(&self) -> bool {
        self.arrived == self.length
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn number(&self, header: &str) -> u64 {
        self.header(header).unwrap().parse().unwrap()
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.head).unwrap_or_default()
    }

    fn boundary(&self) -> Option<&str> {
        Some(self.header("content-type")?.split_once("boundary=")?.1)
    }

    /// A text of a form of either kind.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        if self.boundary().is_none() {
            let mut pairs = url::form_urlencoded::parse(&self.head);
            return pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        }
        let text = String::from_utf8_lossy(&self.head);
        let (_, part) = text.split_once(&format!("name=\"{name}\""))?;
        Some(part.split_once("\r\n\r\n")?.1.split("\r\n").next()?.to_owned())
    }

    /// The length of the file that is the last part of a form.
    pub(crate) fn file(&self, name: &str) -> Option<u64> {
        let find = |what: &[u8], from: usize| {
            self.head[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
        };
        let start = find(b"\r\n\r\n", find(format!("name=\"{name}\"").as_bytes(), 0)?)? as u64 + 4;
        let end = self.length - format!("\r\n--{}--\r\n", self.boundary()?).len() as u64;
        Some(end - start)
    }
}

pub(crate) struct Answer {
    status: u16,
    headers: String,
    body: String,
}

impl Answer {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: String::new(), body: String::new() }
    }

    pub(crate) fn json(body: Value) -> Self {
        Self { status: 200, headers: "content-type: application/json\r\n".to_owned(), body: body.to_string() }
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }
}

pub(crate) struct Server<V> {
    pub(crate) url: String,
    pub(crate) state: Arc<Mutex<State<V>>>,
}

pub(crate) struct State<V> {
    pub(crate) vendor: V,
    /// The connection is cut when so many bytes of uploads came in all.
    pub(crate) cuts: VecDeque<u64>,
    uploaded: u64,
}

impl<V: Vendor> Server<V> {
    /// Starts it; it runs until the process ends.
    pub(crate) fn start(vendor: V, cuts: &[u64]) -> Self {
        let state = Arc::new(Mutex::new(State { vendor, cuts: cuts.iter().copied().collect(), uploaded: 0 }));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { url, state }
    }
}

fn serve<V: Vendor>(stream: TcpStream, state: &Mutex<State<V>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::with_capacity(PIECE, stream);
    while let Some(mut request) = head(&mut stream)? {
        body(&mut stream, &mut request, state)?;
        let Answer { status, headers, body } = state.lock().unwrap().vendor.answer(&request);
        if !request.is_whole() {
            break;
        }
        let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        stream.get_mut().write_all(format!("HTTP/1.1 {status} X\r\n{headers}{length}\r\n{body}").as_bytes())?;
    }
    Ok(())
}

fn head(stream: &mut BufReader<TcpStream>) -> Result<Option<Request>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut words = lines[0].split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap());
    let headers: BTreeMap<_, _> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let url = format!("https://{}{path}", headers[HOST]).parse().unwrap();
    assert!(!headers.contains_key("transfer-encoding"), "the length is known");
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    Ok(Some(Request { method, url, headers, length, arrived: 0, head: Vec::new() }))
}

/// Reads a body up to its end or to the next cut.
fn body<V>(stream: &mut BufReader<TcpStream>, request: &mut Request, state: &Mutex<State<V>>) -> Result<()> {
    let kept = request.length.min(PIECE as u64);
    let is_upload = request.length > PIECE as u64;
    while request.arrived < request.length {
        let piece = stream.fill_buf()?;
        if piece.is_empty() {
            return Err(Error::other("the client has gone"));
        }
        let mut count = (piece.len() as u64).min(request.length - request.arrived);
        let mut is_cut = false;
        if is_upload {
            let mut state = state.lock().unwrap();
            let left = state.cuts.front().map(|cut| cut.saturating_sub(state.uploaded));
            if let Some(left) = left.filter(|left| *left <= count) {
                (count, is_cut) = (left, true);
                state.cuts.pop_front();
            }
            state.uploaded += count;
        }
        let missing = kept.saturating_sub(request.arrived).min(count) as usize;
        request.head.extend_from_slice(&piece[..missing]);
        stream.consume(count as usize);
        request.arrived += count;
        if is_cut && !request.is_whole() {
            break;
        }
    }
    Ok(())
}
