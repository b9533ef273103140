//! Planted flaws of an invented image adapter, each of which the suite must find.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::BytesMut;
use futures_util::TryStreamExt as _;
use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::ModelAddress;
use crate::http::ByteStream;
use crate::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageModel, ImageRequest};
use crate::make::{Made, MakeRequest as _, Maker, MediaFile};
use crate::media::{Media, MediaKind};
use crate::run::{Found, Run};
use crate::testkit::conformance::subject::IMAGE;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    PaysTwice,
    DropsTheSeed,
    RefusesLate,
    OffersWhatItRefuses,
    EmptySuccess,
    ShowsItsKey,
    KeyInUrl,
    KeepsAnything,
    GoesOnBehind,
}

struct Images {
    api: Endpoint,
    address: ModelAddress,
    flaw: Flaw,
}

impl std::fmt::Debug for Images {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.flaw == Flaw::ShowsItsKey { SECRET } else { "Images" })
    }
}

impl Images {
    async fn pay(&self, request: &ImageRequest) -> Result<String> {
        let mut body = json!({"prompt": request.prompt, "n": request.count.max(1)});
        if let (Some(seed), true) = (request.seed, self.flaw != Flaw::DropsTheSeed) {
            body["seed"] = seed.into();
        }
        if let Some(ratio) = request.aspect_ratio {
            body["ratio"] = ratio.to_string().into();
        }
        let mut call = self.api.post("images")?.json(&body);
        if self.flaw == Flaw::KeyInUrl {
            call = call.query("key", SECRET);
        }
        let reply = call.send().await?;
        let answer: Value = reply.json()?;
        match answer["image"].as_str() {
            Some(name) => Ok(name.to_owned()),
            None if self.flaw == Flaw::EmptySuccess => Ok(String::new()),
            None => Err(reply.unreadable("the answer has no image")),
        }
    }
}

async fn collect(body: ByteStream) -> Result<BytesMut> {
    body.try_fold(BytesMut::new(), |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    })
    .await
}

#[async_trait]
impl Maker<ImageRequest> for Images {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::new().with_seed(true).with_aspect_ratios([AspectRatio::SQUARE, AspectRatio::WIDE])
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        if self.flaw != Flaw::RefusesLate {
            request.check(&self.capabilities())?;
        }
        if self.flaw == Flaw::OffersWhatItRefuses && request.seed.is_some() {
            return Err(Error::unsupported("seed", "no seed today"));
        }
        if self.flaw == Flaw::GoesOnBehind {
            let api = self.api.clone();
            tokio::spawn(async move { api.get("images/p1")?.send().await });
        }
        let name = if self.flaw == Flaw::PaysTwice {
            run.step("submit", || self.pay(request)).await?
        } else {
            run.once("submit", || self.pay(request), |_| async { Ok(Found::Unknown) }).await?
        };
        if self.flaw == Flaw::RefusesLate {
            request.check(&self.capabilities())?;
        }
        if name.is_empty() {
            return Ok(Made::new(self.address.clone(), ImageBatch::new(Vec::new())));
        }
        let read = || async { Ok(self.api.get(&format!("images/{name}"))?.stream().await?.body) };
        let media = if self.flaw == Flaw::KeepsAnything {
            let bytes = run.step("image", || async { Ok(collect(read().await?).await?.to_vec()) }).await?;
            Media::bytes(bytes)
        } else {
            run.keep_file("image.png", read).await?
        };
        let image = MediaFile::read(media, MediaKind::Image).await?;
        Ok(Made::new(self.address.clone(), ImageBatch::new(vec![image])))
    }
}

fn studio() -> ScriptedVendor {
    ScriptedVendor::new().on(Method::POST, "/v1/images", Answer::json(json!({"image": "p1"}))).on(
        Method::GET,
        "/v1/images/p1",
        Answer::bytes("image/png", IMAGE),
    )
}

async fn verdict(flaw: Flaw) -> Result<(), Violations> {
    let connect = move |scene: &Scene| {
        let address = ModelAddress::new("example", "images");
        Ok(Arc::new(Images { api: endpoint(scene)?, address, flaw }) as Arc<ImageModel>)
    };
    let subject = Subject::new(studio, connect).counting(|vendor| vendor.calls(&Method::POST, "/v1/images"));
    maker(&subject, &ImageRequest::new("a red door")).await
}

#[tokio::test]
async fn the_image_suite_passes_care_and_names_flaws() {
    verdict(Flaw::None).await.unwrap();
    for (flaw, says) in [
        (Flaw::PaysTwice, "2 effects"),
        (Flaw::DropsTheSeed, "`seed` is dropped"),
        (Flaw::RefusesLate, "`references` is refused after"),
        (Flaw::OffersWhatItRefuses, "`seed` is offered and refused"),
        (Flaw::EmptySuccess, "EmptyObject in exchange 0 is an empty success"),
        (Flaw::ShowsItsKey, "the secret is in Debug"),
        (Flaw::KeyInUrl, "the secret is in the URL"),
        (Flaw::KeepsAnything, "exchange 1 broken by Garbage, 6 attempts: in the end"),
    ] {
        assert_says(verdict(flaw).await, says);
    }
    // Which rule finds a task behind the call first depends on when it gets to run; that it is
    // found does not.
    assert!(verdict(Flaw::GoesOnBehind).await.is_err());
}
