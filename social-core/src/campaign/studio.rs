//! The studio: makes texts and files on a run, each part a durable step that is paid once.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::{join, join_all};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Brief;
use super::answers::{Concept, TargetText};
use super::makers::FileMaker;
use super::plan::{FileKey, FileKind, Place, Plan, PlannedFile, PlannedTarget, TextKey, shape};
use super::report::{CampaignPart, Failure, reported};
use super::till::Till;
use super::wording::{self, OwnWords};
use super::workshop::{MadeFile, MadeFiles, Scene, Workshop, Written};
use super::writing;
use crate::canonical::{self, Digest};
use crate::chat::{ChatModel, ChatReply, ChatRequest, FinishReason, MoreRoom};
use crate::enhance::Enhancer;
use crate::error::{Error, ErrorKind, ErrorReport, Result};
use crate::host::MediaHost;
use crate::publish::{Post, Rules, Target};
use crate::run::{Found, Run};
use crate::text::is_blank;

/// Makes the parts of a campaign. What one model made is not taken for another's work.
#[derive(Debug)]
pub(super) struct Studio {
    pub(super) brief: Brief,
    /// What the post of each target is made of, by the target's key.
    pub(super) bases: BTreeMap<String, Digest>,
    /// The campaign's run.
    pub(super) run: Run,
    pub(super) writer: Arc<dyn ChatModel>,
    pub(super) more_room: MoreRoom,
    pub(super) makers: Vec<Arc<dyn FileMaker>>,
    pub(super) host: Option<Arc<MediaHost>>,
    pub(super) enhancer: Option<Arc<Enhancer>>,
    pub(super) till: Arc<Till>,
    /// The campaign has further targets, which are left for later.
    pub(super) partial: bool,
    /// A lost paid call whose outcome cannot be found out is made, and paid for, again.
    pub(super) repeat_lost: bool,
}

/// What the posts of a campaign are made of. A part that could not be made fails the posts that
/// need it.
#[derive(Debug)]
pub(super) struct Material {
    pub(super) concept: Written<Concept>,
    pub(super) texts: BTreeMap<TextKey, Result<Written<TargetText>, Box<ErrorReport>>>,
    pub(super) files: MadeFiles,
}

/// What one post is made of.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// `None` where the post has no text.
    pub(super) text: Option<Written<TargetText>>,
    pub(super) concept: Written<Concept>,
    pub(super) files: Vec<MadeFile>,
    /// The images that could not be made, and why, where the post can do without.
    pub(super) left_out: Vec<(FileKey, String)>,
    /// In the form that a person gave it since it was last made.
    pub(super) edited: Option<Edited>,
    /// How often it was made again or edited.
    pub(super) round: usize,
}

/// A post as a person wants it.
#[derive(Clone, Debug)]
pub(super) struct Edited {
    pub(super) by: String,
    pub(super) content: Post,
}

/// What shall be different about a post: it is made again by a hint, or gets this content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Revision {
    pub(super) by: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) hint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Box<Post>>,
    /// The content is that of before: what the hint of the last round asked for could not be made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) unmade: bool,
}

/// One target's post, and the plan that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'a> {
    pub(super) plan: &'a Plan,
    pub(super) planned: &'a PlannedTarget,
    pub(super) place: &'a Place,
    pub(super) target: &'a Target,
}

/// Where everything that is paid for stands in the run. Posts are elsewhere and never repeated by
/// decree.
const WORK: &str = "studio";

/// Where it stands which images a post was approved without: it goes out so, whatever can be made
/// later.
const WITHOUT: &str = "without";

/// So often the writer is asked for one text.
const TRIES: usize = 3;

impl Studio {
    pub(super) fn work(&self) -> Run {
        let work = self.run.child(WORK);
        match self.repeat_lost {
            true => work.repeating_lost("the application", Some("it repeats lost generations".to_owned())),
            false => work,
        }
    }

    /// What a target's post is made of.
    pub(super) fn basis(&self, target: &Target) -> Option<&Digest> {
        self.bases.get(&target.key())
    }

    /// A target in steps that hold as long as its post is made of the same.
    fn bound(&self, target: &Target) -> String {
        format!("{}#{}", target.key(), self.basis(target).map_or("", Digest::short))
    }

