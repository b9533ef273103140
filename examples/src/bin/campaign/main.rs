//! From a brief to posts: writes, makes images and videos, checks, asks for approval, publishes and
//! reports.
//!
//! Without keys and flags everything stays on this machine: the result is a page that shows each
//! post as its platform would. Killed at any moment and started again, it goes on where it was.

mod args;
mod brief;
mod day;
mod editor;
mod list;
mod progress;
mod serve;
mod targets;
mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use args::{Args, Cli, Command};
use async_trait::async_trait;
use clap::Parser as _;
use platform_publishers::outbox::{Card, Page};
use progress::Progress;
use serve::Served;
use social_core::campaign::{Advice, Campaign, Prepared, PreparedPost, Report, TargetOutcome};
use social_core::clock::Timestamp;
use social_core::error::ErrorReport;
use social_core::money::MicroDollars;
use social_core::publish::{ApprovalRequest, Approver, AutoApprove, Decision, ReceiptState};
use social_core::run::{FileJournal, OpenOptions};
use social_core::text::visible_line;
use social_core::wrap::Assembled;
use social_core::{Error, ErrorKind, Result};
use targets::Targets;
use tokio_util::sync::CancellationToken;

/// How a run ended that did not fail.
enum Ended {
    /// Nothing was to be made.
    Told,
    /// Ctrl-C, before anything was sent.
    Stopped,
    Delivered(Box<Report>),
}

/// What shells say of a program that Ctrl-C ended.
const STOPPED: u8 = 130;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no threads can be started: {error}");
            return ExitCode::from(2);
        }
    };
    let started = Timestamp::now();
    let Cli { command, args } = Cli::parse();
    let json = args.json;
    let ended = runtime.block_on(async {
        match command {
            None => run(args).await,
            Some(Command::List(reading)) => list::list(&reading).await.map(|()| Ended::Told),
            Some(Command::Show { name, reading }) => list::show(&name, &reading).await.map(|()| Ended::Told),
        }
    });
    let code = match ended {
        Ok(Ended::Told) => 0,
        Ok(Ended::Stopped) => STOPPED,
        Ok(Ended::Delivered(report)) => {
            match json {
                true => list::line("report", &report),
                false => println!("{report}"),
            }
            report.advice().into_iter().for_each(hint);
            say_what_is_old(&report, started);
            match () {
                () if report.is_complete() => 0,
                () if report.has_unknown() => 3,
                () if report.is_waiting() => 4,
                () if was_stopped(&report) => STOPPED,
                () => 1,
            }
        }
        Err(error) => {
            if json {
                list::line("error", ErrorReport::from(&error));
            }
            eprintln!("error: {error}");
            Advice::on(&error).into_iter().for_each(hint);
            match error.kind() {
                ErrorKind::OutcomeUnknown => 3,
                ErrorKind::Cancelled => STOPPED,
                _ => 2,
            }
        }
    };
    // A thread that waits for a line of the terminal is not waited for.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// The same command a second time answers with its receipts. Who meant to post again has to know.
fn say_what_is_old(report: &Report, started: Timestamp) {
    let old = report.targets.iter().filter_map(|target| match &target.outcome {
        // What was laid out before was laid out again.
        TargetOutcome::Taken(receipt) if receipt.at < started && receipt.state != ReceiptState::Draft => {
            Some(format!("{} on {}", target.label, day::local(receipt.at)))
        }
        _ => None,
    });
    let old: Vec<_> = old.collect();
    if old.is_empty() {
        return;
    }
    let (count, all) = (old.len(), report.targets.len());
    let sent = if count == all { "nothing new was sent" } else { "it was not sent again" };
    eprintln!("note: already published: {}; {sent}", visible_line(&old.join(", ")));
    eprintln!("hint: --date DATE or --name NAME begins another campaign, which posts the same brief again");
}

fn was_stopped(report: &Report) -> bool {
    let stopped = |outcome: &TargetOutcome| matches!(outcome, TargetOutcome::Failed { error, .. } if error.kind == ErrorKind::Cancelled);
    report.targets.iter().any(|target| stopped(&target.outcome))
}

