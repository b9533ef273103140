//! The words of a timeline: what its tracks hold, and how clips come, go, move and stand.

use serde::{Deserialize, Serialize};

use crate::make::Scalar;

/// Defines a closed choice with its words.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl From<$name> for Scalar {
            fn from(value: $name) -> Self {
                value.as_str().into()
            }
        }
    };
}
choice! {
    /// What a track holds.
    TrackKind {
        /// Images and videos, one after the other or above the tracks below.
        Video = "video",
        /// Words over the image.
        Text = "text",
        /// Captions: subtitle files.
        Captions = "captions",
        /// Spoken words.
        Voice = "voice",
        /// Music.
        Music = "music",
    }
}

open_name! {
    /// How a clip comes in or goes: [`FADE`](Self::FADE), or a vendor's own word.
    Transition
}

impl Transition {
    /// From transparent, or to it; of audio from silence, or to it.
    pub const FADE: Self = Self::new("fade");
    /// From the side.
    pub const SLIDE: Self = Self::new("slide");
    /// Uncovered from the side.
    pub const WIPE: Self = Self::new("wipe");
    /// From near.
    pub const ZOOM: Self = Self::new("zoom");
}

open_name! {
    /// How the camera moves over an image or a video: [`ZOOM_IN`](Self::ZOOM_IN), or a vendor's own
    /// word.
    Motion
}

impl Motion {
    /// Slowly nearer.
    pub const ZOOM_IN: Self = Self::new("zoom_in");
    /// Slowly away.
    pub const ZOOM_OUT: Self = Self::new("zoom_out");
}

choice! {
    /// How an image or a video fills the frame.
    Fit {
        /// It fills the frame and keeps its shape; what is too much is cut off.
        Cover = "cover",
        /// All of it is shown and it keeps its shape; beside it the tracks below are seen.
        Contain = "contain",
    }
}

choice! {
    /// Where words stand in the frame; they are centred from left to right.
    Position {
        /// In the upper part.
        Top = "top",
        /// In the middle.
        Center = "center",
        /// In the lower part.
        Bottom = "bottom",
    }
}

impl From<Transition> for Scalar {
    fn from(transition: Transition) -> Self {
        transition.as_str().into()
    }
}

impl From<Motion> for Scalar {
    fn from(motion: Motion) -> Self {
        motion.as_str().into()
    }
}
