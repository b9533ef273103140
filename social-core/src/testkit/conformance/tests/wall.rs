//! An invented publisher, careful but for one planted fault.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::*;
use crate::error::Effect;
use crate::http::{Failure, Repeat};
use crate::media::{Media, MediaKind};
use crate::publish::{
    self, Approved, Delivery, ImageRule, Placement, PlatformOptions, Post, Publisher, PublisherCapabilities, Receipt,
    ReceiptState, RemotePost, Rules, Span, TextRule, VideoRule,
};
use crate::run::{Found, Lost, Run};
use crate::{Account, AccountKey, Platform};

/// What is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plant {
    Nothing,
    StepForOnce,
    NoStepAtAll,
    EverythingInOneOnce,
    RepeatsAsSafe,
    RepeatsAsKeyed,
    SendsAgainOn(u16),
    SendsAgainOnTimeout,
    SendsAgainOnAnything,
    CallsServerErrorsHarmless,
    CallsAllHarmless,
    CallsLostHarmless,
    FindsAbsentAtOnce,
    FindsAbsentAfterASecond,
    FindsAbsentAlways,
    FindsNothing,
    FindErrorsAreAbsent,
    FindsNothingInErrorBodies,
    TakesNewest,
    TakesOldest,
    TakesSameText,
    NoBind,
    NoPreflight,
    LateLength,
    AnyAccount,
    IgnoresUnknownOptions,
    EmptyId,
    ConstantId,
    OtherAccount,
    OtherPlacement,
    PermalinkIsNeeded,
    SaysThatItFailed,
    EmptyAnswerIsSuccess,
    ErrorInAnswerIsSuccess,
    KnowsAllFields,
    KeyInSubmitError,
    KeyInFindError,
    KeyInUploadError,
    KeyInEncodedError,
    KeyInReceipt,
    KeyInDebug,
    KeyInQuery,
    KeyInFindQuery,
    KeyInUploadQuery,
    KeyInJournal,
    DropsAlt,
    DropsSecondAlt,
    SameAlt,
    SwapsAlts,
    DropsLanguages,
    DropsSecondLanguage,
    ShoutsLanguage,
    DropsLabel,
    DropsLink,
    CutsLink,
    DropsTitle,
    ShortensTitle,
    DropsComment,
    DropsVideo,
    OnlyFirstImage,
    ReversesImages,
    UploadsFirstTwice,
    PostsWithoutFailedImage,
    AddsAd,
    ShortensText,
    LowersText,
    SmoothsText,
    DropsHashtags,
    DropsMood,
    DropsPin,
    DropsOptions,
    NoRulesForPlacement,
    RulesForAnything,
    SourceOfNothing,
    SaysThatItDeletes,
    SaysStatus,
    SaysLimits,
    OtherPlatform,
    Rehearses,
    GoesOnWhenCancelled,
    GoesOnBehind,
    AuthIsUnavailable,
    UnavailableIsAuth,
    RateIsInvalid,
    NamesNoVendor,
    Waits,
}

pub(super) const KEY: &str = SECRET;

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct WallOptions {
    #[serde(default)]
    pub(super) mood: Option<String>,
    #[serde(default)]
    pub(super) pinned: bool,
}

impl PlatformOptions for WallOptions {
    const PLATFORM: Platform = Platform::new("wall");
}

pub(super) struct Wall {
    api: Endpoint,
    plant: Plant,
}

impl std::fmt::Debug for Wall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is(Plant::KeyInDebug) { KEY } else { "Wall" })
    }
}

