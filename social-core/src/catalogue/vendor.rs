//! [`VendorEntry`]: a vendor in a catalogue.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Operation;
use crate::Vendor;
use crate::batch::BatchRequest;
use crate::chat::{ChatModel, TokenCounter};
use crate::embed::EmbedRequest;
use crate::enhance::EnhanceRequest;
use crate::error::{Error, Result};
use crate::host::HostRequest;
use crate::http::{Endpoint, Exchange};
use crate::image::ImageRequest;
use crate::make::Maker;
use crate::models::ModelLister;
use crate::moderate::ModerationRequest;
use crate::music::MusicRequest;
use crate::render::RenderRequest;
use crate::settings::{Setting, Settings};
use crate::speech::SpeechRequest;
use crate::video::VideoRequest;

type Open<T> = dyn Fn(&dyn Settings, &str) -> Result<Arc<T>> + Send + Sync;

/// Opens a `T` from settings and a model's id. Cheap to clone.
pub struct Opener<T: ?Sized>(Arc<Open<T>>);

impl<T: ?Sized> Opener<T> {
    /// Opens it. Nothing is sent. What needs no model ignores it.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for settings that are missing or cannot be used, naming
    /// each.
    pub fn open(&self, settings: &dyn Settings, model: &str) -> Result<Arc<T>> {
        (self.0)(settings, model)
    }
}

impl<T: ?Sized> Clone for Opener<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> fmt::Debug for Opener<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener")
    }
}

/// What a vendor can offer: one of the traits of this crate, as `dyn Trait`.
pub trait Capability: 'static {
    /// The word for it.
    const OPERATION: Operation;

    /// How a vendor opens it, if it offers it.
    fn opener(entry: &VendorEntry) -> Option<&Opener<Self>>;
}

macro_rules! vendor_entry {
    ($($field:ident $with:ident $operation:ident $trait:path, $doc:literal;)*) => {
        /// A vendor: its name in addresses, its settings, and how each thing that it offers is
        /// opened.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct VendorEntry {
            /// The name in addresses.
            pub name: Vendor,
            /// Other names by which recordings of its exchanges know it.
            pub recorded_names: Vec<Cow<'static, str>>,
            /// What it is, for people.
            pub title: Cow<'static, str>,
            /// The settings that it reads.
            pub settings: Vec<Setting>,
            /// The settings that do instead of the required ones, if there are such.
            pub alternative: Vec<Setting>,
            $(#[doc = $doc] pub $field: Option<Opener<dyn $trait>>,)*
            /// Opens the endpoint, for single exchanges.
            pub endpoint: Option<EndpointOpener>,
            /// Tells what a recorded exchange of this vendor asked for.
            pub recognizes: Option<fn(&Exchange) -> Option<Operation>>,
        }

        impl VendorEntry {
            /// A vendor that offers nothing yet.
            pub fn new(
                name: impl Into<Vendor>,
                title: impl Into<Cow<'static, str>>,
                settings: impl IntoIterator<Item = Setting>,
            ) -> Self {
                Self {
                    name: name.into(),
                    recorded_names: Vec::new(),
                    title: title.into(),
                    settings: settings.into_iter().collect(),
                    alternative: Vec::new(),
                    $($field: None,)*
                    endpoint: None,
                    recognizes: None,
                }
            }

            $(
                #[doc = $doc]
                #[must_use]
                pub fn $with<T: $trait + 'static>(
                    mut self,
                    open: impl Fn(&dyn Settings, &str) -> Result<T> + Send + Sync + 'static,
                ) -> Self {
                    self.$field = Some(Opener(Arc::new(move |settings, model| Ok(Arc::new(open(settings, model)?)))));
                    self
                }
            )*

            /// What it offers, in the order of [`Operation::ALL`].
            #[must_use]
            pub fn operations(&self) -> Vec<Operation> {
                let offered = [$(self.$field.as_ref().map(|_| Operation::$operation),)*];
                offered.into_iter().flatten().collect()
            }
        }

        $(
            impl Capability for dyn $trait {
                const OPERATION: Operation = Operation::$operation;

                fn opener(entry: &VendorEntry) -> Option<&Opener<Self>> {
                    entry.$field.as_ref()
                }
            }
        )*
    };
}

vendor_entry! {
    chat with_chat Chat ChatModel, "Opens a language model.";
    embed with_embed Embed Maker<EmbedRequest>, "Opens an embedding model.";
    image with_image Image Maker<ImageRequest>, "Opens an image model.";
    video with_video Video Maker<VideoRequest>, "Opens a video model.";
    speech with_speech Speech Maker<SpeechRequest>, "Opens a voice.";
    music with_music Music Maker<MusicRequest>, "Opens a music model.";
    enhance with_enhance Enhance Maker<EnhanceRequest>, "Opens an enhancer of images.";
    render with_render Render Maker<RenderRequest>, "Opens a renderer of timelines.";
    host with_host Host Maker<HostRequest>, "Opens a media host; it needs no model.";
    moderate with_moderate Moderate Maker<ModerationRequest>, "Opens a moderator.";
    batch with_batch Batch Maker<BatchRequest>, "Opens batches of a language model.";
    models with_models Models ModelLister, "Opens the list of models; it needs no model.";
    count with_count Count TokenCounter, "Opens a counter of tokens.";
}

type OpenEndpoint = dyn Fn(&dyn Settings) -> Result<Endpoint> + Send + Sync;

/// Opens an endpoint from settings. Cheap to clone.
#[derive(Clone)]
pub struct EndpointOpener(Arc<OpenEndpoint>);

impl EndpointOpener {
    pub(super) fn new(open: impl Fn(&dyn Settings) -> Result<Endpoint> + Send + Sync + 'static) -> Self {
        Self(Arc::new(open))
    }

    /// Opens it. Nothing is sent.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn open(&self, settings: &dyn Settings) -> Result<Endpoint> {
        (self.0)(settings)
    }
}

impl fmt::Debug for EndpointOpener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointOpener")
    }
}

impl VendorEntry {
    /// Opens the endpoint, for single exchanges.
    #[must_use]
    pub fn with_endpoint(mut self, open: impl Fn(&dyn Settings) -> Result<Endpoint> + Send + Sync + 'static) -> Self {
        self.endpoint = Some(EndpointOpener::new(open));
        self
    }

    /// Sets the settings that do instead of the required ones.
    #[must_use]
    pub fn or_settings(mut self, settings: impl IntoIterator<Item = Setting>) -> Self {
        self.alternative = settings.into_iter().collect();
        self
    }

    /// Adds a name by which recordings know the vendor.
    #[must_use]
    pub fn recorded_as(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.recorded_names.push(name.into());
        self
    }

    /// Opens one of the things that it offers.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) where it does not offer `T`, and as [`Opener::open`].
    pub fn open<T: Capability + ?Sized>(&self, settings: &dyn Settings, model: &str) -> Result<Arc<T>> {
        let lacks = || Error::config(format!("`{}` does not offer `{}`", self.name, T::OPERATION));
        T::opener(self).ok_or_else(lacks)?.open(settings, model)
    }

    /// Sets what tells recorded exchanges of this vendor apart.
    #[must_use]
    pub fn recognizing(mut self, recognizes: fn(&Exchange) -> Option<Operation>) -> Self {
        self.recognizes = Some(recognizes);
        self
    }

    /// Whether addresses or recordings call the vendor by this name.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.recorded_names.iter().any(|other| other == name)
    }
}
