//! What is known about models.

use std::sync::{Arc, LazyLock};

use social_core::ModelAddress;
use social_core::chat::ChatCapabilities;
use social_core::models::{ModelFacts, ModelTable};

/// What is known about language models: token limits, capabilities, what they refuse, and until
/// when they are there.
///
/// Limits, capabilities and most ends are those of LiteLLM's public collection; what models refuse,
/// and ends and replacements, are those of the vendors' pages and SDKs and of public tests: the
/// table names its sources and its date, and `examples/tables.rs` rebuilds it. An id that is not in
/// the table is unknown and works
/// like any other; [`connect`](crate::connect) warns in the log about one that ends within 60 days.
/// An application changes the entries or loads a table of its own.
///
/// ```
/// let table = llm_adapters::models();
/// let facts = table.facts(&"openai/gpt-5-mini".parse().unwrap()).unwrap();
/// assert_eq!(facts.replacement.as_deref(), Some("gpt-6.1-terra"));
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

/// What is known about the model behind an address; Claude on Vertex AI is Claude, and a region
/// changes prices, not models.
pub(crate) fn facts(address: &ModelAddress) -> Option<&'static ModelFacts> {
    let vendor = match address.vendor.as_str() {
        "vertex-anthropic" => "anthropic".to_owned(),
        vendor => vendor.replace("-cn", ""),
    };
    known().facts(&ModelAddress::new(vendor, address.model.as_str()))
}

/// What an adapter offers, less what this model is known not to do.
pub(crate) fn within(address: &ModelAddress, can: ChatCapabilities) -> Arc<ChatCapabilities> {
    Arc::new(match facts(address) {
        Some(facts) => facts.within(can),
        None => can,
    })
}

#[cfg(test)]
mod tests {
    //! Stands on the vendors' pages that are named above.

    use serde_json::Value;
    use social_core::clock::{Clock as _, SystemClock};
    use social_core::models::{Date, Lifetime};

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
    fn the_file_is_read() {
        serde_json::from_str::<ModelTable>(include_str!("models.json")).unwrap();
    }

    /// Counted to the release that carries the tables, which the newest heading of the changelog
    /// with a date names, else to the day of the build.
    #[test]
    fn the_tables_are_not_older_than_ninety_days() {
        let changelog = include_str!("../../CHANGELOG.md");
        let released = changelog
            .lines()
            .filter(|line| line.starts_with("## "))
            .find_map(|line| line.split([' ', '(', ')']).find_map(|word| word.parse::<Date>().ok()));
        // Of the first ten letters of a moment's text: 2026-11-28T12:00:00Z.
        let today = SystemClock.now().to_string();
        let today: Date = today.get(..10).unwrap().parse().unwrap();
        for date in [&known().date, &crate::prices().date] {
            let read: Date = date.parse().unwrap();
            let age = (released.unwrap_or(today) - read).get_days();
            assert!(age <= 90, "the tables are of {date}, {age} days old: see examples/tables.rs");
        }
        assert_eq!(known().date, crate::prices().date);
        assert!(known().sources.len() > 2 && known().sources == crate::prices().sources);
    }

    /// Findings language-models.md, "The tables age".
    #[test]
    fn what_was_missing_is_there() {
        let models = known();
        for address in [
            "anthropic/claude-fable-5-2",
            "anthropic/claude-mythos-5-2",
            "openai/gpt-6.2-astra",
            "openai-responses/gpt-6.2-sol",
            "openai/gpt-6.1-terra",
        ] {
            let facts = models.facts(&address.parse().unwrap()).unwrap();
            assert!(facts.output_tokens == Some(128_000) && facts.thinking.is_some(), "{address}");
            assert!(crate::prices().price(&address.parse().unwrap()).is_some(), "{address}");
        }
        for (address, ends) in [
            ("openai/gpt-5.1-2025-11-13", "2027-04-01"),
            ("openai/gpt-5.4-nano-2026-03-17", "2027-04-01"),
            ("anthropic/claude-opus-4-5", "2027-01-22"),
        ] {
            let facts = models.facts(&address.parse().unwrap()).unwrap();
            assert_eq!(facts.ends, ends.parse().ok(), "{address}");
        }
        let unpriced = crate::prices()
            .prices
            .into_iter()
            .filter(|(address, price)| address.starts_with("openai") && price.search.is_none());
        assert_eq!(unpriced.count(), 0, "a search of OpenAI's costs something");
    }

