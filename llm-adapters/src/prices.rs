//! What models cost.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use social_core::batch::TIER;
use social_core::money::{MicroDollars, Price, PriceTable, PriceTier};

/// Vendors whose further dialects have the same models at the same price.
const SAME_MODELS: [(&str, &[&str]); 6] = [
    ("openai", &["openai-responses"]),
    ("xai", &["xai-responses"]),
    ("deepseek", &["deepseek-anthropic", "deepseek-responses"]),
    ("minimax", &["minimax-anthropic"]),
    ("qwen", &["dashscope"]),
    ("zhipu", &["zhipu-anthropic"]),
];

/// List prices of language models, as LiteLLM's public collection and vendors' pages showed them:
/// the table names its sources and its date. `examples/tables.rs` rebuilds it.
///
/// A cache entry of Anthropic's that is kept for an hour costs twice the input, says
/// <https://docs.claude.com/en/docs/build-with-claude/prompt-caching>.
///
/// A starting point, not the truth: vendors change prices, and discounts and faster
/// service tiers are not in it; batches are. The dearer rates of long requests are, as
/// [tiers](social_core::money::Price::tiers); where a Qwen model charges more for answers that it
/// thought about, that price stands for all. An application changes the table's entries or loads
/// one of its own; without a price a [`Budget`](social_core::wrap::Budget) refuses a model. The
/// Chinese regions, OpenRouter, GMI, Hugging Face and Claude on Vertex AI have no entries: they
/// charge by contract, upstream or region, and OpenRouter reports the cost with each answer.
#[must_use]
pub fn prices() -> PriceTable {
    PriceTable::clone(&shared())
}

/// The same, read once.
pub(crate) fn shared() -> Arc<PriceTable> {
    static PRICES: LazyLock<Arc<PriceTable>> = LazyLock::new(|| {
        // A test reads the file, so that a fault in it shows before a release.
        let mut table: PriceTable = serde_json::from_str(include_str!("prices.json")).unwrap_or_default();
        add_dialects(&mut table.prices);
        add_batches(&mut table.prices);
        Arc::new(table)
    });
    PRICES.clone()
}

/// Vendors whose batches cost half, and whether what is read from the cache does, too:
/// <https://platform.openai.com/docs/guides/batch>,
/// <https://docs.claude.com/en/docs/build-with-claude/batch-processing>,
/// <https://ai.google.dev/gemini-api/docs/batch-api>, <https://docs.mistral.ai/capabilities/batch>.
const HALVED: [(&str, bool); 5] =
    [("openai", true), ("openai-responses", true), ("anthropic", true), ("gemini", false), ("mistral", true)];

/// Adds what the models cost in a batch.
fn add_batches(prices: &mut BTreeMap<String, Price>) {
    for (address, price) in prices {
        let vendor = address.split('/').next().unwrap_or_default();
        let Some((_, cache)) = HALVED.iter().find(|(known, _)| *known == vendor) else { continue };
        let half = |rate: Option<MicroDollars>| rate.map(|rate| MicroDollars(rate.0.div_ceil(2)));
        let kept = |rate: Option<MicroDollars>| if *cache { half(rate) } else { rate };
        let usual = PriceTier {
            input_million: price.input_million,
            cache_read_million: price.cache_read_million,
            cache_write_million: price.cache_write_million,
            cache_write_hour_million: price.cache_write_hour_million,
            output_million: price.output_million,
            ..PriceTier::default()
        };
        let batches: Vec<PriceTier> = [usual]
            .iter()
            .chain(price.tiers.iter().filter(|tier| tier.terms.is_empty()))
            .map(|tier| PriceTier {
                terms: [(TIER.0.to_owned(), TIER.1.to_owned())].into(),
                input_million: half(tier.input_million),
                cache_read_million: kept(tier.cache_read_million),
                cache_write_million: kept(tier.cache_write_million),
                cache_write_hour_million: kept(tier.cache_write_hour_million),
                output_million: half(tier.output_million),
                ..tier.clone()
            })
            .collect();
        price.tiers.extend(batches);
    }
}

/// Adds each entry under the addresses of the vendor's further dialects.
pub(crate) fn add_dialects<T: Clone>(entries: &mut BTreeMap<String, T>) {
    let mut same = BTreeMap::new();
    for (address, entry) in &*entries {
        let (vendor, model) = address.split_once('/').unwrap_or((address, ""));
        for alias in SAME_MODELS.iter().filter(|(known, _)| *known == vendor).flat_map(|(_, aliases)| *aliases) {
            same.insert(format!("{alias}/{model}"), entry.clone());
        }
    }
    // Where a dialect differs, it has an entry of its own.
    for (address, entry) in same {
        entries.entry(address).or_insert(entry);
    }
}

#[cfg(test)]
mod tests {
    //! Stands on the figures of the collection that is named above.

    use social_core::ModelAddress;
    use social_core::clock::Timestamp;
    use social_core::money::{MicroDollars, Usage};

    use super::*;

    // Museum E14: prices are data with a date.
    #[test]
    fn the_table_is_read_and_known_models_have_a_price() {
        let table = prices();
        assert!(table.date.starts_with("2026-"), "{}", table.date);
        assert!(table.prices.len() > 200, "{}", table.prices.len());
        let mut usage = Usage::default();
        (usage.input_tokens, usage.output_tokens) = (Some(1_000_000), Some(100_000));
        let cost = |address: &str| {
            table.cost(&address.parse::<ModelAddress>().unwrap(), &usage, Timestamp::UNIX_EPOCH).map(|cost| cost.amount)
        };
        assert_eq!(cost("openai/gpt-5-mini"), Some(MicroDollars(450_000)));
        assert_eq!(cost("openai-responses/gpt-5-mini"), Some(MicroDollars(450_000)));
        assert_eq!(cost("anthropic/claude-sonnet-4-6"), Some(MicroDollars(4_500_000)));
        assert_eq!(cost("openai/a-model-of-tomorrow"), None);
    }

    /// A cost that is silently too low breaks a budget.
    #[test]
    fn a_tier_names_every_rate_of_tokens_and_is_not_cheaper() {
        let (mut tiers, table) = (0, prices());
        for (address, price) in &table.prices {
            tiers += price.tiers.iter().filter(|tier| tier.terms.is_empty()).count();
            for tier in price.tiers.iter().filter(|tier| tier.terms.is_empty()) {
                for (short, long) in [
                    (price.input_million, tier.input_million),
                    (price.output_million, tier.output_million),
                    (price.cache_read_million, tier.cache_read_million),
                    (price.cache_write_million, tier.cache_write_million),
                    (price.cache_write_hour_million, tier.cache_write_hour_million),
                ] {
                    assert!(short.is_some() == long.is_some() && short <= long, "{address}: {tier:?}");
                }
            }
        }
        assert!(tiers > 100, "{tiers}");
        let mut usage = Usage::default();
        (usage.input_tokens, usage.output_tokens) = (Some(200_001), Some(1_000_000));
        let cost = table.cost(&ModelAddress::new("gemini", "gemini-2.5-pro"), &usage, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(cost.amount, MicroDollars(500_003 + 15_000_000));
    }

    #[test]
    fn every_price_belongs_to_a_vendor_that_can_be_connected() {
        for address in prices().prices.keys() {
            let vendor = address.split('/').next().unwrap();
            assert!(crate::vendors().iter().any(|known| known == vendor), "{address}");
        }
    }
}
