//! What a model excludes, as data: tests on the options of a request, by the options' names.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::image::AspectRatio;
use crate::media::{Media, MediaType};

/// A value of an option: `true`, `10`, `"1080p"`, `"9:16"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    Flag(bool),
    /// A number; lengths of time are seconds.
    Number(f64),
    /// A word or text; shapes are `WIDTH:HEIGHT`.
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Scalar {
    /// Gives an option of a request this value, or takes it out; `false` for a value of another
    /// type.
    pub fn assign<T: FromStr>(value: Option<&Self>, to: &mut Option<T>) -> bool {
        let Some(value) = value else {
            *to = None;
            return true;
        };
        let parsed = value.to_string().parse().ok();
        let fits = parsed.is_some();
        if fits {
            *to = parsed;
        }
        fits
    }
}

macro_rules! scalar {
    ($($from:ty => |$value:ident| $scalar:expr),* $(,)?) => {$(
        impl From<$from> for Scalar {
            fn from($value: $from) -> Self {
                $scalar
            }
        }
    )*};
}

scalar! {
    bool => |flag| Self::Flag(flag),
    u32 => |number| Self::Number(f64::from(number)),
    f64 => |number| Self::Number(number),
    &str => |text| Self::Text(text.to_owned()),
    String => |text| Self::Text(text),
    MediaType => |format| Self::Text(format.as_mime().to_owned()),
    AspectRatio => |ratio| Self::Text(ratio.to_string()),
}

/// What a request says about an option.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OptionValue<'a> {
    /// Nothing.
    Unset,
    /// A flag or a number.
    Scalar(Scalar),
    /// A word or a text.
    Text(Cow<'a, str>),
    /// Several words.
    Words(Vec<Cow<'a, str>>),
    /// Files.
    Files(Vec<&'a Media>),
    /// Something with this many parts, of which only the number can be tested.
    Parts(usize),
}

impl<'a> OptionValue<'a> {
    /// This value, or nothing.
    pub fn scalar(value: Option<impl Into<Scalar>>) -> Self {
        match value.map(Into::into) {
            None => Self::Unset,
            Some(Scalar::Text(text)) => Self::Text(text.into()),
            Some(scalar) => Self::Scalar(scalar),
        }
    }

    /// This text; blank is unset.
    #[must_use]
    pub fn text(text: Option<&'a str>) -> Self {
        match text {
            Some(text) if !text.trim().is_empty() => Self::Text(text.into()),
            _ => Self::Unset,
        }
    }

    /// These words; none is unset.
    pub fn words(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words: Vec<_> = words.into_iter().map(Cow::Borrowed).collect();
        if words.is_empty() { Self::Unset } else { Self::Words(words) }
    }

    /// These files; none is unset.
    pub fn files(files: impl IntoIterator<Item = &'a Media>) -> Self {
        let files: Vec<_> = files.into_iter().collect();
        if files.is_empty() { Self::Unset } else { Self::Files(files) }
    }

    /// So many parts; none is unset.
    #[must_use]
    pub fn parts(count: usize) -> Self {
        if count == 0 { Self::Unset } else { Self::Parts(count) }
    }

    /// What [`Test::AtMost`] compares: the number, the characters of a text, the number of files or
    /// parts.
    #[must_use]
    pub fn size(&self) -> f64 {
        match self {
            Self::Unset | Self::Scalar(Scalar::Flag(_)) => 0.0,
            Self::Scalar(Scalar::Number(number)) => *number,
            Self::Scalar(Scalar::Text(text)) => text.chars().count() as f64,
            Self::Text(text) => text.chars().count() as f64,
            Self::Words(words) => words.len() as f64,
            Self::Files(files) => files.len() as f64,
            Self::Parts(count) => *count as f64,
        }
    }

    fn is(&self, value: &Scalar) -> bool {
        match (self, value) {
            (Self::Scalar(set), value) => set == value,
            (Self::Text(set), Scalar::Text(value)) => set == value,
            _ => false,
        }
    }
}

/// A test on the value of one option.
///
/// An option that is not set passes every test but [`Set`](Self::Set): what is not asked for
/// excludes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Test {
    /// It is given.
    Set,
    /// It is not given.
    Unset,
    /// It is one of these, or each of its words is.
    OneOf(Vec<Scalar>),
    /// A number of at most so much; a text of at most so many characters; at most so many files or
    /// parts.
    AtMost(f64),
    /// A number of at least so much, or as [`AtMost`](Self::AtMost).
    AtLeast(f64),
    /// A whole number.
    Whole,
    /// Its files are at public addresses.
    Remote,
}

impl Test {
    /// One of these values.
    pub fn one_of<T: Into<Scalar>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::OneOf(values.into_iter().map(Into::into).collect())
    }

    /// This value.
    pub fn is(value: impl Into<Scalar>) -> Self {
        Self::OneOf(vec![value.into()])
    }

    /// Whether the value passes.
    #[must_use]
    pub fn passes(&self, value: &OptionValue<'_>) -> bool {
        match (self, value) {
            (Self::Set, value) => *value != OptionValue::Unset,
            (_, OptionValue::Unset) => true,
            (Self::Unset, _) => false,
            (Self::OneOf(values), OptionValue::Words(words)) => {
                words.iter().all(|word| values.iter().any(|value| OptionValue::Text(word.clone()).is(value)))
            }
            (Self::OneOf(values), value) => values.iter().any(|allowed| value.is(allowed)),
            (Self::AtMost(maximum), value) => value.size() <= *maximum,
            (Self::AtLeast(minimum), value) => value.size() >= *minimum,
            (Self::Whole, value) => value.size().fract() == 0.0,
            (Self::Remote, OptionValue::Files(files)) => files.iter().all(|file| matches!(file, Media::Remote(_))),
            (Self::Remote, _) => true,
        }
    }

    /// Whether it holds of an option that something depends on: there, what is not set is not
    /// meant.
    fn holds(&self, value: &OptionValue<'_>) -> bool {
        self.passes(value) && (*value != OptionValue::Unset || *self == Self::Unset)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set => f.write_str("is set"),
            Self::Unset => f.write_str("is not set"),
            Self::OneOf(values) => {
                f.write_str("is ")?;
                for (index, value) in values.iter().enumerate() {
                    let before = if index == 0 { "" } else { " or " };
                    write!(f, "{before}{value}")?;
                }
                Ok(())
            }
            Self::AtMost(maximum) => write!(f, "is at most {maximum}"),
            Self::AtLeast(minimum) => write!(f, "is at least {minimum}"),
            Self::Whole => f.write_str("is a whole number"),
            Self::Remote => f.write_str("is at a public address"),
        }
    }
}