    /// Makes everything that is planned.
    ///
    /// # Errors
    /// What the idea of the campaign fails with. Other parts fail their targets.
    pub(super) async fn make_all(&self, plan: &Plan, places: &[Place]) -> Result<Material> {
        let request = writing::concept_request(&self.brief, &self.writer.capabilities());
        let concept = self.idea(&TextKey::Concept.to_string(), &request).await?;
        let texts = plan.texts.iter().filter(|text| text.key != TextKey::Concept).map(async |text| {
            let rules = places.iter().find(|place| place.text == text.key).map(|place| &place.rules);
            let written = match rules {
                Some(rules) => {
                    let request =
                        writing::text_request(&self.brief, &concept.value, rules, &self.writer.capabilities());
                    self.text(&text.key.to_string(), &request, rules).await
                }
                None => Err(Error::invalid("plan", format!("`{}` has no place", text.key))),
            };
            (text.key.clone(), written.map_err(reported))
        });
        let wanted = self.wanted(plan, places).await?;
        let (texts, files) = join(join_all(texts), self.make_files(&wanted, &concept, None)).await;
        Ok(Material { texts: texts.into_iter().collect(), files, concept })
    }

    /// The planned files without those that every post was approved without.
    async fn wanted(&self, plan: &Plan, places: &[Place]) -> Result<Vec<PlannedFile>> {
        let mut wanted = Vec::new();
        for (planned, place) in plan.targets.iter().zip(places) {
            let without = match &place.target {
                Ok(target) => self.approved_without(target).await?,
                Err(_) => continue,
            };
            let files = planned.files.iter().filter(|key| !without.contains(key)).cloned().collect();
            wanted.extend(plan.files_of(&PlannedTarget { files, ..planned.clone() }).into_iter().map(|file| file.key));
        }
        Ok(plan.files.iter().filter(|file| wanted.contains(&file.key)).cloned().collect())
    }

    async fn approved_without(&self, target: &Target) -> Result<Vec<FileKey>> {
        Ok(self.run.child(WITHOUT).result(&self.bound(target)).await?.unwrap_or_default())
    }

    /// Remembers that a post was approved without these images.
    pub(super) async fn approve_without(&self, target: &Target, left_out: &[(FileKey, String)]) -> Result<()> {
        if left_out.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = left_out.iter().map(|(key, _)| key.clone()).collect();
        self.run.child(WITHOUT).step(&self.bound(target), || async { Ok(keys) }).await.map(drop)
    }

