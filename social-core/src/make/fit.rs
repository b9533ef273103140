//! Making a request fit before it is paid.

use std::borrow::Cow;
use std::fmt;

use super::condition::{Condition, OptionValue, Scalar, Test};
use super::request::{MakeCapabilities, MakeRequest, refusal, shown};
use crate::error::Result;
use crate::host::{self, MediaHost};
use crate::image::AspectRatio;
use crate::media::Media;
use crate::run::Run;

/// A request that a maker can honour, and what was changed for that.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FittedRequest<R> {
    /// The request.
    pub request: R,
    /// What was changed, in order.
    pub adjustments: Vec<Adjustment>,
}

/// An option that was changed so that the request fits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adjustment {
    /// The option's name.
    pub option: Cow<'static, str>,
    /// What was done and why, as a sentence.
    pub message: String,
}

impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.option, self.message)
    }
}

/// Makes a request fit what a maker can do, before anything is paid: the nearest shape and length
/// are chosen, files are hosted where they are taken by public address only, and an option that
/// another one fixes is left out. Each change is named in the result; what cannot be changed is an
/// error.
///
/// # Errors
/// As [`MakeRequest::check`], naming the option; what the host fails with.
pub async fn fit<R: MakeRequest>(
    run: &Run,
    mut request: R,
    can: &R::Capabilities,
    host: Option<&MediaHost>,
) -> Result<FittedRequest<R>> {
    request.validate()?;
    let mut conditions = can.conditions();
    // An option that is left out needs no other value.
    conditions.sort_by_key(|condition| condition.when.is_empty());
    let mut adjustments = Vec::new();
    for _ in 0..=conditions.len() {
        let Some(broken) = conditions.iter().find(|condition| !condition.holds(|name| request.option(name))) else {
            break;
        };
        let option = broken.that.option.clone();
        let message = mend(run, &mut request, broken, host).await?;
        adjustments.push(Adjustment { option, message });
    }
    // Conditions that exclude each other are never met.
    request.check(can)?;
    Ok(FittedRequest { request, adjustments })
}

/// Changes the one option so that the condition holds, and says how.
async fn mend<R: MakeRequest>(
    run: &Run,
    request: &mut R,
    broken: &Condition,
    host: Option<&MediaHost>,
) -> Result<String> {
    let option = &*broken.that.option;
    let given = request.option(option);
    let (before, refused) = (shown(&given), refusal(request, broken));
    match (&broken.that.test, nearest(&broken.that.test, &given)) {
        (Test::Remote, _) => {
            let Some(host) = host else { return Err(refused) };
            for (name, media) in request.files_mut() {
                if name == option {
                    let remote = host::public(run, host, media, None).await.map_err(|e| e.with_field(name))?;
                    *media = Media::Remote(remote);
                }
            }
            Ok("hosted at a public address".to_owned())
        }
        (Test::Unset, _) if !broken.when.is_empty() && request.set_option(option, None) => {
            Ok(format!("{before} is left out: {}", reason(broken)))
        }
        (_, Some(value)) if request.set_option(option, Some(&value)) => {
            Ok(format!("{value} instead of {before}, the nearest that is offered{}", when(broken)))
        }
        _ => Err(refused),
    }
}

fn when(broken: &Condition) -> String {
    let when: Vec<_> = broken.when.iter().map(ToString::to_string).collect();
    if when.is_empty() { String::new() } else { format!(" when {}", when.join(" and ")) }
}

fn reason(broken: &Condition) -> String {
    if broken.because.is_empty() { format!("it is not offered{}", when(broken)) } else { broken.because.to_string() }
}

/// The value nearest to the given one that passes: of numbers and shapes, since words have no
/// distance.
fn nearest(test: &Test, given: &OptionValue<'_>) -> Option<Scalar> {
    let number = match given {
        OptionValue::Scalar(Scalar::Number(number)) => *number,
        OptionValue::Text(text) => ratio(text)?,
        _ => return None,
    };
    let closest = |values: &[Scalar], measure: &dyn Fn(&Scalar) -> Option<f64>| {
        let distances = values.iter().filter_map(|value| Some((value, (measure(value)? - number).abs())));
        distances.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(value, _)| value.clone())
    };
    match (test, given) {
        (Test::OneOf(values), OptionValue::Text(_)) => closest(values, &|value| match value {
            Scalar::Text(text) => ratio(text),
            _ => None,
        }),
        (Test::OneOf(values), _) => closest(values, &|value| match value {
            Scalar::Number(number) => Some(*number),
            _ => None,
        }),
        (Test::AtMost(limit) | Test::AtLeast(limit), OptionValue::Scalar(_)) => Some(Scalar::Number(*limit)),
        (Test::Whole, OptionValue::Scalar(_)) => Some(Scalar::Number(number.round().max(1.0))),
        _ => None,
    }
}

/// The logarithm of a shape, so that 2:1 and 1:2 are equally far from 1:1.
fn ratio(text: &str) -> Option<f64> {
    text.parse::<AspectRatio>().ok().map(|ratio| ratio.value().ln())
}
