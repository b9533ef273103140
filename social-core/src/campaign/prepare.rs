//! From a brief to checked posts.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::assemble::PreparedPost;
use super::edition::{Out, SentPost};
use super::makers::{FileMaker, Narrated, Photos};
use super::plan::{self, Desk, FileKind, Place, Plan, PlannedTarget};
use super::report::{CampaignPart, Failure, OTHER_BRIEF, TargetOutcome};
use super::studio::{Job, Studio};
use super::till::{Charged, Prices, Till};
use super::{Brief, Campaign, PlanObserver};
use crate::canonical::Digest;
use crate::chat::ChatModel;
use crate::enhance::{Enhancement, Enhancer};
use crate::error::{Error, Result};
use crate::host::MediaHost;
use crate::image::AspectRatio;
use crate::make::Maker as _;
use crate::publish::Approver;
use crate::run::{Run, Spending};

/// A campaign whose posts are made and checked. Nothing has been sent.
#[derive(Debug)]
#[must_use]
pub struct Prepared {
    pub(super) name: String,
    pub(super) plan: Plan,
    pub(super) studio: Studio,
    pub(super) places: Vec<Place>,
    pub(super) approver: Option<Arc<dyn Approver>>,
    /// One for each target.
    pub(super) posts: Vec<Result<PreparedPost, TargetOutcome>>,
    /// What is out already, or may be, of each target.
    pub(super) out: Vec<Option<Out>>,
}

/// A campaign that is planned, with everything that it needs.
struct Drawn {
    writer: Arc<dyn ChatModel>,
    makers: Vec<Arc<dyn FileMaker>>,
    prices: Prices,
    plan: Plan,
    places: Vec<Place>,
}

impl Campaign {
    /// Plans the campaign: which texts, images and videos will be made for which targets, and what
    /// they may cost. Nothing is made or sent; platforms may be asked for their accounts.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) and
    /// [`MediaInvalid`](crate::ErrorKind::MediaInvalid) for what is wrong with the brief, its
    /// photos and its targets; [`Unsupported`](crate::ErrorKind::Unsupported) for what a model
    /// cannot be asked for, naming the file and the option; [`Config`](crate::ErrorKind::Config)
    /// when there is no writer, or no media host where one is needed;
    /// [`OverBudget`](crate::ErrorKind::OverBudget) for a model without a price where there is a
    /// limit on spending. [`Advice::on`](super::Advice::on) says what can be done. A platform that
    /// cannot be asked for its account fails its own targets only.
    pub async fn plan(&self) -> Result<Plan> {
        Ok(self.draw().await?.plan)
    }

    async fn draw(&self) -> Result<Drawn> {
        self.brief.validate()?;
        let writer =
            self.writer.clone().ok_or_else(|| Error::config("the language model is missing: call `write_with`"))?;
        let mut makers = self.makers.clone();
        if let Some(narrator) = &self.narrator {
            for maker in makers.iter_mut().filter(|maker| maker.kind() == FileKind::VIDEO) {
                *maker = Arc::new(Narrated { videos: maker.clone(), narrator: narrator.clone() });
            }
        }
        if makers.iter().all(|maker| maker.kind() != FileKind::IMAGE) {
            makers.push(Arc::new(Photos));
        }
        let photos = self.brief.check_photos().await?;
        let clock = self.options.clock.clone();
        let prices = Prices { table: self.prices.clone().into(), clock, limited: self.limit.is_some() };
        let host = self.host.is_some();
        let crops = self
            .enhancer
            .as_ref()
            .is_some_and(|enhancer| enhancer.capabilities().offers(&Enhancement::Crop(AspectRatio::SQUARE)));
        let desk = Desk { brief: &self.brief, photos: &photos, wanted: &[], host, crops, prices: &prices };
        let (plan, places) = plan::draw(&self.name, &self.goals, &*writer, &makers, desk).await?;
        Ok(Drawn { writer, makers, prices, plan, places })
    }

