//! Publishes one text, once: `one_post PLATFORM TEXT`. Run it again and it answers with the same
//! receipt.

use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher as _};
use social_core::run::{FileJournal, Run};
use social_core::{Error, Result, publish};

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(platform), Some(text)) = (args.next(), args.next()) else {
        return Err(Error::config("usage: one_post PLATFORM TEXT, for instance one_post bluesky 'Hello'"));
    };
    let publisher = platform_publishers::connect(&platform)?;
    let post = Post::new(&text);
    let findings = publish::inspect(&*publisher, &post).await.findings;
    for finding in &findings {
        println!("{finding}");
    }
    // The run's name is the post's identity: the same text is the same post.
    let run = Run::open(&FileJournal::open("campaigns")?, &format!("{platform}: {text}")).await?;
    let ask = Ask::for_account(publisher.account().await?).with_findings(findings);
    let policy = AutoApprove::because("typed on the command line");
    let approved = Approved::ask(&run, post, &ask, &policy).await?.approved()?;
    let receipt = publisher.publish(&run, &approved).await?;
    println!("{} {}", receipt.state, receipt.url().map_or(receipt.id(), |url| url.as_str()));
    Ok(())
}
