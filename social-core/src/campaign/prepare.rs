//! From the brief to checked posts, and from there to receipts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use serde::Serialize;

use super::Campaign;
use super::brief::Brief;
use super::making::{Spending, Studio};
use super::report::{Report, TargetOutcome, TargetReport};
use super::writing::{self, Concept, TargetText};
use crate::canonical;
use crate::design::Design;
use crate::error::{Error, ErrorKind, Result};
use crate::image::AspectRatio;
use crate::media::{Media, MediaKind};
use crate::publish::{
    self, Answer, Approved, Approver, Ask, Attachment, Finding, Placement, Post, Publisher, Rules, Severity, Target,
};
use crate::run::Run;

/// The maximum number of pixels that a photo may have: what is larger is not opened.
const MAX_PHOTO_PIXELS: u64 = 100_000_000;

/// Where one post goes, before its account is known.
#[derive(Debug)]
struct Place {
    publisher: Arc<dyn Publisher>,
    placement: Placement,
    rules: Rules,
}

/// A post that is ready to be approved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PreparedPost {
    /// Where it goes.
    pub target: Target,
    /// What it is called in reports, for instance `instagram-reel`.
    pub label: String,
    /// What that place takes.
    pub rules: Rules,
    /// The post as it would be sent.
    pub post: Post,
    /// What was changed so that it fits, one sentence each.
    pub changes: Vec<String>,
    /// What the check found. An error keeps the post from being sent.
    pub findings: Vec<Finding>,
}

impl PreparedPost {
    /// Whether the check found nothing that the platform refuses.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// A campaign whose posts are made and checked. Nothing has been sent.
#[derive(Debug)]
#[must_use]
pub struct Prepared {
    name: String,
    run: Run,
    approver: Option<Arc<dyn Approver>>,
    spending: Spending,
    posts: Vec<(Place, String, Result<PreparedPost>)>,
}

impl Campaign {
    /// Makes and checks the posts. Nothing is sent to a platform.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) and [`MediaInvalid`](ErrorKind::MediaInvalid) for what is wrong with
    /// the brief, its photos and its targets, before anything is paid; [`Config`](ErrorKind::Config) when nobody writes;
    /// [`Held`](ErrorKind::Held) when another process holds the run; [`Storage`](ErrorKind::Storage); and what the writer
    /// fails with. An image or video that fails is its targets' failure alone.
    pub async fn prepare(self) -> Result<Prepared> {
        self.brief.validate()?;
        let places = self.check_targets()?;
        let targets = targets_of(&places).await?;
        let photos = check_photos(&self.brief).await?;
        let run = Run::open_with(&*self.journal, &self.name, self.options.clone()).await?;
        let run = of_brief(&run, &self.brief, &photos).await?;
        let studio = Studio {
            run: &run,
            brief: &self.brief,
            writer: self.writer()?,
            image_model: self.image_model(),
            video_model: self.video_model(),
            budget: self.budget.clone(),
            prices: self.prices.clone(),
            spending: Mutex::default(),
        };
        if self.repeat_lost {
            studio.repeat_lost().await?;
        }
        let can = studio.writer.capabilities();
        let concept: Concept = studio.ask("concept", &writing::concept_request(&self.brief, &can)).await?;
        let labels: Vec<_> = targets.iter().map(|(label, _)| label.clone()).collect();
        let ask = |(place, (label, target)): (&Place, (String, Result<Target>))| {
            let request = writing::text_request(&self.brief, &concept, &place.rules, &place.placement, &can);
            let (studio, wanted) = (&studio, takes_text(&place.rules));
            async move {
                let target = target?;
                let text = if wanted { Some(studio.ask(&label, &request).await?) } else { None };
                Ok((target, text))
            }
        };
        let texts = join_all(places.iter().zip(targets).map(ask)).await;
        let files = self.make_files(&studio, &concept, &places).await;
        let mut posts = Vec::new();
        for ((place, label), text) in places.into_iter().zip(labels).zip(texts) {
            let post = self.assemble(&run, &place.rules, &label, &concept, text, &files).await;
            posts.push((place, label, post));
        }
        let spending = studio.spending.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(Prepared { name: self.name, run, approver: self.approver, spending, posts })
    }