    /// Plans the campaign, makes its texts and files, and puts the posts together. Nothing is sent
    /// to a platform.
    ///
    /// What was made before is taken where what it depends on is the same: for a text the request
    /// to the writer, for a file the request to its maker. Nothing is made for a post that is out,
    /// or may be.
    ///
    /// # Errors
    /// As [`plan`](Self::plan), before anything is paid;
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a run that an earlier version
    /// began; [`Held`](crate::ErrorKind::Held) when another process holds the run;
    /// [`Storage`](crate::ErrorKind::Storage) when the run cannot be read; and what writing the
    /// idea fails with. A text, image or video that fails is its targets' failure alone.
    pub async fn prepare(self) -> Result<Prepared> {
        let Drawn { writer, makers, prices, plan, places } = self.draw().await?;
        if let Some(PlanObserver(observer)) = &self.on_plan {
            observer(&plan);
        }
        let whole = Run::open_with(&*self.journal, &self.name, self.options).await?;
        refuse_earlier_version(&whole)?;
        let run = whole.clone();
        let till = Arc::new(Till::new(prices, whole, self.limit));
        let brief = self.brief;
        let host = self.host.map(|host| -> Arc<MediaHost> { Arc::new(Charged::new(host, till.clone())) });
        let enhancer = self.enhancer.map(|model| -> Arc<Enhancer> { Arc::new(Charged::new(model, till.clone())) });
        let (repeat_lost, more_room, partial) = (self.repeat_lost, self.more_room, self.partial);
        let bases = bases(&brief, &plan, &places).await?;
        let studio =
            Studio { brief, bases, run, writer, makers, host, enhancer, till, partial, repeat_lost, more_room };
        let mut out = Vec::with_capacity(places.len());
        for place in &places {
            out.push(match &place.target {
                Ok(target) => studio.out(target).await?,
                Err(_) => None,
            });
        }
        let (open, open_places) = plan.only(&places, |index| out.get(index).is_some_and(Option::is_none));
        let material = if open.texts.is_empty() { None } else { Some(studio.make_all(&open, &open_places).await?) };
        let posts = places.iter().zip(&plan.targets).zip(&out).map(async |((place, planned), out)| {
            if let Some(out) = out {
                return Err(out.outcome());
            }
            let (target, material) = match (&place.target, &material) {
                (Ok(target), Some(material)) => (target, material),
                (Err(error), _) => {
                    let part = plan.refused_file(planned).map_or(CampaignPart::Account, CampaignPart::File);
                    return Err(Failure { part, error: error.clone() }.into());
                }
                (Ok(_), None) => {
                    return Err(Failure::of(CampaignPart::Text)(Error::invalid("plan", "nothing is planned")).into());
                }
            };
            let job = Job { plan: &plan, planned, place, target };
            let post = async { studio.assemble(job, studio.draft(job, material).await?).await };
            post.await.map_err(TargetOutcome::from)
        });
        let posts = join_all(posts).await;
        Ok(Prepared { name: self.name, plan, studio, places, approver: self.approver, posts, out })
    }
}

impl Prepared {
    /// What was planned.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The posts, or why there is none, in the order of the [planned targets](Plan::targets).
    pub fn posts(&self) -> impl Iterator<Item = Result<&PreparedPost, &TargetOutcome>> {
        self.posts.iter().map(Result::as_ref)
    }

    /// The posts that are out already, or may be, in the form in which they were sent, in the order
    /// of the [planned targets](Plan::targets). Nothing else is sent in their place.
    pub fn sent(&self) -> impl Iterator<Item = Option<&SentPost>> {
        self.out.iter().map(|out| Some(&out.as_ref()?.sent))
    }

    /// The campaign's run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.studio.run
    }

    /// What was spent so far, in all processes.
    #[must_use]
    pub fn spending(&self) -> Spending {
        self.studio.till.spending()
    }
}

/// Refuses a run in which an earlier version paid or published: its steps hung on the whole brief,
/// and all of them would be done again.
fn refuse_earlier_version(run: &Run) -> Result<()> {
    if !run.steps().iter().any(|step| step.at_stake && step.name.starts_with("brief-")) {
        return Ok(());
    }
    let message = format!(
        "campaign `{}`: an earlier version of this program began it, which this one cannot go on with; give this one \
         a name of its own",
        run.name()
    );
    Err(Error::invalid("run", message).with_code(OTHER_BRIEF))
}

/// What the post of each target is made of, by the target's key.
async fn bases(brief: &Brief, plan: &Plan, places: &[Place]) -> Result<BTreeMap<String, Digest>> {
    let mut bases = BTreeMap::new();
    for (PlannedTarget { files, .. }, place) in plan.targets.iter().zip(places) {
        if let Ok(target) = &place.target {
            let videos = files.iter().any(|file| file.kind == FileKind::VIDEO);
            bases.insert(target.key(), brief.basis(!files.is_empty(), videos).await?);
        }
    }
    Ok(bases)
}
