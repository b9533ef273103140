//! Every platform once at its own address, in the sealed room of `../shared/lab`: every name leads
//! to a recorder there, which answers `{}`. `.ci/lab` runs it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use platform_publishers::{catalogue, connect_with};
use serde_json::{Value, json};
use social_core::catalogue::Parts;
use social_core::clock::{Clock as _, SystemClock};
use social_core::http::Endpoint;
use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
use social_core::run::Run;
use social_core::settings::MapSettings;
use social_core::testkit::did_not_run;

/// Where each platform is asked, as its documentation says.
const HOSTS: [(&str, &str); 23] = [
    ("bluesky", "bsky.social"),
    ("discord", "discord.com"),
    ("facebook", "graph.facebook.com"),
    ("forem", "dev.to"),
    ("ghost", "blog.example"),
    ("google_business", "mybusiness.googleapis.com"),
    ("instagram", "graph.instagram.com"),
    ("lemmy", "lemmy.world"),
    ("linkedin", "api.linkedin.com"),
    ("make", "hook.eu1.make.com"),
    ("mastodon", "mastodon.social"),
    ("nostr", "relay.damus.io"),
    ("pinterest", "api.pinterest.com"),
    ("reddit", "oauth.reddit.com"),
    ("slack", "slack.com"),
    ("telegram", "api.telegram.org"),
    ("threads", "graph.threads.net"),
    ("tiktok", "open.tiktokapis.com"),
    ("tumblr", "api.tumblr.com"),
    ("whapi", "gate.whapi.cloud"),
    ("wordpress", "public-api.wordpress.com"),
    ("x", "api.x.com"),
    ("youtube", "youtube.googleapis.com"),
];

/// Settings of platforms that can be opened in two ways, of which no single one is required.
const CHOSEN: [(&str, &str); 5] = [
    ("DISCORD_BOT_TOKEN", "token"),
    ("DISCORD_CHANNEL_ID", "1000000000000000001"),
    ("SLACK_BOT_TOKEN", "token"),
    ("SLACK_CHANNEL_ID", "C0000000000"),
    ("WORDPRESS_ACCESS_TOKEN", "token"),
];

/// Says something to the recorder.
async fn tell(what: &str, body: &Value) {
    let recorder = Endpoint::builder("recorder", "http://127.0.0.1:9999").build().unwrap();
    recorder.post(what).unwrap().json(body).send().await.unwrap();
}

#[tokio::test]
async fn every_platform_is_asked_at_its_own_address() {
    let Ok(records) = std::env::var("SOCIAL_LAB_ROOM") else {
        did_not_run("SOCIAL_LAB_ROOM");
        return;
    };
    let mut wrong = Vec::new();
    for entry in catalogue().own() {
        let name = entry.name.as_str();
        let chosen = CHOSEN.iter().fold(MapSettings::new(), |all, (name, value)| all.with(*name, *value));
        let required = entry.settings.iter().filter(|setting| setting.required);
        let settings = required.fold(chosen, |all, setting| all.with(setting.name.as_ref(), setting.example.as_ref()));
        let publisher = match connect_with(name, &settings, Parts::default()) {
            Ok(publisher) => publisher,
            Err(error) => {
                wrong.push(format!("{name} cannot be opened: {error}"));
                continue;
            }
        };
        tell("begin", &json!({"vendor": name, "call": "address", "sdk": "ours"})).await;
        ask_everything(&*publisher).await;
        tell("end", &json!({})).await;
        let record = std::fs::read(format!("{records}/{name}/address.json"));
        let record: Value = record.map(|record| serde_json::from_slice(&record).unwrap()).unwrap_or_default();
        let requests = record["requests"].as_array().into_iter().flatten();
        let hosts: BTreeSet<_> = requests.map(|request| request["host"].as_str().unwrap()).collect();
        let host =
            HOSTS.iter().find(|(platform, _)| *platform == name).map_or("a host that stands in HOSTS", |host| host.1);
        if !hosts.contains(host) {
            wrong.push(format!("{name} asked {hosts:?}, not {host}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What it becomes is not looked at: no answer says anything.
async fn ask_everything(publisher: &dyn Publisher) {
    let placement = publisher.capabilities().placements.remove(0);
    let _ = publisher.limits(&placement).await;
    let _ = publisher.readiness(SystemClock.now()).await;
    let Ok(account) = publisher.account().await else { return };
    let (run, post) = (Run::ephemeral(), Post::new("Fresh bread").with_placement(placement));
    let policy = AutoApprove::because("the sealed room");
    let approved = Approved::ask(&run, post, &Ask::for_account(account), &policy).await.unwrap();
    let _ = publisher.publish(&run, &approved.approved().unwrap()).await;
}
