//! Models that a vendor hosts for others: each has names of its own for the options of a request,
//! which are data here.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use social_core::error::Stage;
use social_core::http::Endpoint;
use social_core::media::{MediaType, RemoteMedia};
use social_core::{Error, ErrorKind};
use url::Url;

use crate::input::{self, Input};

/// The image formats that the hosts' pages name.
pub(crate) const FORMATS: &[MediaType] = &[MediaType::Jpeg, MediaType::Png, MediaType::Webp];

/// The field of an option, and the values that the model offers for it, where they are known.
#[derive(Debug)]
pub(crate) struct Choice<T: 'static> {
    pub(crate) field: &'static str,
    pub(crate) offered: Option<&'static [T]>,
}

impl<T> Choice<T> {
    /// Any value is passed on.
    pub(crate) const fn any(field: &'static str) -> Self {
        Self { field, offered: None }
    }

    /// One of these values.
    pub(crate) const fn of(field: &'static str, offered: &'static [T]) -> Self {
        Self { field, offered: Some(offered) }
    }

    /// The values for a capability record; nothing for an option without a field.
    pub(crate) fn offered(choice: Option<&Self>) -> Option<&'static [T]> {
        choice.map_or(Some(&[]), |choice| choice.offered)
    }
}

/// A value of a request to a hosted model.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Field {
    Text(String),
    Number(i64),
    Flag(bool),
    Pixels {
        width: u32,
        height: u32,
    },
    /// An address or a `data:` URL.
    Image(Input),
    Images(Vec<Input>),
    /// An address or bare base64.
    #[serde(serialize_with = "input::bare")]
    Bare(Input),
}

/// A request to a hosted model, in the model's own names.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(&'static str, Field)>);

impl Fields {
    pub(crate) fn set(&mut self, field: &'static str, value: Field) {
        self.0.push((field, value));
    }

    /// Sets an option for which the model has a field.
    pub(crate) fn option<V>(&mut self, field: Option<&'static str>, value: Option<V>, write: impl FnOnce(V) -> Field) {
        if let (Some(field), Some(value)) = (field, value) {
            self.set(field, write(value));
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What a filter is called in the reasons that hosts give, which are free text.
const REFUSALS: [&str; 6] = ["nsfw", "sensitive", "content policy", "moderat", "flagged", "safety"];

/// A job that failed, or content that a filter refused.
pub(crate) fn failed(endpoint: &Endpoint, reason: Option<&str>) -> Error {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let Some(reason) = reason else {
        return endpoint.error(ErrorKind::JobFailed, "the job failed, and the vendor gave no reason");
    };
    if is_refusal(reason) {
        return withheld(endpoint, reason.to_owned());
    }
    endpoint.error(ErrorKind::JobFailed, reason.to_owned())
}

/// Whether a reason in free text tells of a filter.
pub(crate) fn is_refusal(reason: &str) -> bool {
    let lower = reason.to_ascii_lowercase();
    REFUSALS.iter().any(|word| lower.contains(word))
}

/// What was made is refused by a filter.
pub(crate) fn withheld(endpoint: &Endpoint, reason: impl Into<String>) -> Error {
    Error::rejected(Stage::Output, None, reason.into()).with_vendor(endpoint.vendor())
}

/// A file of a result: at an address, or as a `data:` URL or bare base64.
pub(crate) fn file(text: &str) -> Option<RemoteMedia> {
    let inline = || Url::parse(&format!("data:application/octet-stream;base64,{text}"));
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "data"));
    let is_base64 =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let url = url.or_else(|| is_base64(text).then(inline)?.ok())?;
    Some(RemoteMedia { url, expires_at: None })
}

#[cfg(test)]
mod tests {
    //! Stands on reasons that are recorded or documented in `../shared`; the others are invented.

    use super::*;

    #[test]
    fn reasons_are_told_apart() {
        let endpoint = Endpoint::builder("host", "https://host.example").build().unwrap();
        for (reason, kind) in [
            ("Content flagged as potentially sensitive. Please try different prompts or images.", ErrorKind::Rejected),
            ("NSFW content detected. Try running it again, or try a different prompt.", ErrorKind::Rejected),
            ("CUDA out of memory", ErrorKind::JobFailed),
            (" ", ErrorKind::JobFailed),
        ] {
            assert_eq!(failed(&endpoint, Some(reason)).kind(), kind, "{reason}");
        }
    }

    #[test]
    fn files_come_as_addresses_and_as_base64() {
        let url = |text| file(text).map(|file| file.url.to_string());
        assert_eq!(url("https://cdn.example/a.png").as_deref(), Some("https://cdn.example/a.png"));
        assert_eq!(url("data:image/png;base64,Zm9v").as_deref(), Some("data:image/png;base64,Zm9v"));
        assert_eq!(url("Zm9v").as_deref(), Some("data:application/octet-stream;base64,Zm9v"));
        for none in ["", "no file", "ftp://cdn.example/a.png", "file:///etc/passwd"] {
            assert_eq!(url(none), None, "{none}");
        }
    }
}
