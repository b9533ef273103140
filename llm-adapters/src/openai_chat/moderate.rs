//! Judging texts and images.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use social_core::http::{Call, Repeat, Reply};
use social_core::make::{self, Condition, Made, Maker, Test};
use social_core::moderate::{
    Moderation, ModerationCapabilities, ModerationCategory, ModerationInput, ModerationRequest,
};
use social_core::run::Run;
use social_core::{ModelAddress, Result};

use super::client::Compatible;
use super::dialect::Moderations;
use crate::shared::image::{AsUrl, Image};

/// A moderator behind OpenAI's dialect: OpenAI's judges texts and images and is free, Mistral's
/// texts only.
///
/// OpenAI's takes one image a call: of several images each is judged in a call of its own, and the
/// verdict is the worst of all. Sources: OpenAI's openapi.yaml, its SDK; Mistral's openapi.yaml.
///
/// ```no_run
/// use llm_adapters::openai_chat::{Compatible, Dialect};
/// use social_core::make::Maker as _;
/// use social_core::moderate::ModerationRequest;
/// use social_core::run::Run;
///
/// # async fn example() -> social_core::Result<()> {
/// let moderator = Compatible::from_env(Dialect::OPENAI)?.moderator("omni-moderation-latest");
/// let verdict = moderator.make(&Run::ephemeral(), &ModerationRequest::text("A caption.")).await?;
/// println!("{}", *verdict);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CompatibleModerator {
    client: Compatible,
    address: ModelAddress,
}

impl Compatible {
    /// A moderator of this vendor, by the vendor's own id.
    #[must_use]
    pub fn moderator(&self, model: impl Into<String>) -> CompatibleModerator {
        CompatibleModerator { client: self.clone(), address: ModelAddress::new(self.endpoint.vendor(), model) }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Input<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: Address<'a> },
}

#[derive(Serialize)]
struct Address<'a> {
    url: AsUrl<'a>,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Verdict>,
}

#[derive(Deserialize)]
struct Verdict {
    /// OpenAI.
    #[serde(default)]
    flagged: Option<bool>,
    categories: BTreeMap<String, Value>,
    #[serde(default)]
    category_scores: BTreeMap<String, Value>,
}

impl Verdict {
    /// `None` when it says nothing of any category, or nothing that can be read of one.
    fn read(self, whole: bool) -> Option<Moderation> {
        let flagged = match (self.flagged, whole) {
            (Some(flagged), _) => flagged,
            (None, false) => false,
            (None, true) => return None,
        };
        let mut categories = Vec::with_capacity(self.categories.len());
        for (name, flagged) in self.categories {
            let flagged = match flagged {
                Value::Bool(flagged) => flagged,
                // Older models know fewer categories and say null of the others.
                Value::Null | Value::Object(_) | Value::Array(_) => continue,
                Value::Number(_) | Value::String(_) => return None,
            };
            let score = self.category_scores.get(&name).and_then(Value::as_f64);
            categories.push(ModerationCategory::new(name, flagged, score));
        }
        (!categories.is_empty()).then(|| Moderation::new(flagged, categories))
    }
}

impl CompatibleModerator {
    fn form(&self) -> Moderations {
        self.client.dialect.quirks.moderations
    }

    fn call(&self) -> Result<Call<'_>> {
        let call = self.client.endpoint.post("moderations")?.operation("moderate").model(&self.address.model);
        Ok(call.repeat(if self.is_paid() { Repeat::Never } else { Repeat::Safe }))
    }

    fn is_paid(&self) -> bool {
        self.client.dialect.service.paid && self.form() != Moderations::Parts
    }

    async fn ask(&self, request: &ModerationRequest) -> Result<Made<Moderation>> {
        let verdict = match self.form() {
            Moderations::Parts => self.ask_in_parts(request).await?,
            Moderations::Texts | Moderations::Unsupported => {
                let texts: Vec<&str> = request.texts().collect();
                let body = json!({"model": self.address.model, "input": texts});
                read(&self.call()?.json(&body).send().await?, Some(texts.len()))?
            }
        };
        Ok(Made::new(self.address.clone(), verdict))
    }

    /// All texts with the first image, and then each other image.
    async fn ask_in_parts(&self, request: &ModerationRequest) -> Result<Moderation> {
        let mut images = Vec::new();
        for (index, input) in request.inputs.iter().enumerate() {
            if let ModerationInput::Image(media) = input {
                let image = Image::load(media).await;
                images.push(image.map_err(|error| error.with_vendor(&self.address.vendor).with_item(index))?);
            }
        }
        let texts = request.texts().map(|text| Input::Text { text });
        let mut images = images.iter().map(|image| Input::ImageUrl { image_url: Address { url: AsUrl(image) } });
        let mut verdict = self.ask_one(&texts.chain(images.next()).collect::<Vec<_>>()).await?;
        for image in images {
            verdict = verdict.and(self.ask_one(&[image]).await?);
        }
        Ok(verdict)
    }

    async fn ask_one(&self, inputs: &[Input<'_>]) -> Result<Moderation> {
        #[derive(Serialize)]
        struct Body<'a> {
            model: &'a str,
            input: &'a [Input<'a>],
        }
        let body = Body { model: &self.address.model, input: inputs };
        read(&self.call()?.json(&body).send().await?, None)
    }
}

/// The verdicts of an answer, joined. With `texts` there is one for each of so many texts; without,
/// they are about the whole.
fn read(reply: &Reply, texts: Option<usize>) -> Result<Moderation> {
    let Answer { results } = reply.json()?;
    if results.is_empty() || texts.is_some_and(|texts| texts != results.len()) {
        let message = format!("{} verdicts came for {} texts", results.len(), texts.unwrap_or(1));
        return Err(reply.unreadable(message));
    }
    let verdicts = results.into_iter().map(|verdict| verdict.read(texts.is_none()));
    let verdict = verdicts.reduce(|all, next| Some(all?.and(next?))).flatten();
    verdict.ok_or_else(|| reply.unreadable("a verdict says nothing"))
}

#[async_trait]
impl Maker<ModerationRequest> for CompatibleModerator {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ModerationCapabilities {
        let can = ModerationCapabilities::new().with_scores(true).with_paid(self.is_paid());
        match self.form() {
            Moderations::Parts => can.with_image_input(true),
            Moderations::Texts => can,
            Moderations::Unsupported => {
                can.with_condition(Condition::that("inputs", Test::Unset).because("this vendor has no moderation"))
            }
        }
    }

    async fn make(&self, run: &Run, request: &ModerationRequest) -> Result<Made<Moderation>> {
        make::begin(self, run, request).await?;
        run.step("moderate", || self.ask(request)).await
    }
}
