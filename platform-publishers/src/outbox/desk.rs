//! The forms of a live page. They work without a script.

use std::fmt::{self, Formatter};

use secrecy::ExposeSecret as _;
use social_core::publish::{Post, Severity};

use super::card::Card;
use super::html::{Escaped, language};
use super::live::{LivePage, LiveState};

/// What can be done about a post now.
pub(super) fn desk(f: &mut Formatter<'_>, card: &Card, live: &LivePage) -> fmt::Result {
    match live.state(card) {
        Some(LiveState::Asked { seen }) if live.ended.is_none() => Desk { card, live, seen }.write(f),
        Some(LiveState::Rejected { by, reason }) if card.problem.is_none() => {
            writeln!(f, "<p class=\"said\">Rejected by {}: {}.</p>", Escaped(by), Escaped(reason.trim_end_matches('.')))
        }
        Some(LiveState::Working(words)) => writeln!(f, "<p class=\"said\" role=\"status\">{}.</p>", Escaped(words)),
        _ => Ok(()),
    }
}

struct Desk<'a> {
    card: &'a Card,
    live: &'a LivePage,
    seen: &'a str,
}

impl Desk<'_> {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<section class=\"desk\" aria-label=\"Decide\">\n")?;
        let broken = self.card.findings.iter().any(|finding| finding.severity == Severity::Error);
        self.open(f)?;
        match broken {
            true => {
                f.write_str("<button disabled>Approve</button><p>Change it first: it cannot be sent as it is.</p>")?;
            }
            false => write!(
                f,
                "<button name=\"decision\" value=\"approve\" class=\"yes\">Approve</button><p>As <b>{}</b>. It goes out \
                 when all posts are decided.</p>",
                Escaped(&self.live.person)
            )?,
        }
        f.write_str("</form>\n")?;
        self.edit(f)?;
        self.order(f)?;
        self.sentence(f, "Have it made again", "regenerate", "hint", "What should be different?", " required")?;
        self.sentence(f, "Reject it", "reject", "reason", "Why? You may leave this empty.", "")?;
        f.write_str("</section>\n")
    }

    /// The beginning of a form: which post, in which form of it.
    fn open(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<form method=\"post\" action=\"decide\" autocomplete=\"off\">")?;
        for (name, value) in
            [("seal", self.live.seal.expose_secret()), ("target", &self.card.target), ("seen", self.seen)]
        {
            write!(f, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", Escaped(value))?;
        }
        Ok(())
    }

    fn edit(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let post = &self.card.post;
        f.write_str("<details class=\"act\"><summary>Edit</summary>\n")?;
        self.open(f)?;
        if let Some(title) = &post.title {
            self.field(f, "title", "Title", title, 2)?;
        }
        if has_text(self.card) {
            self.field(f, "text", "Text", &post.text, 9)?;
        }
        for (index, part) in post.thread.iter().enumerate() {
            self.field(f, &format!("part.{index}"), &format!("Part {}", index + 2), &part.text, 5)?;
        }
        if let Some(comment) = &post.first_comment {
            self.field(f, "first_comment", "First comment", comment, 3)?;
        }
        for (number, (index, file)) in post.content().enumerate() {
            if !self.card.undescribed && index < post.attachments.len() {
                let label = format!("What file {} shows, for people who cannot see it", number + 1);
                self.field(f, &format!("alt.{index}"), &label, file.alt_text.as_deref().unwrap_or_default(), 3)?;
            }
        }
        f.write_str("<button name=\"decision\" value=\"edit\">Save and check</button></form></details>\n")
    }

    fn field(&self, f: &mut Formatter<'_>, name: &str, label: &str, value: &str, rows: usize) -> fmt::Result {
        // The first line break behind the tag is dropped.
        writeln!(
            f,
            "<label>{label}<textarea name=\"{name}\" rows=\"{rows}\" dir=\"auto\"{}>\n{}</textarea></label>",
            language(&self.card.post),
            Escaped(value)
        )
    }

    /// The files in their order, each to be moved.
    fn order(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let files = movable(&self.card.post);
        if files.len() < 2 {
            return Ok(());
        }
        f.write_str("<details class=\"act\"><summary>Change the order of the files</summary>\n<ol class=\"order\">\n")?;
        for (number, index) in files.iter().enumerate() {
            let file = self.card.post.attachments.get(*index);
            let shows = file.and_then(|file| file.alt_text.as_deref()).unwrap_or("No description yet");
            write!(f, "<li><span dir=\"auto\">{}</span>", Escaped(shows))?;
            let earlier = number.checked_sub(1).and_then(|earlier| files.get(earlier));
            for (to, sign, words) in [(earlier, "↑", "earlier"), (files.get(number + 1), "↓", "later")] {
                let Some(to) = to else { continue };
                self.open(f)?;
                write!(
                    f,
                    "<input type=\"hidden\" name=\"from\" value=\"{index}\"><input type=\"hidden\" name=\"to\" value=\"{to}\">\
                     <button name=\"decision\" value=\"move\" aria-label=\"Move file {} {words}\">{sign}</button></form>",
                    number + 1
                )?;
            }
            f.write_str("</li>\n")?;
        }
        f.write_str("</ol></details>\n")
    }

    /// A decision with a sentence.
    fn sentence(
        &self,
        f: &mut Formatter<'_>,
        summary: &str,
        decision: &str,
        name: &str,
        label: &str,
        required: &str,
    ) -> fmt::Result {
        writeln!(f, "<details class=\"act\"><summary>{summary}</summary>")?;
        self.open(f)?;
        writeln!(
            f,
            "<label>{label}<input type=\"text\" name=\"{name}\" maxlength=\"1000\" dir=\"auto\"{required}></label>\
             <button name=\"decision\" value=\"{decision}\">{summary}</button></form></details>"
        )
    }
}

/// Whether there is a text to edit, or room for one.
fn has_text(card: &Card) -> bool {
    let room = card.measures.get("text").is_none_or(|all| all.iter().all(|measure| measure.maximum > 0));
    room || !card.post.text.is_empty()
}

/// The places of the files that can change theirs.
fn movable(post: &Post) -> Vec<usize> {
    post.content().map(|(index, _)| index).filter(|index| *index < post.attachments.len()).collect()
}
