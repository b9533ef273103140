//! Posts: put together of their parts, made to fit, and checked.

use super::plan::Place;
use super::report::{CampaignPart, Failure};
use super::studio::{Draft, Job, Studio};
use super::writing;
use crate::error::Result;
use crate::publish::{self, Attachment, Finding, Fitted, Post, Rules, Severity, Target};

/// A post that is ready to be approved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PreparedPost {
    /// Where it goes.
    pub target: Target,
    /// What it is called in the report, for instance `instagram-reel`.
    pub label: String,
    /// What that place accepts.
    pub rules: Rules,
    /// The post as it would be sent.
    pub post: Post,
    /// What is not as it was wished, and what was changed so that it fits: a sentence each.
    pub changes: Vec<String>,
    /// What the check found. An error keeps the post from being sent.
    pub findings: Vec<Finding>,
    /// Its text was filled from a template instead of written.
    pub degraded: bool,
    pub(super) draft: Draft,
}

impl PreparedPost {
    /// Whether the check found nothing that the platform refuses.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.errors().next().is_none()
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

impl Studio {
    /// A target's post from what it is made of.
    pub(super) async fn assemble(&self, job: Job<'_>, draft: Draft) -> Result<PreparedPost, Failure> {
        let Job { place: Place { rules, text, label, .. }, target, .. } = job;
        let post = self.compose(rules, &draft);
        let media = |post: &Post| post.attachments.iter().map(|file| file.media.clone()).collect::<Vec<_>>();
        let before = media(&post);
        // What is made is named by all that goes into it, so accounts of one platform may share it.
        let fitting = self.work().child("fit").child(&text.to_string());
        let enhancer = self.enhancer.as_deref();
        let fitted = publish::fit(&fitting, rules, post, enhancer).await;
        let fitted = fitted.map_err(Failure::of(CampaignPart::Fit))?;
        let Fitted { mut post, changes, .. } = fitted;
        let enhanced = media(&post).iter().any(|file| !before.contains(file));
        post.ai_generated |= enhanced && enhancer.is_some_and(|enhancer| enhancer.capabilities().generative);
        let inspection = publish::inspect(&*target.publisher, &post).await;
        let made = draft.files.iter().flat_map(|file| file.changes.clone());
        Ok(PreparedPost {
            target: target.clone(),
            label: label.clone(),
            rules: rules.clone(),
            post,
            changes: made.chain(changes.iter().map(ToString::to_string)).collect(),
            findings: inspection.findings,
            degraded: draft.text.as_ref().map_or(draft.concept.degraded, |text| text.degraded),
            draft,
        })
    }

    fn compose(&self, rules: &Rules, draft: &Draft) -> Post {
        let text = draft.text.as_ref().map(|text| writing::compose(&text.value)).unwrap_or_default();
        let mut post = Post::new(text).with_placement(rules.placement.clone());
        post.languages.extend(self.brief.language.clone());
        let written = draft.text.as_ref().is_some_and(|text| !text.degraded);
        post.ai_generated = written || draft.files.iter().any(|file| file.generated);
        post.attachments.extend(draft.files.iter().map(|file| {
            let attachment = Attachment::new(file.media.clone());
            if rules.alt_text.is_some() { attachment.with_alt_text(&file.alt_text) } else { attachment }
        }));
        let link = self.brief.link.as_ref().filter(|link| rules.link_card && !post.text.contains(link.as_str()));
        if let Some(link) = link.filter(|_| draft.text.is_some()) {
            if post.attachments.is_empty() {
                post.link = Some(link.clone());
            } else {
                post.text = format!("{}\n\n{link}", post.text);
            }
        }
        post
    }
}
