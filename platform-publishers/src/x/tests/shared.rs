//! Compared with requests of tweepy 4.17, twitter-api-v2 1.29 and X's own xdk 0.6, with X's OpenAPI
//! 2.167, and with exchanges that tweepy recorded or the documents show.

use std::collections::BTreeSet;

use social_core::auth::OAuth1Tokens;

use super::refusals::classify;
use super::*;
use crate::fake::{shared, shared_folder};
use crate::x::wire::{Answer, Created, Deleted, Listed, Profile, UploadState};

/// What the fake received by these writes and reads.
fn sent(fake: &Fake<Server>, wanted: impl Fn(&Received) -> bool) -> Vec<Received> {
    fake.vendor.received().into_iter().filter(wanted).collect()
}

/// Method, path and body of each request, without what differs by the file or is a form here.
fn assert_same(name: &str, ours: &[Received], theirs: &Value) {
    let theirs: Vec<_> = theirs["requests"].as_array().unwrap().iter().collect();
    assert_eq!(ours.len(), theirs.len(), "{name}: {ours:?}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        let target = [ours.method.as_str(), ours.url.path()].map(Value::from);
        assert_eq!(target, [theirs["method"].clone(), theirs["path"].clone()], "{name}");
        let query: BTreeSet<(String, String)> = ours.url.query_pairs().into_owned().collect();
        let expected: Vec<(String, String)> = serde_json::from_value(theirs["query"].clone()).unwrap();
        assert_eq!(query, expected.into_iter().collect(), "{name}");
        let body = &theirs["body"];
        match body["kind"].as_str().unwrap() {
            "json" if ours.header("content-type").is_some_and(|kind| kind.starts_with("multipart/")) => {
                // The form has the same fields; its file says its type by itself.
                for field in body["json"].as_object().unwrap().keys().filter(|field| *field != "media_type") {
                    assert!(ours.text().contains(&format!("name=\"{field}\"")), "{name}: {field}");
                }
            }
            "json" => {
                let (mut ours, mut theirs) = (ours.json(), body["json"].clone());
                if let (Some(ours), Some(theirs)) = (ours.get_mut("total_bytes"), theirs.get("total_bytes")) {
                    *ours = theirs.clone();
                }
                if theirs == json!({}) {
                    theirs = Value::Null;
                }
                assert_eq!(ours, theirs, "{name}");
            }
            "multipart" => {
                for part in body["parts"].as_array().unwrap() {
                    let field = format!("name=\"{}\"", part["name"].as_str().unwrap());
                    assert!(ours.text().contains(&field), "{name}: {field}");
                }
            }
            _ => assert!(ours.body.is_empty(), "{name}"),
        }
    }
}

#[tokio::test]
async fn requests_are_those_of_the_libraries() {
    if shared("golden/x/xdk_post_create.json").is_none() {
        return;
    }
    let golden = |name: &str| shared(&format!("golden/x/{name}.json")).unwrap();
    let creates = |request: &Received| request.is(&Method::POST, "/2/tweets");
    let hello = Post::new("Hello ☕ & goodbye");
    let plain = |width| Attachment::new(jpeg(width, 30));
    let mut answer = Post::new("hi")
        .with_attachment(plain(40))
        .with_attachment(plain(41))
        .with_reply_to(PostRef::new("99"))
        .with_options(&XOptions::new().with_reply_settings(ReplySettings::Following))
        .unwrap();
    for (name, made_with_ai) in [("tweepy_post_reply_media_oauth2", false), ("xdk_post_reply_media", true)] {
        let fake = server(|_| ());
        answer.ai_generated = made_with_ai;
        fake.publish(&connect(&fake), "run", answer.clone()).await.unwrap();
        assert_same(name, &sent(&fake, creates), &golden(name));
        let mut whole = sent(&fake, |request| request.is(&Method::POST, "/2/media/upload"));
        whole.truncate(1);
        assert_same("xdk_media_upload_one_shot", &whole, &golden("xdk_media_upload_one_shot"));
    }
    let fake = server(|_| ());
    let x = connect(&fake);
    let receipt = fake.publish(&x, "run", hello.clone()).await.unwrap();
    assert_same("xdk_post_create", &sent(&fake, creates), &golden("xdk_post_create"));
    x.status(&receipt).await.unwrap();
    let read = sent(&fake, |request| request.is(&Method::GET, "/2/tweets"));
    assert_eq!(golden("xdk_post_metrics")["requests"][0]["path"], read[0].url.path());
    x.delete(&Run::ephemeral(), &receipt).await.unwrap();
    let delete = sent(&fake, |request| request.method == Method::DELETE);
    assert_eq!(delete[0].url.path(), format!("/2/tweets/{}", receipt.id()));
    assert_eq!(golden("tweepy_delete_and_metrics")["requests"][0]["path"], "/2/tweets/1");

    let fake = server(|_| ());
    fake.publish(&connect(&fake), "run", Post::new("x").with_attachment(video())).await.unwrap();
    let mut upload = sent(&fake, |request| request.url.path().contains("/media/"));
    upload.truncate(4);
    assert_same("xdk_media_chunked", &upload, &golden("xdk_media_chunked"));
    let mut theirs = golden("twitter_api_v2_media_chunked");
    let requests = theirs["requests"].as_array_mut().unwrap();
    requests.drain(2..4);
    assert_same("twitter_api_v2_media_chunked", &upload, &theirs);

    let fake = server(|_| ());
    let tokens = OAuth1Tokens::new("test-ck", "test-cs").with_token("test-at", "test-as");
    fake.publish(&X::signed(endpoint(&fake), tokens).unwrap(), "run", hello).await.unwrap();
    let (ours, theirs) = (sent(&fake, creates), golden("tweepy_post_text_oauth1"));
    assert_same("tweepy_post_text_oauth1", &ours, &theirs);
    let names = |header: &str| -> BTreeSet<String> {
        let fields = header.strip_prefix("OAuth ").unwrap().split(", ");
        fields.map(|field| field.split('=').next().unwrap().to_owned()).collect()
    };
    let theirs = theirs["requests"][0]["headers"]["authorization"].as_str().unwrap();
    assert_eq!(names(ours[0].header("authorization").unwrap()), names(theirs));
    // What signs in is compared in `sign_in`; the upload of version 1.1 is gone.
}

