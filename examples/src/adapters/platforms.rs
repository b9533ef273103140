//! Platforms. To publish takes several exchanges, so a single one is sent as it was recorded: what
//! counts is what the platform's refusal means.

use platform_publishers::bluesky::Bluesky;
use platform_publishers::instagram::Instagram;
use platform_publishers::make::Make;

use super::{Adapter, Opened};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter {
        operation: "call",
        knows: |platform| platform == "bluesky",
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(Bluesky::endpoint())?)),
    },
    Adapter {
        operation: "call",
        knows: |platform| platform == "instagram",
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(Instagram::endpoint())?)),
    },
    Adapter {
        operation: "call",
        knows: |platform| ["make", "make_webhook"].contains(&platform),
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(Make::endpoint())?)),
    },
];
