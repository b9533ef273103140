use std::borrow::Cow;

use super::dialect::{
    Dialect, ErrorTable, JsonRequest, KeyHeader, OutputLimit, Quirks, ReasoningBack, ReasoningRequest, ThinkTags,
    TokenCount, VectorLength, WebSearchRequest,
};

const fn record(
    vendor: &'static str,
    base_url: &'static str,
    base_url_variable: &'static str,
    key_variables: &'static [Cow<'static, str>],
    key_page: &'static str,
    quirks: Quirks,
) -> Dialect {
    Dialect {
        vendor: Cow::Borrowed(vendor),
        base_url: Cow::Borrowed(base_url),
        base_url_variable: Cow::Borrowed(base_url_variable),
        key_variables: Cow::Borrowed(key_variables),
        key_page: Cow::Borrowed(key_page),
        quirks,
    }
}

/// The vendors that are a record. Quirks stand on recordings of the vendor unless a comment names another source.
impl Dialect {
    /// OpenAI Chat Completions. Reasoning text is not shown in this API, and a web search needs a search model.
    pub const OPENAI: Self = record(
        "openai",
        "https://api.openai.com/v1",
        "OPENAI_BASE_URL",
        &[Cow::Borrowed("OPENAI_API_KEY")],
        "https://platform.openai.com/api-keys",
        Quirks::OPENAI,
    );

    /// Azure OpenAI, its `v1` API. The base URL is your resource's.
    pub const AZURE: Self = record(
        "azure",
        "",
        "AZURE_OPENAI_BASE_URL",
        &[Cow::Borrowed("AZURE_OPENAI_API_KEY")],
        "https://portal.azure.com",
        Quirks { key_header: KeyHeader::ApiKey, web_search: WebSearchRequest::Unsupported, ..Quirks::OPENAI },
    );

    /// xAI. Reasoning is not counted in `completion_tokens`, and a wrong key is HTTP 400.
    pub const XAI: Self = record(
        "xai",
        "https://api.x.ai/v1",
        "XAI_BASE_URL",
        &[Cow::Borrowed("XAI_API_KEY")],
        "https://console.x.ai",
        Quirks {
            reasoning: ReasoningRequest::ShortEffort,
            reasoning_outside_output: true,
            web_search: WebSearchRequest::Unsupported,
            // Its specification of embeddings names no length.
            vector_length: VectorLength::Unsupported,
            token_count: TokenCount::Text,
            ..Quirks::OPENAI
        },
    );

    /// DeepSeek. It thinks unless told otherwise, refuses a forced tool choice while thinking, and has JSON mode but no
    /// schemas. Blank lines and comments come while a call waits.
    pub const DEEPSEEK: Self = record(
        "deepseek",
        "https://api.deepseek.com",
        "DEEPSEEK_BASE_URL",
        &[Cow::Borrowed("DEEPSEEK_API_KEY")],
        "https://platform.deepseek.com/api_keys",
        Quirks {
            json: JsonRequest::Object,
            images: false,
            reasoning: ReasoningRequest::Thinking,
            reasoning_back: ReasoningBack::Content,
            think_tags: ThinkTags::Text,
            embeddings: false,
            ..Quirks::HOST
        },
    );

    /// Qwen on DashScope's compatible mode, international. A key works in its own region only.
    pub const QWEN: Self = record(
        "qwen",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        "DASHSCOPE_BASE_URL",
        &[Cow::Borrowed("DASHSCOPE_API_KEY")],
        "https://modelstudio.console.alibabacloud.com",
        Self::DASHSCOPE,
    );

    /// Qwen on DashScope's compatible mode, Beijing.
    pub const QWEN_CN: Self = record(
        "qwen-cn",
        "https://dashscope.aliyuncs.com/compatible-mode/v1",
        "DASHSCOPE_CN_BASE_URL",
        &[Cow::Borrowed("DASHSCOPE_CN_API_KEY"), Cow::Borrowed("DASHSCOPE_API_KEY")],
        "https://bailian.console.aliyun.com",
        Self::DASHSCOPE,
    );

    const DASHSCOPE: Quirks = Quirks {
        json: JsonRequest::Object,
        video_urls: true,
        reasoning: ReasoningRequest::EnableThinking,
        think_tags: ThinkTags::Text,
        web_search: WebSearchRequest::EnableSearch,
        ..Quirks::HOST
    };

