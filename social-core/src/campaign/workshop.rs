//! What files are made with, and what comes of it.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Brief;
use super::answers::Concept;
use super::plan::FileKey;
use super::till::Till;
use crate::error::{ErrorReport, Result};
use crate::host::MediaHost;
use crate::make::{self, Made, MakeRequest, Maker};
use crate::media::Media;
use crate::run::Run;

/// What a maker of files works with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Workshop<'a> {
    pub(super) brief: &'a Brief,
    /// Where everything that is paid for stands in the run.
    pub(super) run: &'a Run,
    pub(super) host: Option<&'a MediaHost>,
    pub(super) till: &'a Till,
}

/// What a writer wrote, and whether it was one.
#[derive(Clone, Debug)]
pub(super) struct Written<T> {
    pub(super) value: T,
    /// Filled from a template instead of written by a model.
    pub(super) degraded: bool,
    /// Why it is not as it was asked for, where it was asked for often enough.
    pub(super) fault: Option<String>,
}

/// What is there when a file is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) concept: &'a Written<Concept>,
    /// The files that are there already.
    pub(super) made: &'a MadeFiles,
    /// Tells apart what is made another time.
    pub(super) take: Option<&'a str>,
}

impl Scene<'_> {
    /// What the file is called in the run.
    pub(super) fn name(&self, key: &FileKey) -> String {
        match self.take {
            Some(take) => format!("{key} {take}"),
            None => key.to_string(),
        }
    }
}

/// A file of a campaign.
#[derive(Clone, Debug)]
pub(super) struct MadeFile {
    pub(super) media: Media,
    /// What it shows.
    pub(super) alt_text: String,
    /// A generative model made it, or the words on it.
    pub(super) generated: bool,
    /// What is not as it was wished, a sentence each.
    pub(super) changes: Vec<String>,
}

pub(super) type MadeFiles = HashMap<FileKey, Result<MadeFile, Box<ErrorReport>>>;

/// A file as it is kept with the run.
#[derive(Serialize, Deserialize)]
#[serde(bound = "T: Serialize + DeserializeOwned")]
struct Kept<T> {
    made: Made<T>,
    changes: Vec<String>,
}

impl Workshop<'_> {
    /// Makes something and remembers it, with what was changed in the request so that the maker can
    /// do it.
    ///
    /// The maker itself sees to it that nothing is paid for twice.
    pub(super) async fn make<R: MakeRequest>(
        &self,
        maker: &dyn Maker<R>,
        name: &str,
        request: R,
    ) -> Result<(Made<R::Output>, Vec<String>)> {
        let part = self.run.child(R::NAME).child(&maker.address().to_string());
        let call = part.child(name);
        let work = || async {
            let fitted = make::fit(&call, request, &maker.capabilities(), self.host).await?;
            let made = self.till.make(maker, &call, &fitted.request).await?;
            let changes = fitted.adjustments.iter().map(ToString::to_string);
            Ok(Kept { changes: changes.chain(made.warnings.clone()).collect(), made })
        };
        let Kept { made, changes } = part.step(name, work).await?;
        Ok((made, changes))
    }
}
