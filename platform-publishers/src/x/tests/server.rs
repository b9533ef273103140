//! The fake X, invented after the specification, the documents and recorded answers: it replaces
//! links, escapes, refuses unknown fields, ids of files that are not ready or stand in a post
//! already, and chunks that are not those of the upload.

use std::collections::BTreeMap;

use http::HeaderName;
use serde_json::{Value, json};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received};
use social_core::text;

use crate::fake::{self, Vendor, Watch};

pub(super) const TOKEN: &str = "token-of-the-account";
pub(super) const ACCOUNT: &str = "1072250532645998596";
const KNOWN: [&str; 9] = [
    "text",
    "media",
    "poll",
    "reply",
    "quote_tweet_id",
    "reply_settings",
    "community_id",
    "made_with_ai",
    "paid_partnership",
];

/// A file on the server.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    pub(super) category: String,
    pub(super) media_type: String,
    total: Option<usize>,
    pub(super) chunks: BTreeMap<usize, Vec<u8>>,
    finalized: bool,
    /// So many more questions until it is processed.
    pending: u32,
    used: bool,
    pub(super) metadata: Value,
    pub(super) captions: Vec<Value>,
}

impl Stored {
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.chunks.values().flatten().copied().collect()
    }
}

pub(super) struct Server {
    pub(super) watch: Watch,
    /// Newest last, as they are listed, with what was sent under `sent`.
    pub(super) posts: Vec<Value>,
    pub(super) media: BTreeMap<String, Stored>,
    pub(super) refuses_duplicates: bool,
    pub(super) fails_processing: bool,
    /// The fields of a post are asked for as the specification says.
    pub(super) wants_post_fields: bool,
    pub(super) profile: Value,
    pub(super) headers: Vec<(&'static str, &'static str)>,
    /// How many chunks arrived, and after how many bytes the next ones are cut.
    pub(super) appended: usize,
    pub(super) cuts: Vec<usize>,
}

impl Server {
    pub(super) fn new(watch: &Watch) -> Self {
        Self {
            watch: watch.clone(),
            posts: Vec::new(),
            media: BTreeMap::new(),
            refuses_duplicates: false,
            fails_processing: false,
            wants_post_fields: false,
            profile: json!({"id": ACCOUNT, "name": "Bakery", "username": "bakery", "subscription_type": "None"}),
            headers: vec![("x-access-level", "read-write")],
            appended: 0,
            cuts: Vec::new(),
        }
    }

    fn new_media(&mut self, stored: Stored) -> Value {
        let id = (11 + self.media.len()).to_string();
        let prefix = if stored.category == "tweet_video" { "13" } else { "3" };
        let answer = json!({"id": id, "media_key": format!("{prefix}_{id}"), "expires_after_secs": 86400});
        self.media.insert(id, stored);
        answer
    }

    fn upload(&mut self, request: &Received) -> Answer {
        let parts = multipart(request);
        let text = |name: &str| parts.get(name).map(|part| String::from_utf8_lossy(part).into_owned());
        let (Some(category), Some(bytes)) = (text("media_category"), parts.get("media")) else {
            return refused("the form is not complete");
        };
        let chunks = BTreeMap::from([(0, bytes.clone())]);
        let stored = Stored { category, chunks, finalized: true, ..Stored::default() };
        let data = self.new_media(stored);
        Answer::json(json!({ "data": data }))
    }

    fn initialize(&mut self, request: &Received) -> Answer {
        let body = request.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let total = body["total_bytes"].as_u64().map(|total| total as usize);
        let (category, media_type) = (text("media_category"), text("media_type"));
        let data = self.new_media(Stored { category, media_type, total, ..Stored::default() });
        Answer::json(json!({ "data": data }))
    }

    fn append(&mut self, id: &str, request: &Received) -> Answer {
        let parts = multipart(request);
        let Some(stored) = self.media.get_mut(id) else { return not_found(id) };
        let index = String::from_utf8_lossy(&parts["segment_index"]).parse().unwrap();
        if stored.finalized || index > 999 || parts.len() != 2 {
            return refused("this is not a chunk of the upload");
        }
        self.appended += 1;
        stored.chunks.insert(index, parts["media"].clone());
        if self.cuts.first() == Some(&self.appended) {
            self.cuts.remove(0);
            return Answer::lost();
        }
        Answer::json(json!({"data": {"expires_at": 1_765_000_000}}))
    }

