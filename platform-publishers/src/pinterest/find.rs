//! What became of a pin whose answer was lost.

use std::time::Duration;

use social_core::Result;
use social_core::publish::{ListedPost, Listing, SoughtPost, find_recent};
use social_core::run::{Found, Lost};
use url::Url;

use super::Pinterest;
use super::wire::{NewPin, Pin, words};

/// So many pages of pins are read.
const PAGES: usize = 4;
/// How long Pinterest may need to list a pin that it took.
const SETTLE: Duration = Duration::from_secs(60);

impl Pinterest {
    /// A pin is known by its board, its words and its link. One of other links is another.
    pub(super) async fn find(&self, pin: &NewPin, lost: Lost) -> Result<Found<String>> {
        let begun_at = lost.begun_at;
        let is_old = |pin: &Pin| pin.at().is_some_and(|at| at.duration_since(begun_at).as_secs() < -3600);
        let (pins, complete) = self.all::<Pin>("v5/pins", PAGES, is_old).await?;
        let wanted = place(pin.link.as_deref());
        let mut sought = words(pin.title.as_deref(), pin.description.as_deref());
        let by_link = sought.trim().is_empty();
        if by_link {
            sought = wanted.clone().unwrap_or_default();
        }
        let listed = pins.into_iter().map(|listed| {
            let link = place(listed.link.as_deref());
            let same_link = link == wanted;
            let account = listed.board_id.clone().filter(|_| same_link).unwrap_or_default();
            let text =
                if by_link && listed.words().trim().is_empty() { link.unwrap_or_default() } else { listed.words() };
            ListedPost { account, text, at: listed.at(), value: listed.id }
        });
        let listing = if complete { Listing::complete(listed) } else { Listing::page(listed) };
        Ok(find_recent(&SoughtPost { account: &pin.board_id, text: &sought, lost, settle: SETTLE }, listing))
    }
}

/// Where a link leads, without what a platform may add to it or take away.
fn place(link: Option<&str>) -> Option<String> {
    let url = Url::parse(link?).ok()?;
    let host = url.host_str().unwrap_or_default();
    Some(format!("{}{}", host.trim_start_matches("www."), url.path().trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    //! Invented.

    use super::place;

    #[test]
    fn a_link_is_known_whatever_is_added_to_it() {
        let bare = place(Some("https://bakery.test/menu"));
        assert_eq!(bare.as_deref(), Some("bakery.test/menu"));
        assert_eq!(place(Some("http://www.bakery.test/menu/?utm_source=pinterest#x")), bare);
        assert_ne!(place(Some("https://bakery.test/")), bare);
        assert_eq!((place(None), place(Some(""))), (None, None));
    }
}
