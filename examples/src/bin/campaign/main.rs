//! From a brief to posts: writes, makes images and videos, checks, asks for approval, publishes and
//! reports.
//!
//! Without keys and flags everything stays on this machine: the result is a page that shows each
//! post as its platform would. Killed at any moment and started again, it goes on where it was.

mod args;
mod brief;
mod progress;
mod targets;
mod terminal;

use std::process::ExitCode;

use args::Args;
use clap::Parser as _;
use platform_publishers::outbox::{Card, Page};
use social_core::campaign::{Advice, Campaign, PreparedPost, Report, TargetOutcome};
use social_core::money::MicroDollars;
use social_core::publish::AutoApprove;
use social_core::run::{FileJournal, OpenOptions};
use social_core::{ErrorKind, Result};
use targets::Targets;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(Args::parse()).await {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(report)) => {
            println!("{report}");
            report.advice().into_iter().for_each(hint);
            ExitCode::from(match () {
                () if report.is_complete() => 0,
                () if report.has_unknown() => 3,
                () if report.is_waiting() => 4,
                () => 1,
            })
        }
        Err(error) => {
            eprintln!("error: {error}");
            Advice::on(&error).into_iter().for_each(hint);
            ExitCode::from(if error.kind() == ErrorKind::OutcomeUnknown { 3 } else { 2 })
        }
    }
}

/// The report, or nothing when only a plan was asked for.
async fn run(args: Args) -> Result<Option<Report>> {
    let brief = brief::read(&args.brief)?;
    let Targets { list, host, stay_here } = targets::find(&brief, &args)?;
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
        .price_with(args.prices()?)
        .repeat_lost_generations(args.repeat_lost);
    if let Some(host) = host {
        campaign = campaign.host_with(host);
    }
    if let Some(name) = &args.name {
        campaign = campaign.named(name);
    }
    if let Some(dollars) = args.spend_at_most {
        campaign = campaign.spend_at_most(MicroDollars::from_dollars(dollars));
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
    if args.dry_run {
        println!("{}", campaign.plan().await?);
        return Ok(None);
    }

    let prepared = campaign.prepare().await?;
    let mut page = Page::new(&brief.subject).with_brand(brief.brand);
    page.cards = prepared.posts().filter_map(|post| Some(card(post.ok()?))).collect();
    let index = page.write(&args.out).await?;
    println!("Preview: {}", index.display());
    let decided = prepared.decide().await?;
    if !stay_here {
        page.cards = decided.posts().map(card).collect();
    }
    let report = decided.deliver().await;
    if !stay_here {
        for card in &mut page.cards {
            let Some(target) = report.targets.iter().find(|target| target.label == card.target) else { continue };
            card.approval.clone_from(&target.approval);
            if let TargetOutcome::Taken(receipt) = &target.outcome {
                card.receipt = Some(receipt.clone());
            }
        }
        page.write(&args.out).await?;
    }
    Ok(Some(report))
}

fn card(post: &PreparedPost) -> Card {
    let mut card = Card::new(post.target.publisher.platform(), post.post.clone())
        .with_account(post.target.account.clone())
        .with_rules(&post.rules);
    card.target.clone_from(&post.label);
    card.findings.clone_from(&post.findings);
    card.changes.clone_from(&post.changes);
    card.degraded = post.degraded;
    card
}

/// What to do about it with this program.
fn hint(advice: Advice) {
    let hint = match advice {
        Advice::RepeatLost => {
            "a paid answer was lost on the way and the vendor cannot be asked for it; --repeat-lost pays for it again"
        }
        Advice::NameApart => "the brief or its photos changed after that; --name NAME begins a campaign of its own",
        Advice::HostMedia => {
            "set MEDIA_HOST_PUT_URL and MEDIA_HOST_PUBLIC_URL (and MEDIA_HOST_TOKEN) to a server that takes files by PUT"
        }
        _ => return,
    };
    eprintln!("hint: {hint}");
}
