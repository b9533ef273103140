//! What a form says.

use social_core::publish::{Decision, Post};
use social_core::{Error, Result};

/// The fields of a form, by name.
#[derive(Debug)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// What a text field says: browsers send CR LF.
    fn words(&self, name: &str) -> Option<String> {
        self.get(name).map(|words| words.replace("\r\n", "\n"))
    }

    fn place(&self, name: &'static str, files: usize) -> Result<usize> {
        let place = self.get(name).and_then(|place| place.parse().ok()).filter(|place| *place < files);
        place.ok_or_else(|| Error::invalid(name, "it is not the place of a file"))
    }

    /// The decision about a post, and what the page says until something comes of it.
    pub(crate) fn decision(&self, by: &str, post: &Post) -> Result<(Decision, &'static str)> {
        Ok(match self.get("decision") {
            Some("approve") => (Decision::approve(by), "Approved; it is being kept"),
            Some("edit") => (Decision::revise(by, &self.edited(post.clone()))?, "Your change is being checked"),
            Some("move") => {
                let files = post.attachments.len();
                let (from, to) = (self.place("from", files)?, self.place("to", files)?);
                let mut post = post.clone();
                post.attachments.swap(from, to);
                (Decision::revise(by, &post)?, "Your change is being checked")
            }
            Some("regenerate") => match self.get("hint").map(str::trim).filter(|hint| !hint.is_empty()) {
                Some(hint) => (Decision::regenerate(by, hint), "It is being made again"),
                None => return Err(Error::invalid("hint", "say what should be different")),
            },
            Some("reject") => {
                let reason = self.get("reason").map(str::trim).filter(|reason| !reason.is_empty());
                (Decision::reject(by, reason.unwrap_or("no reason given")), "Rejected; it is being kept")
            }
            _ => return Err(Error::invalid("decision", "it is none of approve, edit, move, regenerate, reject")),
        })
    }

    /// The post with what the form says. What the form does not name stays; nothing can be added
    /// but words.
    fn edited(&self, mut post: Post) -> Post {
        if let Some(text) = self.words("text") {
            post.text = text.trim_end().to_owned();
        }
        for (name, field) in [("title", &mut post.title), ("first_comment", &mut post.first_comment)] {
            if let (Some(words), Some(field)) = (self.words(name), field) {
                words.trim().clone_into(field);
            }
        }
        for (index, part) in post.thread.iter_mut().enumerate() {
            if let Some(words) = self.words(&format!("part.{index}")) {
                words.trim_end().clone_into(&mut part.text);
            }
        }
        for (index, file) in post.attachments.iter_mut().enumerate() {
            if let Some(words) = self.words(&format!("alt.{index}")) {
                file.alt_text = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
            }
        }
        post
    }
}
