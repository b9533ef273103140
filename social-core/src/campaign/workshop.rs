//! What files are made with, and what comes of it.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Brief;
use super::answers::Concept;
use super::plan::FileKey;
use super::till::Till;
use crate::canonical;
use crate::enhance::Enhancer;
use crate::error::{Error, ErrorKind, ErrorReport, Result};
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
    /// Who cuts photos to another shape.
    pub(super) enhancer: Option<&'a Enhancer>,
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
    /// do it. Another request is made anew.
    ///
    /// The maker itself sees to it that nothing is paid for twice.
    pub(super) async fn make<R: MakeRequest>(
        &self,
        maker: &dyn Maker<R>,
        name: &str,
        request: R,
    ) -> Result<(Made<R::Output>, Vec<String>)> {
        let part = self.run.child(R::NAME).child(&maker.address().to_string());
        let name = &format!("{name}#{}", canonical::digest(&request).await?.short());
        let call = part.child(name);
        let work = || async {
            let fitted = make::fit(&call, request.clone(), &maker.capabilities(), self.host).await?;
            let made = self.till.make(maker, &call, &fitted.request).await?;
            let changes = fitted.adjustments.iter().map(ToString::to_string);
            Ok(Kept { changes: changes.chain(made.warnings.clone()).collect(), made })
        };
        let kept: Kept<R::Output> = part.step(name, work).await?;
        let Kept { made, changes } = match call.kept_files().await? {
            Some(files) => found_at(kept, &files)?,
            None => {
                // The maker knows whether it can have them again without paying.
                part.forget(name, "a file of it is missing or damaged").await?;
                part.step(name, work).await?
            }
        };
        Ok((made, changes))
    }
}

/// What was saved, with its files where they are now, whatever their paths were then.
pub(super) fn found_at<T: Serialize + DeserializeOwned>(saved: T, files: &[Media]) -> Result<T> {
    let paths = files.iter().filter_map(|file| if let Media::File(path) = file { Some(path.as_path()) } else { None });
    let paths: HashMap<_, _> = paths.filter_map(|path| Some((path.file_name()?, path))).collect();
    if paths.is_empty() {
        return Ok(saved);
    }
    let unread = |e| Error::new(ErrorKind::Storage, "what was made cannot be read back").with_source(e);
    let mut json = serde_json::to_value(&saved).map_err(unread)?;
    move_files(&mut json, &paths);
    serde_json::from_value(json).map_err(unread)
}

/// Gives every [`Media::File`] in a JSON the path under which a file of its name is found.
fn move_files(json: &mut Value, found: &HashMap<&OsStr, &Path>) {
    match json {
        Value::Object(fields) => {
            if let (1, Some(Value::String(path))) = (fields.len(), fields.get_mut("file"))
                && let Some(path_now) = Path::new(path.as_str()).file_name().and_then(|name| found.get(name)?.to_str())
            {
                path_now.clone_into(path);
                return;
            }
            fields.values_mut().for_each(|value| move_files(value, found));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| move_files(item, found)),
        _ => {}
    }
}
