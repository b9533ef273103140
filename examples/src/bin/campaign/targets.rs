//! Where the posts go.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use media_adapters::http_put::HttpPut;
use platform_publishers::outbox::Outbox;
use social_core::campaign::Brief;
use social_core::catalogue::Parts;
use social_core::publish::{Placement, Publisher};
use social_core::settings::{Environment, Prefixed, Settings};
use social_core::{Account, AccountKey, Error, Result};

use crate::args::Args;

/// Where the posts go.
pub(crate) struct Targets {
    pub(crate) list: Vec<(Arc<dyn Publisher>, Vec<Placement>)>,
    /// Gives files a public address, for platforms and models that fetch them.
    pub(crate) host: Option<Arc<HttpPut>>,
    /// Nothing leaves this machine.
    pub(crate) stay_here: bool,
    /// There are others, which `--only` leaves for later.
    pub(crate) others: bool,
}

/// `PLATFORM[/PLACEMENT][@ACCOUNT]`.
#[derive(Clone, Debug, PartialEq)]
struct Named {
    who: Who,
    placement: Option<Placement>,
}

/// An account of a platform. One with a name has settings of its own, which begin with the name:
/// `BAKERY_BLUESKY_HANDLE`.
#[derive(Clone, Debug, PartialEq)]
struct Who {
    platform: String,
    account: Option<String>,
}

impl FromStr for Named {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (place, account) = text.split_once('@').map_or((text, None), |(place, account)| (place, Some(account)));
        if account.is_some_and(|name| name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')) {
            let message =
                format!("`{text}`: an account's name is letters, digits and `_`, for instance bluesky@bakery");
            return Err(Error::invalid("targets", message));
        }
        let (platform, placement) = place.split_once('/').map_or((place, None), |(name, place)| (name, Some(place)));
        let who = Who { platform: platform.to_owned(), account: account.map(str::to_owned) };
        Ok(Self { who, placement: placement.map(str::parse).transpose()? })
    }
}

/// The targets of `--publish`, or the brief's in the outbox. `bluesky` alone means its placements
/// in the brief, else the feed.
pub(crate) fn find(brief: &Brief, args: &Args, out: &Path) -> Result<Targets> {
    let stay_here = args.publish.is_empty();
    let of_brief = read(&brief.targets)?;
    let named = if stay_here { of_brief.clone() } else { read(&args.publish)? };
    if named.is_empty() {
        return Err(Error::invalid("targets", "the brief names no targets; add them or use --publish"));
    }
    let outbox = Outbox::new(out);
    let host = Environment.get("MEDIA_HOST_PUT_URL").map(|_| HttpPut::from_env()).transpose()?.map(Arc::new);
    let (gathered, others) = narrow(gather(named, if stay_here { &[] } else { &of_brief }), &read(&args.only)?)?;
    let mut list = Vec::new();
    for (who, placements) in gathered {
        let publisher = if stay_here { stand_in(&outbox, &who)? } else { connect(&who, host.as_ref())? };
        list.push((publisher, placements));
    }
    Ok(Targets { list, host, stay_here, others })
}

fn read(targets: &[String]) -> Result<Vec<Named>> {
    targets.iter().map(|target| target.parse()).collect()
}

/// The placements of each account, in order. Without one, those that the brief has for the
/// platform, else the feed.
fn gather(named: Vec<Named>, of_brief: &[Named]) -> Vec<(Who, Vec<Placement>)> {
    let mut all: Vec<(Who, Vec<Placement>)> = Vec::new();
    for Named { who, placement } in named {
        let usual = of_brief.iter().filter(|target| {
            target.who.platform == who.platform && (target.who.account.is_none() || target.who.account == who.account)
        });
        let mut placements: Vec<_> = match placement {
            Some(placement) => vec![placement],
            None => usual.map(|target| target.placement.clone().unwrap_or_default()).collect(),
        };
        if placements.is_empty() {
            placements.push(Placement::FEED);
        }
        let known = match all.iter().position(|(known, _)| *known == who) {
            Some(known) => known,
            None => {
                all.push((who, Vec::new()));
                all.len() - 1
            }
        };
        for placement in placements {
            if !all[known].1.contains(&placement) {
                all[known].1.push(placement);
            }
        }
    }
    all
}

/// The placements of each account.
type Grouped = Vec<(Who, Vec<Placement>)>;