impl Wall {
    pub(super) fn new(scene: &Scene, plant: Plant) -> Result<Self> {
        let classify = match plant {
            Plant::CallsServerErrorsHarmless => |failure: &Failure<'_>| match failure.status.is_server_error() {
                true => failure.by_status().with_effect(Effect::None),
                false => failure.by_status(),
            },
            Plant::CallsAllHarmless => |failure: &Failure<'_>| failure.by_status().with_effect(Effect::None),
            Plant::AuthIsUnavailable => |failure: &Failure<'_>| kind_for(failure, 401, ErrorKind::Unavailable),
            Plant::UnavailableIsAuth => |failure: &Failure<'_>| kind_for(failure, 503, ErrorKind::Auth),
            Plant::RateIsInvalid => |failure: &Failure<'_>| kind_for(failure, 429, ErrorKind::InvalidRequest),
            _ => |failure: &Failure<'_>| failure.by_status(),
        };
        Ok(Self { api: endpoint_of(scene, classify)?, plant })
    }

    fn is(&self, plant: Plant) -> bool {
        self.plant == plant
    }

    /// The key where it must not be.
    fn leak(&self, plant: Plant, error: Error) -> Error {
        match self.is(plant) {
            true => Error::new(error.kind(), format!("with key {KEY}")).with_effect(error.effect()),
            false => error,
        }
    }

    async fn upload(&self, image: &Media) -> Result<String> {
        if let Media::Remote(remote) = image {
            return Ok(remote.url.to_string());
        }
        let bytes = image.read(1 << 20).await?;
        let mut call = self.api.post("images")?.repeat(Repeat::Safe).body(bytes);
        if self.is(Plant::KeyInUploadQuery) {
            call = call.query("key", KEY);
        }
        let upload = async {
            let reply = call.send().await?;
            id(&reply)
        };
        upload.await.map_err(|error| self.leak(Plant::KeyInUploadError, error))
    }

    async fn files(&self, run: &Run, post: &Post) -> Result<Vec<Value>> {
        let mut files = Vec::new();
        for (index, file) in post.attachments.iter().enumerate() {
            let index = if self.is(Plant::UploadsFirstTwice) { 0 } else { index };
            let media = post.attachments.get(index).map_or(&file.media, |file| &file.media);
            let uploaded = run.step(&format!("image-{index}"), || self.upload(media)).await;
            let uploaded = match uploaded {
                Err(_) if self.is(Plant::PostsWithoutFailedImage) => continue,
                uploaded => uploaded?,
            };
            files.push(json!({"id": uploaded, "alt": file.alt_text}));
        }
        match self.plant {
            Plant::DropsAlt => files.iter_mut().for_each(|file| file["alt"] = Value::Null),
            Plant::DropsSecondAlt => files.iter_mut().skip(1).for_each(|file| file["alt"] = Value::Null),
            Plant::SameAlt => {
                let alt = files.first().map(|file| file["alt"].clone());
                files.iter_mut().for_each(|file| file["alt"] = alt.clone().unwrap_or_default());
            }
            Plant::SwapsAlts => {
                let mut alts: Vec<_> = files.iter().map(|file| file["alt"].clone()).collect();
                alts.reverse();
                files.iter_mut().zip(alts).for_each(|(file, alt)| file["alt"] = alt);
            }
            Plant::OnlyFirstImage => files.truncate(1),
            Plant::ReversesImages => files.reverse(),
            _ => {}
        }
        if self.is(Plant::DropsVideo) {
            for file in &post.attachments {
                if file.info().await?.media_type.kind() == MediaKind::Video {
                    files.clear();
                }
            }
        }
        Ok(files)
    }

    async fn body(&self, run: &Run, post: &Post, reference: &str) -> Result<Value> {
        let options = post.options.get::<WallOptions>()?;
        let mut languages = post.languages.clone();
        let text = match self.plant {
            Plant::AddsAd => format!("{} #ad", post.text),
            Plant::ShortensText => post.text.chars().take(12).collect(),
            Plant::LowersText => post.text.to_lowercase(),
            Plant::SmoothsText => post.text.replace('"', "'"),
            Plant::DropsHashtags => post.text.replace(" #tag", ""),
            _ => post.text.clone(),
        };
        match self.plant {
            Plant::DropsLanguages => languages.clear(),
            Plant::DropsSecondLanguage => languages.truncate(1),
            Plant::ShoutsLanguage => languages.iter_mut().for_each(|tag| *tag = tag.to_uppercase()),
            _ => {}
        }
        let link =
            post.link.as_ref().filter(|_| !self.is(Plant::DropsLink)).map(|link| match self.is(Plant::CutsLink) {
                true => link.as_str().split('?').next().unwrap_or_default().to_owned(),
                false => link.to_string(),
            });
        let title = post.title.as_ref().filter(|_| !self.is(Plant::DropsTitle));
        let title = title
            .map(|title| if self.is(Plant::ShortensTitle) { title.chars().take(5).collect() } else { title.clone() });
        let keeps = |plant| !self.is(plant) && !self.is(Plant::DropsOptions);
        Ok(json!({
            "text": text,
            "title": title,
            "link": link,
            "languages": languages,
            "label": post.ai_generated && !self.is(Plant::DropsLabel),
            "comment": post.first_comment.as_ref().filter(|_| !self.is(Plant::DropsComment)),
            "files": self.files(run, post).await?,
            "mood": options.as_ref().and_then(|options| options.mood.as_ref()).filter(|_| keeps(Plant::DropsMood)),
            "pinned": options.is_some_and(|options| options.pinned) && keeps(Plant::DropsPin),
            "reference": reference,
        }))
    }

    async fn post_once(&self, body: &Value) -> Result<String> {
        let mut call = self.api.post("posts")?.json(body);
        if self.is(Plant::RepeatsAsSafe) {
            call = call.repeat(Repeat::Safe);
        }
        if self.is(Plant::RepeatsAsKeyed) {
            call = call.repeat(Repeat::Keyed);
        }
        if self.is(Plant::KeyInQuery) {
            call = call.query("key", KEY);
        }
        let reply = call.send().await?;
        if self.is(Plant::KnowsAllFields) && reply.json::<Value>()?.get("field_of_tomorrow").is_some() {
            return Err(reply.unreadable("a field of tomorrow"));
        }
        match id(&reply) {
            Err(_) if self.is(Plant::EmptyAnswerIsSuccess) && &*reply.body == b"{}" => Ok(String::new()),
            Err(_) if self.is(Plant::ErrorInAnswerIsSuccess) => Ok("unknown".to_owned()),
            id => id,
        }
    }

    async fn send(&self, body: &Value) -> Result<String> {
        let again = |error: &Error| match self.plant {
            Plant::SendsAgainOn(status) => error.status() == Some(status),
            Plant::SendsAgainOnTimeout => error.kind() == ErrorKind::Timeout,
            Plant::SendsAgainOnAnything => true,
            _ => false,
        };
        let sent = match self.post_once(body).await {
            Err(error) if again(&error) => self.post_once(body).await,
            sent => sent,
        };
        sent.map_err(|error| {
            let error = self.leak(Plant::KeyInSubmitError, error);
            match self.plant {
                Plant::KeyInEncodedError => {
                    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("me:{KEY}"));
                    Error::new(error.kind(), format!("Basic {key}")).with_effect(error.effect())
                }
                Plant::CallsLostHarmless => error.with_effect(Effect::None),
                _ => error,
            }
        })
    }

    async fn find(&self, post: &Post, reference: &str, lost: Lost, run: &Run) -> Result<Found<String>> {
        let settle = Duration::from_secs(10);
        match self.plant {
            Plant::FindsAbsentAlways => return Ok(Found::Absent),
            Plant::FindsNothing => return Ok(Found::Unknown),
            // Careful in another way: for a while it does not know.
            Plant::Waits if run.clock().now() < lost.lost_at + Duration::from_secs(60) => return Ok(Found::Unknown),
            _ => {}
        }
        let mut call = self.api.get("posts")?;
        if self.is(Plant::KeyInFindQuery) {
            call = call.query("key", KEY);
        }
        let listed = async {
            let reply = call.send().await?;
            let value: Value = reply.json()?;
            if self.is(Plant::KnowsAllFields) && value.get("field_of_tomorrow").is_some() {
                return Err(reply.unreadable("a field of tomorrow"));
            }
            if self.is(Plant::FindsNothingInErrorBodies) && value["error"].is_object() {
                return Ok(Vec::new());
            }
            value["posts"].as_array().cloned().ok_or_else(|| reply.unreadable("the answer has no posts"))
        };
        let listed = match listed.await {
            Err(_) if self.is(Plant::FindErrorsAreAbsent) => return Ok(Found::Absent),
            listed => listed.map_err(|error| self.leak(Plant::KeyInFindError, error))?,
        };
        let found = match self.plant {
            Plant::TakesNewest => listed.first(),
            Plant::TakesOldest => listed.last(),
            Plant::TakesSameText => listed.iter().find(|listed| listed["text"] == post.text.as_str()),
            _ => listed.iter().find(|listed| listed["reference"] == reference),
        };
        Ok(match (found.and_then(|found| found["id"].as_str()), self.plant) {
            (Some(id), _) => Found::Present(id.to_owned()),
            (None, Plant::FindsAbsentAtOnce) => Found::Absent,
            (None, Plant::FindsAbsentAfterASecond) => Found::NotListed { settle: Duration::from_secs(1) },
            (None, _) => Found::NotListed { settle },
        })
    }

    fn receipt(&self, delivery: &Delivery, id: String) -> Receipt {
        let mut receipt = delivery.receipt(ReceiptState::Published);
        match self.plant {
            Plant::OtherAccount => receipt.account = AccountKey::new("wall", "42"),
            Plant::OtherPlacement => receipt.placement = Placement::STORY,
            Plant::KeyInReceipt => receipt = receipt.with_warning(format!("sent with {KEY}")),
            _ => {}
        }
        match self.plant {
            Plant::EmptyId => receipt,
            Plant::ConstantId => receipt.with_post(RemotePost::main("the post")),
            _ if id.is_empty() => receipt,
            _ => receipt.with_post(RemotePost::main(id)),
        }
    }

    async fn deliver(&self, run: &Run, post: &Post, delivery: &Delivery) -> Result<Receipt> {
        let reference = run.key("post");
        if self.is(Plant::KeyInJournal) {
            run.step("headers", || async { Ok(format!("Bearer {KEY}")) }).await?;
        }
        if self.is(Plant::GoesOnBehind) {
            let api = self.api.clone();
            tokio::spawn(async move {
                for _ in 0..8 {
                    tokio::task::yield_now().await;
                }
                api.get("posts")?.send().await
            });
        }
        let early = match self.is(Plant::EverythingInOneOnce) {
            true => None,
            false => Some(self.body(run, post, &reference).await?),
        };
        let body = || async {
            match early.clone() {
                Some(body) => Ok(body),
                None => self.body(&Run::ephemeral(), post, &reference).await,
            }
        };
        let send = || async { Ok(self.receipt(delivery, self.send(&body().await?).await?)) };
        let find = |lost| async move {
            let reference = run.key("post");
            Ok(self.find(post, &reference, lost, run).await?.map(|id| self.receipt(delivery, id)))
        };
        let receipt = match self.plant {
            Plant::NoStepAtAll => send().await,
            Plant::StepForOnce => run.step("post", send).await,
            Plant::NoBind | Plant::NoPreflight | Plant::LateLength | Plant::AnyAccount => {
                run.once("post", send, find).await
            }
            _ => delivery.once(send, find).await,
        };
        let receipt = match receipt {
            Err(_) if self.is(Plant::SaysThatItFailed) => return Err(Error::new(ErrorKind::Unavailable, "try again")),
            Err(error) if self.is(Plant::NamesNoVendor) => {
                return Err(Error::new(error.kind(), error.message().to_owned()).with_effect(error.effect()));
            }
            receipt => receipt?,
        };
        let permalink = run.step("permalink", || async { id(&self.api.get("permalink")?.send().await?) }).await;
        match permalink {
            Err(error) if self.is(Plant::PermalinkIsNeeded) => Err(error),
            _ => Ok(receipt),
        }
    }
}

