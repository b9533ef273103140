//! Invented prices; the accounting rules are those of the vendors' usage fields.

use std::collections::BTreeMap;

use super::*;
use crate::ModelAddress;
use crate::clock::Timestamp;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// The rule is that of the vendors' price pages: one token more than the limit makes all tokens of
/// the request dearer.
#[test]
fn long_requests_cost_what_their_tier_says() {
    let dollars = |amount: u64| Some(MicroDollars(amount * 1_000_000));
    let tier = |above_input_tokens, input, output| PriceTier {
        above_input_tokens,
        input_million: dollars(input),
        output_million: dollars(output),
        ..PriceTier::default()
    };
    let price = Price {
        input_million: dollars(1),
        output_million: dollars(10),
        cache_read_million: dollars(1),
        search: Some(MicroDollars(7)),
        tiers: vec![tier(400_000, 4, 40), tier(200_000, 2, 20)],
        ..Price::default()
    };
    for (input, cost) in [(200_000, 200_000 + 100), (200_001, 400_002 + 200), (500_000, 2_000_000 + 400)] {
        let usage = Usage { input_tokens: Some(input), output_tokens: Some(10), searches: Some(1), ..Usage::default() };
        assert_eq!(price.cost(&usage, NOW), Some(MicroDollars(cost + 7)), "{input}");
    }
    // Cached tokens make a request long, too, and have their own rate.
    let usage = Usage { input_tokens: Some(300_000), cache_read_tokens: Some(250_000), ..Usage::default() };
    assert_eq!(price.cost(&usage, NOW), Some(MicroDollars(2 * 50_000 + 250_000)));
}

// Museum E14: cached tokens at their own price, and reasoning is part of the output.
#[test]
fn e14_cached_tokens_are_part_of_the_input_and_cost_their_own_price() {
    let price = Price {
        input_million: Some(MicroDollars(2_000_000)),
        cache_read_million: Some(MicroDollars(200_000)),
        output_million: Some(MicroDollars(10_000_000)),
        ..Price::default()
    };
    let usage = Usage {
        input_tokens: Some(1_000_000),
        cache_read_tokens: Some(400_000),
        output_tokens: Some(100_000),
        reasoning_tokens: Some(60_000),
        ..Usage::default()
    };
    assert_eq!(price.cost(&usage, NOW), Some(MicroDollars(1_200_000 + 80_000 + 1_000_000)));
}

// Museum E14.
#[test]
fn what_is_written_to_the_cache_for_an_hour_has_its_own_price() {
    let price = Price {
        input_million: Some(MicroDollars(1_000_000)),
        cache_write_million: Some(MicroDollars(1_250_000)),
        cache_write_hour_million: Some(MicroDollars(2_000_000)),
        ..Price::default()
    };
    let usage = Usage {
        input_tokens: Some(1_000_000),
        cache_write_tokens: Some(400_000),
        cache_write_hour_tokens: Some(300_000),
        ..Usage::default()
    };
    assert_eq!(price.cost(&usage, NOW), Some(MicroDollars(600_000 + 125_000 + 600_000)));
}

// Museum E14.
#[test]
fn e14_a_used_unit_without_a_price_makes_the_cost_unknown() {
    let price = Price { input_million: Some(MicroDollars(1)), ..Price::default() };
    assert_eq!(price.cost(&Usage { output_tokens: Some(5), ..Usage::default() }, NOW), None);
    assert_eq!(price.cost(&Usage { output_tokens: Some(0), ..Usage::default() }, NOW), Some(MicroDollars(0)));
}

#[test]
fn dated_ids_find_their_price_and_other_models_do_not() {
    let table = PriceTable::new("2026-11-01")
        .with_price("v/big", Price { image: Some(MicroDollars(1)), ..Price::default() })
        .with_price("v/big-pro", Price { image: Some(MicroDollars(2)), ..Price::default() });
    let image = |id: &str| table.price(&ModelAddress::new("v", id.to_owned())).and_then(|p| p.image);
    assert_eq!(image("big-2026-03-01"), Some(MicroDollars(1)));
    assert_eq!(image("big-pro-20260301"), Some(MicroDollars(2)));
    assert_eq!(image("big-mini"), None);
}

