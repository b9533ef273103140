//! ISO/IEC 23008-12: images in boxes. HEIC and AVIF differ in the codec, not here.

use super::Reader;
use super::iso_bmff::IsoBox;
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
        match &part.kind {
            b"meta" if meta.is_none() => meta = Some(part),
            b"moov" => video = true,
            _ => {}
        }
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
    all_data_is_there(reader, meta)?;
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
    let mut turned = false;
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
                // Quarter turns against the clock.
                b"irot" => turned = property.u8(reader, 0)? & 1 == 1,
                _ => {}
            }
        }
    }
    match (info.width, info.height) {
        (Some(1..), Some(1..)) => {}
        _ => return Err(reader.broken("its image has no size (`ispe`)")),
    }
    if turned {
        std::mem::swap(&mut info.width, &mut info.height);
    }
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

/// Refuses a file whose image data stands behind its end (`iloc`).
fn all_data_is_there(reader: &mut Reader, meta: IsoBox) -> Result<()> {
    let table = meta.required(reader, b"iloc")?;
    let version = table.u8(reader, 0)?;
    let sizes = table.u16(reader, 4)?;
    let (offset_size, length_size) = (sizes >> 12, sizes >> 8 & 15);
    let (base_size, index_size) = (sizes >> 4 & 15, if version == 0 { 0 } else { sizes & 15 });
    let mut fields = Fields { table, at: 6 };
    let id_size = if version < 2 { 2 } else { 4 };
    for _ in 0..fields.number(reader, id_size)? {
        fields.number(reader, id_size)?;
        let construction = if version == 0 { 0 } else { fields.number(reader, 2)? & 15 };
        fields.number(reader, 2)?;
        let base = fields.number(reader, base_size)?;
        for _ in 0..fields.number(reader, 2)? {
            fields.number(reader, index_size)?;
            let offset = fields.number(reader, offset_size)?;
            let length = fields.number(reader, length_size)?;
            let end = base.saturating_add(offset).saturating_add(length);
            // Only the first construction counts from the start of the file.
            if construction == 0 && end > reader.length() {
                return Err(reader.cut(end));
            }
        }
    }
    Ok(())
}

/// Reads numbers of given widths one after the other.
struct Fields {
    table: IsoBox,
    at: u64,
}

impl Fields {
    fn number(&mut self, reader: &mut Reader, bytes: u16) -> Result<u64> {
        let mut number = 0;
        for _ in 0..bytes {
            number = number << 8 | u64::from(self.table.u8(reader, self.at)?);
            self.at += 1;
        }
        Ok(number)
    }
}