    /// MiniMax M2 and later, international. Thinking comes between think tags and goes back with them; failures come
    /// as `base_resp` inside HTTP 200. Options that it ignores are refused here.
    pub const MINIMAX: Self = record(
        "minimax",
        "https://api.minimax.io/v1",
        "MINIMAX_BASE_URL",
        &[Cow::Borrowed("MINIMAX_API_KEY")],
        "https://platform.minimax.io",
        Self::MINIMAX_QUIRKS,
    );

    /// MiniMax, China.
    pub const MINIMAX_CN: Self = record(
        "minimax-cn",
        "https://api.minimaxi.com/v1",
        "MINIMAX_CN_BASE_URL",
        &[Cow::Borrowed("MINIMAX_CN_API_KEY"), Cow::Borrowed("MINIMAX_API_KEY")],
        "https://platform.minimaxi.com",
        Self::MINIMAX_QUIRKS,
    );

    // From platform.minimax.io/docs/api-reference/text-openai-api: no recording with a licence was found.
    const MINIMAX_QUIRKS: Quirks = Quirks {
        output_limit: OutputLimit::MaxCompletionTokens,
        json: JsonRequest::Words,
        forced_tool_choice: false,
        parallel_tool_calls: false,
        seed: false,
        temperature: (f32::MIN_POSITIVE, 1.0),
        reasoning: ReasoningRequest::AdaptiveThinking,
        reasoning_back: ReasoningBack::ThinkTags,
        errors: ErrorTable::MiniMax,
        embeddings: false,
        ..Quirks::HOST
    };

    /// Zhipu GLM at Z.ai. 429 stands for a rate limit and for an empty account; the code tells which.
    pub const ZHIPU: Self = record(
        "zhipu",
        "https://api.z.ai/api/paas/v4",
        "ZAI_BASE_URL",
        &[Cow::Borrowed("ZAI_API_KEY"), Cow::Borrowed("ZHIPUAI_API_KEY")],
        "https://z.ai/manage-apikey/apikey-list",
        Self::GLM,
    );

    /// Zhipu GLM at bigmodel.cn.
    pub const ZHIPU_CN: Self = record(
        "zhipu-cn",
        "https://open.bigmodel.cn/api/paas/v4",
        "ZHIPUAI_BASE_URL",
        &[Cow::Borrowed("ZHIPUAI_API_KEY")],
        "https://open.bigmodel.cn/usercenter/apikeys",
        Self::GLM,
    );

    // Limits of tool_choice and temperature from docs.z.ai and the vendor's Python SDK.
    const GLM: Quirks = Quirks {
        usage_on_request: false,
        json: JsonRequest::Object,
        video_urls: true,
        forced_tool_choice: false,
        parallel_tool_calls: false,
        seed: false,
        temperature: (0.01, 0.99),
        reasoning: ReasoningRequest::Thinking,
        reasoning_back: ReasoningBack::Content,
        think_tags: ThinkTags::Text,
        errors: ErrorTable::Zhipu,
        model_list: false,
        token_count: TokenCount::Usage,
        ..Quirks::HOST
    };

    /// OpenRouter. It reports each call's cost. Put `provider`, `models` and the like into the request's `extra`.
    pub const OPENROUTER: Self = record(
        "openrouter",
        "https://openrouter.ai/api/v1",
        "OPENROUTER_BASE_URL",
        &[Cow::Borrowed("OPENROUTER_API_KEY")],
        "https://openrouter.ai/settings/keys",
        Quirks {
            output_limit: OutputLimit::MaxTokens,
            usage_on_request: false,
            reasoning: ReasoningRequest::Object,
            reasoning_back: ReasoningBack::Details,
            think_tags: ThinkTags::Split,
            web_search: WebSearchRequest::Plugin,
            ..Quirks::OPENAI
        },
    );

    /// GMI Cloud. The useful text of an error is JSON inside its `details`.
    pub const GMI: Self = record(
        "gmi",
        "https://api.gmi-serving.com/v1",
        "GMI_BASE_URL",
        &[Cow::Borrowed("GMI_API_KEY"), Cow::Borrowed("GMI_CLOUD_APIKEY")],
        "https://console.gmicloud.ai",
        Quirks { embeddings: false, ..Quirks::HOST },
    );

    /// Mistral. Thinking models send the answer as a list of parts.
    pub const MISTRAL: Self = record(
        "mistral",
        "https://api.mistral.ai/v1",
        "MISTRAL_BASE_URL",
        &[Cow::Borrowed("MISTRAL_API_KEY")],
        "https://console.mistral.ai/api-keys",
        Quirks {
            usage_on_request: false,
            // `random_seed` is its name; it goes into `extra`.
            seed: false,
            reasoning: ReasoningRequest::Unsupported,
            think_tags: ThinkTags::Text,
            vector_length: VectorLength::OutputDimension,
            ..Quirks::HOST
        },
    );

