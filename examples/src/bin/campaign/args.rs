//! The command line.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use llm_adapters::openai_chat::Dialect;
use social_core::Result;
use social_core::catalogue::register;
use social_core::chat::ChatModel;
use social_core::clock::Date;
use social_core::money::PriceTable;

use crate::brief::parsed;

/// Makes social-media posts from a brief and publishes them.
///
/// Exit codes: 0 every post was taken, 1 some were not, 2 nothing was sent because something is
/// wrong, 3 a post or a paid call may or may not have gone through, 4 posts wait for approval, 130
/// stopped with Ctrl-C or `quit`. After 3, 4 and 130 the same command goes on.
///
/// Which campaign it is: brand, subject and day name it, so that next Thursday's special is another
/// one than today's. The same command goes on with a campaign of today; with the latest one before
/// while it is not finished, up to 6 days later; and with one that was worked on in the last 6
/// hours, so that nothing is paid or posted twice around midnight. Where that cannot be told,
/// nothing is done, and --name or --date says which one is meant. A campaign is finished when every
/// post is out on its platform.
///
/// When the brief changes, only what depends on the change is made and paid again. A post that is
/// out stays as it is: it is never sent a second time.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) args: Args,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists the campaigns of the journal: how far each is, and what it cost.
    List(Reading),
    /// Shows a campaign: the state of each target with its address, what it cost, and what waits.
    Show {
        /// Its name, as `list` shows it.
        name: String,
        #[command(flatten)]
        reading: Reading,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reading {
    /// Where the campaigns are remembered.
    #[arg(long, value_name = "DIR", default_value = JOURNAL)]
    pub(crate) journal: PathBuf,
    /// JSON, a line for each campaign.
    #[arg(long)]
    pub(crate) json: bool,
}

const JOURNAL: &str = "campaigns";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the campaign is about: a file in TOML, or in JSON where its name ends in .json.
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/briefs/bistro.toml"))]
    pub(crate) brief: PathBuf,
    /// Who writes, for instance openai/gpt-5.4-mini.
    #[arg(long, value_name = "VENDOR/MODEL", default_value = "template/default")]
    pub(crate) write: String,
    /// A server that speaks OpenAI's chat format and is not listed, described in TOML; --write then
    /// takes its name.
    #[arg(long, value_name = "FILE")]
    pub(crate) dialect: Option<PathBuf>,
    /// The image model, for instance gemini/gemini-3.1-flash-image.
    #[arg(long, value_name = "VENDOR/MODEL", default_value = "local/poster")]
    pub(crate) image: String,
    /// The video model, for instance kling/kling-v2-1.
    #[arg(long, value_name = "VENDOR/MODEL", default_value = "local/slides")]
    pub(crate) video: String,
    /// Who speaks over the videos, for instance elevenlabs/eleven_multilingual_v2@VOICE; VOICE is
    /// the vendor's id of the voice. Without it there is no voice-over.
    #[arg(long, value_name = "VENDOR/MODEL[@VOICE]")]
    pub(crate) voice: Option<String>,
    /// Publish for real, for instance bluesky,instagram/reel. Without it the posts are laid into
    /// --out. A further account of a platform has a name, with which its settings begin:
    /// make/feed@bakery reads BAKERY_MAKE_WEBHOOK_URL.
    #[arg(long, value_name = "TARGET", value_delimiter = ',')]
    pub(crate) publish: Vec<String>,
    /// Only these of the targets, for instance instagram/reel; may be given several times. The
    /// campaign goes on with the others later.
    #[arg(long, value_name = "TARGET", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Where the campaign remembers what it has done.
    #[arg(long, value_name = "DIR", default_value = JOURNAL)]
    pub(crate) journal: PathBuf,
    /// Where previews and finished files go, each campaign's into a folder of its name.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(crate) out: PathBuf,
    /// The campaign of this name, whatever the day. One name is one campaign: each of its posts is
    /// published once.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The campaign of this day, as 2026-12-03; without it the brief's `date`, else the one that
    /// is found as told above.
    #[arg(long, value_name = "DATE", conflicts_with = "name")]
    pub(crate) date: Option<Date>,
    /// Show what would be made for which targets, and what that may cost. Nothing is made, paid or
    /// sent.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write plan, steps, preview, report and error to standard output, a line of JSON each, which
    /// its `type` names. Messages go to standard error. No questions are asked: give --yes
    /// or --later, too.
    #[arg(long)]
    pub(crate) json: bool,
    /// Approve every post that the check has no error about.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Make the posts without a question: they wait, and the same command at a terminal, or with
    /// --yes, goes on.
    #[arg(long, conflicts_with = "yes")]
    pub(crate) later: bool,
    /// Decide in the browser: edit, have made again, approve and reject on a page that is served
    /// from this machine, at a free port unless an address is given.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, require_equals = true, default_missing_value = "127.0.0.1:0", conflicts_with_all = ["yes", "later", "json"])]
    pub(crate) serve: Option<std::net::SocketAddr>,
    /// Who decides: the name stands in the approvals.
    #[arg(long = "as", value_name = "NAME", env = "USER", default_value = "the owner")]
    pub(crate) person: String,
    /// Pay again for a text, image or video whose answer was lost.
    #[arg(long)]
    pub(crate) repeat_lost: bool,
    /// Spend at most this much, in dollars. A model without a known price is then refused.
    #[arg(long, value_name = "DOLLARS")]
    pub(crate) spend_at_most: Option<f64>,
    /// Prices that come before the built-in ones of language models: a .json file with a date and
    /// micro-dollars by vendor/model.
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
}

impl Args {
    pub(crate) fn writer(&self) -> Result<Arc<dyn ChatModel>> {
        let Some(file) = &self.dialect else { return llm_adapters::connect(&self.write) };
        let dialect: Dialect = parsed("--dialect", file)?;
        register(dialect.entry())?;
        llm_adapters::connect(&self.write)
    }

    /// The prices of `--prices`.
    pub(crate) fn prices(&self) -> Result<PriceTable> {
        let Some(file) = &self.prices else { return Ok(PriceTable::default()) };
        parsed("--prices", file)
    }
}
