//! What a file is sent as.

use social_core::media::{MediaInfo, MediaKind};

/// What a file is sent as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Photo,
    Animation,
    Video,
    Document,
}

impl Sort {
    pub(super) fn of(info: &MediaInfo) -> Self {
        match info.media_type.kind() {
            MediaKind::Image if info.animated => Self::Animation,
            MediaKind::Image => Self::Photo,
            MediaKind::Video => Self::Video,
            _ => Self::Document,
        }
    }

    pub(super) const fn method(self) -> &'static str {
        match self {
            Self::Photo => "sendPhoto",
            Self::Animation => "sendAnimation",
            Self::Video => "sendVideo",
            Self::Document => "sendDocument",
        }
    }

    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Animation => "animation",
            Self::Video => "video",
            Self::Document => "document",
        }
    }
}
