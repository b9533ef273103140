//! The small programs answer from real servers of this machine (`../shared/lab`): llama.cpp's
//! server on port 4200, LiteLLM before it on 4100. Each test runs only when the variable with its
//! server's address is set, as `.ci/lab` does.
//!
//! The model behind them is tiny and talks nonsense: what is checked is that each program does its
//! work.

use std::process::{Command, Output};

/// A program of this crate, with the keys and addresses of the servers.
fn program(path: &str, arguments: &[&str]) -> Option<Output> {
    let (Ok(llama), Ok(litellm)) = (std::env::var("SOCIAL_LAB_LLAMA"), std::env::var("SOCIAL_LAB_LITELLM")) else {
        social_core::testkit::did_not_run("SOCIAL_LAB_LLAMA and SOCIAL_LAB_LITELLM");
        return None;
    };
    let mut command = Command::new(path);
    command.args(arguments).env("LLAMA_BASE_URL", llama).env("LLAMA_API_KEY", "test-key");
    command.env("DEEPSEEK_API_KEY", "of-nobody");
    for vendor in ["OPENAI", "ANTHROPIC", "GEMINI"] {
        let version = if vendor == "GEMINI" { "v1beta" } else { "v1" };
        command.env(format!("{vendor}_BASE_URL"), format!("{litellm}/{version}"));
        command.env(format!("{vendor}_API_KEY"), "sk-test-key");
    }
    Some(command.output().unwrap())
}

/// What a program prints. Often the model talks on until its window is full, which is an error;
/// then it is asked again.
fn printed(path: &str, arguments: &[&str]) -> Option<String> {
    let mut errors = Vec::new();
    for _ in 0..40 {
        let Output { status, stdout, stderr } = program(path, arguments)?;
        if status.success() {
            return Some(String::from_utf8(stdout).unwrap());
        }
        let error = String::from_utf8(stderr).unwrap();
        assert!(error.contains("truncated"), "{path} {arguments:?}: {error}");
        errors.push(error.lines().next().unwrap_or_default().to_owned());
    }
    panic!("{path} {arguments:?}: {errors:?}")
}

/// One after the other: the llama server breaks off a stream when another request comes in.
#[test]
fn lab_every_program_of_language_models_does_its_work() {
    const LLAMA: &str = "llama-cpp/tiny";
    let Some(streamed) = printed(env!("CARGO_BIN_EXE_chat_stream"), &[LLAMA]) else { return };
    assert!(streamed.contains("output_tokens: Some("), "{streamed}");
    let dialect = concat!(env!("CARGO_MANIFEST_DIR"), "/dialects/llama.toml");
    assert!(printed(env!("CARGO_BIN_EXE_described"), &[dialect, "tiny"]).unwrap().len() > 10);
    let caption = printed(env!("CARGO_BIN_EXE_structured"), &[LLAMA]).unwrap();
    assert!(caption.contains("\n#"), "{caption}");
    let called = printed(env!("CARGO_BIN_EXE_tools"), &[LLAMA, "must"]).unwrap();
    assert!(called.starts_with("opening_hours({\"day\":\""), "{called}");
    let spent = printed(env!("CARGO_BIN_EXE_fallback"), &["ollama/not-here", "openai/tiny"]).unwrap();
    assert!(spent.starts_with("openai/tiny, for $0.0"), "{spent}");

    let five = [LLAMA, "openai/tiny", "openai-responses/tiny", "anthropic/tiny", "gemini/tiny"];
    let answers = printed(env!("CARGO_BIN_EXE_five_vendors"), &[&["Say hi."], &five[..]].concat()).unwrap();
    for vendor in five {
        assert!(answers.contains(&format!("{vendor}: ")), "{answers}");
    }
}

/// The server has no eyes and drops the image without a word; the record of a vendor without them
/// refuses it.
#[test]
fn lab_an_image_is_sent_or_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("dot.png");
    std::fs::write(&image, DOT).unwrap();
    let image = image.to_str().unwrap();
    let vision = env!("CARGO_BIN_EXE_vision");
    let Some(refused) = program(vision, &["deepseek/deepseek-v4-flash", image]) else { return };
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && error.contains("image"), "{error}");
    assert!(!printed(vision, &["llama-cpp/tiny", image]).unwrap().is_empty());
}

/// An image of one point.
const DOT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";
