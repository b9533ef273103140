//! The images of one answer, wherever they are, as the journal keeps them.

use serde::{Deserialize, Serialize};
use social_core::http::Endpoint;
use social_core::image::ImageBatch;
use social_core::make::Made;
use social_core::media::RemoteMedia;
use social_core::money::Usage;
use social_core::run::Run;
use social_core::{ModelAddress, Result};

use crate::fetched;
use crate::inline_base64::Pieces;
use crate::kept::{self, Kept};

/// What came of a call that makes images.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Drawn {
    /// Images at addresses, which are fetched when the journal has them.
    pub(crate) files: Vec<RemoteMedia>,
    /// Images that were in the answer; files of the run.
    pub(crate) kept: Vec<Kept>,
    /// Images that were asked for and refused.
    pub(crate) refused: u32,
    pub(crate) usage: Usage,
}

impl Drawn {
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.kept.is_empty()
    }

    /// Keeps an image that was taken out of the answer under this number.
    pub(crate) async fn keep(&mut self, run: &Run, data: &mut [Pieces], number: &str) -> Result<()> {
        let pieces = number.parse().ok().and_then(|number: usize| data.get_mut(number)).map(std::mem::take);
        let kept = kept::keep_image(run, self.kept.len() + 1, pieces.unwrap_or_default()).await?;
        self.kept.push(kept);
        Ok(())
    }

    /// The images as files of the run. Fewer than were asked for are said.
    pub(crate) async fn open(
        self,
        run: &Run,
        endpoint: &Endpoint,
        address: &ModelAddress,
        count: u32,
    ) -> Result<Made<ImageBatch>> {
        let mut images = kept::reopen(run, self.kept).await?;
        let fetched = fetched::keep_listed(run, endpoint, &self.files).await;
        images.extend(fetched.map_err(|e| e.with_vendor(endpoint.vendor()))?);
        let (wanted, came) = (count.max(1) as usize, images.len() + self.refused as usize);
        images.truncate(wanted);
        let mut batch = ImageBatch::new(images);
        batch.refused = self.refused;
        let made = Made::new(address.clone(), batch).with_usage(self.usage);
        Ok(match came < wanted {
            true => made.with_warning(format!("{came} images came of the {wanted} that were asked for")),
            false => made,
        })
    }
}
