//! The README's tables name what the code knows, no more and no less.

use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");

/// The names in the first column of the table under a heading.
fn listed(heading: &str) -> BTreeSet<&'static str> {
    let (_, section) = README.split_once(&format!("\n### {heading}\n")).expect("the README has this heading");
    let section = section.split("\n#").next().unwrap_or_default();
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

fn assert_listed(heading: &str, known: impl IntoIterator<Item = &'static str>) {
    assert_eq!(listed(heading), known.into_iter().collect(), "README on the left, code on the right: {heading}");
}

#[test]
fn the_tables_name_every_vendor_and_platform() {
    assert_listed("Language models", llm_adapters::vendors());
    assert_listed("Images", media_adapters::image_vendors());
    assert_listed("Videos", media_adapters::video_vendors());
    assert_listed("Platforms", platform_publishers::platforms());
}

#[test]
fn the_placements_are_those_of_the_rules() {
    for platform in platform_publishers::platforms() {
        let row = README.lines().find(|line| line.starts_with(&format!("| `{platform}` |"))).expect("a row");
        let listed: Vec<_> = row.split('|').nth(2).unwrap_or_default().split(',').map(str::trim).collect();
        let rules = platform_publishers::rules_of(platform).expect("a known platform");
        let known: Vec<_> = rules.iter().map(|rules| rules.placement.as_str()).collect();
        assert_eq!(listed, known, "{platform}");
    }
}

#[test]
fn the_address_of_a_listed_model_is_known() {
    for vendor in listed("Language models") {
        if let Err(error) = llm_adapters::connect(&format!("{vendor}/default")) {
            assert!(!error.message().contains("no vendor is called"), "{vendor}: {error}");
        }
    }
}

/// The features of a crate in the README: those on by default, and the others.
fn features(name: &str) -> [BTreeSet<String>; 2] {
    let (_, section) = README.split_once("\n## Features\n").expect("the README lists features");
    let row = section.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).expect("a row");
    let named = |cell: &str| -> BTreeSet<String> {
        // What stands in brackets explains.
        let words = cell.split(',').filter_map(|item| item.split('`').nth(1));
        words.map(str::to_owned).collect()
    };
    let cells: Vec<_> = row.split('|').collect();
    [named(cells.get(2).copied().unwrap_or_default()), named(cells.get(3).copied().unwrap_or_default())]
}

#[test]
fn the_features_are_those_of_the_manifests() {
    for (name, manifest) in [
        ("social-core", include_str!("../../social-core/Cargo.toml")),
        ("llm-adapters", include_str!("../../llm-adapters/Cargo.toml")),
        ("media-adapters", include_str!("../../media-adapters/Cargo.toml")),
        ("platform-publishers", include_str!("../../platform-publishers/Cargo.toml")),
    ] {
        let manifest: toml::Table = manifest.parse().expect("a manifest");
        let known = manifest.get("features").and_then(toml::Value::as_table).expect("features");
        let on = known.get("default").and_then(toml::Value::as_array).expect("a default");
        let on: BTreeSet<String> = on.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect();
        let off = known.keys().filter(|feature| *feature != "default" && !on.contains(*feature)).cloned().collect();
        assert_eq!(features(name), [on, off], "{name}");
    }
}
