//! The described server is read, and its file leaves no setting out.

use std::collections::BTreeSet;

use llm_adapters::openai_chat::{Dialect, Quirks};

const LLAMA: &str = include_str!("../dialects/llama.toml");

/// The file with every setting that is commented out taken in.
fn with_every_setting() -> String {
    let line = |line: &'static str| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase()) => setting,
        _ => line,
    };
    LLAMA.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_file_names_every_setting_with_its_default() {
    let described: Dialect = toml::from_str(LLAMA).unwrap();
    let spelled_out: Dialect = toml::from_str(&with_every_setting()).unwrap();
    assert_eq!(spelled_out, described, "what is commented out is not the default");

    let named = |dialect: toml::Table| -> BTreeSet<String> {
        let tables = dialect.iter().filter_map(|(name, table)| Some((name, table.as_table()?)));
        tables.flat_map(|(name, table)| table.keys().map(move |key| format!("{name}.{key}"))).collect()
    };
    let known = toml::Table::try_from(Dialect::default()).unwrap();
    assert_eq!(named(with_every_setting().parse().unwrap()), named(known));
    assert_eq!((described.service.paid, described.quirks.null_content), (false, !Quirks::SERVER.null_content));
}
