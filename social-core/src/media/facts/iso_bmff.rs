//! ISO/IEC 14496-12: files made of boxes. QuickTime calls them atoms.

use super::Reader;
use crate::error::Result;

/// One box: its kind, and where its content stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct IsoBox {
    pub(super) kind: [u8; 4],
    pub(super) start: u64,
    pub(super) end: u64,
}

impl IsoBox {
    /// The whole file as a box.
    pub(super) fn file(reader: &Reader) -> Self {
        Self { kind: *b"file", start: 0, end: reader.length() }
    }

    pub(super) fn length(&self) -> u64 {
        self.end - self.start
    }

    /// The same box with its first `bytes` left out.
    pub(super) fn skip(self, bytes: u64) -> Self {
        Self { start: self.start.saturating_add(bytes).min(self.end), ..self }
    }

    /// The boxes in this one, in order. A box that reaches beyond it is an error.
    pub(super) fn children(self) -> Children {
        Children { at: self.start, end: self.end, of_file: self.kind == *b"file" }
    }

    /// The first box of this kind.
    pub(super) fn child(self, reader: &mut Reader, kind: &[u8; 4]) -> Result<Option<Self>> {
        let mut children = self.children();
        while let Some(child) = children.next(reader)? {
            if child.kind == *kind {
                return Ok(Some(child));
            }
        }
        Ok(None)
    }

    /// The first box of this kind, which must be there.
    pub(super) fn required(self, reader: &mut Reader, kind: &[u8; 4]) -> Result<Self> {
        self.child(reader, kind)?
            .ok_or_else(|| reader.broken(format_args!("`{}` has no `{}`", name(self.kind), name(*kind))))
    }

    /// Where a field of this box stands; a box too short for it is an error.
    pub(super) fn field(&self, reader: &Reader, offset: u64, length: u64) -> Result<u64> {
        let at = self.start.saturating_add(offset);
        if at.saturating_add(length) > self.end {
            return Err(reader.broken(format_args!("box `{}` is too short", name(self.kind))));
        }
        Ok(at)
    }

    pub(super) fn u8(&self, reader: &mut Reader, offset: u64) -> Result<u8> {
        let at = self.field(reader, offset, 1)?;
        reader.u8(at)
    }

    pub(super) fn u16(&self, reader: &mut Reader, offset: u64) -> Result<u16> {
        let at = self.field(reader, offset, 2)?;
        reader.u16(at)
    }

    pub(super) fn u32(&self, reader: &mut Reader, offset: u64) -> Result<u32> {
        let at = self.field(reader, offset, 4)?;
        reader.u32(at)
    }

    pub(super) fn u64(&self, reader: &mut Reader, offset: u64) -> Result<u64> {
        let at = self.field(reader, offset, 8)?;
        reader.u64(at)
    }
}

/// Walks over the boxes in a box. Every step goes forward, so that no file can hold it up.
pub(super) struct Children {
    at: u64,
    end: u64,
    of_file: bool,
}

impl Children {
    pub(super) fn next(&mut self, reader: &mut Reader) -> Result<Option<IsoBox>> {
        // QuickTime closes some lists with four zero bytes; fewer than a header's bytes are
        // padding.
        let at = self.at;
        if self.end.saturating_sub(at) < 8 {
            return Ok(None);
        }
        let kind: [u8; 4] = reader.array(at + 4)?;
        let (header, size) = match reader.u32(at)? {
            0 if kind == [0; 4] => return Ok(None),
            0 => (8, self.end - at),
            1 => (16, reader.u64(at + 8)?),
            size => (8, size.into()),
        };
        if size < header {
            return Err(reader.broken(format_args!("box `{}` at byte {at} declares {size} bytes", name(kind))));
        }
        let end = at.saturating_add(size);
        if end > self.end {
            return Err(match self.of_file {
                true => reader.cut(end),
                false => {
                    reader.broken(format_args!("box `{}` at byte {at} is longer than the box around it", name(kind)))
                }
            });
        }
        self.at = end;
        Ok(Some(IsoBox { kind, start: at + header, end }))
    }
}

/// A four-character code as text.
pub(super) fn name(kind: [u8; 4]) -> String {
    kind.iter().map(|&byte| if byte.is_ascii_graphic() { char::from(byte) } else { '_' }).collect()
}