    /// Rules of every target, or everything that is wrong with them.
    fn check_targets(&self) -> Result<Vec<Place>> {
        if self.targets.is_empty() {
            return Err(Error::invalid("targets", "the campaign goes nowhere: call `publish_to`"));
        }
        let places = self.targets.iter().map(|(publisher, placement)| {
            let rules = publisher.rules(placement).ok_or_else(|| {
                let offered = publisher.capabilities().placements;
                let offered: Vec<_> = offered.iter().map(|placement| placement.as_str()).collect();
                let message =
                    format!("{} has no placement `{placement}`, only {}", publisher.platform(), offered.join(", "));
                Error::invalid("targets", message)
            })?;
            let label = format!("{}-{placement}", publisher.platform());
            if publisher.capabilities().needs_host && images_of(&rules, &self.brief) > 0 {
                let message = format!("{} fetches images itself and has no media host", publisher.platform());
                return Err(Error::config(message).with_field("targets"));
            }
            if needs_video(&rules) && self.video_model.is_none() {
                return Err(Error::invalid(
                    "targets",
                    format!("`{label}` takes videos, and there is no video model: call `video_with`"),
                ));
            }
            if rules.media.together.minimum.is_some_and(|minimum| minimum > 0)
                && !needs_video(&rules)
                && self.image_model.is_none()
                && self.brief.photos.is_empty()
            {
                let message = format!("`{label}` needs an image, and there is neither a photo nor an image model");
                return Err(Error::invalid("targets", message));
            }
            Ok(Place { publisher: publisher.clone(), placement: placement.clone(), rules })
        });
        places.collect()
    }

    /// Every image and video that the targets need, each shape once.
    async fn make_files(
        &self,
        studio: &Studio<'_>,
        concept: &Concept,
        places: &[Place],
    ) -> BTreeMap<String, Result<Media, String>> {
        let mut files = BTreeMap::new();
        let mut images: Vec<(String, AspectRatio, usize)> = Vec::new();
        for Place { rules, .. } in places {
            let ratio = shape(rules);
            for index in 0..images_of(rules, &self.brief) {
                let name = image_name(ratio, index);
                if !images.iter().any(|(known, ..)| *known == name) {
                    images.push((name, ratio, index));
                }
            }
        }
        if let Some(image_model) = &studio.image_model {
            let make = |(name, ratio, index): (String, AspectRatio, usize)| async move {
                let design = self.design(concept, index);
                let prompt = match index {
                    0 => concept.image_prompt.clone(),
                    _ => format!("{} It is about this: {}", concept.image_prompt, design.headline),
                };
                let made = studio.image(&**image_model, &name, ratio, &prompt, design).await;
                (name, made.map_err(|error| error.to_string()))
            };
            files.extend(join_all(images.into_iter().map(make)).await);
        }
        if let Some(video_model) = &studio.video_model {
            for rules in places.iter().map(|place| &place.rules).filter(|rules| needs_video(rules)) {
                let ratio = shape(rules);
                let name = video_name(ratio);
                if files.contains_key(&name) {
                    continue;
                }
                let still = match files.get(&image_name(ratio, 0)) {
                    Some(Ok(image)) => Some(image.clone()),
                    _ => self.brief.photos.first().map(|photo| Media::file(&photo.file)),
                };
                let slides = self.slides(concept);
                let made = studio.video(&**video_model, &name, ratio, concept, still, slides).await;
                files.insert(name, made.map_err(|error| error.to_string()));
            }
        }
        files
    }

    /// The idea, a fact each, and at the end what to do.
    fn slides(&self, concept: &Concept) -> Vec<Design> {
        let mut slides: Vec<_> = (0..=self.brief.facts.len().min(3)).map(|index| self.design(concept, index)).collect();
        if let Some(call) = slides.first_mut().and_then(|opening| opening.call_to_action.take()) {
            let closing =
                Design { headline: call, subline: self.brief.brand.signature.clone(), ..self.design(concept, 0) };
            slides.push(Design { call_to_action: None, ..closing });
        }
        slides
    }

