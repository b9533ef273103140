//! Posts: put together of their parts, made to fit, and checked.

use url::Url;

use super::plan::Place;
use super::report::{CampaignPart, Failure};
use super::studio::{Draft, Edited, Job, Studio};
use super::wording::{self, OwnWords};
use super::workshop::found_at;
use crate::canonical::{self, Digest};
use crate::error::{Error, ErrorKind, Result};
use crate::publish::{self, Attachment, Finding, FindingCode, Fitted, Post, Rules, Severity, Target};

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
    /// Of the post and the bytes of its files.
    digest: Digest,
}

impl PreparedPost {
    /// Whether the check found nothing that the platform refuses.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.errors().next().is_none()
    }

    /// Refuses a post whose files are no more what they were when it was prepared, and shown.
    pub(super) async fn verify(&self) -> Result<()> {
        if canonical::digest(&self.post).await? == self.digest {
            return Ok(());
        }
        let message = "a file of the post has changed since it was prepared; run the campaign again";
        Err(Error::new(ErrorKind::MediaInvalid, message).with_field("attachments"))
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

impl Studio {
    /// A target's post from what it is made of.
    pub(super) async fn assemble(&self, job: Job<'_>, draft: Draft) -> Result<PreparedPost, Failure> {
        let Job { place: Place { rules, text, label, .. }, target, .. } = job;
        let (post, worded, mut findings) = self.compose(rules, &draft);
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
        let mut changes: Vec<_> = worded
            .into_iter()
            .map(|says| format!("text: {says}"))
            .chain(changes.iter().map(ToString::to_string))
            .collect();
        if let Some(Edited { by, content }) = &draft.edited {
            // What was said about the writer's text is not about this one.
            findings.retain(|finding| finding.field != "text");
            let files = media(&post);
            post = found_at(content.clone(), &files).map_err(Failure::of(CampaignPart::Fit))?;
            changes = vec![format!("changed by {by}")];
        }
        let digest = canonical::digest(&post).await.map_err(Failure::of(CampaignPart::Fit))?;
        let inspection = publish::inspect(&*target.publisher, &post).await;
        let made = draft.files.iter().flat_map(|file| file.changes.clone());
        if draft.text.is_some() {
            let lost = wording::lost(&post.text, OwnWords::of(&self.brief, rules, post.link.is_some())).into_iter();
            findings.extend(lost.map(|lost| if draft.edited.is_some() { by_choice(lost) } else { lost }));
        }
        let known: Vec<_> = findings.iter().map(|finding| (finding.code.clone(), finding.field.clone())).collect();
        let checked = inspection.findings.into_iter();
        findings.extend(checked.filter(|finding| !known.contains(&(finding.code.clone(), finding.field.clone()))));
        Ok(PreparedPost {
            target: target.clone(),
            label: label.clone(),
            rules: rules.clone(),
            post,
            changes: made.chain(changes).collect(),
            findings,
            degraded: draft.text.as_ref().map_or(draft.concept.degraded, |text| text.degraded),
            draft,
            digest,
        })
    }

    /// The post, what was done to its text, and what is to be said about it.
    fn compose(&self, rules: &Rules, draft: &Draft) -> (Post, Vec<String>, Vec<Finding>) {
        let mut post = Post::new("").with_placement(rules.placement.clone());
        post.languages.extend(self.brief.language.clone());
        let written = draft.text.as_ref().is_some_and(|text| !text.degraded) && self.writer.capabilities().generative;
        post.ai_generated = written || draft.files.iter().any(|file| file.generated);
        post.attachments.extend(draft.files.iter().map(|file| {
            let attachment = Attachment::new(file.media.clone());
            if rules.alt_text.is_some() { attachment.with_alt_text(&file.alt_text) } else { attachment }
        }));
        let mut findings: Vec<_> = draft
            .left_out
            .iter()
            .map(|(key, why)| {
                let message = format!("`{key}` could not be made, and the post goes out without it: {why}");
                Finding::warning(FindingCode::LEFT_OUT, "attachments", message)
            })
            .collect();
        let Some(text) = &draft.text else { return (post, Vec::new(), findings) };
        if rules.link_card && post.attachments.is_empty() {
            let written = |link: &Url| wording::leads_to(&text.value.text, link);
            post.link = self.brief.link.clone().filter(|link| !written(link));
        }
        let own = OwnWords::of(&self.brief, rules, post.link.is_some());
        let wording = wording::compose(&text.value, own, &rules.text.limits(!post.attachments.is_empty()));
        findings.extend(wording.findings);
        if let Some(fault) = text.fault.as_ref().filter(|_| !wording.removed.is_empty()) {
            let message = "the writer's text was too long each time that it was asked for, and was shortened";
            findings.push(Finding::warning(FindingCode::TOO_LONG, "text", message).with_value(fault));
        }
        post.text = wording.text;
        (post, publish::in_words(wording.removed), findings)
    }
}

/// A person who edits a post may leave out what the writer may not.
fn by_choice(lost: Finding) -> Finding {
    let message = "what the brief wants in every post is not in this one";
    let finding = Finding::warning(lost.code, lost.field, message);
    match lost.value {
        Some(value) => finding.with_value(value),
        None => finding,
    }
}