/// The targets that `--only` names, and whether there are others.
fn narrow(all: Grouped, only: &[Named]) -> Result<(Grouped, bool)> {
    if only.is_empty() {
        return Ok((all, false));
    }
    let means = |only: &Named, who: &Who, placement: &Placement| {
        only.who.platform == who.platform
            && (only.who.account.is_none() || only.who.account == who.account)
            && only.placement.as_ref().is_none_or(|wanted| wanted == placement)
    };
    if let Some(stranger) = only.iter().find(|only| {
        !all.iter().any(|(who, placements)| placements.iter().any(|placement| means(only, who, placement)))
    }) {
        let known: Vec<_> = all.iter().flat_map(|(who, places)| places.iter().map(|place| shown(who, place))).collect();
        let Named { who, placement } = stranger;
        let wanted = placement.as_ref().map_or_else(|| who.platform.clone(), |placement| shown(who, placement));
        let message = format!("`{wanted}` is none of the targets; there are {}", known.join(", "));
        return Err(Error::invalid("--only", message));
    }
    let mut others = false;
    let mut kept = Vec::new();
    for (who, placements) in all {
        let (wanted, left): (Vec<_>, Vec<_>) =
            placements.into_iter().partition(|placement| only.iter().any(|only| means(only, &who, placement)));
        others |= !left.is_empty();
        if !wanted.is_empty() {
            kept.push((who, wanted));
        }
    }
    Ok((kept, others))
}

/// A target as people write it.
fn shown(Who { platform, account }: &Who, placement: &Placement) -> String {
    match account {
        Some(account) => format!("{platform}/{placement}@{account}"),
        None => format!("{platform}/{placement}"),
    }
}

fn connect(who: &Who, host: Option<&Arc<HttpPut>>) -> Result<Arc<dyn Publisher>> {
    let parts = match host {
        Some(host) => Parts::default().with_host(host.clone()),
        None => Parts::default(),
    };
    match &who.account {
        // Nothing of the account without a name is taken instead: a post would go to the wrong one.
        Some(account) => {
            let settings = Prefixed::new(format!("{}_", account.to_uppercase()), Environment);
            platform_publishers::connect_with(&who.platform, &settings, parts)
        }
        None => platform_publishers::connect_with(&who.platform, &Environment, parts),
    }
}

fn stand_in(outbox: &Outbox, who: &Who) -> Result<Arc<dyn Publisher>> {
    let Who { platform, account } = who;
    let publisher = outbox.standing_in_for(platform.clone(), platform_publishers::rules_of(platform)?);
    Ok(Arc::new(match account {
        Some(account) => {
            let key = AccountKey::new(platform.clone(), account.clone());
            publisher.with_account(Account::new(key, account.clone()))
        }
        None => publisher,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(named: &[&str], of_brief: &[&str]) -> Vec<String> {
        let read = |targets: &[&str]| targets.iter().map(|target| target.parse().unwrap()).collect::<Vec<Named>>();
        let gathered = gather(read(named), &read(of_brief)).into_iter();
        let shown = gathered.map(|(Who { platform, account }, placements)| {
            let placements: Vec<_> = placements.iter().map(Placement::as_str).collect();
            format!("{platform}@{} {}", account.unwrap_or_default(), placements.join("+"))
        });
        shown.collect()
    }

    #[test]
    fn only_some_targets_are_taken_and_one_that_is_none_is_named() {
        let read = |targets: &[&str]| targets.iter().map(|target| target.parse().unwrap()).collect::<Vec<Named>>();
        let all = || gather(read(&["instagram/feed", "instagram/reel", "bluesky", "bluesky@bakery"]), &[]);
        let taken = |only: &[&str]| {
            let (kept, others) = narrow(all(), &read(only)).unwrap();
            let kept = kept.iter().flat_map(|(who, places)| places.iter().map(|place| shown(who, place)));
            (kept.collect::<Vec<_>>().join(" "), others)
        };
        assert_eq!(taken(&["instagram/reel"]), ("instagram/reel".to_owned(), true));
        assert_eq!(taken(&["bluesky"]), ("bluesky/feed bluesky/feed@bakery".to_owned(), true));
        assert_eq!(
            taken(&["bluesky@bakery", "instagram/feed"]),
            ("instagram/feed bluesky/feed@bakery".to_owned(), true)
        );
        assert!(!taken(&[]).1 && !taken(&["instagram", "bluesky"]).1);
        let error = narrow(all(), &read(&["instagram/story"])).unwrap_err();
        assert!(
            error.message().contains("`instagram/story`") && error.message().contains("bluesky/feed@bakery"),
            "{error}"
        );
    }

    #[test]
    fn accounts_of_one_platform_are_apart_and_placements_come_from_the_brief() {
        let brief = ["instagram", "instagram/reel", "bluesky@café_1/feed"];
        assert!(brief[2].parse::<Named>().is_err(), "the account comes last");
        let brief = ["instagram", "instagram/reel", "instagram/story@bakery"];
        assert_eq!(gathered(&["instagram"], &brief), ["instagram@ feed+reel"]);
        let both = ["instagram@bakery", "instagram@cafe/", "bluesky"];
        assert!(both[1].parse::<Named>().is_err());
        assert_eq!(gathered(&["instagram@bakery"], &brief), ["instagram@bakery feed+reel+story"]);
        assert_eq!(
            gathered(&["make/feed@bakery", "make/feed@cafe", "make/reel@cafe"], &[]),
            ["make@bakery feed", "make@cafe feed+reel"]
        );
    }
}