/// A test on an option of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// The option's name, which is the name of the request's field.
    pub option: Cow<'static, str>,
    /// The test.
    pub test: Test,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.option, self.test)
    }
}

/// What must hold of a request, always or when other options say so.
///
/// ```
/// use social_core::make::{Condition, Test};
///
/// let shape = Condition::that("aspect_ratio", Test::Unset)
///     .when("first_frame", Test::Set)
///     .because("a video that starts from an image has the image's shape");
/// let long = Condition::that("duration", Test::is(8.0)).when("resolution", Test::is("1080p"));
/// assert_eq!(long.to_string(), "duration is 8 when resolution is 1080p");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Condition {
    /// What must hold.
    pub that: Clause,
    /// When; all of these together. Empty means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Clause>,
    /// Why, as part of a sentence for the person whose request is refused or changed.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub because: Cow<'static, str>,
}

impl Condition {
    /// The option must always pass the test.
    #[must_use]
    pub fn that(option: impl Into<Cow<'static, str>>, test: Test) -> Self {
        Self { that: Clause { option: option.into(), test }, when: Vec::new(), because: Cow::Borrowed("") }
    }

    /// Only when this option passes this test, too.
    #[must_use]
    pub fn when(mut self, option: impl Into<Cow<'static, str>>, test: Test) -> Self {
        self.when.push(Clause { option: option.into(), test });
        self
    }

    /// Says why.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.because = reason.into();
        self
    }

    /// Whether the options keep to it.
    #[must_use]
    pub fn holds<'a>(&self, option: impl Fn(&str) -> OptionValue<'a>) -> bool {
        let applies = self.when.iter().all(|clause| clause.test.holds(&option(&clause.option)));
        !applies || self.that.test.passes(&option(&self.that.option))
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.that)?;
        for (index, clause) in self.when.iter().enumerate() {
            write!(f, " {} {clause}", if index == 0 { "when" } else { "and" })?;
        }
        if self.because.is_empty() { Ok(()) } else { write!(f, ": {}", self.because) }
    }
}
