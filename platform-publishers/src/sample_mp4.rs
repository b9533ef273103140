//! The smallest video; the test of videos of a gibibyte begins with it as well.

/// So many seconds of H.264 in 1080 x 1920 by the index, without an image in them.
pub(crate) fn of(seconds: u32) -> Vec<u8> {
    fn part(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&(body.len() as u32 + 8).to_be_bytes(), &kind[..], &body].concat()
    }
    let one = 1_u32.to_be_bytes();
    let (duration, images) = ((1000 * seconds).to_be_bytes(), (30 * seconds).to_be_bytes());
    let times = |kind| part(kind, &[&[0; 12], &1000_u32.to_be_bytes(), &duration, &[0; 80]]);
    let upright = [0x1_0000_u32, 0, 0, 0, 0x1_0000].map(u32::to_be_bytes).concat();
    let track = part(b"tkhd", &[&[0; 40], &upright, &[0; 24]]);
    let entry = part(b"avc1", &[&[0; 24], &1080_u16.to_be_bytes(), &1920_u16.to_be_bytes(), &[0; 50]]);
    let entries = part(b"stsd", &[&[0; 4], &one, &entry]);
    let samples = part(b"stts", &[&[0; 4], &one, &images, &33_u32.to_be_bytes()]);
    let table = part(b"minf", &[&part(b"stbl", &[&entries, &samples])]);
    let media = part(b"mdia", &[&times(b"mdhd"), &part(b"hdlr", &[&[0; 8], b"vide", &[0; 13]]), &table]);
    let index = part(b"moov", &[&times(b"mvhd"), &part(b"trak", &[&track, &media])]);
    [part(b"ftyp", &[b"isom\0\0\0\0isom"]), index, part(b"mdat", &[b"an image"])].concat()
}
