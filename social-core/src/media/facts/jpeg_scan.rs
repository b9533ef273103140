//! Whether the scans of a JPEG are whole when its end mark is missing (ITU-T T.81 annexes F, G).
//!
//! Only code words are counted, no pixels are made. It is done for files without an end mark alone.

use super::Reader;
use super::jpeg_segment::{self, Segment};
use crate::error::Result;

/// Tables of code words: two classes, four of each.
const TABLES: usize = 8;

/// How much of a scan is read in one go.
const STEP: u64 = 64 << 10;

/// A component of the frame.
#[derive(Clone, Copy, Default)]
struct Component {
    id: u8,
    across: u32,
    down: u32,
    /// Which of its coefficients have been refined to their last bit.
    done: u64,
    /// Which have been begun.
    begun: u64,
}

/// A table of Huffman codes (annex C): how many there are of each length, and their values.
#[derive(Clone, Default)]
struct Codes {
    counts: [u8; 16],
    values: Vec<u8>,
}

/// A scan of a sequential image.
#[derive(Clone, Default)]
struct Scan {
    start: u64,
    end: u64,
    restart: u32,
    /// Blocks of a unit, with the numbers of their tables.
    unit: Vec<(usize, usize)>,
    units: u64,
}

/// What is known about the coding so far.
#[derive(Default)]
pub(super) struct Coding {
    sequential: bool,
    huffman: bool,
    width: u32,
    height: u32,
    components: Vec<Component>,
    tables: [Codes; TABLES],
    restart: u32,
    seen: bool,
    last: Option<(Scan, [Codes; TABLES])>,
}

impl Coding {
    pub(super) fn has_frame(&self) -> bool {
        !self.components.is_empty()
    }

    pub(super) fn has_scan(&self) -> bool {
        self.seen
    }

    /// Whether this segment, behind a scan, belongs to the image: its end mark, a table, a note, or
    /// another scan of its components.
    pub(super) fn goes_on(&self, reader: &mut Reader, segment: &Segment) -> Result<bool> {
        Ok(match segment.marker {
            jpeg_segment::EOI | 0xc4 | 0xcc | 0xdb..=0xdf | 0xe0..=0xef | 0xfe => true,
            jpeg_segment::SOS => {
                let content = segment.content(reader)?;
                let count = usize::from(content.first().copied().unwrap_or(0));
                let chosen = content.get(1..1 + 2 * count).unwrap_or_default().as_chunks::<2>().0;
                let is_known = |[id, _]: &[u8; 2]| self.components.iter().any(|part| part.id == *id);
                content.len() == 4 + 2 * count && (1..=4).contains(&count) && chosen.iter().all(is_known)
            }
            _ => false,
        })
    }

