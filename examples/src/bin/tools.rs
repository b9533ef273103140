//! Lets a model call a tool and answers it: `tools [VENDOR/MODEL [must]]`. With `must` the first
//! answer has to be a call.

use serde_json::json;
use social_core::Result;
use social_core::chat::{ChatModel as _, ChatRequest, Message, Tool, ToolCall, ToolChoice, ToolResult};
use social_core::text::visible;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let model = llm_adapters::connect(&args.next().unwrap_or_else(|| "openai/gpt-5.4-mini".to_owned()))?;
    let (name, description) = ("opening_hours".to_owned(), "When the bistro is open on a day of the week.".to_owned());
    let day = json!({"type": "string", "enum": ["today", "tomorrow", "Sunday"]});
    let parameters = json!({"type": "object", "required": ["day"], "properties": {"day": day}});
    let mut request = ChatRequest::new("When should we post about lunch today?")
        .with_tool(Tool { name: name.clone(), description, parameters, strict: false })
        .with_tool_choice(args.next().map_or(ToolChoice::Auto, |_| ToolChoice::Tool(name)));
    let mut reply = model.chat(&request).await?;
    while reply.tool_calls().next().is_some() {
        let answer = |ToolCall { id, name, arguments, .. }: &ToolCall| {
            println!("{name}({arguments})");
            ToolResult { id: id.clone(), name: name.clone(), content: "12 to 22 h".into(), is_error: false }
        };
        // The reply goes back with its thinking and signatures, as vendors want it.
        request = request.with_message(reply.to_message()).with_tool_choice(ToolChoice::Auto);
        request = request.with_message(Message::tool_results(reply.tool_calls().map(answer)));
        reply = model.chat(&request).await?;
    }
    println!("{}", visible(&reply.text()));
    Ok(())
}
