//! The smallest files of each format, written here after the formats' specifications.

pub(in crate::media) fn cat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// A box of ISO/IEC 14496-12.
pub(in crate::media) fn iso_box(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    cat(&[&(body.len() as u32 + 8).to_be_bytes(), kind, &body])
}

pub(in crate::media) fn jpeg_segment(marker: u8, body: &[u8]) -> Vec<u8> {
    cat(&[&[0xff, marker], &(body.len() as u16 + 2).to_be_bytes(), body])
}

/// A little-endian EXIF block with an orientation and a GPS directory's tag.
pub(in crate::media) fn exif(orientation: u8) -> Vec<u8> {
    cat(&[
        b"II*\0\x08\0\0\0\x02\0",
        &[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0],
        &[0x25, 0x88, 4, 0, 1, 0, 0, 0, 0x26, 0, 0, 0],
        b"\0\0\0\0GPS-POSITION",
    ])
}

/// `frame` is the frame's marker: c0 baseline, c2 progressive.
pub(in crate::media) fn jpeg(frame: u8, width: u16, height: u16, orientation: Option<u8>) -> Vec<u8> {
    let size = cat(&[&[8], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]]);
    // A progressive image begins with its averages.
    let bands: [[u8; 2]; 2] = if frame == 0xc2 { [[0, 0], [1, 63]] } else { [[0, 63], [0, 63]] };
    let scan = |[from, to]: [u8; 2]| jpeg_segment(0xda, &[1, 1, 0, from, to, 0]);
    let notes = orientation.map(|value| jpeg_segment(0xe1, &cat(&[b"Exif\0\0", &exif(value)]))).unwrap_or_default();
    cat(&[
        b"\xff\xd8",
        &jpeg_segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        &notes,
        &jpeg_segment(0xe2, b"ICC_PROFILE\0\x01\x01profile"),
        &jpeg_segment(frame, &size),
        &scan(bands[0]),
        // A stuffed byte and a restart mark, then a second scan with its table.
        b"abc\xff\x00def\xff\xd0ghi",
        &jpeg_segment(0xc4, b"table\xff\xd9"),
        &scan(bands[1]),
        b"jkl\xff\xd9",
    ])
}

pub(in crate::media) fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    cat(&[&(body.len() as u32).to_be_bytes(), kind, body, b"-crc"])
}

pub(in crate::media) fn png(width: u32, height: u32, colour: u8, more: &[&[u8]]) -> Vec<u8> {
    let header = cat(&[&width.to_be_bytes(), &height.to_be_bytes(), &[8, colour, 0, 0, 0]]);
    cat(&[
        b"\x89PNG\r\n\x1a\n",
        &png_chunk(b"IHDR", &header),
        &more.concat(),
        &png_chunk(b"IDAT", b"pixels"),
        &png_chunk(b"IEND", b""),
    ])
}

pub(in crate::media) fn apng() -> Vec<u8> {
    let frame =
        |delay: u16| png_chunk(b"fcTL", &cat(&[&[0; 20], &delay.to_be_bytes(), &1000_u16.to_be_bytes(), &[0, 0]]));
    png(20, 10, 2, &[&png_chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]), &frame(250), &frame(500)])
}

pub(in crate::media) fn gif(frames: usize) -> Vec<u8> {
    // Transparency, half a second, one pixel.
    let frame = b"\x21\xf9\x04\x01\x32\0\0\0\x2c\0\0\0\0\x03\0\x02\0\0\x02\x02\x4c\x01\0";
    cat(&[b"GIF89a\x03\0\x02\0\x80\0\0\0\0\0\xff\xff\xff", &frame.repeat(frames), b"\x3b"])
}

pub(in crate::media) fn webp_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding: &[u8] = if body.len() % 2 == 1 { b"\0" } else { b"" };
    cat(&[kind, &(body.len() as u32).to_le_bytes(), body, padding])
}

