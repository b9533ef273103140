//! The person's own editor.

use std::io::{Read as _, Write as _};
use std::process::Command;

use social_core::{Error, Result};

/// Lets a text be edited with `$VISUAL`, else `$EDITOR`, and returns what it then is, without line
/// breaks at its end.
pub(crate) fn edit(text: &str) -> Result<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).ok_or_else(|| {
        Error::config(
            "no editor is set: set VISUAL or EDITOR, for instance to `nano`, or decide in the browser with --serve",
        )
    })?;
    let failed = |what: &str, why: String| Error::config(format!("the editor `{editor}` {what}: {why}"));
    let file = tempfile::Builder::new().prefix("post-").suffix(".txt").tempfile();
    let mut file = file.map_err(|e| failed("gets no file", e.to_string()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(|e| failed("gets no file", e.to_string()))?;
    let status = command(&editor).arg(file.path()).status().map_err(|e| failed("does not start", e.to_string()))?;
    if !status.success() {
        return Err(failed("failed, so nothing was changed", status.to_string()));
    }
    // Some editors write another file and give it the name, so it is opened once more.
    let mut edited = String::new();
    let read = std::fs::File::open(file.path()).and_then(|mut named| named.read_to_string(&mut edited));
    read.map_err(|e| failed("left no text", e.to_string()))?;
    Ok(edited.trim_end().replace("\r\n", "\n"))
}

/// As git does: the value is a command with its arguments.
#[cfg(unix)]
fn command(editor: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{editor} \"$@\""), "editor"]);
    command
}

#[cfg(not(unix))]
fn command(editor: &str) -> Command {
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(editor));
    command.args(words);
    command
}
