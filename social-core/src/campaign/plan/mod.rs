//! What a campaign will make, for whom, and what that may cost: plain data, before anything is
//! paid.

mod desk;
mod draw;
mod key;
mod place;
pub(super) mod shape;

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

pub(super) use desk::Desk;
pub(super) use draw::draw;
pub use key::{FileKey, FileKind, FileSource, TextKey};
pub(super) use place::{Goal, Place};

use crate::error::ErrorReport;
use crate::image::AspectRatio;
use crate::money::MicroDollars;
use crate::publish::Placement;
use crate::text::visible;
use crate::{Account, ModelAddress, Platform};

/// Which texts, images and videos will be made for which targets, and what each may cost at most.
///
/// It shows as a table and serialises. [`Campaign::plan`](super::Campaign::plan) makes it; nothing
/// has been made or paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The campaign's name.
    pub name: String,
    /// Where it goes, in the order in which the targets were given.
    pub targets: Vec<PlannedTarget>,
    /// The texts, the idea first.
    pub texts: Vec<PlannedText>,
    /// The files, each once.
    pub files: Vec<PlannedFile>,
}

/// What one target gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedTarget {
    /// What it is called in the report, for instance `instagram-reel`.
    pub label: String,
    /// The platform.
    pub platform: Platform,
    /// The placement.
    pub placement: Placement,
    /// Whose post it is; missing where that could not be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// Why the account could not be found out, or a file that it needs cannot be made. Nothing is
    /// made for this target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<ErrorReport>,
    /// Its text, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextKey>,
    /// Its files, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileKey>,
}

/// A text that will be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedText {
    /// Which one.
    pub key: TextKey,
    /// Who writes it.
    pub writer: ModelAddress,
    /// What it may cost. An answer that is empty, too long or cannot be read is asked for again, at
    /// most twice, each of which costs as much again.
    pub cost: PlannedCost,
}

/// A file that will be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedFile {
    /// Which one.
    pub key: FileKey,
    /// Who makes it; nobody for a photo of the brief.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<ModelAddress>,
    /// The shape that is asked for; missing where something else decides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<AspectRatio>,
    /// How long it plays, in seconds; missing where the maker decides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// What it is made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<FileSource>,
    /// What will not be as it is wished, because the maker does not offer it: a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// Why it will not be made, where its words cannot be drawn. Targets that need it are
    /// [unreachable](PlannedTarget::unreachable), others go without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<ErrorReport>,
    /// What it may cost.
    pub cost: PlannedCost,
}

/// What a piece of work may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PlannedCost {
    /// Nothing.
    Free,
    /// At most this much.
    AtMost(MicroDollars),
    /// It is billed, and no price is known.
    Unknown,
}

impl PlannedCost {
    /// What two pieces of work may cost together.
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Free, cost) | (cost, Self::Free) => cost,
            (Self::AtMost(a), Self::AtMost(b)) => Self::AtMost(a + b),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
        }
    }
}

impl Plan {
    /// What everything may cost at most, as far as prices are known.
    #[must_use]
    pub fn cost_at_most(&self) -> MicroDollars {
        let known = self.costs().filter_map(|cost| match cost {
            PlannedCost::AtMost(cost) => Some(cost),
            PlannedCost::Free | PlannedCost::Unknown => None,
        });
        known.fold(MicroDollars(0), |all, cost| all + cost)
    }

    /// How many paid calls have no known price.
    #[must_use]
    pub fn unpriced_calls(&self) -> usize {
        self.costs().filter(|cost| *cost == PlannedCost::Unknown).count()
    }

    fn costs(&self) -> impl Iterator<Item = PlannedCost> {
        self.texts.iter().map(|text| text.cost).chain(self.files.iter().map(|file| file.cost))
    }

    /// The part of the plan that some of its targets need, with their places.
    pub(super) fn only(&self, places: &[Place], wanted: impl Fn(usize) -> bool) -> (Self, Vec<Place>) {
        let chosen = |index: &usize| wanted(*index);
        let targets: Vec<_> =
            (0..self.targets.len()).filter(chosen).filter_map(|at| self.targets.get(at).cloned()).collect();
        let places = (0..places.len()).filter(chosen).filter_map(|at| places.get(at).cloned()).collect();
        let needed: Vec<_> = targets.iter().filter(|target| target.account.is_some()).collect();
        let files: Vec<_> = needed.iter().flat_map(|target| self.files_of(target)).map(|file| file.key).collect();
        let wants = |key: &TextKey| match key {
            TextKey::Concept => !needed.is_empty(),
            TextKey::Post { .. } => needed.iter().any(|target| target.text.as_ref() == Some(key)),
        };
        let texts = self.texts.iter().filter(|text| wants(&text.key)).cloned().collect();
        let files = self.files.iter().filter(|file| files.contains(&file.key)).cloned().collect();
        (Self { name: self.name.clone(), targets, texts, files }, places)
    }

