//! The journal's file format: lines of a checksum, a space and JSON. The first line says what the file is.
//!
//! A line without its line feed was cut by a crash before its append returned, so it never counted. Everything else that
//! cannot be read is an error.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::journal::Entry;
use crate::error::{Error, ErrorKind, Result};

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Header {
    version: u32,
    run: String,
}

/// What a journal file holds.
pub(super) struct Lines {
    pub(super) entries: Vec<Entry>,
    /// Up to here the file is whole; 0 when not even its header is.
    pub(super) whole: u64,
}

pub(super) fn header(run: &str) -> Result<Vec<u8>> {
    line(&Header { version: VERSION, run: run.to_owned() })
}

pub(super) fn line(content: &impl Serialize) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(content)
        .map_err(|e| Error::new(ErrorKind::Storage, "a journal entry cannot be written as JSON").with_source(e))?;
    let mut line = checksum(&json).into_bytes();
    line.push(b' ');
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok(line)
}

pub(super) fn read(run: &str, file: &[u8]) -> Result<Lines> {
    let mut lines = Lines { entries: Vec::new(), whole: 0 };
    for (number, line) in file.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let Some(content) = line.strip_suffix(b"\n") else { break };
        let unreadable = |why: &str| {
            Error::new(ErrorKind::Storage, format!("line {} of the journal of run `{run}` {why}", number + 1))
        };
        let json = content
            .split_at_checked(17)
            .and_then(|(sum, json)| (sum.strip_suffix(b" ")? == checksum(json).as_bytes()).then_some(json))
            .ok_or_else(|| unreadable("is damaged"))?;
        if number == 0 {
            let header: Header =
                serde_json::from_slice(json).map_err(|e| unreadable("is not a journal's first line").with_source(e))?;
            if header.version != VERSION {
                let why = format!("is of version {}, this program reads version {VERSION}", header.version);
                return Err(unreadable(&why));
            }
            if header.run != run {
                return Err(unreadable(&format!("belongs to run `{}`", header.run)));
            }
        } else {
            let entry = serde_json::from_slice(json)
                .map_err(|e| unreadable("is not an entry that this program knows").with_source(e))?;
            lines.entries.push(entry);
        }
        lines.whole += line.len() as u64;
    }
    Ok(lines)
}

fn checksum(json: &[u8]) -> String {
    let mut sum = super::hex(&Sha256::digest(json));
    sum.truncate(16);
    sum
}
