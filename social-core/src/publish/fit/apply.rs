//! Doing what was proposed.

use std::collections::BTreeSet;

use super::{Change, Fitted, Fix, Proposal, images};
use crate::enhance::Enhancer;
use crate::error::Result;
use crate::publish::attachment::Attachment;
use crate::publish::post::Post;
use crate::run::Run;

/// Does what was [proposed](super::propose) for this post: all of it, or what was taken of it.
///
/// New images are made by the enhancer and stay with the run. An image that it cannot read or
/// change is left as it is, and the changes say so.
///
/// # Errors
/// What the enhancer fails with otherwise; [`Storage`](crate::ErrorKind::Storage).
pub async fn apply(run: &Run, post: Post, proposals: &[Proposal], enhancer: Option<&Enhancer>) -> Result<Fitted> {
    let mut fitted = Fitted { post, changes: Vec::new() };
    let mut left_out = BTreeSet::new();
    for proposal in proposals {
        let Fitted { post, changes } = &mut fitted;
        match &proposal.fix {
            Fix::Text { part, to } => {
                if let Some(text) = text_of(post, *part) {
                    text.clone_from(to);
                }
            }
            Fix::Title { to } => post.title = Some(to.clone()),
            Fix::AltText { part, index, to } => {
                if let Some(file) = file_of(post, *part, *index) {
                    file.alt_text = Some(to.clone());
                }
            }
            Fix::Languages { keep } => post.languages.truncate(*keep),
            Fix::Enhance { part, index, operations } => {
                if let (Some(file), Some(enhancer)) = (file_of(post, *part, *index), enhancer) {
                    let done = images::enhance(run, enhancer, operations, file, proposal).await;
                    changes.extend(done.map_err(|e| e.with_item(*index))?);
                }
                continue;
            }
            Fix::StripNotes { part, index } => {
                if let Some(file) = file_of(post, *part, *index) {
                    let done = images::strip(run, file, &proposal.field).await;
                    changes.extend(done.map_err(|e| e.with_item(*index))?);
                }
                continue;
            }
            Fix::LeaveOut { part, index } => {
                left_out.insert((*part, *index));
            }
        }
        changes.extend(proposal.says.iter().map(|says| Change::new(&proposal.field, says)));
    }
    // From the end, so that the places of the others stay what they are.
    for (part, index) in left_out.into_iter().rev() {
        let files = files_of(&mut fitted.post, part);
        if let Some(files) = files.filter(|files| index < files.len()) {
            files.remove(index);
        }
    }
    Ok(fitted)
}

fn text_of(post: &mut Post, part: usize) -> Option<&mut String> {
    match part.checked_sub(1) {
        None => Some(&mut post.text),
        Some(index) => post.thread.get_mut(index).map(|part| &mut part.text),
    }
}

fn files_of(post: &mut Post, part: usize) -> Option<&mut Vec<Attachment>> {
    match part.checked_sub(1) {
        None => Some(&mut post.attachments),
        Some(index) => post.thread.get_mut(index).map(|part| &mut part.attachments),
    }
}

fn file_of(post: &mut Post, part: usize, index: usize) -> Option<&mut Attachment> {
    files_of(post, part)?.get_mut(index)
}
