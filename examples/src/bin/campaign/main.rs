//! From a brief to posts: writes, makes images and videos, checks, asks for approval, publishes and reports.
//!
//! Without keys and flags everything stays on this machine: the result is a page that shows each post as its platform
//! would. Killed at any moment and started again, it goes on where it was.

mod args;
mod brief;
mod progress;
mod targets;
mod terminal;

use std::process::ExitCode;

use args::Args;
use clap::Parser as _;
use platform_publishers::outbox::{Card, Page};
use social_core::campaign::{Campaign, Prepared, Report, TargetOutcome};
use social_core::money::MicroDollars;
use social_core::publish::AutoApprove;
use social_core::run::{FileJournal, OpenOptions};
use social_core::{Error, ErrorKind, Result};
use targets::Targets;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(Args::parse()).await {
        Ok(report) => {
            println!("{report}");
            ExitCode::from(if report.has_unknown() { 3 } else { u8::from(!report.is_complete()) })
        }
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = hint(&error) {
                eprintln!("hint: {hint}");
            }
            ExitCode::from(if error.kind() == ErrorKind::OutcomeUnknown { 3 } else { 2 })
        }
    }
}

async fn run(args: Args) -> Result<Report> {
    let brief = brief::read(&args.brief)?;
    let Targets { list, stay_here } = targets::find(&brief, &args)?;
    let options = OpenOptions::default();
    let cancel = options.cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            eprintln!("stopping; the same command goes on from here");
            cancel.cancel();
        }
    });
    let mut campaign = Campaign::new(brief.clone())
        .options(options)
        .on_progress(progress::observer())
        .journal(FileJournal::open(&args.journal)?)
        .write_with(args.writer()?)
        .image_with(media_adapters::connect_image(&args.image)?)
        .video_with(media_adapters::connect_video(&args.video)?)
        .enhance_with(media_adapters::local::LocalEnhancer)
        .repeat_lost_generations(args.repeat_lost);
    if let Some(name) = &args.name {
        campaign = campaign.named(name);
    }
    if let Some(dollars) = args.spend_at_most {
        campaign = campaign.spend_at_most(MicroDollars::from_dollars(dollars), args.prices()?);
    }
    for (publisher, placements) in list {
        campaign = campaign.publish_to(publisher, placements);
    }
    campaign = if args.yes {
        campaign.approve_with(AutoApprove::because("--yes on the command line"))
    } else if stay_here {
        campaign.approve_with(AutoApprove::because("laid out for review, nothing leaves this machine"))
    } else {
        campaign.approve_with(terminal::Terminal)
    };

    let prepared = campaign.prepare().await?;
    let mut page = preview(&prepared, Page::new(&brief.subject).with_brand(brief.brand));
    let index = page.write(&args.out).await?;
    println!("Preview: {}", index.display());
    let report = prepared.publish().await?;
    if !stay_here {
        for (card, target) in page.cards.iter_mut().filter_map(|card| {
            let target = report.targets.iter().find(|target| target.target == card.target)?;
            Some((card, target))
        }) {
            card.approval.clone_from(&target.approval);
            if let TargetOutcome::Taken(receipt) = &target.outcome {
                card.receipt = Some(receipt.clone());
            }
        }
        page.write(&args.out).await?;
    }
    Ok(report)
}

/// A card for each post that could be made.
fn preview(prepared: &Prepared, mut page: Page) -> Page {
    for post in prepared.posts().filter_map(|(_, post)| post.as_ref().ok()) {
        let mut card = Card::new(post.target.publisher.platform(), post.post.clone())
            .with_account(post.target.account.clone())
            .with_rules(&post.rules);
        card.target.clone_from(&post.label);
        card.findings.clone_from(&post.findings);
        card.changes.clone_from(&post.changes);
        card.degraded = prepared.is_degraded();
        page = page.with_card(card);
    }
    page
}

/// What a person can do about an error of this program.
fn hint(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::OutcomeUnknown => Some(
            "a paid answer was lost on the way and the vendor cannot be asked for it; --repeat-lost pays for it again",
        ),
        ErrorKind::InvalidRequest if error.field() == Some("run") => {
            Some("the brief or its photos changed after that; --name NAME begins a campaign of its own")
        }
        ErrorKind::Config if error.message().ends_with("has no media host") => Some(
            "set MEDIA_HOST_PUT_URL and MEDIA_HOST_PUBLIC_URL (and MEDIA_HOST_TOKEN) to a server that takes files by PUT",
        ),
        _ => None,
    }
}