async fn run(args: Args) -> Result<Ended> {
    let mut brief = brief::read(&args.brief)?;
    let journal = FileJournal::open(&args.journal)?;
    let name = day::campaign_of(&args, &mut brief, &journal).await?;
    let out = folder(&args, &name).await?;
    let Targets { list, host, stay_here, others } = targets::find(&brief, &args, &out)?;
    let options = OpenOptions::default();
    let stopped = options.cancel.clone();
    let editing = Arc::new(AtomicBool::new(false));
    tokio::spawn(stop_on_ctrl_c(stopped.clone(), editing.clone()));
    // A video takes minutes: whether its post can be decided about is found out before.
    let decides_itself = stay_here || args.yes || args.later || args.dry_run || args.serve.is_some();
    if !decides_itself && (args.json || !terminal::can_ask()) {
        let why = if args.json { "with --json no questions are asked" } else { "there is no terminal to ask at" };
        let message = format!(
            "{why}, so nothing was made; --serve asks in the browser, --yes approves what the check has no error about, --later \
             makes the posts and lets them wait"
        );
        return Err(Error::config(message));
    }
    let served = match args.serve.filter(|_| !args.dry_run) {
        Some(address) => Some(Served::start(address, &out, &args.person).await?),
        None => None,
    };
    let progress = Progress::new(args.json);
    tokio::spawn(progress.clone().remind());
    let (seen, planned) = (progress.clone(), progress);
    let cutting = media_adapters::connect_renderer("local/timeline")?;
    let mut campaign = Campaign::new(brief.clone())
        .options(options)
        .on_progress(move |event| seen.see(&event))
        .on_plan(move |plan| planned.plan(plan))
        .leaving_others(others)
        .journal(journal)
        .write_with(args.writer()?)
        .image_with(media_adapters::connect_image(&args.image)?)
        // A length that a model cannot make is put together from clips.
        .video_with(Assembled::new(media_adapters::connect_video(&args.video)?, cutting.clone()))
        .enhance_with(media_adapters::local::LocalEnhancer)
        .price_with(args.prices()?)
        .repeat_lost_generations(args.repeat_lost);
    if let Some(voice) = &args.voice {
        let (address, speaker) = voice.split_once('@').map_or((voice.as_str(), None), |(a, v)| (a, Some(v)));
        campaign = campaign.narrate_with(media_adapters::connect_speech(address)?, cutting);
        if let Some(speaker) = speaker {
            campaign = campaign.speak_as(speaker);
        }
    }
    if let Some(host) = host {
        campaign = campaign.host_with(host);
    }
    campaign = campaign.named(&name);
    if let Some(dollars) = args.spend_at_most {
        campaign = campaign.spend_at_most(MicroDollars::from_dollars(dollars));
    }
    for (publisher, placements) in list {
        campaign = campaign.publish_to(publisher, placements);
    }
    campaign = if let Some(served) = &served {
        campaign.approve_with(served.review.clone())
    } else if args.yes {
        campaign.approve_with(AutoApprove::because("--yes on the command line"))
    } else if args.later && !stay_here {
        campaign.approve_with(Later)
    } else if stay_here {
        campaign.approve_with(AutoApprove::because("laid out for review, nothing leaves this machine"))
    } else {
        let (person, all) = (args.person.clone(), AtomicBool::new(false));
        campaign.approve_with(terminal::Terminal { stopped: stopped.clone(), person, editing, all })
    };
    if args.dry_run {
        let plan = campaign.plan().await?;
        match args.json {
            true => list::line("plan", &plan),
            false => println!("{plan}"),
        }
        return Ok(Ended::Told);
    }

    let prepared = campaign.prepare().await?;
    let mut page = Page::new(&brief.subject).with_brand(brief.brand).with_name(&name);
    let sent = sent(&prepared);
    for ((target, post), sent) in prepared.plan().targets.iter().zip(prepared.posts()).zip(&sent) {
        match (post, sent) {
            (_, Some(card)) => page.cards.push(card.clone()),
            (Ok(post), None) => page.cards.push(card(post)),
            (Err(outcome), None) => page.miss(&target.label, outcome.why_not_out().unwrap_or_default()),
        }
    }
    let index = page.write(&out).await?;
    match args.json {
        true => list::line("preview", &index),
        false => println!("Preview: {}", index.display()),
    }
    if let Some(served) = &served {
        served.announce();
    }
    let order: Vec<_> = prepared.plan().targets.iter().map(|target| target.label.clone()).collect();
    let decided = prepared.decide().await?;
    if stopped.is_cancelled() {
        eprintln!("nothing was sent");
        return Ok(Ended::Stopped);
    }
    let shows = !stay_here || served.is_some();
    if shows {
        page.cards = sent.into_iter().flatten().chain(decided.posts().map(card)).collect();
        page.cards.sort_by_key(|card| order.iter().position(|label| *label == card.target));
    }
    let report = decided.deliver().await;
    if shows {
        complete(&mut page, &report);
    }
    if !stay_here {
        page.write(&out).await?;
    } else if served.is_some() {
        // The outbox has laid down what was approved.
        for card in page.cards.into_iter().filter(|card| card.problem.is_some()) {
            card.write(&out).await?;
        }
    }
    if let Some(served) = served {
        served.close("Everything is decided, and the program has ended. This page stays in its folder.").await;
    }
    Ok(Ended::Delivered(Box::new(report)))
}