pub(in crate::media) fn webp(chunks: &[&[u8]]) -> Vec<u8> {
    let body = chunks.concat();
    cat(&[b"RIFF", &(body.len() as u32 + 4).to_le_bytes(), b"WEBP", &body])
}

pub(in crate::media) fn webp_lossy() -> Vec<u8> {
    webp(&[&webp_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\x80\x02\x68\x41rest")])
}

pub(in crate::media) fn webp_lossless() -> Vec<u8> {
    let bits = 99_u32 | 49 << 14 | 1 << 28;
    webp(&[&webp_chunk(b"VP8L", &cat(&[b"\x2f", &bits.to_le_bytes(), b"rest"]))])
}

pub(in crate::media) fn webp_animation() -> Vec<u8> {
    let canvas = [0x02 | 0x08 | 0x10, 0, 0, 0, 199, 0, 0, 99, 0, 0];
    let frame = webp_chunk(b"ANMF", &cat(&[&[0; 12], &[0x2c, 0x01, 0, 0], b"pixels"]));
    webp(&[&webp_chunk(b"VP8X", &canvas), &frame, &frame, &webp_chunk(b"EXIF", &exif(6))])
}

/// An image in boxes, turned once, with an alpha image beside it.
pub(in crate::media) fn heif(brand: &[u8; 4], compatible: &[u8; 4]) -> Vec<u8> {
    heif_with(brand, compatible, &[iso_box(b"irot", &[&[1]])])
}

/// An image of 400 x 300 pixels in boxes, to which these properties are done in order.
pub(in crate::media) fn heif_with(brand: &[u8; 4], compatible: &[u8; 4], done: &[Vec<u8>]) -> Vec<u8> {
    let meta = |offset: u32| {
        let ispe = |width: u32, height: u32| iso_box(b"ispe", &[&[0; 4], &width.to_be_bytes(), &height.to_be_bytes()]);
        let alpha = iso_box(b"auxC", &[&[0; 4], b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"]);
        let properties = iso_box(b"ipco", &[&ispe(16, 16), &alpha, &ispe(400, 300), &done.concat()]);
        let numbers: Vec<u8> = std::iter::once(3).chain((0..done.len() as u8).map(|n| 0x84 + n)).collect();
        let first = cat(&[&[0, 1, numbers.len() as u8], &numbers]);
        let owners = iso_box(b"ipma", &[&[0; 4], &2_u32.to_be_bytes(), &first, &[0, 2, 2, 1, 2]]);
        let place = [&[0, 1, 0, 0, 0, 1][..], &offset.to_be_bytes(), &8_u32.to_be_bytes()].concat();
        let places = iso_box(b"iloc", &[&[0; 4], &[0x44, 0, 0, 1], &place]);
        iso_box(
            b"meta",
            &[
                &[0; 4],
                &iso_box(b"hdlr", &[&[0; 8], b"pict", &[0; 13]]),
                &iso_box(b"pitm", &[&[0; 4], &[0, 1]]),
                &places,
                &iso_box(b"iprp", &[&properties, &owners]),
            ],
        )
    };
    let head = iso_box(b"ftyp", &[brand, &[0; 4], compatible]);
    let offset = head.len() + meta(0).len() + 8;
    cat(&[&head, &meta(offset as u32), &iso_box(b"mdat", &[b"pixels.."])])
}

/// What a video's test needs to vary.
pub(crate) struct SampleVideo {
    pub(in crate::media) brand: [u8; 4],
    pub(in crate::media) codec: [u8; 4],
    pub(in crate::media) index_first: bool,
    pub(in crate::media) on_its_side: bool,
    pub(in crate::media) images: bool,
    pub(in crate::media) audio: bool,
    /// Overrides where the index says that the media data stand.
    pub(in crate::media) data_at: Option<u32>,
    /// Overrides how many samples have a size.
    pub(in crate::media) sizes: u32,
}

impl Default for SampleVideo {
    fn default() -> Self {
        Self {
            brand: *b"isom",
            codec: *b"avc1",
            index_first: true,
            on_its_side: false,
            images: true,
            audio: true,
            data_at: None,
            sizes: 60,
        }
    }
}

impl SampleVideo {
    /// Two seconds of 1920 x 1080 at 30 frames per second, with stereo AAC.
    pub(crate) fn write(&self) -> Vec<u8> {
        let head = iso_box(b"ftyp", &[&self.brand, &[0; 4], b"isom"]);
        let data = iso_box(b"mdat", &[b"images and audio"]);
        let index_length = self.index(0).len();
        let data_at = head.len() + if self.index_first { index_length } else { 0 } + 8;
        let index = self.index(self.data_at.unwrap_or(data_at as u32));
        if self.index_first { cat(&[&head, &index, &data]) } else { cat(&[&head, &data, &index]) }
    }

    fn index(&self, data_at: u32) -> Vec<u8> {
        let header = iso_box(b"mvhd", &[&[0; 12], &1000_u32.to_be_bytes(), &2000_u32.to_be_bytes(), &[0; 80]]);
        let images = if self.images { self.images(data_at) } else { Vec::new() };
        let audio = if self.audio { audio(data_at) } else { Vec::new() };
        iso_box(b"moov", &[&header, &images, &audio])
    }

    fn images(&self, data_at: u32) -> Vec<u8> {
        let (one, zero) = (0x1_0000_u32.to_be_bytes(), [0; 4]);
        let minus_one = (-0x1_0000_i32).to_be_bytes();
        let matrix = match self.on_its_side {
            true => [zero, one, zero, minus_one, zero].concat(),
            false => [one, zero, zero, zero, one].concat(),
        };
        let header = iso_box(b"tkhd", &[&[0; 40], &matrix, &[0; 24]]);
        let entry = iso_box(&self.codec, &[&[0; 24], &1920_u16.to_be_bytes(), &1080_u16.to_be_bytes(), &[0; 50]]);
        let entry = iso_box(b"stsd", &[&[0; 4], &1_u32.to_be_bytes(), &entry]);
        iso_box(b"trak", &[&header, &media(b"vide", 30, 60, (60, 1), self.sizes, &entry, data_at)])
    }
}

fn audio(data_at: u32) -> Vec<u8> {
    // The descriptor's lengths are written in the long form that ffmpeg uses.
    let stream = b"\0\0\0\0\x03\x80\x80\x80\x22\0\x02\0\x04\x80\x80\x80\x14\x40\x15\0\0\0";
    let entry = cat(&[&[0; 16], &[0, 2, 0, 16, 0, 0, 0, 0], &(48_000_u32 << 16).to_be_bytes()]);
    let entry = iso_box(b"mp4a", &[&entry, &iso_box(b"esds", &[stream])]);
    let entry = iso_box(b"stsd", &[&[0; 4], &1_u32.to_be_bytes(), &entry]);
    iso_box(b"trak", &[&media(b"soun", 48_000, 96_000, (90, 1024), 90, &entry, data_at)])
}

fn media(
    kind: &[u8; 4],
    scale: u32,
    units: u32,
    times: (u32, u32),
    sizes: u32,
    description: &[u8],
    data_at: u32,
) -> Vec<u8> {
    let header = iso_box(b"mdhd", &[&[0; 12], &scale.to_be_bytes(), &units.to_be_bytes(), &[0; 4]]);
    let handler = iso_box(b"hdlr", &[&[0; 8], kind, &[0; 13]]);
    let one = 1_u32.to_be_bytes();
    let times = iso_box(b"stts", &[&[0; 4], &one, &times.0.to_be_bytes(), &times.1.to_be_bytes()]);
    let sizes = iso_box(b"stsz", &[&[0; 4], &100_u32.to_be_bytes(), &sizes.to_be_bytes()]);
    let places = iso_box(b"stco", &[&[0; 4], &one, &data_at.to_be_bytes()]);
    let table = iso_box(b"stbl", &[description, &times, &sizes, &places]);
    iso_box(b"mdia", &[&header, &handler, &iso_box(b"minf", &[&table])])
}

/// An element of RFC 8794 with a length of eight bytes.
pub(in crate::media) fn element(id: u32, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let id: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|&byte| byte == 0).collect();
    cat(&[&id, &(body.len() as u64 | 1 << 56).to_be_bytes(), &body])
}

pub(in crate::media) fn webm(doc_type: &[u8]) -> Vec<u8> {
    let header = element(0x1a45_dfa3, &[&element(0x4282, &[doc_type])]);
    let info = element(
        0x1549_a966,
        &[&element(0x2a_d7b1, &[&1_000_000_u32.to_be_bytes()]), &element(0x4489, &[&2500.0_f64.to_be_bytes()])],
    );
    let size = element(0xe0, &[&element(0xb0, &[&[0x01, 0x40]]), &element(0xba, &[&[0xb4]])]);
    let images = element(
        0xae,
        &[
            &element(0x83, &[&[1]]),
            &element(0x86, &[b"V_VP9"]),
            &element(0x23_e383, &[&40_000_000_u32.to_be_bytes()]),
            &size,
        ],
    );
    let audio = element(0xe1, &[&element(0xb5, &[&48_000.0_f32.to_be_bytes()]), &element(0x9f, &[&[2]])]);
    let audio = element(0xae, &[&element(0x83, &[&[2]]), &element(0x86, &[b"A_OPUS"]), &audio]);
    let tracks = element(0x1654_ae6b, &[&images, &audio]);
    let segment = element(0x1853_8067, &[&info, &tracks, &element(0x1f43_b675, &[b"frames"])]);
    cat(&[&header, &segment])
}

/// Layer III of MPEG 1 at 128 kbit/s and 44.1 kHz: 417 bytes per frame, behind a tag of 20 bytes.
pub(in crate::media) fn mp3(frames: usize, count: Option<u32>) -> Vec<u8> {
    let mut frame = vec![0; 417];
    frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0xc0]);
    let mut first = frame.clone();
    if let Some(count) = count {
        first[21..29].copy_from_slice(b"Xing\0\0\0\x01");
        first[29..33].copy_from_slice(&count.to_be_bytes());
    }
    cat(&[b"ID3\x04\0\0\0\0\0\x0a0123456789", &first, &frame.repeat(frames - 1)])
}

/// One second of 8 kHz mono in 16 bits; `declared` is the length that the file claims.
pub(in crate::media) fn wav(declared: u32) -> Vec<u8> {
    cat(&[
        b"RIFF",
        &(16_000_u32 + 36).to_le_bytes(),
        b"WAVEfmt \x10\0\0\0\x01\0\x01\0",
        &8000_u32.to_le_bytes(),
        &16_000_u32.to_le_bytes(),
        b"\x02\0\x10\0data",
        &declared.to_le_bytes(),
        &[0; 16_000],
    ])
}

pub(in crate::media) fn ogg() -> Vec<u8> {
    let page = |position: u64, body: &[u8]| {
        let begins = if position == 0 { 2 } else { 0 };
        cat(&[b"OggS\0", &[begins], &position.to_le_bytes(), &[0; 12], &[1, body.len() as u8], body])
    };
    let opus = cat(&[b"OpusHead\x01\x02", &312_u16.to_le_bytes(), &48_000_u32.to_le_bytes(), &[0; 3]]);
    cat(&[&page(0, &opus), &page(48_312, b"audio")])
}

pub(in crate::media) fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n".to_vec()
}

pub(in crate::media) fn vtt() -> Vec<u8> {
    b"\xef\xbb\xbfWEBVTT\n\n00:00.000 --> 00:01.000\nHello\n".to_vec()
}

pub(in crate::media) fn srt() -> Vec<u8> {
    b"\xef\xbb\xbf1\r\n00:00:00,000 --> 00:00:01,000\r\nHello\r\n".to_vec()
}
