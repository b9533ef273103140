//! Vendors that host models.

use std::borrow::Cow;

use super::dialect::{
    Batches, CallIds, Dialect, DocumentRequest, ErrorTable, JsonRequest, Moderations, OutputLimit, PromptCacheRequest,
    Quirks, ReasoningBack, ReasoningRequest, ThinkTags, TokenCount, VectorLength, WebSearchRequest,
};
use crate::shared::service::{KeyHeader, Service};
use companies::openai;

/// The vendors that are a record. Quirks stand on recordings of the vendor unless a comment names
/// another source.
impl Dialect {
    /// OpenAI, its Chat Completions API (`openai/MODEL`). The Responses API of the same models,
    /// with shown reasoning and web search, is in the `responses` module.
    #[doc = about!(
        "openai/gpt-5.4-mini",
        environment: "`OPENAI_API_KEY`, from <https://platform.openai.com/api-keys>; `OPENAI_BASE_URL` replaces \
            `https://api.openai.com/v1`.",
        supported: "text, streams, images (URL, bytes, file), PDFs (bytes, uploaded file), MP3 and WAV for the models \
            that hear, tools (also strict and custom ones), JSON of a schema in strict mode, reasoning effort, a seed, a key \
            for the prompt cache, embeddings, moderation, batches, the list of models with their ends.",
        limits: "reasoning text is not shown in this API; a web search needs one of the search models; many reasoning \
            models refuse a temperature, which the vendor says itself; videos are not read.",
        sources: "<https://platform.openai.com/docs/api-reference/chat>, OpenAI's openapi.yaml, recordings.",
    )]
    pub const OPENAI: Self = Self {
        service: Service::hosted(
            "openai",
            "OpenAI, Chat Completions",
            openai::OPENAI.base_url,
            openai::OPENAI.base_url_variable,
            &[Cow::Borrowed(openai::OPENAI.key_variable)],
            openai::OPENAI.key_page,
        ),
        quirks: Quirks {
            audio: true,
            documents: DocumentRequest::File,
            prompt_cache: PromptCacheRequest::Key,
            moderations: Moderations::Parts,
            batches: Batches::Files,
            ..Quirks::OPENAI
        },
    };

    /// Azure OpenAI, its `v1` API (`azure/DEPLOYMENT`).
    #[doc = about!(
        "azure/my-deployment",
        environment: "`AZURE_OPENAI_API_KEY`, from <https://portal.azure.com>, and `AZURE_OPENAI_BASE_URL`, the URL of your \
            resource: `https://RESOURCE.openai.azure.com/openai/v1`.",
        supported: "what [`OPENAI`](Self::OPENAI) supports, for the models that you deployed; the categories in which its \
            filter refused.",
        limits: "the model is the name of a deployment; there is no web search; a token of Entra ID instead of a key is \
            a [`TokenSource`](social_core::http::TokenSource) on [`Dialect::endpoint`].",
        sources: "<https://learn.microsoft.com/azure/ai-services/openai/reference>, recordings.",
    )]
    pub const AZURE: Self = Self {
        service: Service::hosted(
            "azure",
            "Azure OpenAI",
            "",
            "AZURE_OPENAI_BASE_URL",
            &[Cow::Borrowed("AZURE_OPENAI_API_KEY")],
            "https://portal.azure.com",
        )
        .with_key_header(KeyHeader::ApiKey),
        quirks: Quirks { web_search: WebSearchRequest::Unsupported, ..Quirks::OPENAI },
    };

    /// xAI: Grok (`xai/MODEL`). Its Responses API, with web search, is `xai-responses/MODEL`.
    #[doc = about!(
        "xai/grok-4.3",
        environment: "`XAI_API_KEY`, from <https://console.x.ai>; `XAI_BASE_URL` replaces `https://api.x.ai/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, reasoning effort (none, low, medium, high), the \
            reported cost of a call, embeddings, the list of models, token counts \
            of plain text.",
        limits: "reasoning is left out of the vendor's `completion_tokens` and added here; a wrong key is HTTP 400 \
            there and [`Auth`](social_core::ErrorKind::Auth) here; live search was removed from this API; deferred \
            answers are not offered.",
        sources: "<https://docs.x.ai>, xai-org/xai-proto, recordings.",
    )]
    pub const XAI: Self = Self {
        service: Service::hosted(
            "xai",
            "xAI Grok",
            openai::XAI.base_url,
            openai::XAI.base_url_variable,
            &[Cow::Borrowed(openai::XAI.key_variable)],
            openai::XAI.key_page,
        ),
        quirks: Quirks {
            reasoning: ReasoningRequest::ShortEffort,
            reasoning_outside_output: true,
            web_search: WebSearchRequest::Unsupported,
            // Its specification of embeddings names no length.
            vector_length: VectorLength::Unsupported,
            token_count: TokenCount::Text,
            ..Quirks::OPENAI
        },
    };

    /// DeepSeek (`deepseek/MODEL`). Its other dialects are `deepseek-responses/MODEL` and
    /// `deepseek-anthropic/MODEL`.
    #[doc = about!(
        "deepseek/deepseek-v4-flash",
        environment: "`DEEPSEEK_API_KEY`, from <https://platform.deepseek.com/api_keys>; `DEEPSEEK_BASE_URL` replaces \
            `https://api.deepseek.com`.",
        supported: "text, streams, tools, JSON mode, thinking apart from the answer (it goes back where tools were \
            called), cached tokens in the usage, the list of models.",
        limits: "it thinks unless `Effort::None` is asked for, and ignores a temperature while it thinks; while it \
            thinks no tool can be forced; a schema goes into the instructions; no images, no embeddings, no web \
            search here; a busy server sends blank lines for up to ten minutes before it answers.",
        sources: "<https://api-docs.deepseek.com>, recordings.",
    )]
    pub const DEEPSEEK: Self = Self {
        service: Service::hosted(
            "deepseek",
            "DeepSeek",
            "https://api.deepseek.com",
            "DEEPSEEK_BASE_URL",
            &[Cow::Borrowed("DEEPSEEK_API_KEY")],
            "https://platform.deepseek.com/api_keys",
        ),
        quirks: Quirks {
            json: JsonRequest::Object,
            images: false,
            reasoning: ReasoningRequest::Thinking,
            reasoning_back: ReasoningBack::Content,
            embeddings: false,
            ..Quirks::SERVER
        },
    };

    /// Qwen on DashScope's compatible mode, international (`qwen/MODEL`). The vendor's own API is
    /// in the `dashscope` module.
    #[doc = about!(
        "qwen/qwen3.8-flash",
        environment: "`DASHSCOPE_API_KEY`, from <https://modelstudio.console.alibabacloud.com>; `DASHSCOPE_BASE_URL` \
            replaces `https://dashscope-intl.aliyuncs.com/compatible-mode/v1`.",
        supported: "text, streams, images and videos (vision models), tools, JSON mode, thinking with a budget, web \
            search, embeddings, the list of models.",
        limits: "a key works in its own region only; a schema goes into the instructions; some models think only in \
            streams; videos are read by URL.",
        sources: "<https://help.aliyun.com/en/model-studio>, recordings.",
    )]
    pub const QWEN: Self = Self {
        service: Service::hosted(
            "qwen",
            "Qwen on DashScope, compatible mode",
            "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
            "DASHSCOPE_BASE_URL",
            &[Cow::Borrowed("DASHSCOPE_API_KEY")],
            "https://modelstudio.console.alibabacloud.com",
        ),
        quirks: Self::DASHSCOPE,
    };

    /// Qwen on DashScope's compatible mode, Beijing (`qwen-cn/MODEL`).
    #[doc = about!(
        "qwen-cn/qwen3.8-flash",
        environment: "`DASHSCOPE_CN_API_KEY`, else `DASHSCOPE_API_KEY`, from <https://bailian.console.aliyun.com>; \
            `DASHSCOPE_CN_BASE_URL` replaces `https://dashscope.aliyuncs.com/compatible-mode/v1`.",
        supported: "what [`QWEN`](Self::QWEN) supports.",
        limits: "those of [`QWEN`](Self::QWEN).",
        sources: "<https://help.aliyun.com/zh/model-studio>.",
    )]
    pub const QWEN_CN: Self = Self {
        service: Service::hosted(
            "qwen-cn",
            "Qwen on DashScope in China, compatible mode",
            "https://dashscope.aliyuncs.com/compatible-mode/v1",
            "DASHSCOPE_CN_BASE_URL",
            &[Cow::Borrowed("DASHSCOPE_CN_API_KEY"), Cow::Borrowed("DASHSCOPE_API_KEY")],
            "https://bailian.console.aliyun.com",
        ),
        quirks: Self::DASHSCOPE,
    };

    const DASHSCOPE: Quirks = Quirks {
        json: JsonRequest::Object,
        video_urls: true,
        reasoning: ReasoningRequest::EnableThinking,
        web_search: WebSearchRequest::EnableSearch,
        ..Quirks::SERVER
    };

    /// MiniMax M2 and later, international (`minimax/MODEL`). Its Messages dialect,
    /// `minimax-anthropic/MODEL`, has signed thinking.
    #[doc = about!(
        "minimax/MiniMax-M3",
        environment: "`MINIMAX_API_KEY`, from <https://platform.minimax.io>; `MINIMAX_BASE_URL` replaces \
            `https://api.minimax.io/v1`.",
        supported: "text, streams, images (M3), tools, thinking on or off; it is told apart from the text, and goes back \
            with it.",
        limits: "failures come as `base_resp` inside HTTP 200 and are errors here; options that the vendor ignores are \
            refused (a seed, a forced tool, parallel tools); JSON is asked for in words; the temperature lies \
            above 0 and up to 1; no embeddings. Public recordings were not found, so this stands on the documents.",
        sources: "<https://platform.minimax.io/docs/api-reference/text-openai-api>, \
            <https://platform.minimax.io/docs/api-reference/errorcode>.",
    )]
    pub const MINIMAX: Self = Self {
        service: Service::hosted(
            "minimax",
            "MiniMax",
            "https://api.minimax.io/v1",
            "MINIMAX_BASE_URL",
            &[Cow::Borrowed("MINIMAX_API_KEY")],
            "https://platform.minimax.io",
        ),
        quirks: Self::MINIMAX_QUIRKS,
    };

    /// MiniMax, China (`minimax-cn/MODEL`).
    #[doc = about!(
        "minimax-cn/MiniMax-M3",
        environment: "`MINIMAX_CN_API_KEY`, from <https://platform.minimaxi.com>; \
            `MINIMAX_CN_BASE_URL` replaces `https://api.minimaxi.com/v1`.",
        supported: "what [`MINIMAX`](Self::MINIMAX) supports.",
        limits: "those of [`MINIMAX`](Self::MINIMAX).",
        sources: "<https://platform.minimaxi.com>.",
    )]
    pub const MINIMAX_CN: Self = Self {
        service: Service::hosted(
            "minimax-cn",
            "MiniMax in China",
            "https://api.minimaxi.com/v1",
            "MINIMAX_CN_BASE_URL",
            &[Cow::Borrowed("MINIMAX_CN_API_KEY")],
            "https://platform.minimaxi.com",
        ),
        quirks: Self::MINIMAX_QUIRKS,
    };

    // From platform.minimax.io/docs/api-reference/text-openai-api: no recording with a licence was
    // found.
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
        ..Quirks::SERVER
    };

    /// Zhipu GLM at Z.ai (`zhipu/MODEL`). Its Messages dialect is `zhipu-anthropic/MODEL`.
    #[doc = about!(
        "zhipu/glm-5.3",
        environment: "`ZAI_API_KEY`, else `ZHIPUAI_API_KEY`, from <https://z.ai/manage-apikey/apikey-list>; `ZAI_BASE_URL` \
            replaces `https://api.z.ai/api/paas/v4` (the coding plan has a URL of its own).",
        supported: "text, streams, images and videos (vision models), tools, JSON mode, thinking apart from the \
            answer, token counts.",
        limits: "429 stands for a rate limit and for an empty account, and the code tells which; no tool can be forced; \
            a schema goes into the instructions; the temperature lies between 0.01 and 0.99; no seed; the vendor \
            lists no models.",
        sources: "<https://docs.z.ai/api-reference>, the vendor's Python SDK, recordings.",
    )]
    pub const ZHIPU: Self = Self {
        service: Service::hosted(
            "zhipu",
            "Zhipu GLM on Z.ai",
            "https://api.z.ai/api/paas/v4",
            "ZAI_BASE_URL",
            &[Cow::Borrowed("ZAI_API_KEY"), Cow::Borrowed("ZHIPUAI_API_KEY")],
            "https://z.ai/manage-apikey/apikey-list",
        ),
        quirks: Self::GLM,
    };

    /// Zhipu GLM at bigmodel.cn (`zhipu-cn/MODEL`).
    #[doc = about!(
        "zhipu-cn/glm-5.3",
        environment: "`ZHIPUAI_API_KEY`, from <https://open.bigmodel.cn/usercenter/apikeys>; `ZHIPUAI_BASE_URL` replaces \
            `https://open.bigmodel.cn/api/paas/v4`.",
        supported: "what [`ZHIPU`](Self::ZHIPU) supports.",
        limits: "those of [`ZHIPU`](Self::ZHIPU).",
        sources: "<https://docs.bigmodel.cn/cn/api>.",
    )]
    pub const ZHIPU_CN: Self = Self {
        service: Service::hosted(
            "zhipu-cn",
            "Zhipu GLM in China",
            "https://open.bigmodel.cn/api/paas/v4",
            "ZHIPUAI_BASE_URL",
            &[Cow::Borrowed("ZHIPUAI_API_KEY")],
            "https://open.bigmodel.cn/usercenter/apikeys",
        ),
        quirks: Self::GLM,
    };

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
        web_search: WebSearchRequest::Tool,
        errors: ErrorTable::Zhipu,
        model_list: false,
        token_count: TokenCount::Usage,
        ..Quirks::SERVER
    };

    /// OpenRouter: the models of many vendors (`openrouter/VENDOR/MODEL`). Its Responses dialect is
    /// `openrouter-responses/...`.
    #[doc = about!(
        "openrouter/z-ai/glm-5",
        environment: "`OPENROUTER_API_KEY`, from <https://openrouter.ai/settings/keys>; `OPENROUTER_BASE_URL` replaces \
            `https://openrouter.ai/api/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, reasoning (it goes back unchanged), web search, the \
            cost of each call, embeddings, the list of models with their limits.",
        limits: "what works depends on the model and its provider; `provider`, `models`, `plugins` and the like go into \
            the request's `extra`; an upstream that fails late does so inside HTTP 200, which is an error here.",
        sources: "<https://openrouter.ai/docs/api>, its openapi.yaml, recordings.",
    )]
    pub const OPENROUTER: Self = Self {
        service: Service::hosted(
            "openrouter",
            "OpenRouter",
            openai::OPENROUTER.base_url,
            openai::OPENROUTER.base_url_variable,
            &[Cow::Borrowed(openai::OPENROUTER.key_variable)],
            openai::OPENROUTER.key_page,
        ),
        quirks: Quirks {
            audio: true,
            documents: DocumentRequest::FileOrUrl,
            image_output: true,
            prompt_cache: PromptCacheRequest::Marks,
            output_limit: OutputLimit::MaxTokens,
            usage_on_request: false,
            reasoning: ReasoningRequest::Object,
            reasoning_back: ReasoningBack::Details,
            think_tags: ThinkTags::Split,
            web_search: WebSearchRequest::Plugin,
            ..Quirks::OPENAI
        },
    };

    /// GMI Cloud: open models and OpenAI's behind one key (`gmi/OWNER/MODEL`).
    #[doc = about!(
        "gmi/deepseek-ai/DeepSeek-V4-Flash-0731",
        environment: "`GMI_API_KEY`, else `GMI_CLOUD_APIKEY`, from <https://console.gmicloud.ai>; `GMI_BASE_URL` replaces \
            `https://api.gmi-serving.com/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, the list of models; thinking inside the text is told \
            apart.",
        limits: "what works depends on the model; the useful text of an error is JSON inside its `details`, and is \
            taken from there; no embeddings. As the first of a [`Fallback`](social_core::wrap::Fallback) with \
            OpenAI behind it, it is what the tests of this crate show.",
        sources: "GMISWE/ai-sdk-provider-gmicloud, packages/gmicloud of vercel/ai, recorded errors.",
    )]
    pub const GMI: Self = Self {
        service: Service::hosted(
            "gmi",
            "GMI Cloud",
            "https://api.gmi-serving.com/v1",
            "GMI_BASE_URL",
            &[Cow::Borrowed("GMI_API_KEY"), Cow::Borrowed("GMI_CLOUD_APIKEY")],
            "https://console.gmicloud.ai",
        ),
        quirks: Quirks { embeddings: false, ..Quirks::SERVER },
    };

    /// Mistral (`mistral/MODEL`).
    #[doc = about!(
        "mistral/mistral-small-latest",
        environment: "`MISTRAL_API_KEY`, from <https://console.mistral.ai/api-keys>; `MISTRAL_BASE_URL` replaces \
            `https://api.mistral.ai/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, thinking (on or off), embeddings, the list of \
            models.",
        limits: "an effort is `none` or `high`, and a model shows its thinking by itself.",
        sources: "<https://docs.mistral.ai/api> and its openapi.yaml, recordings.",
    )]
    pub const MISTRAL: Self = Self {
        service: Service::hosted(
            "mistral",
            "Mistral",
            "https://api.mistral.ai/v1",
            "MISTRAL_BASE_URL",
            &[Cow::Borrowed("MISTRAL_API_KEY")],
            "https://console.mistral.ai/api-keys",
        ),
        quirks: Quirks {
            documents: DocumentRequest::DocumentUrl,
            moderations: Moderations::Texts,
            batches: Batches::Jobs,
            usage_on_request: false,
            // "Tool call id was ... but must be a-z, A-Z, 0-9, with a length of 9."
            call_ids: CallIds::NineAlphanumeric,
            // Both from the vendor's openapi.yaml.
            random_seed: true,
            reasoning: ReasoningRequest::EffortSwitch,
            vector_length: VectorLength::OutputDimension,
            ..Quirks::SERVER
        },
    };

    /// Groq: open models, fast (`groq/MODEL`).
    #[doc = about!(
        "groq/openai/gpt-oss-120b",
        environment: "`GROQ_API_KEY`, from <https://console.groq.com/keys>; `GROQ_BASE_URL` replaces \
            `https://api.groq.com/openai/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, reasoning effort, the list of models with their \
            limits; thinking inside the text is told apart.",
        limits: "what works depends on the model; a stream may fail with a single named event, which is an error here; \
            no embeddings.",
        sources: "<https://console.groq.com/docs/api-reference>, recordings.",
    )]
    pub const GROQ: Self = Self {
        service: Service::hosted(
            "groq",
            "Groq",
            "https://api.groq.com/openai/v1",
            "GROQ_BASE_URL",
            &[Cow::Borrowed("GROQ_API_KEY")],
            "https://console.groq.com/keys",
        ),
        quirks: Quirks { output_limit: OutputLimit::MaxCompletionTokens, embeddings: false, ..Quirks::SERVER },
    };

    /// Hugging Face's router: models are `ORG/NAME` or `ORG/NAME:PROVIDER`
    /// (`huggingface/ORG/NAME`).
    #[doc = about!(
        "huggingface/MiniMaxAI/MiniMax-M2.7",
        environment: "`HF_TOKEN`, from <https://huggingface.co/settings/tokens>; `HF_BASE_URL` replaces \
            `https://router.huggingface.co/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, the list of models; thinking inside the text is told \
            apart. A model that is still loading is `Unavailable` with its wait.",
        limits: "what works depends on the provider behind the router; `X-HF-Bill-To` is a header on \
            [`Dialect::endpoint`]; no embeddings.",
        sources: "<https://huggingface.co/docs/inference-providers>, recordings.",
    )]
    pub const HUGGINGFACE: Self = Self {
        service: Service::hosted(
            "huggingface",
            "Hugging Face's router",
            "https://router.huggingface.co/v1",
            "HF_BASE_URL",
            &[Cow::Borrowed("HF_TOKEN")],
            "https://huggingface.co/settings/tokens",
        ),
        quirks: Quirks { embeddings: false, ..Quirks::SERVER },
    };

    /// Every record.
    pub const ALL: &'static [&'static Self] = &[
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
        Self::ALL.iter().copied().find(|dialect| dialect.service.vendor == vendor)
    }
}
