//! What X charges for a post.

use social_core::money::{Cost, MicroDollars};
use social_core::publish::{MediaRole, Post};
use social_core::text;

use super::{X, XOptions};

/// X's list of prices was read on this day.
const PRICED: &str = "2026-11-28";
const POST: MicroDollars = MicroDollars(15_000);
const POST_WITH_LINK: MicroDollars = MicroDollars(200_000);
const MEDIA_METADATA: MicroDollars = MicroDollars(5_000);

impl X {
    /// What X charges by its list of prices for publishing a post: for each part of a thread, more
    /// where it has a link, and for each file that is described or called sensitive. An answer that
    /// was asked for is cheaper, which is not counted; neither are reads, such as those by which a
    /// lost post is looked for.
    ///
    /// Source: docs.x.com, pay-per-usage pricing (2026-08-22, with the addenda of 2026-11-28).
    #[must_use]
    pub fn price(post: &Post) -> Cost {
        let texts = std::iter::once(&post.text).chain(post.thread.iter().map(|part| &part.text));
        let posts = texts.map(|words| if text::links(words).is_empty() { POST } else { POST_WITH_LINK });
        let sensitive = post.options.get::<XOptions>().ok().flatten().is_some_and(|o| !o.sensitive_media.is_empty());
        let described = post
            .files()
            .filter(|file| file.role == MediaRole::Content && (sensitive || file.alt_text.is_some()))
            .map(|_| MEDIA_METADATA);
        let amount = posts.chain(described).fold(MicroDollars(0), |sum, price| sum + price);
        Cost { amount, priced: PRICED.to_owned() }
    }
}
