//! What becomes one post of Threads, as a container.

use social_core::media::{MediaInfo, MediaKind};
use social_core::publish::{Attachment, MediaRole, Poll, Post, ThreadPart};
use social_core::run::Run;
use social_core::{Error, Result};

use super::Threads;
use super::options::ThreadsOptions;
use crate::graph::{Fields, public_address};

/// The post itself, a further part of its thread, or its first comment.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    files: Vec<File<'a>>,
    /// What its container says besides text and files.
    more: Fields,
}

/// A file that is shown.
struct File<'a> {
    /// Its place among all files of the post.
    index: usize,
    field: String,
    attachment: &'a Attachment,
    is_video: bool,
}

impl<'a> Piece<'a> {
    /// The post itself. `facts` are those of all files.
    pub(super) fn of_post(post: &'a Post, facts: &[MediaInfo]) -> Result<Self> {
        let mut more = post.options.get::<ThreadsOptions>()?.unwrap_or_default().fields();
        more.extend(post.link.as_ref().map(|link| ("link_attachment", link.to_string())));
        more.extend(post.quote.as_ref().map(|quoted| ("quote_post_id", quoted.id.clone())));
        more.extend(post.reply_to.as_ref().map(|answered| ("reply_to_id", answered.id.clone())));
        if let Some(poll) = &post.poll {
            more.push(("poll_attachment", poll_attachment(poll)?));
        }
        Ok(Self { text: &post.text, files: files(&post.attachments, 0, "", facts), more })
    }

    /// A further part of the thread, counted from zero, that answers a post. `first` is the place
    /// of its first file among all files of the post.
    pub(super) fn of_part(
        part: &'a ThreadPart,
        number: usize,
        first: usize,
        facts: &[MediaInfo],
        answered: &str,
    ) -> Self {
        let prefix = format!("thread[{number}].");
        let files = files(&part.attachments, first, &prefix, facts);
        Self { text: &part.text, files, more: vec![("reply_to_id", answered.to_owned())] }
    }

    /// The comment that follows a post.
    pub(super) fn of_comment(text: &'a str, answered: &str) -> Self {
        Self { text, files: Vec::new(), more: vec![("reply_to_id", answered.to_owned())] }
    }
}

fn files<'a>(attachments: &'a [Attachment], first: usize, prefix: &str, facts: &[MediaInfo]) -> Vec<File<'a>> {
    let shown = attachments.iter().enumerate().filter(|(_, attachment)| attachment.role == MediaRole::Content);
    shown
        .map(|(place, attachment)| File {
            index: first + place,
            field: format!("{prefix}attachments[{place}]"),
            attachment,
            is_video: facts.get(first + place).is_some_and(|info| info.media_type.kind() == MediaKind::Video),
        })
        .collect()
}

fn poll_attachment(poll: &Poll) -> Result<String> {
    let names = ["option_a", "option_b", "option_c", "option_d"];
    let choices: serde_json::Map<_, _> =
        names.iter().zip(&poll.choices).map(|(name, choice)| ((*name).to_owned(), choice.as_str().into())).collect();
    serde_json::to_string(&choices).map_err(|e| Error::invalid("poll", e.to_string()).with_source(e))
}

impl Threads {
    /// Makes the containers of a piece, waits until they are ready, and returns the id of the one
    /// to publish.
    pub(super) async fn prepare(&self, attempt: Run, piece: &Piece<'_>) -> Result<String> {
        let (run, containers) = (&attempt, &self.containers);
        let text = (!piece.text.is_empty()).then(|| ("text", piece.text.to_owned()));
        let mut fields: Fields = text.into_iter().chain(piece.more.iter().cloned()).collect();
        match piece.files.as_slice() {
            [] => fields.push(("media_type", "TEXT".to_owned())),
            [file] => fields.extend(self.fields_of(run, file).await?),
            files => {
                let mut children = Vec::new();
                for file in files {
                    let mut child = self.fields_of(run, file).await?;
                    child.push(("is_carousel_item", "true".to_owned()));
                    let made = containers.request(run, &format!("container-{}", file.index), child).await;
                    children.push(made.map_err(|e| e.with_item(file.index))?);
                }
                for (child, file) in children.iter().zip(files) {
                    containers.wait(run, child).await.map_err(|e| e.with_item(file.index))?;
                }
                let ids: Vec<_> = children.iter().map(|child| child.id.as_str()).collect();
                fields.push(("media_type", "CAROUSEL".to_owned()));
                fields.push(("children", ids.join(",")));
            }
        }
        let container = containers.request(run, "container", fields).await?;
        containers.wait(run, &container).await?;
        Ok(container.id)
    }

    async fn fields_of(&self, run: &Run, file: &File<'_>) -> Result<Fields> {
        let address = public_address(run, self.host.as_ref(), &file.field, &file.attachment.media, None);
        let address = address.await.map_err(|e| e.with_item(file.index))?;
        let (kind, name) = if file.is_video { ("VIDEO", "video_url") } else { ("IMAGE", "image_url") };
        let mut fields = vec![("media_type", kind.to_owned()), (name, address)];
        fields.extend(file.attachment.alt_text.clone().map(|text| ("alt_text", text)));
        Ok(fields)
    }
}
