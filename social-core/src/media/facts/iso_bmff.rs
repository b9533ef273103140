//! ISO/IEC 14496-12: files made of boxes. QuickTime calls them atoms.

use super::Reader;
use crate::error::Result;

/// One box: its kind, and where it stands with its content.
#[derive(Clone, Copy, Debug)]
pub(in crate::media) struct IsoBox {
    pub(in crate::media) kind: [u8; 4],
    /// Where its header stands.
    pub(in crate::media) at: u64,
    pub(in crate::media) start: u64,
    pub(in crate::media) end: u64,
    /// How many of its bytes lie behind the end of the box around it, or of the file.
    pub(in crate::media) missing: u64,
}

impl IsoBox {
    /// The whole file as a box.
    pub(in crate::media) fn file(reader: &Reader) -> Self {
        Self { kind: *b"file", at: 0, start: 0, end: reader.length(), missing: 0 }
    }

    pub(in crate::media) fn length(&self) -> u64 {
        self.end - self.start
    }

    /// The same box with its first `bytes` left out.
    pub(in crate::media) fn skip(self, bytes: u64) -> Self {
        Self { start: self.start.saturating_add(bytes).min(self.end), ..self }
    }

    /// The boxes in this one, in order.
    pub(in crate::media) fn children(self) -> Children {
        Children { at: self.start, end: self.end, of_file: self.kind == *b"file", stopped: None }
    }

    /// The first box of this kind.
    pub(in crate::media) fn child(self, reader: &mut Reader, kind: &[u8; 4]) -> Result<Option<Self>> {
        let mut children = self.children();
        while let Some(child) = children.next(reader)? {
            if child.kind == *kind {
                return Ok(Some(child));
            }
        }
        Ok(None)
    }

    /// The first box of this kind, which must be there.
    pub(in crate::media) fn required(self, reader: &mut Reader, kind: &[u8; 4]) -> Result<Self> {
        self.child(reader, kind)?
            .ok_or_else(|| reader.broken(format_args!("`{}` has no `{}`", name(self.kind), name(*kind))))
    }

    /// Where a field of this box stands; a box too short for it is an error.
    pub(in crate::media) fn field(&self, reader: &Reader, offset: u64, length: u64) -> Result<u64> {
        let at = self.start.saturating_add(offset);
        if at.saturating_add(length) > self.end {
            return Err(reader.broken(format_args!("box `{}` is too short", name(self.kind))));
        }
        Ok(at)
    }

    pub(in crate::media) fn u8(&self, reader: &mut Reader, offset: u64) -> Result<u8> {
        let at = self.field(reader, offset, 1)?;
        reader.u8(at)
    }

    pub(in crate::media) fn u16(&self, reader: &mut Reader, offset: u64) -> Result<u16> {
        let at = self.field(reader, offset, 2)?;
        reader.u16(at)
    }

    pub(in crate::media) fn u32(&self, reader: &mut Reader, offset: u64) -> Result<u32> {
        let at = self.field(reader, offset, 4)?;
        reader.u32(at)
    }

    pub(in crate::media) fn u64(&self, reader: &mut Reader, offset: u64) -> Result<u64> {
        let at = self.field(reader, offset, 8)?;
        reader.u64(at)
    }
}

/// Boxes of the file whose cut is a cut of the file. Bytes behind the last box rarely spell one of
/// these.
const OF_FILE: [&[u8; 4]; 4] = [b"moov", b"mdat", b"moof", b"meta"];

/// Walks over the boxes in a box. Every step goes forward, so that no file can hold it up.
///
/// It ends where no further box stands: writers pad, and cameras append data of their own behind
/// the last box. Where the walk ended, and why, is kept for those who miss a box.
pub(in crate::media) struct Children {
    at: u64,
    end: u64,
    of_file: bool,
    pub(in crate::media) stopped: Option<Stop>,
}

/// Where a walk over boxes found something else.
pub(in crate::media) struct Stop {
    pub(in crate::media) at: u64,
    pub(in crate::media) why: String,
}

impl Children {
    /// The next box. One that is longer than the box around it is cut to its size.
    pub(in crate::media) fn next(&mut self, reader: &mut Reader) -> Result<Option<IsoBox>> {
        // QuickTime closes some lists with four zero bytes; fewer than a header's bytes are
        // padding.
        let at = self.at;
        if self.end.saturating_sub(at) < 8 {
            return Ok(self.stop(at, None));
        }
        let kind: [u8; 4] = reader.array(at + 4)?;
        let (header, size) = match reader.u32(at)? {
            0 if kind == [0; 4] => return Ok(self.stop(at, None)),
            0 => (8, self.end - at),
            1 if self.end - at < 16 => return Ok(self.stop(at, None)),
            1 => (16, reader.u64(at + 8)?),
            size => (8, size.into()),
        };
        if size < header {
            let why = format!("box `{}` at byte {at} declares {size} bytes", name(kind));
            return Ok(self.stop(at, Some(why)));
        }
        let end = at.saturating_add(size);
        let missing = end.saturating_sub(self.end);
        if missing > 0 && self.of_file && !OF_FILE.contains(&&kind) {
            let why = format!("box `{}` at byte {at} is longer than the file", name(kind));
            return Ok(self.stop(at, Some(why)));
        }
        self.at = end.min(self.end);
        Ok(Some(IsoBox { kind, at, start: at + header, end: self.at, missing }))
    }

    fn stop(&mut self, at: u64, why: Option<String>) -> Option<IsoBox> {
        if at < self.end && self.stopped.is_none() {
            self.stopped = Some(Stop { at, why: why.unwrap_or_else(|| "it is too short for a box".to_owned()) });
        }
        self.at = self.end;
        None
    }
}

/// A four-character code as text.
pub(in crate::media) fn name(kind: [u8; 4]) -> String {
    kind.iter().map(|&byte| if byte.is_ascii_graphic() { char::from(byte) } else { '_' }).collect()
}
