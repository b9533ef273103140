//! Briefs in files.

use std::path::Path;

use serde::de::DeserializeOwned;
use social_core::campaign::Brief;
use social_core::{Error, Result};

/// Reads a brief, in TOML or, where the file's name ends in `.json`, in JSON. An error names the
/// field and its line.
pub(crate) fn read(file: &Path) -> Result<Brief> {
    let brief: Brief = parsed("brief", file)?;
    let brief = brief.relative_to(file.parent().unwrap_or(Path::new(".")));
    brief.validate()?;
    Ok(brief)
}

/// What a file says, by its ending. An error has the line and no more of the file: it may be
/// another one than was meant.
pub(crate) fn parsed<T: DeserializeOwned>(field: &'static str, file: &Path) -> Result<T> {
    let wrong = |why: String| Error::invalid(field, format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        return serde_json::from_str(&text).map_err(|e| wrong(e.to_string()));
    }
    toml::from_str(&text).map_err(|e| {
        let before = e.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        wrong(format!("line {line}: {}", e.message()))
    })
}
