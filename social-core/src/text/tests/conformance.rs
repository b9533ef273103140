//! Stands on published vectors, read where they lie: twitter-text's conformance files and those of
//! the AT Protocol's reference client. Without them the tests are skipped; `fitting.rs` holds a few
//! of our own for that case.

use serde_json::Value;

use crate::text::{Entity, EntityKind, Syntax, Unit, entities, hashtags, links, mentions};

fn shared(path: &str) -> Option<String> {
    let path = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/specs/platforms/{}"), path);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        crate::testkit::did_not_run("../shared");
    }
    text
}

fn suite(file: &str, name: &str) -> Vec<Value> {
    let Some(text) = shared(&format!("twitter-text/conformance/{file}")) else { return Vec::new() };
    let all: Value = serde_yaml_ng::from_str(&text).unwrap();
    all["tests"][name].as_array().unwrap().clone()
}

fn values(entities: &[Entity]) -> Vec<&str> {
    entities.iter().map(|entity| entity.value.as_str()).collect()
}

fn cashtags(text: &str) -> Vec<Entity> {
    entities(text, Syntax::Usual).into_iter().filter(|e| e.kind == EntityKind::Cashtag).collect()
}

#[test]
fn x_weights_are_those_of_the_published_counter() {
    for name in ["WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"] {
        for case in suite("validate.yml", name) {
            let text = case["text"].as_str().unwrap();
            let expected = case["expected"]["weightedLength"].as_u64().unwrap();
            assert_eq!(Unit::XWeighted.count(text) as u64, expected, "{}", case["description"]);
        }
    }
}

#[test]
fn entities_are_those_that_twitter_text_extracts() {
    type Extract = fn(&str) -> Vec<Entity>;
    let suites: [(&str, Extract); 6] = [
        ("urls", links),
        ("tco_urls_with_params", links),
        ("hashtags", hashtags),
        ("hashtags_from_astral", hashtags),
        ("mentions", mentions),
        ("cashtags", cashtags),
    ];
    for (name, extract) in suites {
        for case in suite("extract.yml", name) {
            let text = case["text"].as_str().unwrap();
            let expected: Vec<_> = case["expected"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
            assert_eq!(values(&extract(text)), expected, "{name}: {}", case["description"]);
        }
    }
}

#[test]
fn ranges_are_where_twitter_text_finds_them() {
    type Extract = fn(&str) -> Vec<Entity>;
    let suites: [(&str, Extract); 5] = [
        ("urls_with_indices", links),
        ("urls_with_directional_markers", links),
        ("hashtags_with_indices", hashtags),
        ("mentions_with_indices", mentions),
        ("cashtags_with_indices", cashtags),
    ];
    for (name, extract) in suites {
        for case in suite("extract.yml", name) {
            let text = case["text"].as_str().unwrap();
            let chars = |at: usize| text[..at].chars().count() as u64;
            let found: Vec<_> = extract(text).iter().map(|e| [chars(e.range.start), chars(e.range.end)]).collect();
            let expected = case["expected"].as_array().unwrap().iter();
            let expected: Vec<_> = expected.map(|v| [0, 1].map(|i| v["indices"][i].as_u64().unwrap())).collect();
            assert_eq!(found, expected, "{name}: {}", case["description"]);
        }
    }
}

#[test]
fn every_top_level_domain_of_the_list_ends_a_link() {
    for name in ["country", "generic"] {
        for case in suite("tlds.yml", name) {
            let text = case["text"].as_str().unwrap();
            assert_eq!(values(&links(text)), [case["expected"][0].as_str().unwrap()], "{}", case["description"]);
        }
    }
}

#[test]
fn names_and_tags_are_valid_where_twitter_text_says_so() {
    type Extract = fn(&str) -> Vec<Entity>;
    let suites: [(&str, Extract); 3] =
        [("usernames", mentions), ("hashtags", hashtags), ("urls_without_protocol", links)];
    for (name, extract) in suites {
        for case in suite("validate.yml", name) {
            let text = case["text"].as_str().unwrap();
            let whole = extract(text).first().is_some_and(|entity| entity.range == (0..text.len()));
            assert_eq!(whole, case["expected"].as_bool().unwrap(), "{name}: {}", case["description"]);
        }
    }
}

/// Museum C8: the ranges are byte offsets, whatever stands before them.
#[test]
fn c8_rich_text_is_that_of_the_reference_client() {
    for (file, kinds) in [
        ("bluesky/richtext-detection-vectors.json", &[EntityKind::Link, EntityKind::Mention][..]),
        ("bluesky/richtext-tag-vectors.json", &[EntityKind::Hashtag, EntityKind::Cashtag][..]),
    ] {
        let Some(vectors) = shared(file) else { return };
        let vectors: Value = serde_json::from_str(&vectors).unwrap();
        for case in vectors["cases"].as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let found: Vec<_> =
                entities(text, Syntax::AtProtocol).into_iter().filter(|e| kinds.contains(&e.kind)).collect();
            let ranges: Vec<_> = found.iter().map(|e| [e.range.start as u64, e.range.end as u64]).collect();
            let facets = case["facets"].as_array().or(case["indices"].as_array()).unwrap();
            let expected: Vec<_> =
                facets.iter().map(|f| [f["byteStart"].as_u64().unwrap(), f["byteEnd"].as_u64().unwrap()]).collect();
            assert_eq!(ranges, expected, "{text}");
            for (at, entity) in found.iter().enumerate() {
                let (value, expected) = match entity.kind {
                    EntityKind::Mention => (format!("did:fake:{}", entity.value), &case["facets"][at]["value"]),
                    EntityKind::Link => (entity.value.clone(), &case["facets"][at]["value"]),
                    EntityKind::Cashtag => (format!("${}", entity.value), &case["tags"][at]),
                    EntityKind::Hashtag => (entity.value.clone(), &case["tags"][at]),
                };
                assert_eq!(value, expected.as_str().unwrap(), "{text}");
            }
        }
    }
}
