//! The JSON of Google's Business Profile APIs, as far as it is used here.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::ReceiptState;
use url::Url;

use super::when::{Date, TimeOfDay};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewPost {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language_code: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) summary: String,
    pub(super) topic_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call_to_action: Option<CallToAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) offer: Option<Offer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) media: Vec<Photo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scheduled_time: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallToAction {
    pub(super) action_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<Url>,
}

#[derive(Debug, Serialize)]
pub(super) struct Event {
    pub(super) title: String,
    pub(super) schedule: Schedule,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schedule {
    pub(super) start_date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_time: Option<TimeOfDay>,
    pub(super) end_date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_time: Option<TimeOfDay>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Offer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) coupon_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) redeem_online_url: Option<Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) terms_conditions: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Photo {
    pub(super) media_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location_association: Option<LocationAssociation>,
    pub(super) source_url: Url,
}

#[derive(Debug, Serialize)]
pub(super) struct LocationAssociation {
    pub(super) category: &'static str,
}

/// A post as Google has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocalPost {
    pub(super) name: String,
    pub(super) state: Option<String>,
    #[serde(default)]
    summary: String,
    event: Option<Titled>,
    create_time: Option<String>,
    pub(super) search_url: Option<Url>,
}

#[derive(Clone, Debug, Deserialize)]
struct Titled {
    #[serde(default)]
    title: String,
}

impl LocalPost {
    /// By which it is known.
    pub(super) fn words(&self) -> String {
        words(&self.summary, self.event.as_ref().map(|event| event.title.as_str()))
    }

    pub(super) fn at(&self) -> Option<Timestamp> {
        self.create_time.as_deref()?.parse().ok()
    }

    /// What became of it; `None` where Google does not say.
    pub(super) fn receipt_state(&self) -> Option<ReceiptState> {
        Some(match self.state.as_deref()? {
            "LIVE" => ReceiptState::Published,
            "PROCESSING" => ReceiptState::Processing,
            "SCHEDULED" | "RECURRING" => ReceiptState::Scheduled,
            "REJECTED" => ReceiptState::Rejected,
            _ => return None,
        })
    }
}

pub(super) fn words(summary: &str, title: Option<&str>) -> String {
    format!("{summary} {}", title.unwrap_or_default())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocalPosts {
    #[serde(default)]
    pub(super) local_posts: Vec<LocalPost>,
    pub(super) next_page_token: Option<String>,
    pub(super) error: Option<IgnoredAny>,
}

/// A photo or video of the profile.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaItem {
    pub(super) name: String,
    pub(super) source_url: Option<Url>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaItems {
    #[serde(default)]
    pub(super) media_items: Vec<MediaItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reviews {
    #[serde(default)]
    pub(super) reviews: Vec<Review>,
    pub(super) next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Review {
    pub(super) name: String,
    pub(super) reviewer: Option<Reviewer>,
    pub(super) star_rating: Option<String>,
    #[serde(default)]
    pub(super) comment: String,
    pub(super) create_time: Option<String>,
    pub(super) review_reply: Option<Reply>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reviewer {
    pub(super) display_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reply {
    #[serde(default)]
    pub(super) comment: String,
    #[serde(alias = "state")]
    pub(super) review_reply_state: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Accounts {
    #[serde(default)]
    pub(super) accounts: Vec<Named>,
    #[serde(rename = "nextPageToken")]
    pub(super) next_page_token: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Places {
    #[serde(default)]
    pub(super) locations: Vec<Place>,
    #[serde(rename = "nextPageToken")]
    pub(super) next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: String,
    pub(super) metadata: Option<Metadata>,
    pub(super) regular_hours: Option<RegularHours>,
    pub(super) special_hours: Option<SpecialHours>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) can_operate_local_post: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RegularHours {
    #[serde(default)]
    pub(super) periods: Vec<Period>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Period {
    pub(super) open_day: String,
    #[serde(default)]
    pub(super) open_time: TimeOfDay,
    pub(super) close_day: String,
    #[serde(default)]
    pub(super) close_time: TimeOfDay,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpecialHours {
    #[serde(default)]
    pub(super) special_hour_periods: Vec<SpecialPeriod>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpecialPeriod {
    pub(super) start_date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) open_time: Option<TimeOfDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) close_time: Option<TimeOfDay>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) closed: bool,
}