#[test]
fn the_vendors_own_figure_wins() {
    let table = PriceTable::new("2026-11-01");
    let usage = Usage { reported_cost: Some(MicroDollars(7)), ..Usage::default() };
    let cost = table.cost(&ModelAddress::new("v", "m"), &usage, NOW);
    assert_eq!(cost, Some(Cost::reported(MicroDollars(7))));
}

fn terms(terms: &[(&str, &str)]) -> BTreeMap<String, String> {
    terms.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

// Museum E14: an image or a second costs what its size, sound, tier and day make it cost.
#[test]
fn e14_a_unit_costs_what_its_terms_say() {
    let tier = |said: &[(&str, &str)], second| PriceTier {
        terms: terms(said),
        second: Some(MicroDollars(second)),
        ..PriceTier::default()
    };
    let price = Price {
        second: Some(MicroDollars(100)),
        tiers: vec![
            tier(&[("resolution", "1080p")], 200),
            tier(&[("resolution", "1080p"), ("audio", "true")], 300),
            PriceTier { until: "1969-12-31".parse().ok(), ..tier(&[], 1) },
            PriceTier { from: "1970-01-02".parse().ok(), ..tier(&[], 2) },
        ],
        ..Price::default()
    };
    let usage = |said: &[(&str, &str)]| Usage { terms: terms(said), ..Usage::default().with_seconds(5.0) };
    for (said, second, maximum) in [
        (&[][..], 100, 300),
        (&[("resolution", "720p")], 100, 100),
        (&[("resolution", "1080p")], 200, 300),
        (&[("resolution", "1080p"), ("audio", "false")], 200, 200),
        (&[("resolution", "1080p"), ("audio", "true")], 300, 300),
    ] {
        let usage = usage(said);
        assert_eq!(price.cost(&usage, NOW), Some(MicroDollars(5 * second)), "{said:?}");
        assert_eq!(price.maximum(&usage, NOW), Some(MicroDollars(5 * maximum)), "{said:?}");
    }
    let tomorrow = "1970-01-02T00:00:00Z".parse().unwrap();
    assert_eq!(price.cost(&usage(&[]), tomorrow), Some(MicroDollars(10)));
    let yesterday = "1969-12-31T23:00:00Z".parse().unwrap();
    assert_eq!(price.cost(&usage(&[]), yesterday), Some(MicroDollars(5)));
}

// Museum E14.
#[test]
fn e14_credits_are_reserved_and_stand_for_what_they_bought() {
    let price = Price { unit: Some(MicroDollars(140_000)), second_units: Some(0.7), ..Price::default() };
    let estimate = Usage::default().with_seconds(10.0);
    assert_eq!(price.maximum(&estimate, NOW), Some(MicroDollars(980_000)));
    let billed = Usage { units: Some(5.0), ..Usage::default().with_seconds(10.0) };
    assert_eq!(price.cost(&billed, NOW), Some(MicroDollars(700_000)));
    // What an image takes is unknown.
    assert_eq!(price.maximum(&Usage::default().with_images(1), NOW), None);
}

#[test]
fn usage_reads_like_a_bill() {
    let usage = Usage { input_tokens: Some(1_204), output_tokens: Some(310), ..Usage::default().with_images(1) };
    assert_eq!(usage.with_seconds(5.0).to_string(), "1,204 tokens in, 310 out, 1 image, 5 s");
    let usage = Usage { units: Some(2.5), searches: Some(2), characters: Some(1_000_000), ..Usage::default() };
    assert_eq!(usage.to_string(), "2 searches, 1,000,000 characters, 2.5 units");
    assert_eq!(Usage::default().to_string(), "nothing reported");
    assert_eq!(Usage { origin: UsageOrigin::Cached, ..Usage::default() }.to_string(), "nothing, from the cache");
    let usage = Usage { origin: UsageOrigin::Estimated, output_tokens: Some(12), ..Usage::default() };
    assert_eq!(usage.to_string(), "12 tokens out, estimated");
}

/// Numbers of vendors that no count can be.
#[test]
fn numbers_without_bounds_are_priced_without_a_panic() {
    let price = Price { input_million: Some(MicroDollars(1_000_000)), ..Price::default() };
    let all = Some(u64::MAX);
    let usage = Usage { input_tokens: all, cache_read_tokens: all, cache_write_tokens: all, ..Usage::default() };
    assert!(price.cost(&usage, NOW).is_some());
}
