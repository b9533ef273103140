//! From a brief to published posts, in rooms that can be entered one after the other.
//!
//! | room | what happens there |
//! |---|---|
//! | [`Campaign::plan`] | which texts, images and videos will be made for which targets, and what they may cost: a [`Plan`], which is plain data. Nothing is paid |
//! | [`Campaign::prepare`] | the studio makes them, each a durable step; posts are put together, made to fit and checked: [`Prepared`] |
//! | [`Prepared::decide`] | an [`Approver`] approves, edits, has made again, rejects or puts off each post: [`Decided`] |
//! | [`Decided::deliver`] | what was approved is published side by side: [`Report`] |
//!
//! [`Campaign::run`] goes through all of them.
//!
//! A campaign that was cut off, at any moment and in any way, goes on where it was when it is run
//! again with the same journal and name: nothing is paid for and nothing is posted twice. Targets
//! may be added later.
//!
//! The brief may change in between. What was made is bound to what it depends on: a text to the
//! request to its writer, an image or video to the request to its maker. Another colour makes the
//! images again and no text; a mended word makes again what was told that word. A post that is out
//! is never sent a second time: it stays as the earlier brief was, and the report
//! [says so](TargetReport::earlier). One that may be out is finished in the form in which it was
//! approved. What a person changed in a post holds as long as the brief says the same about it.
//!
//! [`CampaignName::find`] tells the campaign of today from that of last week.

mod answers;
mod assemble;
mod brief;
mod decide;
mod deliver;
mod edition;
mod makers;
mod naming;
mod plan;
mod prepare;
mod report;
mod studio;
#[cfg(test)]
mod tests;
mod till;
mod wording;
mod workshop;
mod writing;

use std::fmt;
use std::sync::Arc;

pub use assemble::PreparedPost;
pub use brief::{Brief, Photo};
pub use decide::Decided;
pub use edition::SentPost;
pub use naming::CampaignName;
pub use plan::{FileKey, FileKind, FileSource, Plan, PlannedCost, PlannedFile, PlannedTarget, PlannedText, TextKey};
pub use prepare::Prepared;
pub use report::{Advice, CampaignPart, Report, TargetOutcome, TargetReport};

use crate::chat::{ChatModel, MoreRoom};
use crate::enhance::{EnhanceRequest, Enhancer};
use crate::error::Result;
use crate::host::{HostRequest, MediaHost};
use crate::image::ImageRequest;
use crate::make::Maker;
use crate::money::{MicroDollars, PriceTable};
use crate::publish::{Approver, Placement, Publisher, Target};
use crate::render::RenderRequest;
use crate::run::{Journal, MemoryJournal, OpenOptions, RunEvent};
use crate::speech::SpeechRequest;
use crate::video::VideoRequest;
use makers::{FileMaker, Images, Narrator, Videos};
use plan::Goal;

/// A campaign in the making.
///
/// [`run`](Self::run) does everything. An application that shows the posts before it asks for
/// approval calls [`prepare`](Self::prepare) and then [`Prepared::publish`].
#[derive(Debug)]
#[must_use]
pub struct Campaign {
    brief: Brief,
    name: String,
    writer: Option<Arc<dyn ChatModel>>,
    makers: Vec<Arc<dyn FileMaker>>,
    narrator: Option<Narrator>,
    enhancer: Option<Arc<Enhancer>>,
    host: Option<Arc<MediaHost>>,
    goals: Vec<Goal>,
    approver: Option<Arc<dyn Approver>>,
    journal: Arc<dyn Journal>,
    options: OpenOptions,
    repeat_lost: bool,
    partial: bool,
    on_plan: Option<PlanObserver>,
    more_room: MoreRoom,
    limit: Option<MicroDollars>,
    prices: PriceTable,
}

/// Is told the plan.
#[derive(Clone)]
struct PlanObserver(Arc<dyn Fn(&Plan) + Send + Sync>);

impl fmt::Debug for PlanObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlanObserver")
    }
}

impl Campaign {
    /// A campaign about this, without models and targets yet. Its journal ends with the process
    /// until [`journal`](Self::journal) gives it another.
    pub fn new(brief: Brief) -> Self {
        Self {
            name: naming::name_of(&brief),
            brief,
            writer: None,
            makers: Vec::new(),
            narrator: None,
            enhancer: None,
            host: None,
            goals: Vec::new(),
            approver: None,
            journal: Arc::new(MemoryJournal::new()),
            options: OpenOptions::default(),
            repeat_lost: false,
            partial: false,
            on_plan: None,
            more_room: MoreRoom::default(),
            limit: None,
            prices: PriceTable::default(),
        }
    }

    /// Names the campaign's run; by default it is made from the brief's brand, subject and date.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The name of the campaign's run.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who writes.
    pub fn write_with(mut self, writer: impl ChatModel + 'static) -> Self {
        self.writer = Some(Arc::new(writer));
        self
    }

    /// The image model. Without one, the brief's photos are posted as they are.
    pub fn image_with(self, image_model: impl Maker<ImageRequest> + 'static) -> Self {
        self.make_with(Images(Arc::new(image_model)))
    }