    /// The words of an image: the idea first, then a fact each, over the photos in turn.
    fn design(&self, concept: &Concept, index: usize) -> Design {
        let photos = &self.brief.photos;
        let photo = photos.get(index % photos.len().max(1)).map(|photo| Media::file(&photo.file));
        let mut design = Design { brand: self.brief.brand.clone(), photo, ..Design::default() };
        match index.checked_sub(1).and_then(|fact| self.brief.facts.get(fact)) {
            Some(fact) => design.headline.clone_from(fact),
            None => {
                design.headline.clone_from(&concept.headline);
                design.subline = Some(concept.subline.clone()).filter(|words| !words.is_empty());
                design.call_to_action = Some(concept.call_to_action.clone()).filter(|words| !words.is_empty());
            }
        }
        design
    }

    async fn assemble(
        &self,
        run: &Run,
        rules: &Rules,
        label: &str,
        concept: &Concept,
        text: Result<(Target, Option<TargetText>)>,
        files: &BTreeMap<String, Result<Media, String>>,
    ) -> Result<PreparedPost> {
        let (target, text) = text?;
        let text = text.map(|text| writing::compose(&text)).unwrap_or_default();
        let mut post = Post::new(text).with_placement(target.placement.clone());
        post.languages.extend(self.brief.language.clone());
        let can = self.writer.as_ref().map(|writer| writer.capabilities());
        post.ai_generated = can.is_some_and(|can| can.paid)
            || self.image_model.as_ref().is_some_and(|image_model| image_model.capabilities().paid);
        let ratio = shape(rules);
        let wanted = |name: &str| match files.get(name) {
            Some(Ok(media)) => Ok(Some(media.clone())),
            Some(Err(why)) => Err(Error::new(ErrorKind::JobFailed, format!("`{name}` could not be made: {why}"))),
            None => Ok(None),
        };
        if needs_video(rules) {
            let video = wanted(&video_name(ratio))?;
            post.attachments.extend(video.map(|video| attach(rules, video, &concept.alt_text)));
        } else {
            for index in 0..images_of(rules, &self.brief) {
                let photo = self.brief.photos.get(index);
                // A drawn image shows the idea or a fact in words, a photo what its owner says.
                let (image, shows) = match wanted(&image_name(ratio, index))? {
                    Some(image) => (Some(image), index.checked_sub(1).and_then(|fact| self.brief.facts.get(fact))),
                    None => (photo.map(|photo| Media::file(&photo.file)), photo.and_then(|photo| photo.shows.as_ref())),
                };
                let alt = shows.unwrap_or(&concept.alt_text);
                post.attachments.extend(image.map(|image| attach(rules, image, alt)));
            }
        }
        if let Some(link) = self
            .brief
            .link
            .clone()
            .filter(|link| rules.link_card && takes_text(rules) && !post.text.contains(link.as_str()))
        {
            if post.attachments.is_empty() {
                post.link = Some(link);
            } else {
                post.text = format!("{}\n\n{link}", post.text);
            }
        }
        let fitting = run.child("fit").child(label);
        let fitted = publish::fit(&fitting, rules, post, self.enhancer.as_deref()).await?;
        let inspection = publish::inspect(&*target.publisher, &fitted.post).await;
        Ok(PreparedPost {
            target,
            label: label.to_owned(),
            rules: rules.clone(),
            post: fitted.post,
            changes: fitted.changes.iter().map(ToString::to_string).collect(),
            findings: inspection.findings,
        })
    }
}

impl Prepared {
    /// The posts by their labels, or why there is none, in the order of the targets.
    pub fn posts(&self) -> impl Iterator<Item = (&str, &Result<PreparedPost>)> {
        self.posts.iter().map(|(_, label, post)| (label.as_str(), post))
    }

    /// The campaign's run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// A text was filled from a template instead of written.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.spending.degraded
    }

