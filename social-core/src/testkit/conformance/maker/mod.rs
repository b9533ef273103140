//! One suite for every kind of maker.

mod batch;
mod embed;
mod enhance;
mod host;
mod image;
mod moderate;
mod music;
mod render;
mod speech;
mod video;

use std::sync::Arc;

use super::subject::{Subject, Violations};
use super::trial::{Trial, Variant};
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::media::Media;
use crate::testkit::scene::Lasting;

/// What the suite has to know about a kind of request.
pub trait TestRequest: MakeRequest {
    /// Whether a paid call must never be made twice. What costs little and can be had again may be.
    const ONCE: bool = true;

    /// What is wrong with an output.
    fn unsound(&self, output: &Self::Output) -> Option<String>;

    /// Another request of the same kind, for what must be kept apart.
    fn another(&self) -> Option<Self> {
        None
    }

    /// The words that must stand in the vendor's requests as they are.
    fn words(&self) -> Vec<&str> {
        Vec::new()
    }

    /// This request with one option set, for every option: values that are offered, and values that
    /// are not.
    fn variants(&self, can: &Self::Capabilities, samples: &Samples) -> Vec<Variant<Self>>;
}

/// Files for options that take one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Samples {
    /// An image.
    pub image: Media,
    /// A video.
    pub video: Media,
}

/// Tries a maker: `maker(&subject, &ImageRequest::new("a red door"))`.
///
/// # Errors
/// All that is wrong.
pub async fn maker<R: TestRequest>(subject: &Subject<dyn Maker<R>>, request: &R) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let scene = Lasting::default().scene((subject.vendor)().transport()).await;
    let connected = scene.and_then(|scene| (subject.connect)(&scene));
    let (address, can) = match connected {
        Ok(maker) => (maker.address().clone(), maker.capabilities()),
        Err(error) => {
            violations.add(format!("it cannot be connected: {error:?}"));
            return violations.verdict();
        }
    };
    let another = request.another();
    let trial = Trial {
        subject,
        request,
        another: another.as_ref(),
        call: |maker: Arc<dyn Maker<R>>, run, request: R| async move { maker.make(&run, &request).await },
        sound: |made: &Made<R::Output>| {
            if made.address != address {
                return Some(format!("the result names {}, the maker is {address}", made.address));
            }
            if made.generated != can.generative() {
                return Some(format!("`generated` is {}, the capabilities say otherwise", made.generated));
            }
            request.unsound(&made.value)
        },
    };
    let exchanges = Box::pin(trial.common(&mut violations)).await;
    Box::pin(trial.cancelled(&mut violations)).await;
    Box::pin(trial.words(&mut violations, &request.words())).await;
    Box::pin(trial.bound(&mut violations)).await;
    let samples = Samples { image: subject.image(), video: subject.video.clone() };
    Box::pin(trial.options(&mut violations, request.variants(&can, &samples))).await;
    if (can.paid() && R::ONCE) || subject.count.is_some() {
        Box::pin(trial.once(&mut violations)).await;
        Box::pin(trial.in_doubt(&mut violations, exchanges)).await;
        Box::pin(trial.beside_others(&mut violations, exchanges, |_| None)).await;
        Box::pin(trial.jobs(&mut violations, exchanges)).await;
    }
    violations.verdict()
}

/// Whether a file that was made is not kept with the run.
fn is_elsewhere(media: &Media) -> Option<String> {
    matches!(media, Media::Remote(_)).then(|| "a file is left at an address and not kept with the run".to_owned())
}

/// Variants of an option with a list of values: each of them, and one that is on no list.
fn choice<R, T: Clone + PartialEq>(
    option: &'static str,
    offered: Option<&Vec<T>>,
    odd: T,
    set: impl Fn(T) -> R,
) -> Vec<Variant<R>> {
    let refused = Variant { option, offered: offered.map(|_| false), request: set(odd), beside: None };
    let values = offered.into_iter().flatten().cloned();
    let offered = values.map(|value| Variant { option, offered: Some(true), request: set(value), beside: None });
    offered.chain([refused]).collect()
}

/// Variants of an option with a maximum: the maximum where it is small, and one more.
fn limit<R>(option: &'static str, maximum: Option<u64>, from: u64, set: impl Fn(u64) -> R) -> Vec<Variant<R>> {
    let Some(maximum) = maximum else { return Vec::new() };
    let offered = (maximum >= from).then(|| Variant { option, offered: Some(true), request: set(from), beside: None });
    let request = set(maximum.saturating_add(1));
    let refused = Variant { option, offered: Some(false), request, beside: None };
    offered.into_iter().chain([refused]).collect()
}

/// The variant of an option that is offered or not.
fn flag<R>(option: &'static str, offered: bool, request: R) -> Variant<R> {
    Variant { option, offered: Some(offered), request, beside: None }
}

/// A field that no vendor knows.
const EXTRA: (&str, &str) = ("x_conformance", "passed on");
