//! Invented.

use super::*;
use crate::ModelAddress;
use crate::chat::FinishReason;
use crate::clock::Timestamp;
use crate::make::Made;
use crate::money::{MicroDollars, Price, PriceTable, PriceTier};

fn answered(id: &str, input: u64) -> BatchResult {
    let address = ModelAddress::new("studio", "writer");
    let mut reply = ChatReply::new(address, vec![Part::Text("hi".into())], FinishReason::Stop);
    reply.usage = Some(Usage { input_tokens: Some(input), ..Usage::default() }.with_term(TIER.0, Some(TIER.1)));
    BatchResult::new(id, BatchOutcome::Answered(Box::new(reply)))
}

#[test]
fn each_chat_has_the_price_of_its_own_length() {
    let tier = |above: u64, terms: &[(&str, &str)], price| PriceTier {
        above_input_tokens: above,
        terms: terms.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        input_million: Some(MicroDollars(price)),
        ..PriceTier::default()
    };
    let price = Price {
        input_million: Some(MicroDollars(10)),
        tiers: vec![tier(0, &[TIER], 5), tier(150, &[], 20), tier(150, &[TIER], 10)],
        ..Price::default()
    };
    let failed = BatchResult::new("c", BatchOutcome::of(Err(Error::invalid("x", "y"))));
    let mut results = BatchResults::new(vec![
        answered("a", 100),
        answered("b", 100),
        failed,
        BatchResult::new("d", BatchOutcome::Expired),
    ]);
    let cost = |usage: &Usage| {
        price.cost(usage, Timestamp::UNIX_EPOCH).map(|amount| Cost { amount, priced: "2026-11-01".into() })
    };
    let total = BatchRequest::price(&mut results, &cost).unwrap();
    // 100 tokens at 5 millionths round up to 1 each; all 200 together would be a long request.
    assert_eq!(total.amount, MicroDollars(2));
    assert_eq!(results.results[0].reply().unwrap().cost.as_ref().unwrap().amount, MicroDollars(1));
    assert_eq!(results.usage().unwrap().input_tokens, Some(200));
}

#[test]
fn a_table_prices_a_batch_by_its_chats() {
    let address = ModelAddress::new("studio", "writer");
    let mut table = PriceTable { date: "2026-11".into(), ..PriceTable::default() };
    let half = PriceTier {
        terms: [(TIER.0.to_owned(), TIER.1.to_owned())].into(),
        input_million: Some(MicroDollars(5_000_000)),
        ..PriceTier::default()
    };
    let price = Price { input_million: Some(MicroDollars(10_000_000)), tiers: vec![half], ..Price::default() };
    table.prices.insert(address.to_string(), price);
    let mut made = Made::new(address, BatchResults::new(vec![answered("a", 1000), answered("b", 3000)]));
    made.usage = made.value.usage();
    crate::wrap::price(&table, Timestamp::UNIX_EPOCH, &BatchRequest::default(), &mut made);
    assert_eq!(made.cost.unwrap().amount, MicroDollars(20_000));
}

#[test]
fn names_are_unique_and_an_estimate_is_of_all_chats_at_the_batch_tier() {
    let request = BatchRequest::new([]).with_item("a", ChatRequest::new("hi").with_max_output_tokens(10));
    let request = request.with_item("b", ChatRequest::new("hello").with_max_output_tokens(5));
    let estimate = request.estimate();
    assert_eq!((estimate.input_tokens, estimate.output_tokens), (Some(7), Some(15)));
    assert_eq!(estimate.terms.get("tier").map(String::as_str), Some("batch"));
    request.validate().unwrap();
    for bad in
        [request.clone().with_item("a", ChatRequest::new("x")), request.clone().with_item("", ChatRequest::new("x"))]
    {
        let error = bad.validate().unwrap_err();
        assert_eq!((error.field(), error.item()), (Some("items.id"), Some(2)));
    }
    assert_eq!(BatchRequest::new([]).validate().unwrap_err().field(), Some("items"));
}
