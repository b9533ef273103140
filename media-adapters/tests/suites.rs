//! The catalogue proves it: everything that an entry offers is tried by the suite of its trait,
//! which breaks every exchange of what is paid in every way.

#![allow(clippy::unwrap_used)]

use social_core::catalogue::Operation;

/// The test that tries an operation of an entry, and the file in which it stands.
fn test_of(entry: &str, operation: Operation) -> Option<(&'static str, &'static str)> {
    Some(match (entry, operation) {
        ("claid", Operation::Enhance) => ("src/claid/tests.rs", "it_keeps_the_contract"),
        ("cloudinary", Operation::Host) => ("src/cloudinary/tests.rs", "the_host_keeps_the_contract"),
        ("cloudinary", Operation::Enhance) => ("src/cloudinary/tests.rs", "the_enhancer_keeps_the_contract"),
        ("folder", Operation::Host) => ("src/folder/tests.rs", "it_keeps_the_contract_of_hosts"),
        ("gemini", Operation::Image) => ("src/gemini/tests.rs", "it_keeps_the_contract"),
        ("vertex", Operation::Image) => ("src/gemini/tests.rs", "vertex_keeps_the_contract"),
        ("gemini", Operation::Video) => ("src/gemini/tests_video.rs", "veo_keeps_the_contract"),
        ("vertex", Operation::Video) => ("src/gemini/tests_video.rs", "veo_on_vertex_keeps_the_contract"),
        ("ark", Operation::Image) => ("src/ark/tests/image.rs", "it_keeps_the_contract"),
        ("ark", Operation::Video) => ("src/ark/tests/video.rs", "it_keeps_the_contract"),
        ("dashscope" | "dashscope-cn", Operation::Image) => ("src/dashscope/tests/image.rs", "it_keeps_the_contract"),
        ("dashscope" | "dashscope-cn", Operation::Video) => ("src/dashscope/tests/video.rs", "it_keeps_the_contract"),
        ("minimax" | "minimax-cn", Operation::Image) => ("src/minimax/tests/image.rs", "it_keeps_the_contract"),
        ("minimax" | "minimax-cn", Operation::Video) => ("src/minimax/tests/video.rs", "it_keeps_the_contract"),
        ("minimax" | "minimax-cn", Operation::Speech) => ("src/minimax/tests/speech.rs", "it_keeps_the_contract"),
        ("elevenlabs", Operation::Speech) => ("src/elevenlabs/tests.rs", "speech_keeps_the_contract"),
        ("elevenlabs", Operation::Music) => ("src/elevenlabs/tests.rs", "music_keeps_the_contract"),
        ("gemini", Operation::Speech) => ("src/gemini/speech_tests.rs", "it_keeps_the_contract"),
        ("vertex", Operation::Speech) => ("src/gemini/speech_tests.rs", "vertex_keeps_the_contract"),
        ("openai", Operation::Speech) => ("src/openai/speech_tests.rs", "it_keeps_the_contract"),
        ("kling", Operation::Video) => ("src/kling/tests.rs", "it_keeps_the_contract"),
        ("openai", Operation::Image) => ("src/openai/tests.rs", "it_keeps_the_contract"),
        ("openrouter", Operation::Image) => ("src/openrouter/tests.rs", "it_keeps_the_contract"),
        ("venice", Operation::Image) => ("src/venice/tests.rs", "it_keeps_the_contract"),
        ("xai", Operation::Image) => ("src/xai/tests.rs", "it_keeps_the_contract"),
        ("openrouter", Operation::Video) => ("src/openrouter/tests_video.rs", "videos_keep_the_contract"),
        ("runway", Operation::Image) => ("src/runway/tests.rs", "images_keep_the_contract"),
        ("runway", Operation::Video) => ("src/runway/tests.rs", "videos_keep_the_contract"),
        ("bfl", _) => ("src/bfl/tests.rs", "it_keeps_the_contract"),
        ("fal", _) => ("src/fal/tests.rs", "it_keeps_the_contract"),
        ("leonardo", _) => ("src/leonardo/tests.rs", "it_keeps_the_contract"),
        ("luma", _) => ("src/luma/tests.rs", "it_keeps_the_contract"),
        ("replicate", _) => ("src/replicate/tests.rs", "it_keeps_the_contract"),
        ("wavespeed", _) => ("src/wavespeed/tests.rs", "it_keeps_the_contract"),
        ("creatomate", Operation::Render) => ("src/creatomate/tests/mod.rs", "it_keeps_the_contract"),
        ("shotstack", Operation::Render) => ("src/shotstack/tests/mod.rs", "it_keeps_the_contract"),
        ("http-put", Operation::Host) => ("src/http_put/tests.rs", "it_keeps_the_contract_of_hosts"),
        ("s3" | "gcs" | "azure", Operation::Host) => ("src/buckets/tests.rs", "they_keep_the_contract_of_hosts"),
        ("local", Operation::Image) => ("src/local/tests/contract.rs", "posters_keep_the_contract"),
        ("local", Operation::Video) => ("src/local/tests/contract.rs", "videos_keep_the_contract"),
        ("local", Operation::Render) => ("src/local/tests/contract.rs", "timelines_keep_the_contract"),
        ("local", Operation::Enhance) => ("src/local/tests/contract.rs", "enhancers_keep_the_contract"),
        _ => return None,
    })
}

#[test]
fn everything_that_is_offered_is_tried_by_its_suite() {
    for entry in media_adapters::catalogue().own() {
        // A list of models is free, and has no suite.
        for operation in entry.operations().into_iter().filter(|operation| *operation != Operation::Models) {
            let (file, test) = test_of(entry.name.as_str(), operation).unwrap_or_else(|| {
                panic!("nothing tries `{operation}` of `{}`: see `testkit::conformance`", entry.name)
            });
            let source = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let body = source.split_once(&format!("async fn {test}()")).map(|(_, body)| body);
            let body = body.unwrap_or_else(|| panic!("there is no test `{test}` in {file}"));
            let body = body.split("\nasync fn ").next().unwrap_or_default();
            assert!(body.contains("conformance::maker("), "`{test}` in {file} runs no suite");
        }
    }
}
