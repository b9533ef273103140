//! The JSON of the third version of the API, as far as it is used here.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::{PostRole, RemotePost};
use url::Url;

#[derive(Serialize)]
pub(super) struct LoginRequest<'a> {
    pub(super) username_or_email: &'a str,
    pub(super) password: &'a str,
}

#[derive(Deserialize)]
pub(super) struct LoginAnswer {
    #[serde(default)]
    pub(super) jwt: Option<SecretString>,
}

#[derive(Deserialize)]
pub(super) struct SiteAnswer {
    pub(super) version: String,
    #[serde(default)]
    pub(super) my_user: Option<MyUser>,
}

#[derive(Deserialize)]
pub(super) struct MyUser {
    pub(super) local_user_view: LocalUser,
}

#[derive(Deserialize)]
pub(super) struct LocalUser {
    pub(super) person: Person,
}

#[derive(Deserialize)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) name: String,
    #[serde(default)]
    pub(super) banned: bool,
}

#[derive(Deserialize)]
pub(super) struct CommunityAnswer {
    pub(super) community_view: CommunityView,
}

#[derive(Deserialize)]
pub(super) struct CommunityView {
    pub(super) community: Community,
}

#[derive(Deserialize)]
pub(super) struct Community {
    pub(super) id: u64,
}

#[derive(Serialize)]
pub(super) struct NewPost<'a> {
    pub(super) name: &'a str,
    pub(super) community_id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alt_text: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) nsfw: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom_thumbnail: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Deletion {
    pub(super) post_id: u64,
    pub(super) deleted: bool,
}

#[derive(Deserialize)]
pub(super) struct PostAnswer {
    pub(super) post_view: PostView,
}

#[derive(Deserialize)]
pub(super) struct PostList {
    pub(super) posts: Vec<PostView>,
}

#[derive(Deserialize)]
pub(super) struct PostView {
    pub(super) post: Posted,
}

#[derive(Deserialize)]
pub(super) struct Posted {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) creator_id: u64,
    #[serde(default)]
    pub(super) ap_id: Option<String>,
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) body: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    pub(super) deleted: bool,
    #[serde(default)]
    pub(super) removed: bool,
}

impl Posted {
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.published.as_deref()?.parse().ok()
    }

    pub(super) fn remote(&self) -> RemotePost {
        let url = self.ap_id.as_deref().and_then(|url| Url::parse(url).ok());
        RemotePost::new(self.id.to_string(), PostRole::MAIN).with_url(url)
    }
}

/// What pict-rs answers.
#[derive(Deserialize)]
pub(super) struct Images {
    #[serde(default)]
    pub(super) files: Vec<ImageFile>,
}

#[derive(Deserialize)]
pub(super) struct ImageFile {
    pub(super) file: String,
}

/// What Lemmy 1.0 answers.
#[derive(Deserialize)]
pub(super) struct UploadedImage {
    pub(super) image_url: String,
}