    /// Facts 1 to 7 of vendors/model-facts.md.
    #[test]
    fn f2_f3_what_a_model_refuses_is_refused_before_it_is_sent() {
        use social_core::chat::{ChatRequest, Effort, ReasoningOptions, Tool, ToolChoice};

        let tool = Tool { name: "f".into(), description: "f".into(), parameters: Value::Null, strict: false };
        let hi = || ChatRequest::new("hi");
        let effort = |effort| hi().with_reasoning(ReasoningOptions { effort: Some(effort), ..Default::default() });
        let budget = || hi().with_reasoning(ReasoningOptions { budget_tokens: Some(2000), ..Default::default() });
        for (address, request, refused) in [
            ("anthropic/claude-opus-5-5", hi().with_temperature(0.2), Some("temperature")),
            ("anthropic/claude-opus-5-5", hi().with_temperature(1.0), None),
            ("anthropic/claude-opus-4-6", hi().with_temperature(0.2), None),
            ("vertex-anthropic/claude-opus-5-5@20260922", hi().with_temperature(0.2), Some("temperature")),
            ("anthropic/claude-opus-5-5", effort(Effort::None), Some("reasoning.effort")),
            ("anthropic/claude-fable-5-2", effort(Effort::None), Some("reasoning.effort")),
            ("anthropic/claude-sonnet-5-5", effort(Effort::None), None),
            ("anthropic/claude-opus-5", effort(Effort::None), None),
            ("anthropic/claude-fable-5-2", budget(), Some("reasoning.budget_tokens")),
            ("anthropic/claude-sonnet-4-5", budget(), None),
            ("anthropic/claude-fable-5-1", hi().with_tool_choice(ToolChoice::Required), Some("tool_choice")),
            ("anthropic/claude-opus-5", hi().with_tool_choice(ToolChoice::Required), None),
            ("anthropic/claude-opus-4-8", hi().with_max_output_tokens(128_001), Some("max_output_tokens")),
            ("openai/gpt-5.6-sol", hi().with_tool(tool.clone()), Some("tools")),
            ("openai/gpt-6-luna", effort(Effort::Low).with_tool(tool.clone()), Some("tools")),
            ("openai/gpt-6-luna", effort(Effort::None).with_tool(tool.clone()), None),
            ("openai/gpt-6-astra", effort(Effort::Low).with_tool(tool.clone()), Some("tools")),
            ("openai-responses/gpt-6-astra", hi().with_tool(tool.clone()), None),
            ("openai-responses/gpt-5.6-sol", hi().with_tool(tool.clone()), None),
            ("openai/gpt-5.4-mini", hi().with_tool(tool.clone()), None),
            ("openai/gpt-5.4-mini", effort(Effort::High).with_tool(tool.clone()), Some("tools")),
            ("openai/o3", hi().with_temperature(0.2), Some("temperature")),
            ("openai/gpt-5.6-terra", hi().with_temperature(0.2), Some("temperature")),
            ("openai/gpt-5.4", hi().with_temperature(0.2), None),
            ("openai/gpt-6-sol", effort(Effort::Max), Some("reasoning.effort")),
            ("openai-responses/gpt-6-sol", effort(Effort::Max), None),
            ("gemini/gemini-2.5-pro", effort(Effort::High), Some("reasoning.effort")),
            ("gemini/gemini-3.8-flash", effort(Effort::Minimal), Some("reasoning.effort")),
            ("gemini/gemini-4-hydrogen", effort(Effort::Xhigh), None),
            ("xai/grok-4.6", effort(Effort::None), Some("reasoning.effort")),
            ("deepseek/deepseek-v4-flash", hi().with_tool_choice(ToolChoice::Required), Some("tool_choice")),
            ("mistral/mistral-large-2512", effort(Effort::High), Some("reasoning.effort")),
            ("zhipu/glm-5.3", effort(Effort::None), Some("reasoning.effort")),
            ("dashscope/qwen3-max", hi().with_max_output_tokens(65_537), Some("max_output_tokens")),
            ("dashscope-cn/qwen3-max", hi().with_max_output_tokens(65_537), Some("max_output_tokens")),
            ("openai/a-model-of-tomorrow", hi().with_temperature(0.2).with_tool(tool.clone()), None),
        ] {
            let can = within(&address.parse().unwrap(), ChatCapabilities::all());
            let error = can.check(&request).err();
            assert_eq!(error.as_ref().and_then(|error| error.field()), refused, "{address}: {error:?}");
            if refused == Some("tools") {
                assert!(error.unwrap().message().contains("openai-responses/"), "{address}");
            }
        }
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