fn kind_for(failure: &Failure<'_>, status: u16, kind: ErrorKind) -> Error {
    match failure.status.as_u16() == status {
        true => Error::new(kind, "as told").with_status(status),
        false => failure.by_status(),
    }
}

fn id(reply: &crate::http::Reply) -> Result<String> {
    let value: Value = reply.json()?;
    value["id"].as_str().map(str::to_owned).ok_or_else(|| reply.unreadable("the answer has no id"))
}

#[async_trait]
impl Publisher for Wall {
    fn platform(&self) -> Platform {
        Platform::new("wall")
    }

    async fn account(&self) -> Result<Account> {
        Ok(AccountKey::new(if self.is(Plant::OtherPlatform) { "fence" } else { "wall" }, "41").into())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        let mut placements = vec![Placement::FEED];
        placements.extend(self.is(Plant::NoRulesForPlacement).then_some(Placement::STORY));
        PublisherCapabilities::new(placements)
            .with_finds_lost_posts(true)
            .with_delete(self.is(Plant::SaysThatItDeletes))
            .with_status(self.is(Plant::SaysStatus))
            .with_limits(self.is(Plant::SaysLimits))
            .with_rehearses(self.is(Plant::Rehearses))
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        let mut rules = Rules::new("wall", placement.clone())
            .with_text(TextRule::of([(crate::text::Unit::Graphemes, 300)]))
            .with_title(Some(TextRule::default()))
            .with_alt_text(TextRule::default())
            .with_max_languages(2)
            .with_images(Span::up_to(4), ImageRule::new())
            .with_videos(Span::up_to(1), VideoRule::new())
            .with_option("mood", "the mood")
            .with_option("pinned", "on top")
            .with_source("text.limits", "made up", "2026-11", false);
        rules.link_card = true;
        rules.ai_label = true;
        rules.first_comment = Some(TextRule::default());
        rules.any_options = self.is(Plant::IgnoresUnknownOptions);
        if self.is(Plant::SourceOfNothing) {
            rules = rules.with_source("text.maximum", "made up", "2026-11", false);
        }
        (self.is(Plant::RulesForAnything) || *placement == Placement::FEED).then_some(rules)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let own = match self.plant {
            // The kit's own token: what was cancelled goes on.
            Plant::GoesOnWhenCancelled if run.cancellation().is_cancelled() => Some(Run::ephemeral()),
            _ => None,
        };
        let run = own.as_ref().unwrap_or(run);
        match self.plant {
            Plant::NoPreflight | Plant::LateLength | Plant::AnyAccount | Plant::NoBind => {
                if !self.is(Plant::NoBind) {
                    run.bind(&post.approval().digest).await?;
                }
                if self.is(Plant::LateLength) {
                    post.is_for(&self.account().await?)?;
                }
                let delivery = publish::preflight(self, run, post).await;
                let delivery = match (delivery, self.plant) {
                    (Ok(delivery), _) => delivery,
                    (Err(error), Plant::NoBind) => return Err(error),
                    (Err(_), _) => {
                        let plain = approved_plain(self).await?;
                        publish::preflight(self, run, &plain).await?
                    }
                };
                self.deliver(run, post, &delivery).await
            }
            _ => {
                publish::durably(self, run, post, |delivery| async move { self.deliver(run, post, &delivery).await })
                    .await
            }
        }
    }
}

