//! Recognising a post whose answer was lost in the platform's list of recent posts.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::run::{Found, Lost};

/// A post whose answer was lost.
#[derive(Clone, Copy, Debug)]
pub struct SoughtPost<'a> {
    /// The platform's own id of the account on which it was published.
    pub account: &'a str,
    /// Its text as the platform lists it: behind a platform that rewrites links, with the links
    /// rewritten.
    pub text: &'a str,
    /// When it may have been published.
    pub lost: Lost,
    /// How long the platform may need to take a request and to list its post.
    pub settle: Duration,
}

/// A post in the platform's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPost<T> {
    /// The platform's own id of the account.
    pub account: String,
    /// The text as listed.
    pub text: String,
    /// When it was published, by the platform's clock.
    pub at: Option<Timestamp>,
    /// What the step returns when this is the post: for instance its id and address.
    pub value: T,
}

/// A platform's list of recent posts, newest first.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    posts: Vec<ListedPost<T>>,
    complete: bool,
}

impl<T> Listing<T> {
    /// The first pages of a list that goes on. They say something only when they reach back behind
    /// the work's beginning.
    #[must_use]
    pub fn page(posts: impl IntoIterator<Item = ListedPost<T>>) -> Self {
        Self { posts: posts.into_iter().collect(), complete: false }
    }

    /// A list without a further page.
    #[must_use]
    pub fn complete(posts: impl IntoIterator<Item = ListedPost<T>>) -> Self {
        Self { posts: posts.into_iter().collect(), complete: true }
    }
}

/// How far two clocks may be apart before a post counts as somebody else's. Within it there is
/// doubt.
const MARGIN: Duration = Duration::from_secs(300);
/// Platforms cut times to seconds.
const ROUNDING: Duration = Duration::from_secs(2);
/// No request takes longer, whenever its process was found dead.
const LONGEST_CALL: Duration = Duration::from_secs(3600);

/// Finds a lost post in the platform's list, for the `find` of a
/// [`Run::once`](crate::run::Run::once).
///
/// The post is the one of the same account with the same text (white space aside) that was
/// published while the work was under way, or within the settle time after it. It is
/// [`Present`](Found::Present) when exactly one post fits, and [`NotListed`](Found::NotListed) when
/// none does. It is [`Unknown`](Found::Unknown) wherever there is doubt: two posts fit, a post
/// would fit but for clocks that differ by up to five minutes, the list says nothing about its
/// time, the text is empty, or the list does not reach back to the work's beginning. Posts of other
/// accounts, of last week, or of next week are never taken.
#[must_use]
pub fn find_recent<T>(sought: &SoughtPost<'_>, listing: Listing<T>) -> Found<T> {
    let SoughtPost { account, text, lost, settle } = *sought;
    let latest = later(lost.begun_at, LONGEST_CALL).min(lost.lost_at);
    let (first, last) = (earlier(lost.begun_at, ROUNDING), later(latest, settle));
    let (doubted_first, doubted_last) = (earlier(first, MARGIN), later(last, MARGIN));
    let oldest = listing.posts.last().and_then(|post| post.at);
    if !listing.complete && oldest.is_none_or(|oldest| oldest >= doubted_first) {
        return Found::Unknown;
    }
    let mut fitting = None;
    for post in listing.posts {
        if post.account != account || !same_text(&post.text, text) {
            continue;
        }
        match post.at {
            Some(at) if at < doubted_first || at > doubted_last => {}
            Some(at) if at >= first && at <= last && fitting.is_none() => fitting = Some(post.value),
            _ => return Found::Unknown,
        }
    }
    match fitting {
        // A post without text has nothing by which it is known.
        Some(_) if text.trim().is_empty() => Found::Unknown,
        Some(value) => Found::Present(value),
        None => Found::NotListed { settle },
    }
}

fn same_text(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

fn earlier(time: Timestamp, by: Duration) -> Timestamp {
    time.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    //! Invented lists; times are seconds after the work's beginning.

    use super::*;

    const SETTLE: u64 = 10;

    fn time(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn listed(account: &str, text: &str, second: i64) -> ListedPost<i64> {
        ListedPost { account: account.into(), text: text.into(), at: Some(time(second)), value: second }
    }

    fn find(text: &str, lost_at: i64, posts: Vec<ListedPost<i64>>) -> Found<i64> {
        let lost = Lost { begun_at: time(0), lost_at: time(lost_at) };
        let settle = Duration::from_secs(SETTLE);
        find_recent(&SoughtPost { account: "17", text, lost, settle }, Listing::complete(posts))
    }

    fn not_listed() -> Found<i64> {
        Found::NotListed { settle: Duration::from_secs(SETTLE) }
    }

    #[test]
    fn the_only_post_of_the_text_the_account_and_the_time_is_taken() {
        for second in [-2, 0, 3, 15] {
            assert_eq!(find("Fresh bread", 5, vec![listed("17", "Fresh\r\n bread ", second)]), Found::Present(second));
        }
        let others =
            vec![listed("17", "Stale bread", 2), listed("17", "Fresh bread", 1), listed("18", "Fresh bread", 1)];
        assert_eq!(find("Fresh bread", 5, others), Found::Present(1));
    }

    #[test]
    fn a_strangers_post_and_those_of_last_and_next_week_are_never_taken() {
        let week = 7 * 24 * 3600;
        for post in [
            listed("18", "Fresh bread", 1),
            listed("17", "Fresh Bread", 1),
            listed("17", "Fresh bread", -week),
            listed("17", "Fresh bread", -303),
            listed("17", "Fresh bread", week),
            listed("17", "Fresh bread", 316),
        ] {
            assert_eq!(find("Fresh bread", 5, vec![post.clone()]), not_listed(), "{post:?}");
        }
        assert_eq!(find("Fresh bread", 5, vec![]), not_listed());
        // A process that was found dead a week later did not send for a week.
        assert_eq!(find("Fresh bread", week, vec![listed("17", "Fresh bread", week / 2)]), not_listed());
    }

    #[test]
    fn doubt_is_unknown() {
        let equal = vec![listed("17", "Fresh bread", 2), listed("17", "Fresh bread", 1)];
        assert_eq!(find("Fresh bread", 5, equal), Found::Unknown);
        for second in [-299, -3, 16, 314] {
            assert_eq!(find("Fresh bread", 5, vec![listed("17", "Fresh bread", second)]), Found::Unknown, "{second}");
        }
        let timeless = ListedPost { at: None, ..listed("17", "Fresh bread", 1) };
        assert_eq!(find("Fresh bread", 5, vec![timeless]), Found::Unknown);
        assert_eq!(find(" ", 5, vec![listed("17", "", 1)]), Found::Unknown);
    }

    #[test]
    fn a_list_that_does_not_reach_back_says_nothing() {
        let lost = Lost { begun_at: time(0), lost_at: time(5) };
        let sought = SoughtPost { account: "17", text: "Fresh bread", lost, settle: Duration::from_secs(SETTLE) };
        let ours = || listed("17", "Fresh bread", 1);
        assert_eq!(find_recent(&sought, Listing::page([ours()])), Found::Unknown);
        assert_eq!(find_recent(&sought, Listing::<i64>::page([])), Found::Unknown);
        assert_eq!(find_recent(&sought, Listing::page([ours(), listed("17", "Old", -400)])), Found::Present(1));
        // A post that is pinned to the top is old and says nothing about the end of the page.
        assert_eq!(find_recent(&sought, Listing::page([listed("17", "Pinned", -9000), ours()])), Found::Unknown);
    }
}