    /// The file that keeps a target from being made, as its words cannot be drawn.
    pub(super) fn refused_file(&self, target: &PlannedTarget) -> Option<FileKey> {
        let refused = |key: &&FileKey| self.files.iter().any(|file| file.key == **key && file.refused.is_some());
        target.files.iter().find(refused).filter(|_| target.account.is_none()).cloned()
    }

    /// The files that a target is made of, with those that they are made from.
    pub(super) fn files_of(&self, target: &PlannedTarget) -> Vec<PlannedFile> {
        let mut wanted = target.files.clone();
        let mut files = Vec::new();
        while let Some(key) = wanted.pop() {
            let Some(file) = self.files.iter().find(|file| file.key == key && !files.contains(*file)) else { continue };
            wanted.extend(file.sources().cloned());
            files.push(file.clone());
        }
        files
    }
}

impl PlannedFile {
    /// A file that will not be made.
    fn refused(key: FileKey, error: ErrorReport) -> Self {
        Self {
            key,
            maker: None,
            ratio: None,
            seconds: None,
            from: Vec::new(),
            changes: Vec::new(),
            refused: Some(error),
            cost: PlannedCost::Free,
        }
    }

    /// The files of the campaign that have to be there first.
    pub(super) fn sources(&self) -> impl Iterator<Item = &FileKey> {
        self.from.iter().filter_map(|source| match source {
            FileSource::File(key) => Some(key),
            FileSource::Photo(_) => None,
        })
    }

    /// The changes that were planned, and those that came up when it was made.
    pub(super) fn changes_with(&self, adjusted: Vec<String>) -> Vec<String> {
        let planned = self.changes.iter().filter(|change| !adjusted.contains(change)).cloned();
        planned.chain(adjusted.clone()).collect()
    }
}

impl fmt::Display for PlannedCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.write_str("free"),
            Self::AtMost(cost) => write!(f, "at most {cost}"),
            Self::Unknown => f.write_str("price not known"),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = String::new();
        self.write_lines(&mut lines)?;
        f.write_str(&visible(&lines))
    }
}

impl Plan {
    fn write_lines(&self, f: &mut String) -> fmt::Result {
        writeln!(f, "Plan of campaign {}", self.name)?;
        let width = self.targets.iter().map(|target| target.label.len()).max().unwrap_or(0);
        for target in &self.targets {
            write!(f, "  {:width$}  ", target.label)?;
            match &target.unreachable {
                Some(error) => writeln!(f, "left out: {error}")?,
                None => {
                    let text = target.text.iter().map(|_| "text".to_owned());
                    let parts: Vec<_> = text.chain(target.files.iter().map(ToString::to_string)).collect();
                    writeln!(f, "{}", parts.join(", "))?;
                }
            }
        }
        let texts = self.texts.iter().map(|text| (text.key.to_string(), text.writer.to_string(), text.cost, None));
        let files = self.files.iter().map(|file| {
            let no_maker = || if file.refused.is_some() { "not made" } else { "a photo of the brief" }.to_owned();
            let maker = file.maker.as_ref().map_or_else(no_maker, ToString::to_string);
            (file.key.to_string(), maker, file.cost, Some(file))
        });
        let rows: Vec<_> = texts.chain(files).collect();
        let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        let makers = rows.iter().map(|(_, maker, ..)| maker.len()).max().unwrap_or(0);
        for (name, maker, cost, file) in rows {
            write!(f, "  {name:width$}  {maker:makers$}  {cost}")?;
            for source in file.iter().flat_map(|file| &file.from) {
                write!(f, ", from {source}")?;
            }
            writeln!(f)?;
            for change in file.iter().flat_map(|file| &file.changes) {
                writeln!(f, "  {:width$}  {change}", "")?;
            }
            if let Some(error) = file.and_then(|file| file.refused.as_ref()) {
                writeln!(f, "  {:width$}  {error}", "")?;
            }
        }
        write!(f, "  at most {}", self.cost_at_most())?;
        match self.unpriced_calls() {
            0 => Ok(()),
            1 => write!(f, " and 1 call whose price is not known"),
            calls => write!(f, " and {calls} calls whose price is not known"),
        }
    }
}
