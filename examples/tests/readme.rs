//! The README's tables are what the catalogues say.

use std::collections::BTreeSet;

use social_core::catalogue::{Operation, VendorEntry};
use social_core::settings::Setting;

const README: &str = include_str!("../../README.md");

/// The settings that a person has to know, in words.
fn settings(declared: &[Setting], alternative: &[Setting]) -> String {
    let names = |setting: &Setting| {
        let names = std::iter::once(&setting.name).chain(&setting.also).map(|name| format!("`{name}`"));
        names.collect::<Vec<_>>().join(" or ")
    };
    let required: Vec<_> = declared.iter().filter(|setting| setting.required).map(names).collect();
    let optional = declared.iter().filter(|setting| !setting.required && setting.secret);
    let mut all = vec![required.join(", ")];
    if !alternative.is_empty() {
        all.push(format!("or {}", alternative.iter().map(names).collect::<Vec<_>>().join(" and ")));
    }
    all.extend(optional.map(|setting| format!("optional {}", names(setting))));
    all.retain(|part| !part.is_empty());
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn vendors<'a>(entries: impl Iterator<Item = &'a VendorEntry>, operation: Operation) -> String {
    let mut table = String::from("| vendor | what it is | offers | settings |\n|---|---|---|---|\n");
    for entry in entries.filter(|entry| entry.operations().contains(&operation)) {
        let offers: Vec<_> = entry.operations().iter().map(ToString::to_string).collect();
        let settings = settings(&entry.settings, &entry.alternative);
        table += &format!("| `{}` | {} | {} | {settings} |\n", entry.name, entry.title, offers.join(", "));
    }
    table
}

fn platforms() -> String {
    let mut table = String::from("| platform | what it is | placements | settings |\n|---|---|---|---|\n");
    for entry in platform_publishers::catalogue().own() {
        let placements: Vec<_> = entry.rules.iter().map(|rules| rules.placement.as_str()).collect();
        let host = if entry.fetches_files { ", and a media host for files" } else { "" };
        let settings = settings(&entry.settings, &[]);
        table += &format!("| `{}` | {} | {} | {settings}{host} |\n", entry.name, entry.title, placements.join(", "));
    }
    table
}

/// The table under a heading.
fn listed(heading: &str) -> String {
    let (_, section) = README.split_once(&format!("\n### {heading}\n")).expect("the README has this heading");
    let section = section.split("\n#").next().unwrap_or_default();
    section.lines().filter(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_tables_are_those_of_the_catalogues() {
    let media = |operation| vendors(media_adapters::catalogue().own(), operation);
    let mut wrong = String::new();
    for (heading, table) in [
        ("Language models", vendors(llm_adapters::catalogue().own(), Operation::Chat)),
        ("Images", media(Operation::Image)),
        ("Videos", media(Operation::Video)),
        ("Timelines", media(Operation::Render)),
        ("Media hosts", media(Operation::Host)),
        ("Platforms", platforms()),
    ] {
        if listed(heading) != table {
            wrong += &format!("under {heading} the README should have:\n\n{table}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_example_of_a_setting_opens_its_vendor_and_every_setting_explains_itself() {
    for entry in llm_adapters::catalogue().own().chain(media_adapters::catalogue().own()) {
        for setting in entry.settings.iter().chain(&entry.alternative) {
            let words = [&setting.what, &setting.where_to_get, &setting.example];
            assert!(words.iter().all(|words| !words.is_empty()), "{}: {setting:?}", entry.name);
            assert!(setting.name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
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
