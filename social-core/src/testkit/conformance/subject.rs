//! What a suite tries, and the secret that it looks for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::error::Result;
use crate::media::Media;
use crate::testkit::{Scene, ScriptedVendor};

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

type Connect<M> = Box<dyn Fn(&Scene) -> Result<Arc<M>> + Send + Sync>;
type Count = Box<dyn Fn(&ScriptedVendor) -> usize + Send + Sync>;

/// An implementation under test.
pub struct Subject<M: ?Sized> {
    pub(super) vendor: Box<dyn Fn() -> ScriptedVendor + Send + Sync>,
    pub(super) connect: Connect<M>,
    pub(super) count: Option<Count>,
    pub(super) image: Media,
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
            image: Media::bytes(IMAGE),
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

    /// The image that is used where an option takes one, for vendors that refuse one of a single
    /// pixel.
    #[must_use]
    pub fn with_image(mut self, image: Media) -> Self {
        self.image = image;
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