    fn finalize(&mut self, id: &str) -> Answer {
        let Some(stored) = self.media.get_mut(id) else { return not_found(id) };
        if stored.finalized || stored.bytes().len() != stored.total.unwrap_or_default() {
            return refused("the upload is finished, or not complete");
        }
        stored.finalized = true;
        stored.pending = if stored.category == "subtitles" { 0 } else { 2 };
        self.state_of(id)
    }

    fn state_of(&mut self, id: &str) -> Answer {
        let fails = self.fails_processing;
        let Some(stored) = self.media.get_mut(id) else { return not_found(id) };
        let mut data = json!({"id": id, "media_key": format!("13_{id}"), "size": stored.bytes().len()});
        if stored.pending > 0 {
            stored.pending -= 1;
            data["processing_info"] = match stored.pending {
                1 => json!({"state": "pending", "check_after_secs": 7}),
                _ if fails => json!({"state": "failed", "error": {"code": 1, "name": "InvalidMedia",
                    "message": "the codec is not supported"}}),
                _ => json!({"state": "in_progress", "check_after_secs": 5, "progress_percent": 8}),
            };
        }
        Answer::json(json!({ "data": data }))
    }

    fn publish(&mut self, request: &Received) -> Answer {
        let body = request.json();
        let unknown = body.as_object().unwrap().keys().find(|name| !KNOWN.contains(&name.as_str()));
        if let Some(unknown) = unknown {
            return refused(&format!("unknown field {unknown}"));
        }
        let ids: Vec<String> = serde_json::from_value(body["media"]["media_ids"].clone()).unwrap_or_default();
        let ready = |stored: &&mut Stored| stored.finalized && stored.pending == 0 && !stored.used;
        if ids.iter().any(|id| self.media.get_mut(id).filter(ready).is_none()) {
            return refused("Your media IDs are invalid.");
        }
        let text = body["text"].as_str().unwrap().to_owned();
        if self.refuses_duplicates && self.posts.iter().any(|post| post["sent"]["text"] == text && ids.is_empty()) {
            let detail = "You are not allowed to create a Tweet with duplicate content.";
            return fake::json(
                403,
                json!({"detail": detail, "type": "about:blank", "title": "Forbidden", "status": 403}),
            );
        }
        ids.iter().for_each(|id| self.media.get_mut(id).unwrap().used = true);
        let (mut shown, mut urls) = (text.clone(), Vec::new());
        for (number, link) in text::links(&text).into_iter().enumerate() {
            let url = format!("https://t.co/link{}x{number}", self.posts.len());
            shown = shown.replacen(&link.value, &url, 1);
            urls.push(json!({"url": url, "expanded_url": link.value}));
        }
        if !ids.is_empty() {
            shown.push_str(" https://t.co/media00000");
        }
        let id = (1_456_012_973_835_780_000_u64 + self.posts.len() as u64).to_string();
        let answered = body["reply"]["in_reply_to_tweet_id"].as_str();
        let keys: Vec<_> = ids.iter().map(|id| format!("{}_{id}", self.prefix(id))).collect();
        self.posts.push(json!({
            "id": id, "text": shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            "created_at": self.watch.now().to_string(), "conversation_id": answered.unwrap_or(&id),
            "entities": {"urls": urls}, "attachments": {"media_keys": keys}, "sent": body,
        }));
        fake::json(201, json!({"data": {"id": id, "text": shown, "edit_history_tweet_ids": [id]}}))
    }

    fn prefix(&self, id: &str) -> &'static str {
        if self.media.get(id).is_some_and(|stored| stored.total.is_some()) { "13" } else { "3" }
    }

    fn list(&self, request: &Received) -> Answer {
        let wanted = if self.wants_post_fields { "post.fields" } else { "tweet.fields" };
        if request.query(wanted).is_none() {
            return refused("The query parameter is not one of [...]");
        }
        let time = |name: &str| request.query(name).map(|time| time.parse::<super::Timestamp>().unwrap());
        let inside = |post: &&Value| {
            let at: super::Timestamp = post["created_at"].as_str().unwrap().parse().unwrap();
            time("start_time").is_none_or(|start| at >= start) && time("end_time").is_none_or(|end| at <= end)
        };
        let posts: Vec<_> = self.posts.iter().rev().filter(inside).collect();
        let page: Vec<_> = posts.iter().take(100).collect();
        let mut meta = json!({ "result_count": page.len() });
        if posts.len() > 100 {
            meta["next_token"] = json!("7140dibdnow9c7btw4232poeq0wapgnwgwqwvuwn3peex");
        }
        if page.is_empty() {
            Answer::json(json!({ "meta": meta }))
        } else {
            Answer::json(json!({"data": page, "meta": meta}))
        }
    }

    fn read(&self, request: &Received) -> Answer {
        let (mut data, mut errors) = (Vec::new(), Vec::new());
        for id in request.query("ids").unwrap().split(',') {
            match self.posts.iter().find(|post| post["id"] == id) {
                Some(post) => data.push(json!({"id": id, "text": post["text"]})),
                None => errors.push(json!({"resource_id": id, "resource_type": "tweet", "title": "Not Found Error",
                    "detail": "Could not find tweet", "type": "https://api.x.com/2/problems/resource-not-found"})),
            }
        }
        Answer::json(json!({"data": data, "errors": errors}))
    }
}

