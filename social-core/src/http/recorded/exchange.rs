//! The form of a recorded exchange.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value, json};

use crate::error::{Error, ErrorKind, Result};

/// One request and its answer, written down as JSON.
///
/// ```json
/// {"host": "api.example",
///  "request":  {"method": "POST", "path": "/v1/posts?draft=1", "headers": {}, "body": {"text": "hi"}},
///  "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": {"id": 1}}}
/// ```
///
/// A body is `null`, JSON, a string or `{"$text": "..."}` (anything that is text), or
/// `{"$base64": "..."}` (anything else). JSON is kept as a value: white space and the order of keys
/// are not. Request bodies of which only a description was kept (`$multipart`, `$binary_bytes`) are
/// [`RecordedBody::Described`]. A `recording` that begins with `payload-lines` marks an answer that
/// holds one server-sent event's data per line; reading puts the framing back. Unknown fields are
/// ignored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exchange {
    /// Whose answer it is, where that is noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The host, with its port if that is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What was asked.
    pub request: RecordedRequest,
    /// What was answered.
    pub response: RecordedResponse,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers, names in lower case, without secrets.
    #[serde(default, deserialize_with = "lower_case")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: RecordedBody,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedResponse {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    #[serde(default, deserialize_with = "lower_case")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: RecordedBody,
}

/// A body, as readable as it can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RecordedBody {
    /// Nothing.
    #[default]
    Empty,
    /// An object or a list.
    Json(Value),
    /// Other text: forms, event streams, lines of JSON.
    Text(String),
    /// Anything else.
    Bytes(Bytes),
    /// Not kept, only described: `{"$binary_bytes": 1048576}`, `{"$multipart": [...]}`.
    Described(Value),
}

impl RecordedBody {
    /// Sorts bytes into the most readable form.
    #[must_use]
    pub fn of(bytes: Bytes) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        match serde_json::from_slice(&bytes) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => Self::Json(value),
            _ => match String::from_utf8(bytes.into()) {
                Ok(text) => Self::Text(text),
                Err(e) => Self::Bytes(e.into_bytes().into()),
            },
        }
    }

    /// The bytes; none for a body that is only described.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        match self {
            Self::Empty | Self::Described(_) => Bytes::new(),
            Self::Json(value) => value.to_string().into(),
            Self::Text(text) => Bytes::copy_from_slice(text.as_bytes()),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl Serialize for RecordedBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_unit(),
            Self::Json(Value::Object(fields)) if is_marked(fields) => {
                json!({ "$text": Value::Object(fields.clone()).to_string() }).serialize(serializer)
            }
            Self::Json(value) | Self::Described(value) => value.serialize(serializer),
            Self::Text(text) => json!({ "$text": text }).serialize(serializer),
            Self::Bytes(bytes) => json!({ "$base64": STANDARD.encode(bytes) }).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RecordedBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Empty,
            Value::String(text) => Self::Text(text),
            Value::Object(fields) if is_marked(&fields) => match (fields.get("$text"), fields.get("$base64")) {
                (Some(Value::String(text)), _) => Self::Text(text.clone()),
                (_, Some(Value::String(text))) => Self::Bytes(STANDARD.decode(text).map_err(de::Error::custom)?.into()),
                _ => Self::Described(Value::Object(fields)),
            },
            value => Self::Json(value),
        })
    }
}

/// Whether an object says something about a body instead of being one.
fn is_marked(fields: &Map<String, Value>) -> bool {
    fields.keys().next().is_some_and(|name| name.starts_with('$'))
}

fn lower_case<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let headers = Option::<BTreeMap<String, String>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
}

impl<'de> Deserialize<'de> for Exchange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Outer {
            vendor: Option<String>,
            host: Option<String>,
            recording: Option<String>,
            request: Inner,
            response: RecordedResponse,
        }
        #[derive(Deserialize)]
        struct Inner {
            host: Option<String>,
            #[serde(flatten)]
            request: RecordedRequest,
        }
        let Outer { vendor, host, recording, request, mut response } = Outer::deserialize(deserializer)?;
        if recording.is_some_and(|recording| recording.starts_with("payload-lines"))
            && let RecordedBody::Text(lines) = &response.body
        {
            response.body = RecordedBody::Text(framed(lines, &request.request.path));
            response.headers.entry("content-type".to_owned()).or_insert_with(|| "text/event-stream".to_owned());
        }
        Ok(Self { vendor, host: host.or(request.host), request: request.request, response })
    }
}

/// One event per line. Chat completions end with a word of their own.
fn framed(lines: &str, path: &str) -> String {
    let mut events = String::new();
    for line in lines.lines().filter(|line| !line.is_empty()) {
        // Writing into a string does not fail.
        let _ = write!(events, "data: {line}\n\n");
    }
    let path = path.split('?').next().unwrap_or_default();
    if path.ends_with("/chat/completions") {
        events.push_str("data: [DONE]\n\n");
    }
    events
}

impl Exchange {
    /// The path of the request, without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.request.path.split('?').next().unwrap_or_default()
    }

    /// Reads one exchange.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) when it is not of the form above.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        serde_json::from_slice(json.as_ref())
            .map_err(|e| Error::invalid("exchange", format!("this is not a recorded exchange: {e}")).with_source(e))
    }

    /// Reads a file with one exchange.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when it cannot be read, and as
    /// [`from_json`](Self::from_json).
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let json = std::fs::read(path).map_err(|e| {
            Error::new(ErrorKind::Storage, format!("{} cannot be read: {e}", path.display())).with_source(e)
        })?;
        Self::from_json(json)
    }

    /// Writes the exchange as indented JSON.
    ///
    /// # Errors
    /// None in practice: everything in it has a JSON form.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self)
            .map_err(|e| Error::new(ErrorKind::Storage, "the exchange cannot be written as JSON").with_source(e))
    }
}
