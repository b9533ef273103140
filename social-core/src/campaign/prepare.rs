//! From a brief to checked posts.

use std::sync::Arc;

use futures_util::future::join_all;

use super::Campaign;
use super::assemble::PreparedPost;
use super::makers::{FileMaker, Narrated, Photos};
use super::plan::{self, Desk, FileKind, Place, Plan};
use super::report::{CampaignPart, Failure, OTHER_BRIEF, TargetOutcome};
use super::studio::{Job, Studio};
use super::till::{Charged, Prices, Till};
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
    /// # Errors
    /// As [`plan`](Self::plan), before anything is paid;
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for another brief than the one that was
    /// paid for; [`Held`](crate::ErrorKind::Held) when another process holds the run;
    /// [`Storage`](crate::ErrorKind::Storage) when the run cannot be read; and what writing the
    /// idea fails with. A text, image or video that fails is its targets' failure alone.
    pub async fn prepare(self) -> Result<Prepared> {
        let Drawn { writer, makers, prices, plan, places } = self.draw().await?;
        let digest = self.brief.digest().await?;
        let whole = Run::open_with(&*self.journal, &self.name, self.options).await?;
        let run = of_brief(&whole, &digest)?;
        let till = Arc::new(Till::new(prices, whole, self.limit));
        let brief = self.brief;
        let host = self.host.map(|host| -> Arc<MediaHost> { Arc::new(Charged::new(host, till.clone())) });
        let enhancer = self.enhancer.map(|model| -> Arc<Enhancer> { Arc::new(Charged::new(model, till.clone())) });
        let (repeat_lost, more_room) = (self.repeat_lost, self.more_room);
        let studio = Studio { brief, run, writer, makers, host, enhancer, till, repeat_lost, more_room };
        let material = if plan.texts.is_empty() { None } else { Some(studio.make_all(&plan, &places).await?) };
        let posts = places.iter().zip(&plan.targets).map(async |(place, planned)| {
            let (target, material) = match (&place.target, &material) {
                (Ok(target), Some(material)) => (target, material),
                (Err(error), _) => {
                    let part = plan.refused_file(planned).map_or(CampaignPart::Account, CampaignPart::File);
                    return Err(Failure { part, error: error.clone() });
                }
                (Ok(_), None) => {
                    return Err(Failure::of(CampaignPart::Text)(Error::invalid("plan", "nothing is planned")));
                }
            };
            let job = Job { plan: &plan, planned, place, target };
            studio.assemble(job, studio.draft(job, material).await?).await
        });
        let made = join_all(posts).await;
        let mut posts = Vec::with_capacity(made.len());
        for (place, post) in places.iter().zip(made) {
            // What is out needs nothing of what it was made of.
            let receipt = match (&post, &place.target) {
                (Ok(post), _) if post.draft.left_out.is_empty() => None,
                (_, Ok(target)) => studio.receipt(target).await?,
                (_, Err(_)) => None,
            };
            posts.push(match receipt {
                Some(receipt) => Err(TargetOutcome::Taken(receipt)),
                None => post.map_err(TargetOutcome::from),
            });
        }
        Ok(Prepared { name: self.name, plan, studio, places, approver: self.approver, posts })
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

/// The part of the campaign's run that belongs to this brief. As long as nothing was paid for or
/// published, a brief may change; afterwards another brief is another campaign.
fn of_brief(run: &Run, digest: &Digest) -> Result<Run> {
    let hex = digest.hex();
    let mine = run.child(&format!("brief-{}-{}", digest.version(), hex.get(..12).unwrap_or(hex)));
    let at_stake = |of: &Run| of.steps().iter().filter(|step| step.at_stake).count();
    if at_stake(run) == at_stake(&mine) {
        return Ok(mine);
    }
    // Before digests had versions, these names had none.
    let unversioned = |step: &str| {
        let brief = step.split('/').next().and_then(|name| name.strip_prefix("brief-"));
        brief.is_some_and(|digest| !digest.contains('-'))
    };
    let why = if run.steps().iter().any(|step| step.at_stake && unversioned(&step.name)) {
        "an earlier version of this program began it, which this one cannot go on with"
    } else {
        "texts were paid for or posts published in the name of another brief"
    };
    let message = format!("campaign `{}`: {why}; give this one a name of its own", run.name());
    Err(Error::invalid("run", message).with_code(OTHER_BRIEF))
}
