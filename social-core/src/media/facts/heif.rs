//! ISO/IEC 23008-12: images in boxes. HEIC and AVIF differ in the codec, not here.

use super::Reader;
use super::iso_bmff::IsoBox;
use super::{heif_items, mp4_sizes};
use crate::error::Result;
use crate::media::info::MediaInfo;

/// The largest description of an image that is read.
const MAX_META: u64 = 16 << 20;

/// The names of alpha images in `auxC` (ISO/IEC 23008-12 for HEVC, MIAF for all).
const ALPHA: [&[u8]; 2] = [b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"];

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let file = IsoBox::file(reader);
    let (mut meta, mut video) = (None, false);
    let mut boxes = file.children();
    while let Some(part) = boxes.next(reader)? {
        if part.missing > 0 {
            let end = part.end.saturating_add(part.missing);
            match &part.kind {
                // Which of its bytes are needed is seen below.
                b"mdat" => reader.warn(format_args!("its last box ends at byte {end}, behind the file")),
                _ => return Err(reader.cut(end)),
            }
        }
        match &part.kind {
            b"meta" if meta.is_none() => meta = Some(part),
            b"moov" => video = true,
            _ => {}
        }
    }
    if let Some(stop) = boxes.stopped {
        let length = reader.length() - stop.at;
        reader.warn(format_args!("{length} bytes stand behind its last box"));
    }
    info.animated = video;
    let Some(meta) = meta.filter(|meta| meta.length() <= MAX_META) else {
        return Err(reader.broken("it has no description of its image (`meta`)"));
    };
    let meta = meta.skip(4);
    let primary = meta.required(reader, b"pitm")?;
    let primary = match primary.u8(reader, 0)? {
        0 => u32::from(primary.u16(reader, 4)?),
        _ => primary.u32(reader, 4)?,
    };
    all_data_is_there(reader, meta, primary)?;
    let properties = meta.required(reader, b"iprp")?;
    let container = properties.required(reader, b"ipco")?;
    let mut boxes = container.children();
    let mut known = Vec::new();
    while let Some(property) = boxes.next(reader)? {
        if property.kind == *b"auxC" {
            let name = property.skip(4);
            let name = reader.get(name.start, name.length().min(64) as usize)?;
            info.alpha |= ALPHA.iter().any(|alpha| name.starts_with(alpha));
        }
        known.push(property);
    }
    // What is done to the image, in its order: cut to the clean aperture, turned.
    let mut done = Vec::new();
    let mut boxes = properties.children();
    while let Some(part) = boxes.next(reader)? {
        if part.kind != *b"ipma" {
            continue;
        }
        for index in associations(reader, part, primary)? {
            let Some(property) = usize::from(index).checked_sub(1).and_then(|index| known.get(index)) else { continue };
            match &property.kind {
                b"ispe" => {
                    info.width = Some(property.u32(reader, 4)?);
                    info.height = Some(property.u32(reader, 8)?);
                }
                b"clap" | b"irot" => done.push(*property),
                _ => {}
            }
        }
    }
    let (Some(mut width @ 1..), Some(mut height @ 1..)) = (info.width, info.height) else {
        return Err(reader.broken("its image has no size (`ispe`)"));
    };
    for property in done {
        match &property.kind {
            b"clap" => (width, height) = mp4_sizes::clean_aperture(reader, property, (width, height))?,
            // Quarter turns against the clock.
            _ if property.u8(reader, 0)? & 1 == 1 => (width, height) = (height, width),
            _ => {}
        }
    }
    (info.width, info.height) = (Some(width), Some(height));
    Ok(())
}

/// The numbers of the properties of one item, counted from one.
fn associations(reader: &mut Reader, table: IsoBox, wanted: u32) -> Result<Vec<u16>> {
    let long_items = table.u8(reader, 0)? >= 1;
    let long_indexes = table.u8(reader, 3)? & 1 == 1;
    let mut at = 8;
    let mut found = Vec::new();
    for _ in 0..table.u32(reader, 4)? {
        let item = if long_items { table.u32(reader, at)? } else { table.u16(reader, at)?.into() };
        at += if long_items { 4 } else { 2 };
        let count = table.u8(reader, at)?;
        at += 1;
        for _ in 0..count {
            let index = match long_indexes {
                true => table.u16(reader, at)? & 0x7fff,
                false => u16::from(table.u8(reader, at)? & 0x7f),
            };
            at += if long_indexes { 2 } else { 1 };
            if item == wanted {
                found.push(index);
            }
        }
    }
    Ok(found)
}

/// Refuses a file whose image data stands behind its end. Missing notes do not matter.
fn all_data_is_there(reader: &mut Reader, meta: IsoBox, primary: u32) -> Result<()> {
    let kinds = heif_items::kinds(reader, meta)?;
    let is_note = |item: u32| kinds.iter().any(|(id, kind)| *id == item && item != primary && kind.is_note());
    for part in heif_items::places(reader, meta)? {
        // Only the first construction counts from the start of the file.
        if part.of_file && part.end > reader.length() && !is_note(part.item) {
            return Err(reader.cut(part.end));
        }
    }
    Ok(())
}
