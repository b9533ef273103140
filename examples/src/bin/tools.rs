//! Lets a model call a tool and answers it: `tools [VENDOR/MODEL]`.

use serde_json::json;
use social_core::Result;
use social_core::chat::{ChatModel as _, ChatRequest, Message, Tool, ToolResult};

#[tokio::main]
async fn main() -> Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "openai/gpt-5.4-mini".to_owned());
    let model = llm_adapters::connect(&address)?;
    let mut request = ChatRequest::new("When should we post about lunch today?").with_tool(Tool {
        name: "opening_hours".to_owned(),
        description: "When the bistro is open on a day of the week.".to_owned(),
        parameters: json!({"type": "object", "required": ["day"], "properties": {"day": {"type": "string"}}}),
        strict: false,
    });
    let mut reply = model.chat(&request).await?;
    while reply.tool_calls().next().is_some() {
        let answer = |call: &social_core::chat::ToolCall| {
            println!("{}({})", call.name, call.arguments);
            ToolResult { id: call.id.clone(), name: call.name.clone(), content: "12 to 22 h".into(), is_error: false }
        };
        // The reply goes back with its thinking and signatures, as vendors want it.
        request = request.with_message(reply.to_message());
        request = request.with_message(Message::tool_results(reply.tool_calls().map(answer)));
        reply = model.chat(&request).await?;
    }
    println!("{}", reply.into_text()?);
    Ok(())
}
