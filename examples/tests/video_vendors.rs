//! Every video model whose price is known, and the offline one, plans every sample brief: upright
//! and wide, long and short, with and without a media host. Planning sends and pays nothing.
//!
//! Stands on the records of the vendors' models and on the sample briefs.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use examples::adapters;
use llm_adapters::connect;
use media_adapters::local::LocalEnhancer;
use platform_publishers::outbox::Outbox;
use platform_publishers::{instagram, youtube};
use social_core::campaign::{Brief, Campaign};
use social_core::catalogue::Operation;
use social_core::host::MediaHost;
use social_core::http::{Request, Response, Transport};
use social_core::publish::Placement;
use social_core::video::VideoModel;
use social_core::wrap::Assembled;
use social_core::{Error, ErrorKind, Result};

/// Refuses every request.
#[derive(Debug)]
struct Silence;

#[async_trait]
impl Transport for Silence {
    async fn send(&self, request: Request) -> Result<Response> {
        Err(Error::new(ErrorKind::Transport, format!("a plan asked {}", request.url)))
    }
}

fn open(
    name: &str,
    operation: Operation,
) -> (Arc<social_core::catalogue::VendorEntry>, impl social_core::settings::Settings) {
    let entry = adapters::find(name, operation).unwrap();
    let declared: Vec<_> = entry.settings.clone();
    (entry, adapters::offline(&declared, Arc::new(Silence)))
}

fn models() -> Vec<(String, Arc<VideoModel>)> {
    let mut models = vec![("local/slides".to_owned(), media_adapters::connect_video("local/slides").unwrap())];
    for (address, price) in &media_adapters::prices().prices {
        let (vendor, model) = address.split_once('/').unwrap();
        // Images have a price each, or tokens; speech has one for its characters.
        let tiers = price.tiers.iter();
        let by_length = price.second.or(price.unit).is_some()
            || tiers.clone().any(|tier| tier.second.or(tier.unit).is_some() || tier.second_units.is_some());
        let of_others = price.characters_million.is_some() || price.image_units.is_some() || price.image.is_some();
        if !by_length || of_others || adapters::find(vendor, Operation::Video).is_err() {
            continue;
        }
        let (entry, settings) = open(vendor, Operation::Video);
        models.push((address.clone(), entry.open::<VideoModel>(&settings, model).unwrap()));
    }
    models
}

fn briefs() -> Vec<(String, Brief)> {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/briefs");
    let files = std::fs::read_dir(here).unwrap().map(|file| file.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|ending| ending == "toml")).collect();
    assert!(files.len() >= 3, "{files:?}");
    let read = |file: PathBuf| {
        let brief: Brief = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        (file.display().to_string(), brief.relative_to(file.parent().unwrap()))
    };
    files.into_iter().map(read).collect()
}

#[tokio::test]
async fn every_video_model_plans_every_sample_brief() {
    let models = models();
    assert!(models.len() > 20, "{}", models.len());
    let outbox = Outbox::new(tempfile::tempdir().unwrap().path());
    let (entry, settings) = open("http-put", Operation::Host);
    let host = entry.open::<MediaHost>(&settings, "").unwrap();
    let mut refused = Vec::new();
    for (file, brief) in briefs() {
        for (address, model) in &models {
            for (seconds, hosted) in
                [(None, false), (Some(6), true), (Some(15), false), (Some(30), true), (Some(60), true)]
            {
                let brief = Brief { video_seconds: seconds, ..brief.clone() };
                let renderer = media_adapters::connect_renderer("local/timeline").unwrap();
                let reels = outbox.standing_in_for("instagram", vec![instagram::rules(&Placement::REEL).unwrap()]);
                let wide = outbox.standing_in_for("youtube", vec![youtube::rules(&Placement::VIDEO).unwrap()]);
                let campaign = Campaign::new(brief)
                    .write_with(connect("template/default").unwrap())
                    .image_with(media_adapters::connect_image("local/poster").unwrap())
                    .video_with(Assembled::new(model.clone(), renderer))
                    .enhance_with(LocalEnhancer)
                    .publish_to(reels, [Placement::REEL])
                    .publish_to(wide, [Placement::VIDEO]);
                let campaign = if hosted { campaign.host_with(host.clone()) } else { campaign };
                match campaign.plan().await {
                    Ok(plan) => {
                        let videos = plan.files.iter().filter(|file| file.key.kind.as_str() == "video").count();
                        assert_eq!(videos, 2, "{address}: {plan}");
                    }
                    Err(error) => refused.push(format!("{address}, {file}, {seconds:?}: {error}")),
                }
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
