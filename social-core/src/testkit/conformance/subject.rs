//! What a suite tries, and the secret that it looks for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::error::Result;
use crate::media::Media;
#[cfg(feature = "publish")]
use crate::publish::PostOptions;
use crate::testkit::{Received, Scene, ScriptedVendor};

/// The key that the implementation under test is given. The suites look for it where it must not
/// be.
pub const SECRET: &str = "sk-conformance-5ecre7-0123456789";

/// An image of one pixel, PNG.
pub(crate) const IMAGE: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\
    \x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDA\
    Tx\x9cc8ad\x04\x00\x02\xf2\x01-\xacj'\xeb\x00\x00\x00\
    \x00IEND\xaeB`\x82";

/// A video at an address that does not exist.
fn video() -> Media {
    match Url::parse("https://media.test/video.mp4") {
        Ok(address) => Media::remote(address),
        Err(_) => Media::bytes(IMAGE),
    }
}

/// A PNG of so many pixels in a row, all black, so that images differ in what they show.
fn row(width: u8) -> Media {
    let pixels = [&[0_u8][..], &vec![0; usize::from(width) * 3]].concat();
    let length = u16::try_from(pixels.len()).unwrap_or(u16::MAX);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &pixels {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    // One block that is stored as it is.
    let mut data = vec![0x78, 0x01, 1];
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(pixels);
    data.extend(((b << 16) | a).to_be_bytes());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [0, 0, 0, width, 0, 0, 0, 1, 8, 2, 0, 0, 0];
    for (kind, body) in [(b"IHDR", &header[..]), (b"IDAT", &data), (b"IEND", &[])] {
        let named = [kind, body].concat();
        png.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
        png.extend(&named);
        png.extend(crc(&named).to_be_bytes());
    }
    Media::bytes(png)
}

/// CRC-32 as PNG has it.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

type Connect<M> = Box<dyn Fn(&Scene) -> Result<Arc<M>> + Send + Sync>;
type Count = Box<dyn Fn(&ScriptedVendor) -> usize + Send + Sync>;
type Read = Box<dyn Fn(&ScriptedVendor) -> Vec<Received> + Send + Sync>;
type Vendor = Box<dyn Fn() -> ScriptedVendor + Send + Sync>;

/// An implementation under test.
pub struct Subject<M: ?Sized> {
    pub(super) vendor: Vendor,
    pub(super) connect: Connect<M>,
    pub(super) count: Option<Count>,
    read: Option<Read>,
    pub(super) failing: Option<Vendor>,
    pub(super) images: Vec<Media>,
    #[cfg(feature = "publish")]
    pub(super) options: Vec<PostOptions>,
    pub(super) video: Media,
    pub(super) exceptions: BTreeMap<&'static str, &'static str>,
}

impl<M: ?Sized> fmt::Debug for Subject<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("exceptions", &self.exceptions).finish_non_exhaustive()
    }
}

impl<M: ?Sized> Subject<M> {
    /// `vendor` makes a fresh vendor that plays along; `connect` makes the implementation, with the
    /// transport, clock and randomness of the attempt and [`SECRET`] as its key.
    pub fn new(
        vendor: impl Fn() -> ScriptedVendor + Send + Sync + 'static,
        connect: impl Fn(&Scene) -> Result<Arc<M>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            vendor: Box::new(vendor),
            connect: Box::new(connect),
            count: None,
            read: None,
            failing: None,
            images: vec![Media::bytes(IMAGE), row(2), row(3)],
            #[cfg(feature = "publish")]
            options: Vec::new(),
            video: video(),
            exceptions: BTreeMap::new(),
        }
    }

    /// Reads on the vendor's side how often the effect happened that may happen once: the posts,
    /// the paid generations.
    #[must_use]
    pub fn counting(mut self, count: impl Fn(&ScriptedVendor) -> usize + Send + Sync + 'static) -> Self {
        self.count = Some(Box::new(count));
        self
    }

    /// Reads what shows the work where no request does: files that a local implementation wrote, as
    /// if they had been sent.
    #[must_use]
    pub fn reading(mut self, read: impl Fn(&ScriptedVendor) -> Vec<Received> + Send + Sync + 'static) -> Self {
        self.read = Some(Box::new(read));
        self
    }

    /// A vendor that takes the job and says in the end that it failed. Required where there are
    /// jobs.
    #[must_use]
    pub fn failing(mut self, vendor: impl Fn() -> ScriptedVendor + Send + Sync + 'static) -> Self {
        self.failing = Some(Box::new(vendor));
        self
    }

    /// The image that is used where an option takes one, for vendors that refuse one of a single
    /// pixel.
    #[must_use]
    pub fn with_image(self, image: Media) -> Self {
        self.with_images([image])
    }

    /// The images that are used where there are several, all different. Three are enough.
    #[must_use]
    pub fn with_images(mut self, images: impl IntoIterator<Item = Media>) -> Self {
        self.images = images.into_iter().collect();
        self
    }

    /// The video that is used where an option takes one, for vendors that refuse one at an address.
    #[must_use]
    pub fn with_video(mut self, video: Media) -> Self {
        self.video = video;
        self
    }

    /// Leaves out an option that cannot be tried alone, and says why. `url` leaves out the search
    /// for the secret in URLs, where the vendor leaves no other way.
    #[must_use]
    pub fn except(mut self, option: &'static str, because: &'static str) -> Self {
        self.exceptions.insert(option, because);
        self
    }
}

impl<M: ?Sized> Subject<M> {
    /// What shows the work: the requests, or what stands for them.
    pub(super) fn requests(&self, vendor: &ScriptedVendor) -> Vec<Received> {
        self.read.as_ref().map_or_else(|| vendor.received(), |read| read(vendor))
    }

    pub(super) fn image(&self) -> Media {
        self.images.first().cloned().unwrap_or_else(|| Media::bytes(IMAGE))
    }
}

/// All that is wrong with an implementation, a line each.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Violations(Vec<String>);

impl Violations {
    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    pub(super) fn add(&mut self, line: impl Into<String>) {
        self.0.push(line.into());
    }

    pub(super) fn check(&mut self, holds: bool, line: impl FnOnce() -> String) {
        if !holds {
            self.0.push(line());
        }
    }

    pub(super) fn verdict(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} violations of the contract:", self.0.len())?;
        self.0.iter().try_for_each(|line| write!(f, "\n- {line}"))
    }
}

impl fmt::Debug for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Violations {}
