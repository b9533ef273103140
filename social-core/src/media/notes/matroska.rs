//! Notes in WebM and Matroska. An element that goes becomes a `Void` one of the same length.

use super::edit::Edit;
use crate::error::Result;
use crate::media::facts::Reader;
use crate::media::facts::ebml::{self, CLUSTER, Element, INFO, TRACK, TRACKS};

const TAGS: u32 = 0x1254_c367;
const ATTACHMENTS: u32 = 0x1941_a469;
const VOID: u32 = 0xec;
const SUM: u32 = 0xbf;
/// Of the information: title, date, names of files, and links to them.
const NAMES: [u32; 7] = [0x7ba9, 0x4461, 0x7384, 0x3c_b923, 0x3e_b923, 0x3c_83ab, 0x3e_83bb];
/// A track's name.
const TRACK_NAME: u32 = 0x536e;

pub(super) fn find(reader: &mut Reader) -> Result<Vec<Edit>> {
    let segment = ebml::segment(reader)?;
    let (mut at, mut edits) = (segment.start, Vec::new());
    while let Some(element) = Element::at(reader, at, segment.end)? {
        let mut next = element.end;
        match element.id {
            TAGS | ATTACHMENTS => void(reader, at, element.end, &mut edits)?,
            VOID => void(reader, at, element.end, &mut edits)?,
            INFO => inside(reader, element, &NAMES, &mut edits)?,
            TRACKS => {
                let mut track_at = element.start;
                while let Some(track) = Element::at(reader, track_at, element.end)? {
                    if track.id == TRACK {
                        inside(reader, track, &[TRACK_NAME], &mut edits)?;
                    }
                    track_at = track.end;
                }
            }
            CLUSTER if element.open => next = ebml::end_of_open(reader, element)?,
            _ => {}
        }
        at = next;
    }
    // What no reader understands, and what stands behind the segment.
    if at < segment.end {
        edits.push(Edit::fill(at, segment.end, 0));
    }
    if segment.end < reader.length() {
        edits.push(Edit::remove(segment.end, reader.length()));
    }
    Ok(edits)
}

/// Makes some of an element's children void, and the sum over all of them, too.
fn inside(reader: &mut Reader, parent: Element, names: &[u32], edits: &mut Vec<Edit>) -> Result<()> {
    let mut found = Vec::new();
    let (mut at, mut any) = (parent.start, false);
    while let Some(element) = Element::at(reader, at, parent.end)? {
        if names.contains(&element.id) {
            any = true;
            found.push((at, element.end));
        } else if element.id == SUM {
            found.push((at, element.end));
        }
        at = element.end;
    }
    if any {
        for (start, end) in found {
            void(reader, start, end, edits)?;
        }
    }
    Ok(())
}

/// Makes an element a `Void` one of the same length (RFC 8794 11.3.2).
fn void(reader: &mut Reader, start: u64, end: u64, edits: &mut Vec<Edit>) -> Result<()> {
    const MOST: u64 = 1 << 20;
    let length = end - start;
    let head = match length {
        0 | 1 => return Ok(()),
        2..=9 => vec![VOID as u8, 0x80 | (length - 2) as u8],
        // Eight bytes of length, of which the first says so.
        _ => [&[VOID as u8][..], &((length - 9) | 1 << 56).to_be_bytes()].concat(),
    };
    let behind = start + head.len() as u64;
    let is_void = reader.u8(start)? == VOID as u8
        && length <= MOST
        && reader.get(behind, (end - behind) as usize)?.iter().all(|&byte| byte == 0);
    if !is_void {
        edits.push(Edit::replace(start, behind, head));
        edits.push(Edit::fill(behind, end, 0));
    }
    Ok(())
}