    /// Takes up a segment that stands before a scan.
    pub(super) fn segment(&mut self, reader: &mut Reader, segment: Segment) -> Result<()> {
        match segment.marker {
            0xc4 => {
                let content = segment.content(reader)?.to_vec();
                self.huffman_tables(&content);
            }
            0xdd => self.restart = reader.u16(segment.body)?.into(),
            _ if segment.is_frame() && !self.has_frame() => {
                self.sequential = matches!(segment.marker, 0xc0 | 0xc1);
                self.huffman = matches!(segment.marker, 0xc0..=0xc2);
                self.height = reader.u16(segment.body + 1)?.into();
                self.width = reader.u16(segment.body + 3)?.into();
                let content = segment.content(reader)?;
                let components = content.get(6..).unwrap_or_default().as_chunks::<3>().0;
                self.components = components
                    .iter()
                    .take(4)
                    .map(|[id, sampling, _]| Component {
                        id: *id,
                        across: u32::from(sampling >> 4).clamp(1, 4),
                        down: u32::from(sampling & 15).clamp(1, 4),
                        ..Component::default()
                    })
                    .collect();
                if self.components.is_empty() {
                    return Err(reader.broken("its frame has no components"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn huffman_tables(&mut self, mut content: &[u8]) {
        while let Some((head, rest)) = content.split_at_checked(17) {
            let Some((&number, counts)) = head.split_first() else { return };
            let length: usize = counts.iter().map(|&count| usize::from(count)).sum();
            let Some((values, rest)) = rest.split_at_checked(length) else { return };
            let table = table_number(number >> 4, number & 15);
            if let (Some(slot), Ok(counts)) = (self.tables.get_mut(table), counts.try_into()) {
                *slot = Codes { counts, values: values.to_vec() };
            }
            content = rest;
        }
    }

    /// Takes up a scan whose data end at `end`.
    pub(super) fn scan(&mut self, reader: &mut Reader, header: Segment, end: u64) -> Result<()> {
        self.seen = true;
        let content = header.content(reader)?.to_vec();
        let count = usize::from(content.first().copied().unwrap_or(0)).min(4);
        let chosen = content.get(1..1 + 2 * count).unwrap_or_default().as_chunks::<2>().0;
        let [from, to, precision] =
            content.get(1 + 2 * count..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0, 63, 0]);
        // The coefficients of this scan, zigzag, as bits.
        let band = (u64::MAX >> (63 - u32::from(to.min(63)))) & (u64::MAX << u32::from(from.min(63)));
        let mut scan = Scan { start: header.end, end, restart: self.restart, ..Scan::default() };
        let (most_across, most_down) =
            self.components.iter().fold((1, 1), |(a, d), part| (part.across.max(a), part.down.max(d)));
        for [id, tables] in chosen {
            let Some(part) = self.components.iter_mut().find(|part| part.id == *id) else { continue };
            part.begun |= band;
            if precision & 15 == 0 {
                part.done |= band;
            }
            // A scan of one component has its blocks one by one, without those that pad a unit.
            let blocks = if count == 1 { 1 } else { part.across * part.down };
            let tables = (table_number(0, tables >> 4), table_number(1, tables & 15));
            scan.unit.extend((0..blocks).map(|_| tables));
            let (w, h) = match count {
                1 => (
                    (self.width * part.across).div_ceil(most_across).div_ceil(8),
                    (self.height * part.down).div_ceil(most_down).div_ceil(8),
                ),
                _ => (self.width.div_ceil(8 * most_across), self.height.div_ceil(8 * most_down)),
            };
            scan.units = u64::from(w) * u64::from(h);
        }
        self.last = (self.sequential).then(|| (scan, self.tables.clone()));
        Ok(())
    }

    /// Whether the image is whole though its end mark is missing: `None` when it is cut off,
    /// otherwise where its last scan ends, if that can be said.
    #[expect(clippy::option_option, reason = "an unknown end is not a cut")]
    pub(super) fn end(&self, reader: &mut Reader) -> Result<Option<Option<u64>>> {
        let all = if self.sequential { self.components.iter().all(|part| part.begun != 0) } else { self.refined() };
        if !all {
            return Ok(None);
        }
        match &self.last {
            Some((scan, tables)) if self.huffman => Ok(scan.end(reader, tables)?.map(Some)),
            _ => Ok(Some(None)),
        }
    }

    /// Whether every coefficient of every component has come to its last bit.
    fn refined(&self) -> bool {
        self.components.iter().all(|part| part.done == u64::MAX || (!self.huffman && part.begun != 0))
    }
}

fn table_number(class: u8, number: u8) -> usize {
    usize::from(class.min(1)) * 4 + usize::from(number & 3)
}

impl Scan {
    /// Where the code words of all units end; `None` when the data end before.
    fn end(&self, reader: &mut Reader, tables: &[Codes; TABLES]) -> Result<Option<u64>> {
        let mut bits = Bits { at: self.start, end: self.end, piece: Vec::new(), next: 0, bits: 0, count: 0 };
        for unit in 0..self.units {
            if self.restart > 0 && unit > 0 && unit % u64::from(self.restart) == 0 && !bits.restart(reader)? {
                return Ok(None);
            }
            for (direct, alternating) in &self.unit {
                let (Some(direct), Some(alternating)) = (tables.get(*direct), tables.get(*alternating)) else {
                    return Ok(None);
                };
                if !bits.block(reader, direct, alternating)? {
                    return Ok(None);
                }
            }
        }
        Ok(Some(bits.place()))
    }
}

/// Reads bits of compressed data, without the bytes that are stuffed.
struct Bits {
    /// Where the piece that was read begins.
    at: u64,
    end: u64,
    piece: Vec<u8>,
    next: usize,
    bits: u8,
    count: u8,
}

impl Bits {
    fn byte(&mut self, reader: &mut Reader) -> Result<Option<u8>> {
        if self.next >= self.piece.len() {
            self.at += self.piece.len() as u64;
            let length = self.end.saturating_sub(self.at).min(STEP);
            self.piece = reader.get(self.at, length as usize)?.to_vec();
            self.next = 0;
        }
        let byte = self.piece.get(self.next).copied();
        self.next += usize::from(byte.is_some());
        Ok(byte)
    }

    fn place(&self) -> u64 {
        self.at + self.next as u64
    }

    fn bit(&mut self, reader: &mut Reader) -> Result<Option<u8>> {
        if self.count == 0 {
            let Some(byte) = self.byte(reader)? else { return Ok(None) };
            // A byte ff is stuffed with a zero; a marker is passed by `restart` alone.
            if byte == 0xff && self.byte(reader)? != Some(0) {
                return Ok(None);
            }
            (self.bits, self.count) = (byte, 8);
        }
        self.count -= 1;
        Ok(Some(self.bits >> self.count & 1))
    }

    /// Passes a restart mark.
    fn restart(&mut self, reader: &mut Reader) -> Result<bool> {
        self.count = 0;
        let mut before = 0;
        while let Some(byte) = self.byte(reader)? {
            match (before, byte) {
                (0xff, 0xd0..=0xd7) => return Ok(true),
                (_, 0xff) => before = byte,
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    fn skip(&mut self, reader: &mut Reader, count: u8) -> Result<bool> {
        for _ in 0..count {
            if self.bit(reader)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The value of the next code word (figure F.16).
    fn code(&mut self, reader: &mut Reader, codes: &Codes) -> Result<Option<u8>> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for count in codes.counts.map(u32::from) {
            let Some(bit) = self.bit(reader)? else { return Ok(None) };
            code = code << 1 | u32::from(bit);
            if code.wrapping_sub(first) < count {
                return Ok(codes.values.get((index + code - first) as usize).copied());
            }
            index += count;
            first = (first + count) << 1;
        }
        Ok(None)
    }

    /// Passes a block of 64 coefficients.
    fn block(&mut self, reader: &mut Reader, direct: &Codes, alternating: &Codes) -> Result<bool> {
        let Some(size) = self.code(reader, direct)? else { return Ok(false) };
        if !self.skip(reader, size.min(16))? {
            return Ok(false);
        }
        let mut at = 1;
        while at < 64 {
            let Some(code) = self.code(reader, alternating)? else { return Ok(false) };
            match (code >> 4, code & 15) {
                (15, 0) => at += 16,
                (_, 0) => return Ok(true),
                (run, size) => {
                    at += run + 1;
                    if !self.skip(reader, size)? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}