    /// Makes files, each as soon as those are there that it is made from. A `take` tells apart what
    /// is made another time.
    async fn make_files(&self, planned: &[PlannedFile], concept: &Written<Concept>, take: Option<&str>) -> MadeFiles {
        let mut made = MadeFiles::new();
        let mut waiting: Vec<_> = planned.iter().collect();
        while !waiting.is_empty() {
            let (ready, rest): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|file| file.sources().all(|key| made.contains_key(key)));
            if ready.is_empty() {
                let error = || Error::invalid("plan", "the file is made from one that is not planned");
                made.extend(rest.into_iter().map(|file| (file.key.clone(), Err(reported(error())))));
                break;
            }
            let scene = Scene { concept, made: &made, take };
            let files = ready.into_iter().map(async |file| (file.key.clone(), self.make_file(file, &scene).await));
            let files = join_all(files).await;
            made.extend(files);
            waiting = rest;
        }
        made
    }

    async fn make_file(&self, file: &PlannedFile, scene: &Scene<'_>) -> Result<MadeFile, Box<ErrorReport>> {
        if let Some(error) = &file.refused {
            return Err(Box::new(error.clone()));
        }
        for source in file.sources() {
            if let Some(Err(error)) = scene.made.get(source) {
                let message = format!("it is made from `{source}`, which could not be made: {}", error.message);
                return Err(Box::new(ErrorReport { message, ..(**error).clone() }));
            }
        }
        let maker = self.makers.iter().find(|maker| maker.kind() == file.key.kind);
        let made = match maker {
            Some(maker) => {
                let (run, host) = (self.work(), self.host.as_deref());
                let enhancer = self.enhancer.as_deref();
                let workshop = Workshop { brief: &self.brief, run: &run, host, enhancer, till: &self.till };
                maker.make(file, scene, &workshop).await
            }
            None => Err(Error::invalid("plan", format!("nothing makes `{}`", file.key))),
        };
        made.map_err(reported)
    }

    /// What a target's post is made of, with everything in it that was asked to be made again.
    pub(super) async fn draft(&self, job: Job<'_>, material: &Material) -> Result<Draft, Failure> {
        let text = job.planned.text.as_ref().and_then(|key| material.texts.get(key)).cloned().transpose();
        let text = text.map_err(|error| Failure { part: CampaignPart::Text, error })?;
        let without = self.approved_without(job.target).await.map_err(Failure::of(CampaignPart::Approval))?;
        let (files, left_out) = files_of(job, &material.files, &without)?;
        let concept = material.concept.clone();
        let mut draft = Draft { text, concept, files, left_out, edited: None, round: 0 };
        while let Some(revision) = self.revision(job, draft.round).await? {
            let next = self.revision(job, draft.round + 1).await?;
            draft = match next.is_some_and(|next| next.unmade) {
                true => Draft { round: draft.round + 1, ..draft },
                false => self.revise(job, draft, revision).await?,
            };
        }
        Ok(draft)
    }

    fn revisions(&self, job: Job<'_>) -> Run {
        self.run.child("again").child(&self.bound(job.target))
    }

    async fn revision(&self, job: Job<'_>, round: usize) -> Result<Option<Revision>, Failure> {
        let revision = self.revisions(job).result(&round.to_string()).await;
        revision.map_err(Failure::of(CampaignPart::Approval))
    }

    /// Makes a post again as the person wishes who decides about it, in this process or the next.
    pub(super) async fn again(&self, job: Job<'_>, draft: Draft, revision: Revision) -> Result<Draft, Failure> {
        let kept = self.revisions(job).step(&draft.round.to_string(), || async { Ok(revision) }).await;
        let revision = kept.map_err(Failure::of(CampaignPart::Approval))?;
        self.revise(job, draft, revision).await
    }

    /// Writes another text for a post. One without a text gets another idea, and files made of
    /// that.
    async fn revise(&self, job: Job<'_>, draft: Draft, revision: Revision) -> Result<Draft, Failure> {
        let Revision { by, hint, content, .. } = revision;
        if let Some(content) = content {
            let edited = Some(Edited { by, content: *content });
            return Ok(Draft { edited, round: draft.round + 1, ..draft });
        }
        let Draft { text, concept, files, left_out, edited, round } = draft;
        let (round, can) = (round + 1, self.writer.capabilities());
        let take = format!("{} again {round}", job.target.key());
        if let Some(text) = text {
            let earlier = match edited {
                Some(edited) => TargetText { text: edited.content.text, hashtags: Vec::new() },
                None => text.value,
            };
            let request = writing::text_request(&self.brief, &concept.value, &job.place.rules, &can);
            let request = writing::revised(request, &earlier, &hint);
            let text = self.text(&take, &request, &job.place.rules).await.map_err(Failure::of(CampaignPart::Text))?;
            return Ok(Draft { text: Some(text), concept, files, left_out, edited: None, round });
        }
        let request = writing::revised(writing::concept_request(&self.brief, &can), &concept.value, &hint);
        let concept = self.idea(&take, &request).await.map_err(Failure::of(CampaignPart::Text))?;
        let made = self.make_files(&job.plan.files_of(job.planned), &concept, Some(&take)).await;
        let (files, left_out) = files_of(job, &made, &[])?;
        Ok(Draft { text: None, concept, files, left_out, edited: None, round })
    }

    /// The idea of the campaign. The owner's call to action comes before the writer's, and the
    /// subject stands in for a headline that stays empty.
    async fn idea(&self, name: &str, request: &ChatRequest) -> Result<Written<Concept>> {
        let mut written = self.ask(name, request, wording::fault_of_concept).await?;
        let concept = &mut written.value;
        if is_blank(&concept.headline) {
            concept.headline.clone_from(&self.brief.subject);
        }
        if let Some(call) = &self.brief.call_to_action {
            concept.call_to_action.clone_from(call);
        }
        match wording::fault_of_concept(concept) {
            None => Ok(written),
            Some(fault) => {
                let message = format!("the writer's idea cannot be used: {fault}");
                Err(Error::new(ErrorKind::Protocol, message).with_vendor(self.writer.address().vendor.clone()))
            }
        }
    }

    /// The text of a post.
    async fn text(&self, name: &str, request: &ChatRequest, rules: &Rules) -> Result<Written<TargetText>> {
        let own = OwnWords::of(&self.brief, rules, false);
        let limits = rules.text.limits(rules.image.is_some() || rules.video.is_some());
        self.ask(name, request, |text| wording::fault_of_text(text, own, &limits)).await
    }

    /// Asks the writer for JSON. An answer that cannot be read, and one with a fault, are asked for
    /// again with the reason, [so often](TRIES) in all; then the fault is handed on. A template has
    /// nothing else to say.
    async fn ask<T: DeserializeOwned>(
        &self,
        name: &str,
        request: &ChatRequest,
        fault: impl Fn(&T) -> Option<String>,
    ) -> Result<Written<T>> {
        let mut request = request.clone();
        let mut readable: Option<Written<T>> = None;
        let mut unreadable = 0;
        for step in [name.to_owned(), format!("{name} again"), format!("{name} once more")].into_iter().take(TRIES) {
            let reply = match (self.roomy(&step, &request).await, readable.take()) {
                (Ok(reply), earlier) => {
                    readable = earlier;
                    reply
                }
                // What is there already is used as it is.
                (Err(error), Some(earlier)) if error.kind() == ErrorKind::OverBudget => return Ok(earlier),
                (Err(error), _) => return Err(error),
            };
            let why = match writing::read::<T>(&reply) {
                Ok(value) => {
                    let fault = fault(&value);
                    let why = fault.clone();
                    let written = Written { value, degraded: reply.degraded, fault };
                    match why {
                        Some(why) if !written.degraded => {
                            readable = Some(written);
                            why
                        }
                        _ => return Ok(written),
                    }
                }
                Err(error) if reply.finish == FinishReason::Length => {
                    return readable.ok_or(error.with_field("max_output_tokens"));
                }
                Err(error) => {
                    unreadable += 1;
                    let readable_later = matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Truncated);
                    if readable.is_none() && (!readable_later || unreadable > 1) {
                        return Err(error);
                    }
                    error.message().to_owned()
                }
            };
            tracing::info!(why, step, "the answer cannot be used; asks again");
            request = writing::again(&request, &reply, &why);
        }
        readable.ok_or_else(|| Error::new(ErrorKind::Protocol, "the writer gave no answer that can be used"))
    }

    /// An answer that the output limit cut is asked for with more room. Each room is a step of its
    /// own, so that a run with larger ones goes on from there.
    async fn roomy(&self, name: &str, request: &ChatRequest) -> Result<ChatReply> {
        let mut reply = self.reply(name, request).await?;
        for room in self.more_room.rooms(request, &self.writer.capabilities()) {
            if reply.finish != FinishReason::Length {
                break;
            }
            tracing::info!(step = name, room, "the output limit cut the answer; asks with more room");
            let larger = request.clone().with_max_output_tokens(room);
            reply = self.reply(&format!("{name} in {room} tokens"), &larger).await?;
        }
        Ok(reply)
    }

    async fn reply(&self, name: &str, request: &ChatRequest) -> Result<ChatReply> {
        const REPLY: &str = "reply";
        let (address, can) = (self.writer.address(), self.writer.capabilities());
        // Another request is another text; the same one is paid once.
        let asked = canonical::digest(request).await?;
        let call = self.work().child("text").child(&address.to_string()).child(&format!("{name}#{}", asked.short()));
        if !can.paid {
            return call.step(REPLY, || self.writer.chat(request)).await;
        }
        let planned = self.till.prices.planned(address, can.paid, can.price.as_deref(), &can.estimate(request))?;
        // No vendor can be asked for an answer that was lost on the way.
        let find = |_| async { Ok(Found::Unknown) };
        let chat = |run: Run| async move { run.once(REPLY, || self.writer.chat(request), find).await };
        self.till.pay(&call, address, planned, chat).await
    }
}

