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
