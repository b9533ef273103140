//! Leonardo's JSON.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use url::Url;

/// A generation of the first API.
#[derive(Debug, Serialize)]
pub(super) struct NewGeneration<'a> {
    pub(super) prompt: &'a str,
    #[serde(rename = "modelId")]
    pub(super) model_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) height: Option<u32>,
    /// Four, if it is left out.
    pub(super) num_images: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) init_image_id: Option<String>,
    pub(super) public: bool,
}

/// A generation of the second API, of an image or a video.
#[derive(Debug, Serialize)]
pub(super) struct NewGenerationOf<'a> {
    pub(super) model: &'a str,
    pub(super) public: bool,
    pub(super) parameters: Parameters<'a>,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Parameters<'a> {
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quantity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<&'a str>,
    /// The resolution of a video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Guidances::is_empty")]
    pub(super) guidances: Guidances,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Guidances {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) image_reference: Vec<Guidance>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) start_frame: Vec<Guidance>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) end_frame: Vec<Guidance>,
}

impl Guidances {
    fn is_empty(&self) -> bool {
        self.image_reference.is_empty() && self.start_frame.is_empty() && self.end_frame.is_empty()
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Guidance {
    pub(super) image: Uploaded,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) strength: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Uploaded {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

impl Uploaded {
    pub(super) fn new(id: String) -> Self {
        Self { id, kind: "UPLOADED" }
    }
}

/// A video of the first API.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewVideo<'a> {
    pub(super) prompt: &'a str,
    pub(super) model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_frame_image: Option<Uploaded>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    pub(super) is_public: bool,
}

/// The answer to a submission, whose wrapper has a name of its own for each kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Created {
    sd_generation_job: Option<CreatedJob>,
    motion_video_generation_job: Option<CreatedJob>,
    generate: Option<CreatedJob>,
    generation_id: Option<String>,
}

impl Created {
    pub(super) fn job(self) -> Option<CreatedJob> {
        let top = self.generation_id.map(|generation_id| CreatedJob { generation_id, ..CreatedJob::default() });
        let jobs = [self.sd_generation_job, self.motion_video_generation_job, self.generate, top];
        jobs.into_iter().flatten().find(|job| !job.generation_id.is_empty())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CreatedJob {
    pub(super) generation_id: String,
    pub(super) api_credit_cost: Option<f64>,
    pub(super) cost: Option<Cost>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cost {
    /// A number as text.
    pub(super) amount: Value,
    pub(super) unit: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Generations {
    pub(super) generations_by_pk: Option<Generation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Generation {
    pub(super) status: String,
    pub(super) generated_images: Vec<Image>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Image {
    pub(super) url: Option<String>,
    #[serde(rename = "motionMP4URL")]
    pub(super) motion_mp4_url: Option<String>,
    pub(super) nsfw: bool,
}

/// Asks for a place to upload to.
#[derive(Debug, Serialize)]
pub(super) struct NewImage {
    pub(super) extension: &'static str,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    pub(super) upload_init_image: Option<Ticket>,
}

/// Where an image is uploaded to, within two minutes.
#[derive(Debug, Deserialize)]
pub(super) struct Ticket {
    pub(super) id: String,
    pub(super) url: Url,
    /// JSON in a string.
    fields: String,
}

impl Ticket {
    /// The form's fields, in order.
    pub(super) fn fields(&self) -> Option<Vec<(String, String)>> {
        serde_json::from_str(&self.fields).ok().map(|Ordered(fields)| fields)
    }
}

/// An object of texts, in the order in which they stand.
struct Ordered(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Ordered;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Ordered(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// An error: `{error, path, code}`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) error: String,
    pub(super) code: String,
}