/// A post that passes every check, for those who skip them.
async fn approved_plain(wall: &Wall) -> Result<Approved<Post>> {
    let ask = publish::Ask::for_account(wall.account().await?);
    Approved::ask(&Run::ephemeral(), Post::new("x"), &ask, &publish::AutoApprove::because("test")).await?.approved()
}

/// A wall that keeps its posts and names images by what they are.
pub(super) fn vendor() -> ScriptedVendor {
    let posts = Arc::new(Mutex::new(Vec::<Value>::new()));
    let listed = posts.clone();
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/images", |request| {
            let name: u64 =
                request.body.iter().fold(7, |name, byte| name.wrapping_mul(31).wrapping_add(u64::from(*byte)));
            Answer::json(json!({"id": format!("image-{name}")}))
        })
        .respond(Method::POST, "/v1/posts", move |request| {
            let mut posts = posts.lock().unwrap();
            let id = format!("p{}", posts.len() + 1);
            let body = request.json();
            posts.insert(0, json!({"id": id, "text": body["text"], "reference": body["reference"]}));
            Answer::json(json!({"id": id, "mood": "good"})).with_status(StatusCode::CREATED)
        })
        .respond(Method::GET, "/v1/posts", move |_| Answer::json(json!({"posts": *listed.lock().unwrap()})))
        .on(Method::GET, "/v1/permalink", Answer::json(json!({"id": "https://wall.example/p"})))
}
