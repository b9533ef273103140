//! Where the posts go.

use std::sync::Arc;

use media_adapters::http_put::HttpPut;
use platform_publishers::outbox::Outbox;
use social_core::campaign::Brief;
use social_core::catalogue::Parts;
use social_core::publish::{Placement, Publisher};
use social_core::settings::{Environment, Settings as _};
use social_core::{Error, Result};

use crate::args::Args;

/// Where the posts go.
pub(crate) struct Targets {
    pub(crate) list: Vec<(Arc<dyn Publisher>, Vec<Placement>)>,
    /// Gives files a public address, for platforms and models that fetch them.
    pub(crate) host: Option<Arc<HttpPut>>,
    /// Nothing leaves this machine.
    pub(crate) stay_here: bool,
}

/// The targets of `--publish`, or the brief's in the outbox. `bluesky` alone means its placements in the brief, else the
/// feed.
pub(crate) fn find(brief: &Brief, args: &Args) -> Result<Targets> {
    let stay_here = args.publish.is_empty();
    let named = if stay_here { &brief.targets } else { &args.publish };
    if named.is_empty() {
        return Err(Error::invalid("targets", "the brief names no targets; add them or use --publish"));
    }
    let mut platforms: Vec<(String, Vec<Placement>)> = Vec::new();
    for name in named {
        let (platform, placements) = split(name, brief, stay_here)?;
        match platforms.iter_mut().find(|(known, _)| *known == platform) {
            Some((_, known)) => known.extend(placements.into_iter().filter(|p| !known.contains(p)).collect::<Vec<_>>()),
            None => platforms.push((platform, placements)),
        }
    }
    let outbox = Outbox::new(&args.out);
    let wanted = Environment.get("MEDIA_HOST_PUT_URL").is_some();
    let host = wanted.then(HttpPut::from_env).transpose()?.map(Arc::new);
    let open = |(platform, placements): (String, Vec<Placement>)| -> Result<(Arc<dyn Publisher>, Vec<Placement>)> {
        let publisher = if stay_here {
            Arc::new(outbox.standing_in_for(platform.clone(), platform_publishers::rules_of(&platform)?))
        } else {
            let parts = host.iter().fold(Parts::default(), |parts, host| parts.with_host(host.clone()));
            platform_publishers::connect_with(&platform, &Environment, parts)?
        };
        Ok((publisher, placements))
    };
    let list = platforms.into_iter().map(open).collect::<Result<_>>()?;
    Ok(Targets { list, host, stay_here })
}

fn split(name: &str, brief: &Brief, exact: bool) -> Result<(String, Vec<Placement>)> {
    if let Some((platform, placement)) = name.split_once('/') {
        return Ok((platform.to_owned(), vec![placement.parse()?]));
    }
    let of_brief = brief.targets.iter().filter(|target| !exact && target.split('/').next() == Some(name));
    let mut placements = Vec::new();
    for target in of_brief {
        placements.push(target.split_once('/').map_or(Ok(Placement::FEED), |(_, placement)| placement.parse())?);
    }
    if placements.is_empty() {
        placements.push(Placement::FEED);
    }
    Ok((name.to_owned(), placements))
}