    /// The video model, for placements that take only videos.
    pub fn video_with(self, video_model: impl Maker<VideoRequest> + 'static) -> Self {
        self.make_with(Videos(Arc::new(video_model)))
    }

    /// Who speaks over the videos, and the renderer that lays the voice over them, with captions
    /// where the voice tells when it says each word. Without a voice, videos sound as they are
    /// made.
    ///
    /// What is said are the words of the slides: the idea, the facts, what to do. A video whose
    /// length the brief leaves open becomes long enough for them; one that is shorter all the same
    /// begins again while the voice goes on, which the report says.
    pub fn narrate_with(
        mut self,
        voice: impl Maker<SpeechRequest> + 'static,
        renderer: impl Maker<RenderRequest> + 'static,
    ) -> Self {
        let speaker = self.narrator.and_then(|narrator| narrator.speaker);
        self.narrator = Some(Narrator { voice: Arc::new(voice), speaker, renderer: Arc::new(renderer) });
        self
    }

    /// The vendor's id of the voice that [speaks](Self::narrate_with), where the model has several;
    /// call it after that.
    pub fn speak_as(mut self, voice: impl Into<String>) -> Self {
        if let Some(narrator) = &mut self.narrator {
            narrator.speaker = Some(voice.into());
        }
        self
    }

    /// One maker for each kind of file: another one of a kind takes its place.
    fn make_with(mut self, maker: impl FileMaker + 'static) -> Self {
        self.makers.retain(|known| known.kind() != maker.kind());
        self.makers.push(Arc::new(maker));
        self
    }

    /// Who crops and converts images that a platform would refuse.
    pub fn enhance_with(mut self, enhancer: impl Maker<EnhanceRequest> + 'static) -> Self {
        self.enhancer = Some(Arc::new(enhancer));
        self
    }

    /// Where files get a public address, for models that take them by address only.
    pub fn host_with(mut self, host: impl Maker<HostRequest> + 'static) -> Self {
        self.host = Some(Arc::new(host));
        self
    }

    /// Where it goes. Called once for each account; several accounts may be of one platform.
    pub fn publish_to(
        mut self,
        publisher: impl Publisher + 'static,
        placements: impl IntoIterator<Item = Placement>,
    ) -> Self {
        let publisher: Arc<dyn Publisher> = Arc::new(publisher);
        let goal = |placement| Goal { publisher: publisher.clone(), placement, account: None, name: None };
        self.goals.extend(placements.into_iter().map(goal));
        self
    }

    /// Targets with accounts that are known, and names where an account has several posts of one
    /// placement.
    pub fn publish_to_targets(mut self, targets: impl IntoIterator<Item = Target>) -> Self {
        self.goals.extend(targets.into_iter().map(Goal::from));
        self
    }

    /// Who approves.
    pub fn approve_with(mut self, approver: impl Approver + 'static) -> Self {
        self.approver = Some(Arc::new(approver));
        self
    }

    /// Where the campaign remembers what it has done.
    pub fn journal(mut self, journal: impl Journal + 'static) -> Self {
        self.journal = Arc::new(journal);
        self
    }

    /// Replaces clock, randomness, cancellation, observer and gates.
    pub fn options(mut self, options: OpenOptions) -> Self {
        self.options = options;
        self
    }

    /// Shows progress.
    pub fn on_progress(mut self, observer: impl Fn(RunEvent) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Shows the plan when it is made, before anything is.
    pub fn on_plan(mut self, observer: impl Fn(&Plan) + Send + Sync + 'static) -> Self {
        self.on_plan = Some(PlanObserver(Arc::new(observer)));
        self
    }

    /// Says that the campaign has further targets, which are left for later: it is not
    /// [finished](crate::run::RunState::Finished) when these are done.
    pub fn leaving_others(mut self, partial: bool) -> Self {
        self.partial = partial;
        self
    }

    /// Pays again for a text, image or video whose answer was lost and whose outcome cannot be
    /// asked for. Never applies to posts.
    pub fn repeat_lost_generations(mut self, repeat: bool) -> Self {
        self.repeat_lost = repeat;
        self
    }

    /// How a text is asked for again that the output limit cut, for instance because the writer
    /// thought for too long: with more room, each ask within the limit on spending. A text that was
    /// cut all the same is asked for once more by the same run when more is allowed here.
    pub fn more_room(mut self, more: MoreRoom) -> Self {
        self.more_room = more;
        self
    }

    /// Prices that come before those that the models know of themselves.
    pub fn price_with(mut self, prices: PriceTable) -> Self {
        self.prices = prices;
        self
    }

    /// Spends at most this much on texts, images and videos, in all processes of the run together.
    /// Calls whose outcome is not known count with the maximum that they may have cost. A model
    /// whose price is not known is refused.
    pub fn spend_at_most(mut self, limit: MicroDollars) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Does everything: prepares, asks for approval, publishes, reports.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare) and [`Prepared::publish`]. What becomes of single targets is
    /// in the report; [`Report::require_complete`] makes an error of it.
    pub async fn run(self) -> Result<Report> {
        self.prepare().await?.publish().await
    }
}
