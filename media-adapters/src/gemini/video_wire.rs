//! Veo's JSON, in AI Studio and on Vertex AI.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use url::Url;

use super::wire::base64;

#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) instances: [Instance<'a>; 1],
    pub(super) parameters: Parameters<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Instance<'a> {
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<Frame>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_frame: Option<Frame>,
}

#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Frame {
    Inline {
        #[serde(serialize_with = "base64")]
        bytes_base64_encoded: Bytes,
        mime_type: &'static str,
    },
    /// In a bucket, `gs://`.
    Bucket { gcs_uri: Url, mime_type: &'static str },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters<'a> {
    pub(super) sample_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) generate_audio: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Question<'a> {
    pub(super) operation_name: &'a str,
}

/// A job. While it runs, `done` is absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) done: bool,
    pub(super) error: Option<Status>,
    pub(super) response: Option<Outcome>,
}

/// Why a job failed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    /// A number of `google.rpc.Code`, or an HTTP status.
    pub(super) code: i64,
    pub(super) message: String,
    pub(super) status: Option<String>,
}

/// What came of a job.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Outcome {
    /// AI Studio: the rest is in here.
    pub(super) generate_video_response: Option<Box<Outcome>>,
    /// AI Studio.
    pub(super) generated_samples: Vec<Sample>,
    /// Vertex AI.
    pub(super) videos: Vec<Video>,
    pub(super) rai_media_filtered_count: u32,
    pub(super) rai_media_filtered_reasons: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sample {
    pub(super) video: Video,
}

/// A video of either interface: at an address, in a bucket, or in the answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Video {
    pub(super) uri: Option<Url>,
    pub(super) gcs_uri: Option<String>,
    /// Base64, which was dropped; older answers of AI Studio call it `encodedVideo`.
    #[serde(alias = "encodedVideo")]
    pub(super) bytes_base64_encoded: Option<String>,
}
