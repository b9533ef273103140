//! Lets a model use the tools of an MCP server: `mcp VENDOR/MODEL QUESTION COMMAND [ARGUMENT...]`.
//! Each call is shown, and made when somebody types `yes`.
//!
//! ```sh
//! cargo run -p examples --features mcp --bin mcp -- openai/gpt-5.4-mini "What is in this folder?" \\
//!     npx -y @modelcontextprotocol/server-filesystem .
//! ```

use async_trait::async_trait;
use mcp_tools::McpTools;
use rmcp::ServiceExt as _;
use rmcp::transport::TokioChildProcess;
use social_core::chat::{ChatRequest, Tool, ToolCall};
use social_core::run::{FileJournal, Run};
use social_core::tools::{ToolApprover, ToolDecision, ToolLoop};
use social_core::{Error, Result};

#[derive(Debug)]
struct Terminal;

#[async_trait]
impl ToolApprover for Terminal {
    async fn decide(&self, tool: &Tool, call: &ToolCall) -> Result<ToolDecision> {
        println!("{}({})? Type yes:", tool.name, call.arguments);
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(|error| Error::invalid("answer", error.to_string()))?;
        Ok(if line.trim() == "yes" { ToolDecision::Allow } else { ToolDecision::Deny("the user said no".to_owned()) })
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(model), Some(question), Some(command)) = (args.next(), args.next(), args.next()) else {
        return Err("mcp VENDOR/MODEL QUESTION COMMAND [ARGUMENT...]".into());
    };
    let mut process = tokio::process::Command::new(command);
    process.args(args);
    let server = ().serve(TokioChildProcess::new(process)?).await?;
    let tools = McpTools::of(server.peer().clone()).list().await?;
    println!("{} tools", tools.len());

    let agent = ToolLoop::new(llm_adapters::connect(&model)?).with_tools(tools).approved_by(Terminal);
    // Stopped in the middle and started again, it goes on: no call is made twice.
    let run = Run::open(&FileJournal::open("runs")?, format!("mcp {question}")).await?;
    println!("{}", agent.run(&run, ChatRequest::new(question)).await?.reply.into_text()?);
    server.cancel().await?;
    Ok(())
}
