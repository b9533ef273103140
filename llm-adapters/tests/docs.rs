//! Every vendor has a section with an example, the environment, what is supported, known limits and
//! sources, and what it says of the environment is what the record does.

#![allow(clippy::unwrap_used, clippy::panic)]

use llm_adapters::{Service, anthropic, openai_chat, responses};
use social_core::models::Lifetime;

/// The section before the record that begins with this vendor's name, its lines joined.
fn section(source: &str, vendor: &str) -> String {
    let at = source.find(&format!("\"{vendor}\","));
    let before = source.get(..at.unwrap_or_else(|| panic!("{vendor} has no record"))).unwrap();
    let start = before.rfind("about!(").unwrap_or_else(|| panic!("{vendor} has no section"));
    before.get(start..).unwrap().split_whitespace().filter(|word| *word != "\\").collect::<Vec<_>>().join(" ")
}

fn check(source: &str, service: &Service) {
    let vendor = &*service.vendor;
    let section = section(source, vendor);
    assert_eq!(section.matches("pub const").count(), 1, "{vendor}: the section is another record's");
    assert!(section.contains(&format!("\"{vendor}/")), "{vendor}: the example is of another vendor");
    for part in ["environment:", "supported:", "limits:", "sources:"] {
        assert!(section.contains(part), "{vendor}: {part}");
    }
    let known = [&service.base_url, &service.base_url_variable, &service.key_page];
    for name in known.into_iter().chain(service.key_variables.iter()) {
        assert!(section.contains(&**name), "{vendor}: the section does not name {name}");
    }
}

#[test]
fn every_record_has_a_section_that_says_what_the_record_does() {
    let source = concat!(include_str!("../src/openai_chat/vendors.rs"), include_str!("../src/openai_chat/servers.rs"));
    for record in openai_chat::Dialect::ALL {
        check(source, &record.service);
    }
    let source = include_str!("../src/responses/dialect.rs");
    for record in responses::Dialect::ALL {
        check(source, &record.service);
    }
    let source = include_str!("../src/anthropic/dialect.rs");
    for record in anthropic::Dialect::ALL {
        check(source, &record.service);
    }
}

#[test]
fn every_module_has_the_same_five_parts_and_the_first_page_leads_to_every_vendor() {
    for (name, source) in [
        ("anthropic", include_str!("../src/anthropic/mod.rs")),
        ("dashscope", include_str!("../src/dashscope/mod.rs")),
        ("gemini", include_str!("../src/gemini/mod.rs")),
        ("ollama", include_str!("../src/ollama/mod.rs")),
        ("openai_chat", include_str!("../src/openai_chat/mod.rs")),
        ("responses", include_str!("../src/responses/mod.rs")),
        ("template", include_str!("../src/template/mod.rs")),
        ("tgi", include_str!("../src/tgi/mod.rs")),
    ] {
        for part in ["```", "**Environment", "**Supported", "**Known limits", "**Sources"] {
            assert!(source.contains(part), "{name}: {part}");
        }
    }
    let first_page = include_str!("../src/lib.rs");
    for vendor in llm_adapters::vendors() {
        assert!(first_page.contains(&format!("[`{vendor}`](")), "{vendor} is not on the first page");
    }
}

/// An example that a newcomer copies names no model that is gone or about to go.
#[test]
fn examples_name_models_that_last() {
    let (known, now) = (llm_adapters::models(), "2026-11-20T00:00:00Z".parse().unwrap());
    let mut checked = 0;
    for source in [
        include_str!("../src/openai_chat/vendors.rs"),
        include_str!("../src/openai_chat/servers.rs"),
        include_str!("../src/responses/dialect.rs"),
        include_str!("../src/anthropic/dialect.rs"),
        include_str!("../src/connect.rs"),
        include_str!("../../README.md"),
    ] {
        let words = source.split(|c: char| !(c.is_ascii_alphanumeric() || "/.-_".contains(c)));
        for address in words.filter(|word| known.models.contains_key(*word)) {
            let lifetime = known.lifetime(&address.parse().unwrap(), now);
            let lasts = !matches!(lifetime, Lifetime::Over { .. } | Lifetime::Ends { days: ..90, .. });
            assert!(lasts, "{address} {lifetime}");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}
