//! Photos of the profile.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::canonical::{self, Digest};
use social_core::media::Media;
use social_core::publish::{Approvable, Approved};
use social_core::run::{Found, Run};

use super::GoogleBusiness;
use super::wire::{LocationAssociation, MediaItem, MediaItems, Photo};

/// What a photo of a profile shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PhotoCategory {
    /// Anything else.
    #[default]
    Additional,
    /// The large photo of the profile.
    Cover,
    /// The logo.
    Logo,
    /// The building from outside.
    Exterior,
    /// The rooms.
    Interior,
    /// What is sold.
    Product,
    /// Food and drink.
    FoodAndDrink,
    /// The menu.
    Menu,
    /// Who works there.
    Teams,
}

impl PhotoCategory {
    const fn word(self) -> &'static str {
        match self {
            Self::Additional => "ADDITIONAL",
            Self::Cover => "COVER",
            Self::Logo => "LOGO",
            Self::Exterior => "EXTERIOR",
            Self::Interior => "INTERIOR",
            Self::Product => "PRODUCT",
            Self::FoodAndDrink => "FOOD_AND_DRINK",
            Self::Menu => "MENU",
            Self::Teams => "TEAMS",
        }
    }
}

/// A photo for the profile, to be approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProfilePhoto {
    /// The file.
    pub media: Media,
    /// What it shows.
    pub category: PhotoCategory,
}

impl ProfilePhoto {
    /// A photo of this category.
    #[must_use]
    pub const fn new(media: Media, category: PhotoCategory) -> Self {
        Self { media, category }
    }
}

#[async_trait]
impl Approvable for ProfilePhoto {
    fn kind(&self) -> &'static str {
        "profile photo"
    }

    async fn digest(&self) -> Result<Digest> {
        canonical::digest(self).await
    }

    fn preview(&self) -> String {
        let what = match &self.media {
            Media::Remote(remote) => remote.url.to_string(),
            Media::File(path) => path.display().to_string(),
            _ => "a file in memory".to_owned(),
        };
        format!("photo of the profile, {}: {what}", self.category.word())
    }
}

impl GoogleBusiness {
    /// Adds a photo to the profile, once, and returns its name.
    ///
    /// # Errors
    /// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown) when the answer was lost and
    /// Google's list does not name the photo's address;
    /// [`Rejected`](social_core::ErrorKind::Rejected) for one that was approved for another
    /// location; [`Config`](social_core::ErrorKind::Config) without a media host for a file of this
    /// machine; the kinds of the HTTP path.
    pub async fn add_photo(&self, run: &Run, photo: &Approved<ProfilePhoto>) -> Result<String> {
        photo.verify().await?;
        photo.is_for(&self.account)?;
        run.bind(&photo.approval().digest).await?;
        let run = run.for_account(&self.account.key);
        let source_url = self.address(&run, &photo.media, None).await?;
        let path = self.location.path("media");
        let body = Photo {
            media_format: "PHOTO",
            location_association: Some(LocationAssociation { category: photo.category.word() }),
            source_url,
        };
        let send = || async {
            let call = self.api.post(&path)?.operation("add photo");
            Ok(call.json(&body).send().await?.json::<MediaItem>()?.name)
        };
        let find = |_| async {
            let listed: MediaItems = self.api.get(&path)?.operation("list photos").send().await?.json()?;
            let same = |item: &MediaItem| item.source_url.as_ref() == Some(&body.source_url);
            let found = listed.media_items.into_iter().find(same);
            // The list need not say where a photo came from.
            Ok(found.map_or(Found::Unknown, |item| Found::Present(item.name)))
        };
        run.once("photo", send, find).await
    }
}
