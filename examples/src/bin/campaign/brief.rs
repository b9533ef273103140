//! Briefs in files.

use std::path::Path;

use social_core::campaign::Brief;
use social_core::{Error, Result};

/// Reads a brief; an error names the field and its line.
pub(crate) fn read(file: &Path) -> Result<Brief> {
    let wrong = |why: String| Error::invalid("brief", format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    let brief: Brief = toml::from_str(&text).map_err(|e| {
        let before = e.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        wrong(format!("line {line}: {}", e.message()))
    })?;
    let brief = brief.relative_to(file.parent().unwrap_or(Path::new(".")));
    brief.validate()?;
    Ok(brief)
}
