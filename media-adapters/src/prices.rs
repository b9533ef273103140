//! What images, videos and speech cost.

use std::sync::{Arc, LazyLock};

use social_core::money::PriceTable;

/// List prices of models that make images, videos and speech, as LiteLLM's public collection and
/// vendors' pages showed them: the table names its sources and its date. It is renewed by hand.
///
/// A starting point, not the truth: vendors change prices, and discounts are not in it. What a unit
/// costs depends on terms where vendors price it so: size and quality of an image, resolution and
/// audio of a video. Models that bill images as tokens have one rate for all that goes in and one
/// for all that comes out, that of images, so that the cost is rather too high than too low by the
/// words and thoughts of an answer. Kling and Runway bill units; theirs have a price, and where it
/// is known how many a second takes, they can be reserved. Images that are added to a request for a
/// video cost extra with xAI and MiniMax, which is not in the table. OpenRouter and xAI report the
/// cost with each answer. An application changes the table's entries or loads one of its own;
/// without a price a [`Budget`](social_core::wrap::Budget) refuses a model.
#[must_use]
pub fn prices() -> PriceTable {
    PriceTable::clone(&shared())
}

/// The same, read once.
pub(crate) fn shared() -> Arc<PriceTable> {
    static PRICES: LazyLock<Arc<PriceTable>> = LazyLock::new(|| {
        // A test reads the file, so that a fault in it shows before a release.
        Arc::new(serde_json::from_str(include_str!("prices.json")).unwrap_or_default())
    });
    PRICES.clone()
}

#[cfg(test)]
mod tests {
    //! Stands on the figures of the collection that is named above.

    use social_core::clock::{Clock as _, SystemClock, Timestamp};
    use social_core::image::ImageRequest;
    use social_core::make::MakeRequest as _;
    use social_core::money::{MicroDollars, Usage};
    use social_core::video::VideoRequest;

    use super::*;

    fn cost(address: &str, usage: &Usage) -> Option<u64> {
        prices().cost(&address.parse().unwrap(), usage, Timestamp::UNIX_EPOCH).map(|cost| cost.amount.0)
    }

    // Museum E14: prices are data with a date and conditions.
    #[test]
    fn e14_the_table_is_read_and_known_models_have_a_price() {
        let table: PriceTable = serde_json::from_str(include_str!("prices.json")).unwrap();
        assert!(table.prices.len() > 70 && !table.sources.is_empty(), "{}", table.prices.len());
        let mut tokens = Usage::default().with_images(1);
        (tokens.input_tokens, tokens.output_tokens) = (Some(1_000), Some(1_000));
        assert_eq!(cost("openai/gpt-image-2-2026-04-21", &tokens), Some(8_000 + 30_000));
        assert_eq!(cost("gemini/gemini-3-pro-image", &tokens), Some(2_000 + 120_000));
        let seconds = |resolution| Usage::default().with_seconds(8.0).with_term("resolution", resolution);
        assert_eq!(cost("gemini/veo-3.1-fast-generate-preview", &seconds(None)), Some(800_000));
        assert_eq!(cost("gemini/veo-3.1-fast-generate-preview", &seconds(Some("1080p"))), Some(960_000));
        assert_eq!(cost("vertex/veo-3.1-generate-001", &seconds(Some("4k"))), Some(4_800_000));
        let mut units = Usage::default().with_seconds(5.0);
        units.units = Some(2.5);
        assert_eq!(cost("kling/kling-v2-1", &units), Some(350_000));
        let mut spoken = Usage::default().with_seconds(60.0);
        spoken.characters = Some(1_000);
        assert_eq!(cost("elevenlabs/eleven_v3", &spoken), Some(80_000));
        assert_eq!(cost("openai/a-model-of-tomorrow", &tokens), None);
    }

    #[test]
    fn the_maximum_of_a_request_is_known_before_it_is_paid() {
        let table = prices();
        let maximum = |address: &str, usage: &Usage| {
            table.maximum(&address.parse().unwrap(), usage, Timestamp::UNIX_EPOCH).map(|MicroDollars(amount)| amount)
        };
        let image = ImageRequest::new("a cat").with_count(2);
        assert_eq!(maximum("xai/grok-imagine-image-2.0", &image.estimate()), Some(160_000));
        assert_eq!(maximum("xai/grok-imagine-image-2.0", &image.with_size("1k").estimate()), Some(120_000));
        let video = VideoRequest::new("a cat").with_duration(std::time::Duration::from_secs(10));
        assert_eq!(maximum("runway/hailuo3", &video.estimate()), Some(1_500_000));
        assert_eq!(maximum("runway/hailuo3", &video.clone().with_resolution("720p").estimate()), Some(1_000_000));
        // How many units audio takes is unknown.
        assert_eq!(maximum("kling/kling-v2-6", &video.clone().with_audio(true).estimate()), None);
        let silent = video.with_audio(false).with_resolution("1080p");
        assert_eq!(maximum("kling/kling-v2-6", &silent.estimate()), Some(700_000));
    }

    /// The figures of the answer are invented.
    #[cfg(feature = "openai")]
    #[tokio::test]
    async fn what_is_made_says_what_it_cost() {
        use serde_json::json;
        use social_core::run::Run;
        use social_core::settings::{MapSettings, Wired};
        use social_core::testkit::{Answer, ScriptedVendor};

        let answer = json!({"data": [{"b64_json": crate::samples::PNG}],
            "usage": {"input_tokens": 1_000, "output_tokens": 1_000}});
        let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| Answer::json(answer.clone()));
        let transport = vendor.transport();
        let account = MapSettings::new().with("OPENAI_API_KEY", "k");
        let settings = Wired::new(account, move |endpoint| endpoint.transport(transport.clone()));
        let painter = crate::connect_image_with("openai/gpt-image-2.6-flare", &settings).unwrap();
        let cost = painter.make(&Run::ephemeral(), &ImageRequest::new("a cat")).await.unwrap().cost.unwrap();
        assert_eq!((cost.amount, cost.priced), (MicroDollars(38_000), prices().date));
    }

    /// Counted to the release that carries the table, which the newest heading of the changelog
    /// with a date names, else to the day of the build.
    #[test]
    fn the_table_is_not_older_than_ninety_days() {
        let day = |date: &str| format!("{date}T00:00:00Z").parse::<Timestamp>().ok();
        let headings = include_str!("../../CHANGELOG.md").lines().filter(|line| line.starts_with("## "));
        let released = headings.flat_map(|line| line.split([' ', '(', ')'])).find_map(day);
        let age = released.unwrap_or(SystemClock.now()).duration_since(day(&prices().date).unwrap());
        assert!(age.as_hours() <= 90 * 24, "the table is {} days old", age.as_hours() / 24);
    }
}
