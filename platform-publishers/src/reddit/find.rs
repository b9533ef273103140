//! Finding a post in the account's own list: one whose answer was lost, or one of a file, which
//! Reddit gives no id.

use std::time::Duration;

use social_core::Result;
use social_core::publish::{
    Delivery, ListedPost, Listing as Listed, Post, Receipt, ReceiptState, RemotePost, SoughtPost, find_recent,
};
use social_core::run::{Found, Lost};
use url::Url;

use super::Reddit;
use super::wire::{Link, Listing};

/// So many posts of a list are read.
const RECENT: usize = 50;
/// Lists are cached for half a minute; files are worked on before their post is listed.
const SETTLE: Duration = Duration::from_secs(120);

/// How far clocks may be apart before a post of the same title is surely another one.
const MARGIN: Duration = Duration::from_secs(3600);

/// Whether a listed post of the same community and title is the sought one.
#[derive(PartialEq, Eq)]
enum Match {
    Ours,
    /// Nothing tells.
    Doubtful,
    Another,
}

impl Reddit {
    /// `asset` is the id of the first file that the post shows.
    pub(super) async fn find_post(
        &self,
        delivery: &Delivery,
        post: &Post,
        subreddit: &str,
        asset: Option<&str>,
        lost: Lost,
    ) -> Result<Found<Receipt>> {
        let account = &delivery.account.key.id;
        let (links, is_whole) = self.recent().await?;
        let title = post.title.as_deref().unwrap_or_default();
        let first = lost.begun_at.saturating_sub(MARGIN).unwrap_or(lost.begun_at);
        let listed = links.into_iter().map(|link| {
            let same = if link.subreddit.eq_ignore_ascii_case(subreddit) {
                matching(&link, post, asset)
            } else {
                Match::Another
            };
            let is_recent = link.at().is_none_or(|at| at >= first);
            ListedPost {
                account: if same == Match::Another { String::new() } else { account.clone() },
                text: link.title.clone(),
                // Doubt about a post of that time is doubt about ours.
                at: link.at().filter(|_| same == Match::Ours || !is_recent),
                value: link,
            }
        });
        let listing = if is_whole { Listed::complete(listed) } else { Listed::page(listed) };
        let found = find_recent(&SoughtPost { account, text: title, lost, settle: SETTLE }, listing);
        Ok(found.map(|link| delivery.receipt(ReceiptState::Published).with_post(remote(&link))))
    }

    /// The post of an uploaded file, whose address holds the file's id.
    pub(super) async fn find_file(&self, asset: &str) -> Result<Option<Link>> {
        let (links, _) = self.recent().await?;
        Ok(links.into_iter().find(|link| link.shows(asset)))
    }

    /// The account's newest posts, newest first, and whether there are no others.
    async fn recent(&self) -> Result<(Vec<Link>, bool)> {
        let call = self.api.get(&format!("user/{}/submitted", self.me().await?.name))?.operation("list posts");
        let call = call.query("sort", "new").query("limit", RECENT.to_string()).query("raw_json", "1");
        let listing: Listing = call.send().await?.json()?;
        let is_whole = listing.data.after.is_none();
        Ok((listing.data.children.into_iter().map(|child| child.data).collect(), is_whole))
    }
}

fn matching(link: &Link, post: &Post, asset: Option<&str>) -> Match {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let listed = link.selftext.as_deref().map(words);
    let by_text = match (&listed, words(&post.text)) {
        (Some(listed), text) if *listed == text => Match::Ours,
        // A list without a text may leave texts out.
        (Some(listed), _) if !listed.is_empty() || link.is_self => Match::Another,
        _ => Match::Doubtful,
    };
    match (asset, &post.link) {
        (Some(asset), _) if link.shows(asset) => Match::Ours,
        // That the id of a file stands in its post is not documented.
        (Some(_), _) if link.is_self || by_text == Match::Another => Match::Another,
        (Some(_), _) => Match::Doubtful,
        // Reddit may write an address in another way.
        (None, Some(sought)) => match link.url.as_deref().and_then(|url| Url::parse(url).ok()) {
            Some(url) if url == *sought => by_text,
            Some(url) if url.domain() == sought.domain() && by_text != Match::Another => Match::Doubtful,
            _ => Match::Another,
        },
        (None, None) if !link.is_self && listed.is_some() => Match::Another,
        (None, None) => by_text,
    }
}

/// A listed post as receipts name it.
pub(super) fn remote(link: &Link) -> RemotePost {
    RemotePost::main(link.name.clone()).with_url(link.page())
}
