//! The items of a HEIC or AVIF file: what each one is (`iinf`) and where it stands (`iloc`).

use super::Reader;
use super::iso_bmff::IsoBox;
use crate::error::Result;

/// More items than this are no photo.
const MAX_ITEMS: usize = 1 << 16;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum ItemKind {
    /// EXIF, with its GPS position.
    Exif,
    /// XMP or another document.
    Document,
    /// A part of the image.
    Image,
}

impl ItemKind {
    pub(in crate::media) fn is_note(self) -> bool {
        self != Self::Image
    }
}

/// A piece of an item's data.
pub(in crate::media) struct Place {
    pub(in crate::media) item: u32,
    /// Counted from the start of the file; otherwise from that of the box `idat`.
    pub(in crate::media) of_file: bool,
    pub(in crate::media) start: u64,
    pub(in crate::media) end: u64,
}

/// The kinds of the items, in order.
pub(in crate::media) fn kinds(reader: &mut Reader, meta: IsoBox) -> Result<Vec<(u32, ItemKind)>> {
    let mut found = Vec::new();
    let Some(table) = meta.child(reader, b"iinf")? else { return Ok(found) };
    let head = if table.u8(reader, 0)? == 0 { 6 } else { 8 };
    let mut boxes = table.skip(head).children();
    while let Some(entry) = boxes.next(reader)? {
        let version = entry.u8(reader, 0)?;
        if entry.kind != *b"infe" || version < 2 || found.len() >= MAX_ITEMS {
            continue;
        }
        let (id, at) = match version {
            2 => (entry.u16(reader, 4)?.into(), 8),
            _ => (entry.u32(reader, 4)?, 10),
        };
        let kind = match &entry.u32(reader, at)?.to_be_bytes() {
            b"Exif" => ItemKind::Exif,
            b"mime" | b"uri " => ItemKind::Document,
            _ => ItemKind::Image,
        };
        found.push((id, kind));
    }
    Ok(found)
}

/// Where the items stand. Those made from other items (`iloc` construction 2) have no place.
pub(in crate::media) fn places(reader: &mut Reader, meta: IsoBox) -> Result<Vec<Place>> {
    let mut found = Vec::new();
    let table = meta.required(reader, b"iloc")?;
    let version = table.u8(reader, 0)?;
    let sizes = table.u16(reader, 4)?;
    let (offset_size, length_size) = (sizes >> 12, sizes >> 8 & 15);
    let (base_size, index_size) = (sizes >> 4 & 15, if version == 0 { 0 } else { sizes & 15 });
    let mut fields = Fields { table, at: 6 };
    let id_size = if version < 2 { 2 } else { 4 };
    let mut parts = 0;
    for _ in 0..fields.number(reader, id_size)? {
        let item = fields.number(reader, id_size)? as u32;
        let construction = if version == 0 { 0 } else { fields.number(reader, 2)? & 15 };
        fields.number(reader, 2)?;
        let base = fields.number(reader, base_size)?;
        for _ in 0..fields.number(reader, 2)? {
            fields.number(reader, index_size)?;
            let start = base.saturating_add(fields.number(reader, offset_size)?);
            let length = fields.number(reader, length_size)?;
            parts += 1;
            if parts > MAX_ITEMS {
                return Err(reader.broken("its image has too many parts"));
            }
            if construction < 2 {
                found.push(Place { item, of_file: construction == 0, start, end: start.saturating_add(length) });
            }
        }
    }
    Ok(found)
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
