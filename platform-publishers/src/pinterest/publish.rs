//! Publishing: the board, the video, the one request that makes the pin visible.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt as _;
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    self, Approved, Attachment, Delivery, Finding, MediaRole, Placement, Post, Publisher, PublisherCapabilities,
    Readiness, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, ErrorKind, Platform, Result};
use url::Url;

use super::check::{findings, is_remote};
use super::options::{self, PinterestOptions};
use super::wire::{ImageData, ImageUrl, MediaSource, NewPin, Pin, VideoSource};
use super::{Pinterest, rules};
use crate::offered::refuse_unless_offered;

#[async_trait]
impl Publisher for Pinterest {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        self.who().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(true)
            .with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts, self.board.as_deref())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        publish::durably(self, run, post, |delivery| async move { self.deliver(&delivery, post).await }).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_pin(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Pinterest {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let (run, options) = (&delivery.run, post.options.get::<PinterestOptions>()?.unwrap_or_default());
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let media_source = self.media_source(delivery, post, &options).await?;
        let pin = NewPin {
            board_id: self.board_of(run, &options).await?,
            board_section_id: options.section_id.clone(),
            title: post.title.as_deref().and_then(some),
            description: some(&post.text),
            link: post.link.as_ref().map(Url::to_string),
            alt_text: post.content().find_map(|(_, file)| file.alt_text.clone()),
            dominant_color: options.dominant_color.clone(),
            media_source,
        };
        let receipt = |id: String| {
            let url = Url::parse(&format!("https://www.pinterest.com/pin/{id}/")).ok();
            let receipt = delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(id).with_url(url));
            match self.trial {
                true => receipt.with_warning("the app has Trial access: its creator alone sees the pin"),
                false => receipt,
            }
        };
        let (pin, receipt) = (&pin, &receipt);
        let send = || async { Ok(receipt(self.create(run, pin, &options).await?)) };
        let find = |lost| async move { Ok(self.find(pin, lost).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    async fn create(&self, run: &Run, pin: &NewPin, options: &PinterestOptions) -> Result<String> {
        match self.api.post("v5/pins")?.operation("publish").json(pin).send().await {
            Ok(reply) => Ok(reply.json::<Pin>()?.id),
            Err(error) => {
                if error.kind() == ErrorKind::NotFound {
                    self.forget_board(run, options).await?;
                }
                Err(error)
            }
        }
    }

    /// What the pin shows, as it is sent.
    async fn media_source(&self, delivery: &Delivery, post: &Post, options: &PinterestOptions) -> Result<MediaSource> {
        let (mut data, mut urls) = (Vec::new(), Vec::new());
        for (index, file) in post.content() {
            let Some(info) = delivery.facts.get(index) else { continue };
            if info.media_type.kind() == MediaKind::Video {
                let uploaded = self.upload_video(&delivery.run, file, info).await;
                let media_id = uploaded.map_err(|error| error.with_item(index))?;
                return Ok(MediaSource::VideoId(video_source(delivery, post, options, media_id).await?));
            }
            match &file.media {
                Media::Remote(remote) => urls.push(ImageUrl { url: remote.url.clone() }),
                _ => data.push(image_data(file, info).await.map_err(|error| error.with_item(index))?),
            }
        }
        let missing = || Error::invalid("attachments", "there is no file to publish");
        Ok(match (post.placement == Placement::CAROUSEL, urls.is_empty()) {
            (true, false) => MediaSource::MultipleImageUrls { items: urls },
            (true, true) => MediaSource::MultipleImageBase64 { items: data },
            (false, false) => MediaSource::ImageUrl(urls.pop().ok_or_else(missing)?),
            (false, true) => MediaSource::ImageBase64(data.pop().ok_or_else(missing)?),
        })
    }
}

async fn video_source(
    delivery: &Delivery,
    post: &Post,
    options: &PinterestOptions,
    media_id: String,
) -> Result<VideoSource> {
    let mut source = VideoSource {
        media_id,
        cover_image_url: None,
        cover_image_content_type: None,
        cover_image_data: None,
        cover_image_key_frame_time: None,
    };
    let cover = post.attachments.iter().zip(&delivery.facts).find(|(file, _)| file.role == MediaRole::Cover);
    match cover {
        Some((Attachment { media: Media::Remote(remote), .. }, _)) => source.cover_image_url = Some(remote.url.clone()),
        Some((file, info)) => {
            let ImageData { content_type, data } = image_data(file, info).await?;
            source.cover_image_content_type = Some(content_type);
            source.cover_image_data = Some(data);
        }
        None => source.cover_image_key_frame_time = Some(options.cover_second.unwrap_or_default()),
    }
    Ok(source)
}

/// An image travels in the request itself. It is not larger than the rules allow.
async fn image_data(file: &Attachment, info: &MediaInfo) -> Result<ImageData> {
    debug_assert!(!is_remote(file), "it is sent");
    let clean = file.media.without_notes().await?;
    let fold = |mut all: Vec<u8>, piece: bytes::Bytes| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    };
    let bytes = clean.stream().try_fold(Vec::new(), fold).await?;
    Ok(ImageData { content_type: info.media_type.as_mime(), data: STANDARD.encode(bytes) })
}
