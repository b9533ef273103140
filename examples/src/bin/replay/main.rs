//! Prints what our adapter makes of a recorded exchange:
//! `replay FILE... [--cut N] [--vendor NAME]`.
//!
//! A file holds one exchange in the format of `social_core::http::Exchange`. The result is JSON:
//! `{"reply": ...}`, `{"error": ...}` with exit code 1, for a stream also its `events`. `--cut`
//! ends the last answer after so many bytes. Several files are played one after the other, for jobs
//! that are asked for until they are done.

mod play;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use examples::show;
use serde_json::Value;
use social_core::Result;
use social_core::http::Exchange;

#[derive(Parser)]
#[command(about = "Prints what our adapter makes of a recorded exchange")]
struct Args {
    /// Recorded exchanges, in order.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Ends the last answer after so many bytes.
    #[arg(long)]
    cut: Option<usize>,
    /// Whose answer it is, where the file does not say.
    #[arg(long)]
    vendor: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    show::print(run(&args).await)
}

async fn run(args: &Args) -> Result<Value> {
    let exchanges = args.files.iter().map(Exchange::read).collect::<Result<Vec<_>>>()?;
    play::play(exchanges, args.cut, args.vendor.as_deref()).await
}