/// What is wrong with a value by a schema of X's specification.
fn violations(spec: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return violations(spec, spec.pointer(reference.trim_start_matches('#')).unwrap(), value, at);
    }
    let wrong = |what: &str| vec![format!("{at}: {what}: {value}")];
    match schema["type"].as_str() {
        Some("object") => {
            let Some(fields) = value.as_object() else { return wrong("is no object") };
            let known = schema["properties"].as_object();
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let missing = required.filter(|name| !fields.contains_key(*name)).map(|name| format!("{at}: no {name}"));
            let inside = fields.iter().flat_map(|(name, value)| match known.and_then(|known| known.get(name)) {
                Some(schema) => violations(spec, schema, value, &format!("{at}.{name}")),
                None if schema["additionalProperties"] == false => vec![format!("{at}: {name} is not known")],
                None => Vec::new(),
            });
            missing.chain(inside).collect()
        }
        Some("array") => {
            let Some(items) = value.as_array() else { return wrong("is no list") };
            let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX) as usize;
            if items.len() > most || items.len() < schema["minItems"].as_u64().unwrap_or(0) as usize {
                return wrong("has another number of items");
            }
            items.iter().flat_map(|item| violations(spec, &schema["items"], item, at)).collect()
        }
        Some("string") => match value.as_str() {
            None => wrong("is no text"),
            Some(text) => {
                let known = schema["enum"].as_array().is_none_or(|words| words.contains(value));
                let short = text.chars().count() as u64 <= schema["maxLength"].as_u64().unwrap_or(u64::MAX);
                let number = schema["pattern"] != "^[0-9]{1,19}$" || text.bytes().all(|byte| byte.is_ascii_digit());
                if known && short && number { Vec::new() } else { wrong("is another text") }
            }
        },
        Some("integer") => match value.as_u64() {
            Some(number)
                if number >= schema["minimum"].as_u64().unwrap_or(0)
                    && number <= schema["maximum"].as_u64().unwrap_or(u64::MAX) =>
            {
                Vec::new()
            }
            _ => wrong("is another number"),
        },
        Some("boolean") if !value.is_boolean() => wrong("is neither true nor false"),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn bodies_are_those_of_the_specification() {
    let Some(spec) = shared("specs/platforms/x/openapi.json") else { return };
    let fake = server(|_| ());
    let captions = Attachment::new(Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nBrot\n"));
    let captions = captions.with_role(MediaRole::Captions).with_language("de");
    let cover = Attachment::new(jpeg(40, 30)).with_role(MediaRole::Cover);
    let full =
        Post::new("x").with_quote(PostRef::new("7")).with_reply_to(PostRef::new("8")).with_options(&all_options());
    let full = full.unwrap().with_attachment(video()).with_attachment(cover).with_attachment(captions);
    let poll = Post::new("x").with_poll(Poll::new(["a", "b"]));
    for (run, post) in
        [("full", full), ("thread", thread()), ("poll", poll), ("gif", Post::new("x").with_attachment(gif()))]
    {
        fake.publish(&connect(&fake), run, post).await.unwrap();
    }
    let mut compared = BTreeSet::new();
    for request in sent(&fake, |request| request.json().is_object()) {
        let operation = &spec["paths"][request.url.path()][request.method.as_str().to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{}", request.url.path());
        assert_eq!(violations(&spec, schema, &request.json(), request.url.path()), Vec::<String>::new());
        compared.insert(request.url.path().to_owned());
    }
    let paths = ["/2/media/metadata", "/2/media/subtitles", "/2/media/upload/initialize", "/2/tweets"];
    assert_eq!(compared.into_iter().collect::<Vec<_>>(), paths);
}

/// Every collected exchange is read as what it is.
#[test]
fn collected_answers_are_read() {
    let mut read = 0;
    for (name, cassette) in shared_folder("cassettes/platforms/x") {
        let (request, response) = (&cassette["request"], &cassette["response"]);
        let status = response["status"].as_u64().unwrap() as u16;
        let body = response["body"].to_string();
        let path = request["path"].as_str().unwrap().split('?').next().unwrap().trim_start_matches("/2/").to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        match (request["method"].as_str().unwrap(), parts.as_slice()) {
            _ if status >= 400 => {
                let error = classify(status, &[], &body);
                let expected = match name.trim_end_matches(".json") {
                    "error-401-legacy-shape" => (ErrorKind::Auth, Effect::None),
                    "error-402-credits-depleted" | "error-402-no-credits" => (ErrorKind::QuotaExhausted, Effect::None),
                    "error-403-duplicate-content" => (ErrorKind::Duplicate, Effect::Unknown),
                    "error-403-not-permitted" => (ErrorKind::Permission, Effect::None),
                    other => panic!("{other} is not read"),
                };
                assert_eq!((error.kind(), error.effect()), expected, "{name}");
            }
            ("POST", ["tweets"]) => {
                let answer: Answer<Created> = serde_json::from_str(&body).unwrap();
                assert_eq!(answer.data.unwrap().id, response["body"]["data"]["id"].as_str().unwrap());
            }
            ("DELETE", ["tweets", _]) => {
                assert!(serde_json::from_str::<Answer<Deleted>>(&body).unwrap().data.unwrap().deleted);
            }
            ("GET", ["users", "me"]) => {
                let profile = serde_json::from_str::<Answer<Profile>>(&body).unwrap().data.unwrap();
                assert_eq!((profile.id.as_str(), profile.username.as_str()), (ACCOUNT, "TweepyDev"));
            }
            ("GET", ["users", _, "tweets" | "mentions"] | ["tweets"] | ["tweets", _, "quote_tweets"]) => {
                let answer: Answer<Vec<Listed>> = serde_json::from_str(&body).unwrap();
                assert!(answer.data.unwrap().iter().all(|post| !post.text.is_empty()), "{name}");
                if name == "client-get-users-tweets-1.json" {
                    assert!(answer.meta.next_token.is_some() && answer.meta.result_count == Some(2));
                }
                if name == "partial-error-200.json" {
                    assert!(answer.errors[0].is_not_found() && answer.errors[0].is_about("456"));
                }
            }
            ("GET", ["tweets", _]) => drop(serde_json::from_str::<Answer<Listed>>(&body).unwrap().data.unwrap()),
            ("POST", ["media", "upload", _, "append"]) => {
                assert!(serde_json::from_str::<Answer<Value>>(&body).unwrap().data.is_some());
            }
            (_, ["media", "upload", ..]) => {
                let state = serde_json::from_str::<Answer<UploadState>>(&body).unwrap().data.unwrap();
                let processing = state.processing_info.unwrap();
                let expected = if name.contains("pending") { ("pending", 1) } else { ("in_progress", 5) };
                assert_eq!((processing.state.as_str(), processing.check_after_secs.unwrap()), expected);
            }
            // Likes, counts, hiding, other people: not what a publisher does.
            ("GET", ["tweets", _, "liking_users"] | ["tweets", "counts", _] | ["users", "by", ..])
            | ("PUT", ["tweets", _, "hidden"])
            | ("POST", ["users", _, "likes"]) => continue,
            _ => panic!("{name} is not read"),
        }
        read += 1;
    }
    println!("{read} exchanges of X were read");
}
