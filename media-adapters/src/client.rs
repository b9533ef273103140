//! Clients of companies whose interfaces follow OpenAI's.

/// Defines a client: an endpoint that is opened with a key of the company.
macro_rules! client {
    ($(#[$doc:meta])* $client:ident of $company:expr, key $key:literal, base URL $url:literal) => {
        $(#[$doc])*
        ///
        /// Cheap to clone.
        #[derive(Clone, Debug)]
        pub struct $client {
            endpoint: social_core::http::Endpoint,
        }

        impl $client {
            /// The endpoint without a key, for another address, transport or clock. Keys are sent
            /// as [`Auth::Bearer`](social_core::http::Auth::Bearer).
            pub fn endpoint() -> social_core::http::EndpointBuilder {
                $company.endpoint()
            }

            #[doc = concat!("A client of this endpoint; start from [`", stringify!($client), "::endpoint`].")]
            ///
            /// # Errors
            /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
            pub fn new(endpoint: social_core::http::EndpointBuilder) -> social_core::Result<Self> {
                Ok(Self { endpoint: endpoint.build()? })
            }

            #[doc = concat!("A client with the key in `", $key, "`, at the address in `", $url, "` if there is one.")]
            ///
            /// # Errors
            /// [`Config`](social_core::ErrorKind::Config) naming the key when it is missing.
            pub fn from_settings(settings: &dyn social_core::settings::Settings) -> social_core::Result<Self> {
                Self::new($company.endpoint_from_settings(settings)?)
            }

            /// [`from_settings`](Self::from_settings) with the environment.
            ///
            /// # Errors
            /// As [`from_settings`](Self::from_settings).
            pub fn from_env() -> social_core::Result<Self> {
                Self::from_settings(&social_core::settings::Environment)
            }
        }
    };
}
pub(crate) use client;