pub(super) fn refused(detail: &str) -> Answer {
    let kind = "https://api.x.com/2/problems/invalid-request";
    fake::json(400, json!({"title": "Invalid Request", "detail": detail, "type": kind}))
}

fn not_found(id: &str) -> Answer {
    let kind = "https://api.x.com/2/problems/resource-not-found";
    fake::json(404, json!({"title": "Not Found Error", "detail": format!("no {id}"), "type": kind}))
}

/// The parts of a form by name.
fn multipart(request: &Received) -> BTreeMap<String, Vec<u8>> {
    let boundary = request.header("content-type").unwrap().split_once("boundary=").unwrap().1;
    let (body, mut from, mut parts) = (&request.body[..], 0, BTreeMap::new());
    let find = |what: &[u8], from: usize| {
        (from..=body.len() - what.len()).find(|at| body[*at] == what[0] && body[*at..].starts_with(what))
    };
    let (opening, next) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}"));
    while let Some(start) = find(opening.as_bytes(), from) {
        let head = start + opening.len();
        let content = find(b"\r\n\r\n", head).unwrap();
        let end = find(next.as_bytes(), content + 2).unwrap();
        let name = String::from_utf8_lossy(&body[head..content]);
        let name = name.split_once("name=\"").unwrap().1.split('"').next().unwrap().to_owned();
        parts.insert(name, body[content + 4..end].to_vec());
        from = end;
    }
    parts
}

impl Vendor for Server {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default();
        let known = [TOKEN, SECRET].iter().any(|token| authorization == format!("Bearer {token}"));
        if !known && !authorization.starts_with("OAuth oauth_consumer_key=\"test-ck\"") {
            return fake::json(
                401,
                json!({"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}),
            );
        }
        let path = request.url.path().trim_start_matches("/2/").to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        let answer = match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["users", "me"]) => Answer::json(json!({ "data": self.profile })),
            ("GET", ["users", ACCOUNT, "tweets"]) => self.list(request),
            ("GET", ["tweets"]) => self.read(request),
            ("POST", ["tweets"]) => self.publish(request),
            ("DELETE", ["tweets", id]) => match self.posts.iter().position(|post| post["id"] == *id) {
                Some(at) => {
                    self.posts.remove(at);
                    Answer::json(json!({"data": {"deleted": true}}))
                }
                None => not_found(id),
            },
            ("POST", ["media", "upload"]) => self.upload(request),
            ("POST", ["media", "upload", "initialize"]) => self.initialize(request),
            ("POST", ["media", "upload", id, "append"]) => self.append(id, request),
            ("POST", ["media", "upload", id, "finalize"]) => self.finalize(id),
            ("GET", ["media", "upload"]) if request.query("command").as_deref() == Some("STATUS") => {
                self.state_of(&request.query("media_id").unwrap())
            }
            ("POST", ["media", "metadata"]) => {
                let body = request.json();
                let id = body["id"].as_str().unwrap().to_owned();
                self.media.get_mut(&id).unwrap().metadata = body["metadata"].clone();
                Answer::json(json!({"data": {"id": id}}))
            }
            ("POST", ["media", "subtitles"]) => {
                let body = request.json();
                let id = body["id"].as_str().unwrap().to_owned();
                self.media.get_mut(&id).unwrap().captions.push(body);
                Answer::json(json!({"data": {"id": id}}))
            }
            _ => not_found("such path"),
        };
        let headers = self.headers.iter();
        headers.fold(answer, |answer, (name, value)| answer.with_header(HeaderName::from_static(name), value))
    }
}
