//! Server-sent events by hand.

use futures_util::StreamExt as _;
use harness::{Got, Outcome};

pub fn say(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

/// Hands the data of each event of an answer to `read`; only a line that a network piece cuts is
/// copied.
pub async fn each(answer: reqwest::Response, mut read: impl FnMut(&[u8]) -> Outcome<()>) -> Outcome<()> {
    let mut pieces = answer.bytes_stream();
    let mut cut = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(say)?;
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &piece) {
            let line = &piece[start..end];
            start = end + 1;
            if cut.is_empty() {
                data(line).map_or(Ok(()), &mut read)?;
            } else {
                cut.extend_from_slice(line);
                data(&cut).map_or(Ok(()), &mut read)?;
                cut.clear();
            }
        }
        cut.extend_from_slice(&piece[start..]);
    }
    Ok(())
}

/// The blanks around it are JSON's to skip, a carriage return among them.
fn data(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(b"data:")
}

/// The application's side: it gets a text of its own for every delta.
pub fn consume(got: &mut Got, text: String) {
    if !text.is_empty() {
        got.deltas += 1;
        got.bytes += std::hint::black_box(text).len() as u64;
    }
}