    /// Asks for approval of each post that can be sent, publishes the approved ones side by side, and reports.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) when nobody approves; [`Storage`](ErrorKind::Storage). What becomes of single targets
    /// is in the report.
    pub async fn publish(self) -> Result<Report> {
        let Self { name, run, approver, spending, posts } = self;
        let approver = approver.ok_or_else(|| Error::config("nobody approves: call `approve_with`"))?;
        let mut reports = Vec::new();
        let mut approved = Vec::new();
        for (place, label, post) in posts {
            let mut report = TargetReport {
                target: label,
                platform: place.publisher.platform(),
                placement: place.placement,
                account: None,
                outcome: TargetOutcome::Held("was not reached".to_owned()),
                findings: Vec::new(),
                approval: None,
            };
            match post {
                Err(error) => report.outcome = TargetOutcome::of_error(&error),
                Ok(prepared) => {
                    report.account = Some(prepared.target.account.clone());
                    match approve(&run, &*approver, &prepared, spending.degraded).await {
                        Ok(post) => {
                            report.approval = Some(post.approval().clone());
                            approved.push((reports.len(), (prepared.target, post)));
                        }
                        Err(outcome) => report.outcome = outcome,
                    }
                    report.findings = prepared.findings;
                }
            }
            reports.push(report);
        }
        let (places, approved): (Vec<_>, Vec<_>) = approved.into_iter().unzip();
        let published = publish::publish_all(&run.child("publish"), approved).await;
        for (place, published) in places.into_iter().zip(published) {
            if let Some(report) = reports.get_mut(place) {
                report.outcome = match published.result {
                    Ok(receipt) => TargetOutcome::Taken(receipt),
                    Err(error) => TargetOutcome::of_error(&error),
                };
            }
        }
        Ok(Report {
            name,
            targets: reports,
            cost: spending.cost,
            unpriced_calls: spending.unpriced_calls,
            degraded: spending.degraded,
        })
    }
}

/// The approval of a post: the one that it had already, or a new one.
async fn approve(
    run: &Run,
    approver: &dyn Approver,
    prepared: &PreparedPost,
    degraded: bool,
) -> Result<Approved<Post>, TargetOutcome> {
    let errors: Vec<_> =
        prepared.findings.iter().filter(|f| f.severity == Severity::Error).map(ToString::to_string).collect();
    if !errors.is_empty() {
        return Err(TargetOutcome::Held(format!("the check found: {}", errors.join("; "))));
    }
    let ask = Ask::for_account(prepared.target.account.clone())
        .with_findings(prepared.findings.clone())
        .with_degraded(degraded);
    let asked = Approved::ask(&run.child("approve"), prepared.post.clone(), &ask, approver).await;
    match asked.map_err(|error| TargetOutcome::of_error(&error))? {
        Answer::Approved(post) => Ok(post),
        Answer::Later { why, until } => Err(TargetOutcome::Waiting { why, until }),
        other => Err(match other.approved() {
            Err(error) => TargetOutcome::Held(error.message().to_owned()),
            Ok(_) => TargetOutcome::Held("was not reached".to_owned()),
        }),
    }
}

/// The accounts of the places, and what each target is called: the first of a platform and placement by these, others
/// with their account, so that a target's name stays when others are added behind it.
async fn targets_of(places: &[Place]) -> Result<Vec<(String, Result<Target>)>> {
    let target = |place: &Place| Target::new(place.publisher.clone(), place.placement.clone());
    let targets = join_all(places.iter().map(target)).await;
    let mut named: Vec<(String, Result<Target>)> = Vec::new();
    for (place, target) in places.iter().zip(targets) {
        let mut label = format!("{}-{}", place.publisher.platform(), place.placement);
        if named.iter().any(|(known, _)| *known == label)
            && let Ok(target) = &target
        {
            label = format!("{label} {}", target.account.key);
        }
        let key = target.as_ref().ok().map(Target::key);
        let same = |known: &Result<Target>| known.as_ref().is_ok_and(|known| Some(known.key()) == key);
        if named.iter().any(|(_, known)| same(known)) {
            return Err(Error::invalid("targets", format!("`{label}` is named twice")));
        }
        named.push((label, target));
    }
    Ok(named)
}

