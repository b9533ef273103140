//! The studio: makes texts and files on a run, each part a durable step that is paid once.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::{join, join_all};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Brief;
use super::makers::FileMaker;
use super::plan::{FileKey, Place, Plan, PlannedFile, PlannedTarget, TextKey};
use super::report::{CampaignPart, Failure, reported};
use super::till::Till;
use super::workshop::{MadeFile, MadeFiles, Scene, Workshop, Written};
use super::writing::{self, Concept, TargetText};
use crate::chat::{ChatModel, ChatReply, ChatRequest};
use crate::enhance::Enhancer;
use crate::error::{Error, ErrorKind, ErrorReport, Result};
use crate::host::MediaHost;
use crate::publish::Target;
use crate::run::{Found, Run, Settlement};

/// Makes the parts of a campaign. What one model made is not taken for another's work.
#[derive(Debug)]
pub(super) struct Studio {
    pub(super) brief: Brief,
    /// The part of the campaign's run that belongs to the brief.
    pub(super) run: Run,
    pub(super) writer: Arc<dyn ChatModel>,
    pub(super) makers: Vec<Arc<dyn FileMaker>>,
    pub(super) host: Option<Arc<MediaHost>>,
    pub(super) enhancer: Option<Arc<Enhancer>>,
    pub(super) till: Arc<Till>,
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
    /// How often it was made again.
    pub(super) round: usize,
}

/// What shall be different when a post is made again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Hint {
    pub(super) by: String,
    pub(super) hint: String,
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

impl Studio {
    pub(super) fn work(&self) -> Run {
        self.run.child(WORK)
    }

    /// Allows every lost paid call to be made, and paid for, again. What it may have cost stays
    /// spent.
    pub(super) async fn repeat_lost(&self) -> Result<()> {
        let work = self.work();
        for step in work.unsettled() {
            let settlement = Settlement::repeat("the application").with_note("it repeats lost generations");
            work.settle(&step, settlement).await?;
        }
        Ok(())
    }

    /// Makes everything that is planned.
    ///
    /// # Errors
    /// What the idea of the campaign fails with. Other parts fail their targets.
    pub(super) async fn make_all(&self, plan: &Plan, places: &[Place]) -> Result<Material> {
        let request = writing::concept_request(&self.brief, &self.writer.capabilities());
        let concept: Written<Concept> = self.ask(&TextKey::Concept.to_string(), &request).await?;
        let texts = plan.texts.iter().filter(|text| text.key != TextKey::Concept).map(async |text| {
            let rules = places.iter().find(|place| place.text == text.key).map(|place| &place.rules);
            let request = rules
                .map(|rules| writing::text_request(&self.brief, &concept.value, rules, &self.writer.capabilities()));
            let written = match request {
                Some(request) => self.ask(&text.key.to_string(), &request).await,
                None => Err(Error::invalid("plan", format!("`{}` has no place", text.key))),
            };
            (text.key.clone(), written.map_err(reported))
        });
        let (texts, files) = join(join_all(texts), self.make_files(&plan.files, &concept, None)).await;
        Ok(Material { texts: texts.into_iter().collect(), files, concept })
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
                let workshop = Workshop { brief: &self.brief, run: &run, host, till: &self.till };
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
        let files = files_of(job.planned, &material.files)?;
        let mut draft = Draft { text, concept: material.concept.clone(), files, round: 0 };
        while let Some(hint) = self.hint(job, draft.round).await? {
            draft = self.revise(job, draft, &hint).await?;
        }
        Ok(draft)
    }

    fn hints(&self, job: Job<'_>) -> Run {
        self.run.child("again").child(&job.target.key())
    }

    async fn hint(&self, job: Job<'_>, round: usize) -> Result<Option<Hint>, Failure> {
        let hint = self.hints(job).result(&round.to_string()).await;
        hint.map_err(Failure::of(CampaignPart::Approval))
    }

    /// Makes a post again as the person wishes who decides about it, in this process or the next.
    pub(super) async fn again(&self, job: Job<'_>, draft: Draft, hint: Hint) -> Result<Draft, Failure> {
        let kept = self.hints(job).step(&draft.round.to_string(), || async { Ok(hint) }).await;
        let hint = kept.map_err(Failure::of(CampaignPart::Approval))?;
        self.revise(job, draft, &hint).await
    }

    /// Writes another text for a post. One without a text gets another idea, and files made of
    /// that.
    async fn revise(&self, job: Job<'_>, draft: Draft, Hint { hint, .. }: &Hint) -> Result<Draft, Failure> {
        let Draft { text, concept, files, round } = draft;
        let (round, can) = (round + 1, self.writer.capabilities());
        let take = format!("{} again {round}", job.target.key());
        if let Some(text) = text {
            let request = writing::text_request(&self.brief, &concept.value, &job.place.rules, &can);
            let request = writing::revised(request, &text.value, hint);
            let text = Some(self.ask(&take, &request).await.map_err(Failure::of(CampaignPart::Text))?);
            return Ok(Draft { text, concept, files, round });
        }
        let request = writing::revised(writing::concept_request(&self.brief, &can), &concept.value, hint);
        let concept = self.ask(&take, &request).await.map_err(Failure::of(CampaignPart::Text))?;
        let made = self.make_files(&job.plan.files_of(job.planned), &concept, Some(&take)).await;
        Ok(Draft { text: None, concept, files: files_of(job.planned, &made)?, round })
    }

    /// Asks the writer for JSON, once more when the answer cannot be read.
    async fn ask<T: DeserializeOwned>(&self, name: &str, request: &ChatRequest) -> Result<Written<T>> {
        let reply = self.reply(name, request).await?;
        match writing::read(&reply) {
            Ok(value) => Ok(Written { value, degraded: reply.degraded }),
            Err(error) if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Truncated) => {
                tracing::info!(%error, step = name, "the answer cannot be read; asks once more");
                let request = writing::again(request, &reply, &error);
                let reply = self.reply(&format!("{name} again"), &request).await?;
                Ok(Written { value: writing::read(&reply)?, degraded: reply.degraded })
            }
            Err(error) => Err(error),
        }
    }

    async fn reply(&self, name: &str, request: &ChatRequest) -> Result<ChatReply> {
        const REPLY: &str = "reply";
        let (address, can) = (self.writer.address(), self.writer.capabilities());
        let call = self.work().child("text").child(&address.to_string()).child(name);
        if !can.paid {
            return call.step(REPLY, || self.writer.chat(request)).await;
        }
        let planned = self.till.prices.planned(address, can.paid, can.price.as_deref(), &request.estimate())?;
        // No vendor can be asked for an answer that was lost on the way.
        let find = |_| async { Ok(Found::Unknown) };
        let chat = |run: Run| async move { run.once(REPLY, || self.writer.chat(request), find).await };
        self.till.pay(&call, address, planned, chat).await
    }
}

fn files_of(target: &PlannedTarget, made: &MadeFiles) -> Result<Vec<MadeFile>, Failure> {
    let file = |key: &FileKey| match made.get(key) {
        Some(Ok(file)) => Ok(file.clone()),
        Some(Err(error)) => Err(Failure { part: CampaignPart::File(key.clone()), error: error.clone() }),
        None => {
            let error = Error::invalid("plan", format!("`{key}` is not planned"));
            Err(Failure::of(CampaignPart::File(key.clone()))(error))
        }
    };
    target.files.iter().map(file).collect()
}
