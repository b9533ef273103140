//! Notes in MP4, MOV, HEIC and AVIF: files made of boxes.
//!
//! A box that goes becomes a `free` one of the same length with nothing in it, so that whatever
//! stands behind it keeps its place, which the tables of samples name.

use super::edit::Edit;
use super::tracks;
use crate::error::Result;
use crate::media::facts::Reader;
use crate::media::facts::heif_items::{self, ItemKind};
use crate::media::facts::iso_bmff::IsoBox;

/// Boxes of a file that are needed to show it.
const OF_FILE: [&[u8; 4]; 12] =
    [b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix", b"meta", b"pdin", b"prft", b"emsg"];
/// Boxes of the index.
const OF_INDEX: [&[u8; 4]; 7] = [b"mvhd", b"trak", b"mvex", b"iods", b"pssh", b"ctab", b"cmov"];
/// Boxes of a track.
const OF_TRACK: [&[u8; 4]; 10] =
    [b"tkhd", b"mdia", b"edts", b"tref", b"tapt", b"clip", b"matt", b"load", b"prfl", b"trgr"];
/// Boxes of an image's description.
const OF_IMAGE: [&[u8; 4]; 10] =
    [b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp", b"iref", b"idat", b"dinf", b"grpl", b"ipro"];
/// That a video is shown as a sphere ("Spherical Video V1").
const SPHERE: [u8; 16] = *b"\xff\xcc\x82\x63\xf8\x55\x4a\x93\x88\x14\x58\x7a\x02\x52\x1f\xdd";

/// What becomes of a box.
pub(super) enum Fate {
    Keep,
    Blank,
    /// Its content is looked into.
    Open(fn(&mut Reader, IsoBox, &mut Vec<Edit>) -> Result<()>),
}

pub(super) fn find(reader: &mut Reader) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    let file = IsoBox::file(reader);
    let is_image = file.child(reader, b"moov")?.is_none();
    each(reader, file, &mut edits, |part| match &part.kind {
        b"moov" => Fate::Open(index),
        b"moof" => Fate::Open(fragment),
        b"meta" if is_image => Fate::Open(image),
        // The description of a video holds notes and nothing else; that of an image sequence its
        // first image, too.
        b"meta" => Fate::Open(description),
        kind if OF_FILE.contains(&kind) => Fate::Keep,
        _ => Fate::Blank,
    })?;
    tracks::find(reader, &mut edits)?;
    Ok(edits)
}

/// Goes over the boxes in a box. What stands behind the last one goes.
fn each(reader: &mut Reader, parent: IsoBox, edits: &mut Vec<Edit>, fate: impl Fn(&IsoBox) -> Fate) -> Result<()> {
    let mut boxes = parent.children();
    while let Some(part) = boxes.next(reader)? {
        match fate(&part) {
            Fate::Keep => {}
            Fate::Blank => blank(reader, part, edits)?,
            Fate::Open(open) => open(reader, part, edits)?,
        }
    }
    let Some(stop) = boxes.stopped else { return Ok(()) };
    match parent.kind {
        _ if is_zero(reader, stop.at, parent.end)? => {}
        [b'f', b'i', b'l', b'e'] => edits.push(Edit::remove(stop.at, parent.end)),
        _ => edits.push(Edit::fill(stop.at, parent.end, 0)),
    }
    Ok(())
}

/// Makes a box a `free` one.
pub(super) fn blank(reader: &mut Reader, part: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    if !matches!(&part.kind, b"free" | b"skip" | b"wide") {
        edits.push(Edit::replace(part.at + 4, part.at + 8, &b"free"[..]));
    }
    if !is_zero(reader, part.start, part.end)? {
        edits.push(Edit::fill(part.start, part.end, 0));
    }
    Ok(())
}

/// Whether nothing stands there. The end of what is long is not looked at: it goes in any case.
fn is_zero(reader: &mut Reader, start: u64, end: u64) -> Result<bool> {
    const MOST: u64 = 1 << 20;
    Ok(end - start <= MOST && reader.get(start, (end - start) as usize)?.iter().all(|&byte| byte == 0))
}

fn index(reader: &mut Reader, index: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    each(reader, index, edits, |part| match &part.kind {
        b"mvhd" => Fate::Open(times),
        b"trak" => Fate::Open(track),
        kind if OF_INDEX.contains(&kind) => Fate::Keep,
        _ => Fate::Blank,
    })
}

fn track(reader: &mut Reader, track: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    if !tracks::is_shown(reader, track)? {
        return blank(reader, track, edits);
    }
    each(reader, track, edits, |part| match &part.kind {
        b"tkhd" => Fate::Open(times),
        b"mdia" => Fate::Open(media),
        b"uuid" => Fate::Open(sphere),
        kind if OF_TRACK.contains(&kind) => Fate::Keep,
        _ => Fate::Blank,
    })
}

fn media(reader: &mut Reader, media: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    each(reader, media, edits, |part| match &part.kind {
        b"mdhd" => Fate::Open(times),
        b"hdlr" | b"minf" | b"elng" => Fate::Keep,
        _ => Fate::Blank,
    })
}

fn sphere(reader: &mut Reader, part: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    let kept = part.length() >= 16 && reader.array::<16>(part.start)? == SPHERE;
    if kept { Ok(()) } else { blank(reader, part, edits) }
}

/// When it was recorded and changed.
fn times(reader: &mut Reader, header: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    let length = if header.u8(reader, 0)? == 1 { 16 } else { 8 };
    let at = header.field(reader, 4, length)?;
    if !is_zero(reader, at, at + length)? {
        edits.push(Edit::fill(at, at + length, 0));
    }
    Ok(())
}

fn fragment(reader: &mut Reader, fragment: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    each(reader, fragment, edits, |part| match &part.kind {
        b"traf" => Fate::Open(self::fragment),
        b"udta" | b"meta" | b"free" | b"skip" => Fate::Blank,
        _ => Fate::Keep,
    })
}

/// The description of a file that holds a video: kept where it describes an image.
fn description(reader: &mut Reader, meta: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    match meta.skip(4).child(reader, b"pitm")? {
        Some(_) => image(reader, meta, edits),
        None => blank(reader, meta, edits),
    }
}

/// Overwrites the notes among an image's items.
fn image(reader: &mut Reader, meta: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    let meta = meta.skip(4);
    each(reader, meta, edits, |part| if OF_IMAGE.contains(&&part.kind) { Fate::Keep } else { Fate::Blank })?;
    let kinds = heif_items::kinds(reader, meta)?;
    if !kinds.iter().any(|(_, kind)| kind.is_note()) {
        return Ok(());
    }
    let kinds: std::collections::HashMap<_, _> = kinds.into_iter().collect();
    let data = meta.child(reader, b"idat")?;
    let mut begun = std::collections::HashSet::new();
    for place in heif_items::places(reader, meta)? {
        let Some(kind) = kinds.get(&place.item).copied().filter(|kind| kind.is_note()) else { continue };
        let base = match (place.of_file, data) {
            (true, _) => 0,
            (false, Some(data)) => data.start,
            (false, None) => continue,
        };
        let (start, end) = (base.saturating_add(place.start), base.saturating_add(place.end).min(reader.length()));
        if start >= end {
            continue;
        }
        overwrite(reader, (start, end), kind, begun.insert(place.item), edits)?;
    }
    Ok(())
}

/// EXIF that says nothing: an offset, and a directory without entries.
const NO_EXIF: &[u8] = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0";

/// Overwrites a piece of an item, the first one with what a reader accepts.
fn overwrite(
    reader: &mut Reader,
    (start, end): (u64, u64),
    kind: ItemKind,
    is_first: bool,
    edits: &mut Vec<Edit>,
) -> Result<()> {
    let length = usize::try_from(end - start).unwrap_or(usize::MAX);
    let head: &[u8] = match kind {
        ItemKind::Exif if is_first && length >= NO_EXIF.len() => NO_EXIF,
        _ => &[],
    };
    // White space is a document that is empty.
    let filling = if kind == ItemKind::Document { b' ' } else { 0 };
    let behind = start + head.len() as u64;
    if reader.get(start, head.len())? != head {
        edits.push(Edit::replace(start, behind, head));
    }
    const MOST: u64 = 1 << 20;
    let is_clean =
        end - behind <= MOST && reader.get(behind, (end - behind) as usize)?.iter().all(|&byte| byte == filling);
    if !is_clean {
        edits.push(Edit::fill(behind, end, filling));
    }
    Ok(())
}