/// Says of each card what became of its post.
fn complete(page: &mut Page, report: &Report) {
    for card in &mut page.cards {
        let Some(target) = report.targets.iter().find(|target| target.label == card.target) else { continue };
        card.approval.clone_from(&target.approval);
        match &target.outcome {
            TargetOutcome::Taken(receipt) => card.receipt = Some(receipt.clone()),
            TargetOutcome::Waiting { .. } => {}
            outcome => card.problem = outcome.why_not_out(),
        }
    }
}

/// The first Ctrl-C ends the campaign where it is safe, and every question; a second one does not
/// wait for that.
async fn stop_on_ctrl_c(stopped: CancellationToken, editing: Arc<AtomicBool>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        // It is for the editor, which has the terminal.
        if editing.load(Ordering::Relaxed) {
            continue;
        }
        if stopped.is_cancelled() {
            std::process::exit(STOPPED.into());
        }
        eprintln!("stopping; the same command goes on from here");
        stopped.cancel();
    }
}

/// Where the page goes: a folder of the campaign's own, since another one's page would take its
/// posts away.
async fn folder(args: &Args, name: &str) -> Result<PathBuf> {
    let allowed = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let folder = args.out.join(name.chars().map(allowed).take(80).collect::<String>());
    match Page::name_in(&folder).await? {
        Some(other) if other != name => {
            let message =
                format!("`{}` holds the posts of another campaign, `{other}`; choose another folder", folder.display());
            Err(Error::invalid("--out", message))
        }
        _ => Ok(folder),
    }
}

/// The cards of posts that were sent before, each in its target's place.
fn sent(prepared: &Prepared) -> Vec<Option<Card>> {
    let cards = prepared.plan().targets.iter().zip(prepared.sent()).map(|(target, sent)| {
        let sent = sent?;
        let mut card = Card::new(target.platform.clone(), sent.post.clone()).with_target(&target.label).with_check(
            &sent.findings,
            &sent.changes,
            sent.degraded,
        );
        card.account.clone_from(&target.account);
        card.approval = Some(sent.approval.clone());
        Some(card)
    });
    cards.collect()
}

/// Puts every decision off: posts wait.
#[derive(Debug)]
struct Later;

#[async_trait]
impl Approver for Later {
    async fn decide(&self, _request: &ApprovalRequest<'_>) -> Result<Decision> {
        Ok(Decision::later("look at the preview, and run the same command at a terminal, or with --yes"))
    }
}

fn card(post: &PreparedPost) -> Card {
    Card::new(post.target.publisher.platform(), post.post.clone())
        .with_account(post.target.account.clone())
        .with_rules(&post.rules)
        .with_target(&post.label)
        .with_check(&post.findings, &post.changes, post.degraded)
}

/// What to do about it with this program.
fn hint(advice: Advice) {
    let hint = match advice {
        Advice::RepeatLost => {
            "a paid answer was lost on the way and the vendor cannot be asked for it; --repeat-lost pays for it again"
        }
        Advice::NameApart => "--name NAME begins a campaign of its own",
        Advice::NameCampaign => "--name NAME goes on with the campaign of that name, --date DATE begins one of its own",
        Advice::HostMedia => {
            "set MEDIA_HOST_PUT_URL and MEDIA_HOST_PUBLIC_URL (and MEDIA_HOST_TOKEN) to a server that takes files by PUT"
        }
        _ => return,
    };
    eprintln!("hint: {hint}");
}
