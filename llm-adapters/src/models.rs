//! What is known about models.

use std::sync::LazyLock;

use social_core::models::ModelTable;

/// What is known about language models: token limits, capabilities, and until when they are there.
///
/// Limits, capabilities and most ends are those of LiteLLM's public collection (version 1.106);
/// ends and replacements of OpenAI, Gemini, DeepSeek and xAI are those of the vendors' own pages of
/// deprecations, all read in November 2026. An id that is not in the table is unknown and works
/// like any other; [`connect`](crate::connect) warns in the log about one that ends within 60 days.
/// An application changes the entries or loads a table of its own.
///
/// ```
/// let table = llm_adapters::models();
/// let facts = table.facts(&"openai/gpt-5-mini".parse().unwrap()).unwrap();
/// assert_eq!(facts.replacement.as_deref(), Some("gpt-5.6-terra"));
/// ```
///
/// Sources: <https://developers.openai.com/api/docs/deprecations>,
/// <https://ai.google.dev/gemini-api/docs/deprecations>,
/// <https://docs.x.ai/developers/migration/may-15-retirement>,
/// <https://platform.claude.com/docs/en/about-claude/model-deprecations>,
/// <https://api-docs.deepseek.com>.
#[must_use]
pub fn models() -> ModelTable {
    known().clone()
}

pub(crate) fn known() -> &'static ModelTable {
    static TABLE: LazyLock<ModelTable> = LazyLock::new(|| {
        // A test reads the file, so that a fault in it shows before a release.
        let mut table: ModelTable = serde_json::from_str(include_str!("models.json")).unwrap_or_default();
        crate::prices::add_dialects(&mut table.models);
        table
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    //! Stands on the vendors' pages that are named above.

    use social_core::models::Lifetime;

    use super::*;

    // Museum E15.
    #[test]
    fn e15_the_table_knows_ends_and_replacements() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let lifetime = |address: &str| known().lifetime(&address.parse().unwrap(), now);
        for address in ["openai/gpt-5-mini", "openai-responses/gpt-5-mini"] {
            assert!(matches!(lifetime(address), Lifetime::Ends { days: 21, .. }), "{address}");
        }
        let Lifetime::Over { replacement, .. } = lifetime("deepseek/deepseek-chat") else { panic!("is over") };
        assert_eq!(replacement.as_deref(), Some("deepseek-v4-flash"));
        assert_eq!(lifetime("openai/a-model-of-tomorrow"), Lifetime::Open);
    }

    #[test]
    fn every_entry_belongs_to_a_vendor_and_every_replacement_is_there() {
        assert!(known().models.len() > 300);
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        for (address, facts) in &known().models {
            let (vendor, _) = address.split_once('/').unwrap();
            assert!(crate::vendors().iter().any(|known| known == vendor), "{address}");
            if let Some(replacement) = &facts.replacement {
                let replacement = format!("{vendor}/{replacement}").parse().unwrap();
                assert!(!matches!(known().lifetime(&replacement, now), Lifetime::Over { .. }), "{address}");
            }
        }
    }
}
