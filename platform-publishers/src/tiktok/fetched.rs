//! What TikTok fetches itself: videos at an address, and photos. The request for it makes the post.

use std::time::Duration;

use serde_json::{Map, Value, json};
use social_core::clock::Timestamp;
use social_core::host;
use social_core::http::Repeat;
use social_core::media::Media;
use social_core::publish::{
    Delivery, ListedPost, Listing, Placement, Post, PostRole, Receipt, ReceiptState, RemotePost, SoughtPost,
    find_recent,
};
use social_core::run::{Found, Lost, Run};
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::options::PHOTO;
use super::wire::{Begun, Video, Videos};
use super::{TikTok, TikTokOptions};

/// TikTok may fetch a file for so long, and works on it before.
const FETCHES_FOR: Duration = Duration::from_secs(2 * 3600);
/// So long TikTok may take to list a post. What it does not list may be out all the same.
const SETTLE: Duration = Duration::from_secs(24 * 3600);
/// Videos of a list.
const RECENT: usize = 20;
/// Lists cut texts at this many characters.
const LISTED_TEXT: usize = 150;

impl TikTok {
    pub(super) async fn publish_fetched(
        &self,
        delivery: &Delivery,
        post: &Post,
        options: &TikTokOptions,
    ) -> Result<Receipt> {
        let mut addresses = Vec::new();
        for (index, file) in post.content() {
            let address = self.address(&delivery.run, index, &file.media).await;
            addresses.push(address.map_err(|error| error.with_item(index))?);
        }
        let source = match addresses.as_slice() {
            [video] if post.placement == Placement::VIDEO => json!({"source": "PULL_FROM_URL", "video_url": video}),
            photos => json!({"source": "PULL_FROM_URL", "photo_images": photos,
                "photo_cover_index": options.cover_image.unwrap_or_default()}),
        };
        let send = || async {
            let begun: Begun = self.init(post, options, source, "publish").await?;
            let container = RemotePost::new(begun.publish_id, PostRole::CONTAINER);
            Ok(delivery.receipt(ReceiptState::Processing).with_post(container))
        };
        let find = |lost| async move { self.find_fetched(delivery, post, options.draft, lost).await };
        delivery.once(send, find).await
    }

    /// Asks for an upload, or for files to be fetched.
    pub(super) async fn init(
        &self,
        post: &Post,
        options: &TikTokOptions,
        source: Value,
        operation: &'static str,
    ) -> Result<Begun> {
        let mut body = Map::from_iter([("source_info".to_owned(), source)]);
        let path = match (post.placement == PHOTO, options.draft) {
            (true, draft) => {
                let mode = if draft { "MEDIA_UPLOAD" } else { "DIRECT_POST" };
                body.insert("media_type".to_owned(), "PHOTO".into());
                body.insert("post_mode".to_owned(), mode.into());
                "v2/post/publish/content/init/"
            }
            (false, true) => "v2/post/publish/inbox/video/init/",
            (false, false) => "v2/post/publish/video/init/",
        };
        if post.placement == PHOTO || !options.draft {
            body.insert("post_info".to_owned(), info_of(post, options));
        }
        self.read(&self.post(path, &body)?.operation(operation).send().await?)
    }

    /// Where TikTok fetches a file.
    async fn address(&self, run: &Run, index: usize, media: &Media) -> Result<Url> {
        let until = run.clock().now().saturating_add(FETCHES_FOR).ok();
        let url = match (media, &self.host) {
            (Media::Remote(remote), None) => remote.url.clone(),
            // The address is asked for once, so that a resumed run names the same one.
            (media, Some(host)) => {
                let url = || async { Ok((host::public(run, host.as_ref(), media, until).await?.url, until)) };
                run.step_until(&format!("address-{index}"), url).await?
            }
            (_, None) => return Err(Error::config("TikTok fetches photos itself and needs a media host")),
        };
        self.can_be_fetched(&url)
            .map_err(|why| Error::new(ErrorKind::MediaInvalid, why).with_field(format!("attachments[{index}]")))?;
        Ok(url)
    }

