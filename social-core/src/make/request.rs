//! What a request and a capability record are.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::condition::{Condition, OptionValue, Scalar, Test};
use crate::error::{Error, Result};
use crate::media::Media;
use crate::money::{Cost, Price, Usage};

/// A request for something that a [`Maker`](super::Maker) makes.
///
/// The options have the names of the request's fields. They are read and changed by name, so that
/// the conditions of a model are data; see [`Condition`].
pub trait MakeRequest: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What is made, in a word: `image`.
    const NAME: &'static str;

    /// What comes of it.
    type Output: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// What makers of it can do.
    type Capabilities: MakeCapabilities;

    /// What the request says about an option; [`Unset`](OptionValue::Unset) for a name that it does
    /// not know.
    fn option(&self, name: &str) -> OptionValue<'_>;

    /// Gives an option another value, or takes it out. `false`: this option is not changed by
    /// anybody but the caller.
    fn set_option(&mut self, name: &str, value: Option<&Scalar>) -> bool;

    /// Its files, each with the name of its option.
    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)>;

    /// Refuses what no model could make.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) naming the field.
    fn validate(&self) -> Result<()>;

    /// The maximum that it may use, for budgets, with the [terms](Usage::terms) that prices depend
    /// on.
    fn estimate(&self) -> Usage;

    /// What the parts of an output cost that are priced one by one, by their usage; it notes each
    /// cost in its part. `None` for an output that has one price as a whole.
    fn price(output: &mut Self::Output, price: &dyn Fn(&Usage) -> Option<Cost>) -> Option<Cost> {
        let _ = (output, price);
        None
    }

    /// Refuses what is asked beyond the capabilities. It reads no file.
    ///
    /// # Errors
    /// As [`validate`](Self::validate); [`Unsupported`](crate::ErrorKind::Unsupported) naming the
    /// option, its value and what is offered.
    fn check(&self, can: &Self::Capabilities) -> Result<()> {
        self.validate()?;
        let broken = can.conditions().into_iter().find(|condition| !condition.holds(|name| self.option(name)));
        broken.map_or(Ok(()), |condition| Err(refusal(self, &condition)))
    }

    /// Which part of the request it is that breaks a condition, for people; `None` where it is the
    /// whole.
    fn part(&self, broken: &Condition) -> Option<String> {
        let _ = broken;
        None
    }
}

/// What a maker can do, as data.
///
/// An option that the record does not offer is refused by name. Of a model about which nothing is
/// known, little is assumed and nothing is refused.
pub trait MakeCapabilities: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Whether a call is billed. A lost call of a free maker is simply made again.
    fn paid(&self) -> bool;

    /// What a call costs, where that is known.
    fn price(&self) -> Option<&Price>;

    /// Says what a call costs.
    #[must_use]
    fn with_price(self, price: Price) -> Self;

    /// Whether a generative model does the work, as opposed to a renderer, a template or a server.
    fn generative(&self) -> bool;

    /// All that a request has to keep to: what the fields of the record exclude, and the conditions
    /// beside them.
    fn conditions(&self) -> Vec<Condition>;

    /// What both can do.
    #[must_use]
    fn and(self, other: Self) -> Self;
}

/// Says in an error what is broken, what was given and what is allowed.
pub(super) fn refusal<R: MakeRequest>(request: &R, broken: &Condition) -> Error {
    let option = broken.that.option.clone();
    let given = request.option(&option);
    let size = given.size();
    let list = |values: &[Scalar]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let what = match (&broken.that.test, &given) {
        (Test::OneOf(values), _) if values.is_empty() => "is not offered".to_owned(),
        (Test::OneOf(values), given) => format!("{} is not offered, only {}", shown(given), list(values)),
        (Test::Unset, _) => "is not offered".to_owned(),
        (Test::Set, _) => "is missing".to_owned(),
        (Test::AtMost(maximum), OptionValue::Text(_)) => format!("{size} characters, at most {maximum}"),
        (Test::AtMost(maximum), _) => format!("{size}, at most {maximum}"),
        (Test::AtLeast(minimum), _) => format!("{size}, at least {minimum}"),
        (Test::Whole, _) => format!("{size} is not a whole number"),
        (Test::Remote, _) => "files are taken by public address only; give a media host or a public address".to_owned(),
    };
    let when: Vec<_> = broken.when.iter().map(ToString::to_string).collect();
    let when = if when.is_empty() { String::new() } else { format!(" when {}", when.join(" and ")) };
    let because = if broken.because.is_empty() { String::new() } else { format!(": {}", broken.because) };
    let part = request.part(broken).map_or_else(String::new, |part| format!("{part}: "));
    let message = format!("{part}{what}{when}{because}");
    match broken.that.test {
        Test::Set => Error::invalid(option, message),
        _ => Error::unsupported(option, message),
    }
}

/// A value for people; long texts and files are not shown.
pub(super) fn shown(value: &OptionValue<'_>) -> String {
    match value {
        OptionValue::Unset => "nothing".to_owned(),
        OptionValue::Scalar(scalar) => scalar.to_string(),
        OptionValue::Text(text) if text.len() <= 60 => format!("`{text}`"),
        OptionValue::Text(_) => "the text".to_owned(),
        OptionValue::Words(words) => words.join(", "),
        OptionValue::Files(files) => format!("{} files", files.len()),
        OptionValue::Parts(count) => format!("{count}"),
    }
}
