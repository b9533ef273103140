//! The journal's file format: lines of a checksum, a space and JSON. The first line says what the
//! file is. Each checksum covers the one before it as well, so that a line that is taken out is
//! missed.
//!
//! What stands behind the last line feed is accepted when it is the beginning of a valid line: it
//! was cut by a crash before its append returned, so it never counted.
//! Everything else that cannot be read is an error.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::super::entry::Entry;
use super::super::hex;
use super::super::id::RunId;
use crate::error::{Error, ErrorKind, Result};

const VERSION: u32 = 2;

/// The digits of a checksum.
const SUM: usize = 16;

#[derive(Serialize, Deserialize)]
struct Header {
    version: u32,
    run: Named,
}

/// Version 1 had the bare name.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Named {
    Id(RunId),
    Bare(String),
}

/// What a journal file holds.
#[derive(Debug)]
pub(super) struct Lines {
    /// The run; `None` when not even the first line is whole.
    pub(super) id: Option<RunId>,
    pub(super) entries: Vec<Entry>,
    /// Up to here the file is whole.
    pub(super) whole: u64,
    /// The checksum of the last whole line.
    pub(super) sum: String,
    /// What stands behind the last whole line.
    pub(super) tail: Vec<u8>,
}

pub(super) fn header(run: &RunId) -> Result<(Vec<u8>, String)> {
    line("", &Header { version: VERSION, run: Named::Id(run.clone()) })
}

/// A line behind the one of this checksum, and its own checksum.
pub(super) fn line(before: &str, content: &impl Serialize) -> Result<(Vec<u8>, String)> {
    let json = serde_json::to_vec(content)
        .map_err(|e| Error::new(ErrorKind::Storage, "a journal entry cannot be written as JSON").with_source(e))?;
    let sum = checksum(before, &json);
    let mut line = sum.clone().into_bytes();
    line.push(b' ');
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok((line, sum))
}

/// The run that a journal file belongs to, by its first line. `name` is what it is called in
/// errors.
pub(super) fn id(name: &str, file: &[u8]) -> Result<Option<RunId>> {
    let first = file.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(read(name, first)?.id)
}

/// Reads a journal file. `name` is what it is called in errors.
pub(super) fn read(name: &str, file: &[u8]) -> Result<Lines> {
    let mut lines = Lines { id: None, entries: Vec::new(), whole: 0, sum: String::new(), tail: Vec::new() };
    for (number, line) in file.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let Some(content) = line.strip_suffix(b"\n") else { break };
        let unreadable = |why: &str| {
            Error::new(ErrorKind::Storage, format!("line {} of the journal of run `{name}` {why}", number + 1))
        };
        let (sum, json) = content
            .split_at_checked(SUM + 1)
            .and_then(|(sum, json)| Some((sum.strip_suffix(b" ")?, json)))
            .ok_or_else(|| unreadable("is damaged"))?;
        let expected = checksum(&lines.sum, json);
        if sum != expected.as_bytes() {
            return Err(unreadable("is damaged, or a line before it is missing"));
        }
        if number == 0 {
            let header: Header =
                serde_json::from_slice(json).map_err(|e| unreadable("is not a journal's first line").with_source(e))?;
            lines.id = Some(known(header).map_err(|why| unreadable(&why))?);
        } else {
            let entry = serde_json::from_slice(json)
                .map_err(|e| unreadable("is not an entry that this program knows").with_source(e))?;
            lines.entries.push(entry);
        }
        lines.whole += line.len() as u64;
        lines.sum = expected;
    }
    Ok(lines)
}

fn known(header: Header) -> Result<RunId, String> {
    match (header.version, header.run) {
        (VERSION, Named::Id(id)) => Ok(id),
        // Its inputs were digested by other rules, so it could not be told whether a run goes on
        // with the same input.
        (1, _) => {
            Err("is of version 1, which this program does not go on with; finish the run with the program that began \
                       it, or begin another one of another name"
                .to_owned())
        }
        (version, _) => Err(format!("is of version {version}, this program reads version {VERSION}")),
    }
}

/// Whether what stands behind a line of this checksum is the beginning of a valid one.
pub(super) fn is_cut_line(before: &str, tail: &[u8]) -> bool {
    let is_sum = |digits: &[u8]| digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let Some((sum, rest)) = tail.split_at_checked(SUM) else { return is_sum(tail) };
    let json = match rest {
        [] => return is_sum(sum),
        [b' ', json @ ..] if is_sum(sum) => json,
        _ => return false,
    };
    match serde_json::from_slice::<IgnoredAny>(json) {
        // Only the line feed is missing.
        Ok(_) => sum == checksum(before, json).as_bytes(),
        Err(error) => error.is_eof() && json.first().is_none_or(|first| *first == b'{'),
    }
}

fn checksum(before: &str, json: &[u8]) -> String {
    let mut sum = hex(&Sha256::new().chain_update(before).chain_update(json).finalize());
    sum.truncate(SUM);
    sum
}