    /// Whether TikTok would fetch from an address, and if not, why.
    pub(super) fn can_be_fetched(&self, url: &Url) -> Result<(), &'static str> {
        let Some(domain) = url.domain().filter(|_| url.scheme() == "https") else {
            return Err("TikTok fetches files over HTTPS from a host with a name only; send the file itself");
        };
        let below = |place: &str| domain.strip_suffix(place).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let is_verified = |place: &String| match place.contains("://") {
            true => url.as_str().starts_with(place.as_str()),
            false => below(place),
        };
        if self.verified.is_empty() || self.verified.iter().any(is_verified) {
            return Ok(());
        }
        Err("the address is on no domain that is verified for the app; verify it in the app's console")
    }

    /// Looks for a post whose `publish_id` was lost among the account's public videos.
    async fn find_fetched(&self, delivery: &Delivery, post: &Post, draft: bool, lost: Lost) -> Result<Found<Receipt>> {
        if draft {
            let message = "TikTok does not say which drafts it delivered: look into the inbox of TikTok, and settle \
                           the step as happened or as not happened";
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        let call = self.post("v2/video/list/", &json!({ "max_count": RECENT }))?.repeat(Repeat::Safe);
        let call = call.operation("list posts").query("fields", "id,title,video_description,create_time,share_url");
        let listed: Videos = self.read(&call.send().await?)?;
        let account = &self.account.key.id;
        let posts = listed.videos.into_iter().map(|video| ListedPost {
            account: account.clone(),
            text: video.text(&post.text),
            at: video.create_time.and_then(|second| Timestamp::from_second(second).ok()),
            value: video,
        });
        let posts = if listed.has_more { Listing::page(posts) } else { Listing::complete(posts) };
        let found = find_recent(&SoughtPost { account, text: &post.text, lost, settle: SETTLE }, posts);
        let receipt = |video: Video| {
            let main = RemotePost::main(video.id).with_url(video.share_url);
            delivery.receipt(ReceiptState::Published).with_post(main)
        };
        match found {
            Found::NotListed { .. } => {
                let message = "TikTok's list of public videos does not have it, which proves nothing: look into TikTok, \
                               and settle the step as happened or as not happened";
                Err(Error::new(ErrorKind::Unsupported, message))
            }
            found => Ok(found.map(receipt)),
        }
    }
}

impl Video {
    /// The text as listed; `sought` where it begins like it and was cut.
    fn text(&self, sought: &str) -> String {
        let listed = if self.video_description.is_empty() { &self.title } else { &self.video_description };
        let is_cut = listed.chars().count() >= LISTED_TEXT && sought.starts_with(listed.as_str());
        if is_cut { sought.to_owned() } else { listed.clone() }
    }
}

/// What TikTok is told about a post. What is off unless it is switched on is said, too.
fn info_of(post: &Post, options: &TikTokOptions) -> Value {
    let mut info = Map::new();
    let mut say = |name: &str, value: Value| drop(info.insert(name.to_owned(), value));
    if post.placement == PHOTO {
        if let Some(title) = &post.title {
            say("title", title.as_str().into());
        }
        if !post.text.is_empty() {
            say("description", post.text.as_str().into());
        }
    } else {
        say("title", post.text.as_str().into());
    }
    if options.draft {
        return info.into();
    }
    if let Some(level) = options.privacy {
        say("privacy_level", level.as_str().into());
    }
    say("disable_comment", (!options.comments).into());
    say("brand_organic_toggle", options.own_brand.into());
    say("brand_content_toggle", options.paid_partnership.into());
    if post.placement == PHOTO {
        say("auto_add_music", options.music.into());
    } else {
        say("disable_duet", (!options.duets).into());
        say("disable_stitch", (!options.stitches).into());
        say("is_aigc", post.ai_generated.into());
        if let Some(at) = options.cover_ms {
            say("video_cover_timestamp_ms", at.into());
        }
    }
    info.into()
}