/// The part of the campaign's run that belongs to this brief. As long as nothing was paid for or published, a brief may
/// change; afterwards another brief is another campaign.
async fn of_brief(run: &Run, brief: &Brief, photos: &[String]) -> Result<Run> {
    #[derive(Serialize)]
    struct Input<'a> {
        brief: &'a Brief,
        photos: &'a [String],
    }
    // The same campaign may go to more places later.
    let brief = &Brief { targets: Vec::new(), ..brief.clone() };
    let digest = canonical::digest(&Input { brief, photos }).await?;
    let mine = run.child(&format!("brief-{}", digest.hex().get(..12).unwrap_or_default()));
    let at_stake = |of: &Run| of.steps().iter().filter(|step| step.at_stake).count();
    if at_stake(run) > at_stake(&mine) {
        let message = "texts were paid for or posts published in the name of another brief";
        return Err(Error::invalid(
            "run",
            format!("campaign `{}`: {message}; give this one a name of its own", run.name()),
        ));
    }
    Ok(mine)
}

/// Reads every photo's facts, and its digest for the run's binding.
async fn check_photos(brief: &Brief) -> Result<Vec<String>> {
    let mut digests = Vec::new();
    for (index, photo) in brief.photos.iter().enumerate() {
        let name = photo.file.display();
        let at_fault = |error: Error| error.with_field(format!("photos[{index}] `{name}`"));
        let media = Media::file(&photo.file);
        let info = media.info().await.map_err(at_fault)?;
        if info.media_type.kind() != MediaKind::Image {
            let message = format!("the file is {}, not an image", info.media_type.as_mime());
            return Err(at_fault(Error::new(ErrorKind::MediaInvalid, message)));
        }
        let (width, height) = (info.width.unwrap_or(0), info.height.unwrap_or(0));
        if u64::from(width) * u64::from(height) > MAX_PHOTO_PIXELS {
            let message =
                format!("{width} x {height} pixels are too many; allowed are {} million", MAX_PHOTO_PIXELS / 1_000_000);
            return Err(at_fault(Error::new(ErrorKind::MediaInvalid, message)));
        }
        digests.push(media.sha256().await.map_err(at_fault)?);
    }
    Ok(digests)
}

/// A file with its alt text, where the platform takes one.
fn attach(rules: &Rules, media: Media, alt_text: &str) -> Attachment {
    let attachment = Attachment::new(media);
    if rules.alt_text.is_some() { attachment.with_alt_text(alt_text) } else { attachment }
}

fn takes_text(rules: &Rules) -> bool {
    [true, false].iter().any(|files| rules.text.accepts(*files))
}

fn needs_video(rules: &Rules) -> bool {
    rules.media.videos.minimum.is_some_and(|minimum| minimum > 0) || (rules.image.is_none() && rules.video.is_some())
}

/// How many images a target gets: as many as it must have, a carousel up to four, and one where they are welcome.
fn images_of(rules: &Rules, brief: &Brief) -> usize {
    let minimum = rules.media.images.minimum.max(rules.media.together.minimum).unwrap_or(0);
    let maximum = rules.media.images.maximum.unwrap_or(usize::MAX);
    let wished = if rules.placement == Placement::CAROUSEL { (1 + brief.facts.len()).min(4) } else { 1 };
    if rules.image.is_none() { 0 } else { wished.max(minimum).min(maximum) }
}

/// The shape that shows best in a placement, within its rules.
fn shape(rules: &Rules) -> AspectRatio {
    let one_of = |placements: &[Placement]| placements.contains(&rules.placement);
    let wished = if one_of(&[Placement::REEL, Placement::STORY, Placement::SHORT]) {
        AspectRatio::VERTICAL
    } else if one_of(&[Placement::VIDEO, Placement::ARTICLE]) {
        AspectRatio::WIDE
    } else {
        AspectRatio::PORTRAIT
    };
    let allowed = match (&rules.image, &rules.video) {
        (_, Some(video)) if needs_video(rules) => video.aspect_ratio,
        (Some(image), _) => image.aspect_ratio,
        _ => publish::Span::ANY,
    };
    let candidates = [wished, AspectRatio::PORTRAIT, AspectRatio::SQUARE, AspectRatio::WIDE, AspectRatio::VERTICAL];
    candidates.into_iter().find(|ratio| allowed.contains(ratio.value())).unwrap_or(wished)
}

fn image_name(ratio: AspectRatio, index: usize) -> String {
    format!("image-{}x{}-{}", ratio.width, ratio.height, index + 1)
}

fn video_name(ratio: AspectRatio) -> String {
    format!("video-{}x{}", ratio.width, ratio.height)
}