/// A post's files, and the images that it goes out without: those that it was approved without, and
/// those that could not be made where a text is enough.
fn files_of(job: Job<'_>, made: &MadeFiles, without: &[FileKey]) -> Result<(Vec<MadeFile>, LeftOut), Failure> {
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for key in &job.planned.files {
        if without.contains(key) {
            left_out.push((key.clone(), "the post was approved without it".to_owned()));
            continue;
        }
        match made.get(key) {
            Some(Ok(file)) => files.push(file.clone()),
            Some(Err(error)) if does_without(job, key, error.kind) => left_out.push((key.clone(), error.to_string())),
            Some(Err(error)) => return Err(Failure { part: CampaignPart::File(key.clone()), error: error.clone() }),
            None => {
                let error = Error::invalid("plan", format!("`{key}` is not planned"));
                return Err(Failure::of(CampaignPart::File(key.clone()))(error));
            }
        }
    }
    Ok((files, left_out))
}

type LeftOut = Vec<(FileKey, String)>;

/// Whether a text is enough there, and the image will not come by waiting: what was paid and lost,
/// stopped, or had no money left is for a person to decide.
fn does_without(job: Job<'_>, key: &FileKey, kind: ErrorKind) -> bool {
    let rules = &job.place.rules;
    let enough = job.planned.text.is_some() && shape::does_without_images(rules);
    let waits = matches!(
        kind,
        ErrorKind::OutcomeUnknown
            | ErrorKind::Cancelled
            | ErrorKind::Paused
            | ErrorKind::Held
            | ErrorKind::Storage
            | ErrorKind::OverBudget
    );
    enough && key.kind == FileKind::IMAGE && !waits
}