    /// Groq.
    pub const GROQ: Self = record(
        "groq",
        "https://api.groq.com/openai/v1",
        "GROQ_BASE_URL",
        &[Cow::Borrowed("GROQ_API_KEY")],
        "https://console.groq.com/keys",
        Quirks { output_limit: OutputLimit::MaxCompletionTokens, embeddings: false, ..Quirks::HOST },
    );

    /// Hugging Face's router: models are `org/name` or `org/name:provider`.
    pub const HUGGINGFACE: Self = record(
        "huggingface",
        "https://router.huggingface.co/v1",
        "HF_BASE_URL",
        &[Cow::Borrowed("HF_TOKEN")],
        "https://huggingface.co/settings/tokens",
        Quirks { embeddings: false, ..Quirks::HOST },
    );

    /// Text Generation Inference's chat route, on your own server.
    pub const TGI: Self = record(
        "tgi",
        "http://localhost:8080/v1",
        "TGI_BASE_URL",
        &[Cow::Borrowed("HF_TOKEN")],
        "https://huggingface.co/settings/tokens",
        Quirks {
            json: JsonRequest::ObjectWithValue,
            parallel_tool_calls: false,
            embeddings: false,
            token_count: TokenCount::Tokens,
            ..Quirks::SERVER
        },
    );

    /// llama.cpp's server, and llama-cpp-python's (port 8000), on this machine. Both hold an answer to a schema that comes
    /// beside `json_object`; only the first knows `json_schema`.
    pub const LLAMA_CPP: Self = record(
        "llama-cpp",
        "http://localhost:8080/v1",
        "LLAMA_BASE_URL",
        &[Cow::Borrowed("LLAMA_API_KEY")],
        "the server's --api-key",
        Quirks {
            json: JsonRequest::ObjectWithSchema,
            reasoning: ReasoningRequest::Unsupported,
            vector_length: VectorLength::Unsupported,
            ..Quirks::SERVER
        },
    );

    /// vLLM, on your own server. Sampling fields of its own go into the request's `extra`.
    pub const VLLM: Self = record(
        "vllm",
        "http://localhost:8000/v1",
        "VLLM_BASE_URL",
        &[Cow::Borrowed("VLLM_API_KEY")],
        "the server's --api-key",
        Quirks { reasoning: ReasoningRequest::TemplateSwitch, token_count: TokenCount::Count, ..Quirks::SERVER },
    );

    /// OpenLLM, on your own server; it serves vLLM's API.
    pub const OPENLLM: Self = record(
        "openllm",
        "http://localhost:3000/v1",
        "OPENLLM_BASE_URL",
        &[Cow::Borrowed("OPENLLM_API_KEY")],
        "the server's configuration",
        Quirks { reasoning: ReasoningRequest::TemplateSwitch, token_count: TokenCount::Count, ..Quirks::SERVER },
    );

    /// Ollama's compatible route, on this machine. Its own API does more: see the `ollama` module.
    pub const OLLAMA: Self = record(
        "ollama-openai",
        "http://localhost:11434/v1",
        "OLLAMA_BASE_URL",
        &[Cow::Borrowed("OLLAMA_API_KEY")],
        "https://ollama.com/settings/keys",
        Quirks { forced_tool_choice: false, parallel_tool_calls: false, ..Quirks::SERVER },
    );

    /// Every record.
    pub const ALL: [&'static Self; 20] = [
        &Self::OPENAI,
        &Self::AZURE,
        &Self::XAI,
        &Self::DEEPSEEK,
        &Self::QWEN,
        &Self::QWEN_CN,
        &Self::MINIMAX,
        &Self::MINIMAX_CN,
        &Self::ZHIPU,
        &Self::ZHIPU_CN,
        &Self::OPENROUTER,
        &Self::GMI,
        &Self::MISTRAL,
        &Self::GROQ,
        &Self::HUGGINGFACE,
        &Self::TGI,
        &Self::LLAMA_CPP,
        &Self::VLLM,
        &Self::OPENLLM,
        &Self::OLLAMA,
    ];

    /// The record of this vendor.
    #[must_use]
    pub fn named(vendor: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|dialect| dialect.vendor == vendor)
    }
}
