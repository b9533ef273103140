//! The section that describes a vendor in the docs.

/// What a vendor's section says after its first line: an example, the environment, what is
/// supported, known limits, and where that stands. A test compares it with the record.
macro_rules! about {
    (
        $address:literal,
        environment: $environment:literal,
        supported: $supported:literal,
        limits: $limits:literal,
        sources: $sources:literal $(,)?
    ) => {
        concat!(
            "\n```no_run\n",
            "use social_core::chat::ChatModelExt as _;\n\n",
            "# async fn example() -> social_core::Result<()> {\n",
            "let model = llm_adapters::connect(\"",
            $address,
            "\")?;\n",
            "println!(\"{}\", model.ask(\"A caption for a café, please.\").await?);\n",
            "# Ok(())\n# }\n```\n\n",
            "**Environment:** ",
            $environment,
            "\n\n**Supported:** ",
            $supported,
            "\n\n**Known limits:** ",
            $limits,
            "\n\n**Sources:** ",
            $sources
        )
    };
}
