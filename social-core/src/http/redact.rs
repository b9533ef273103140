//! Takes secrets out of errors.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::error::Error;

pub(super) const MASK: &str = "[secret]";

/// Shorter secrets would black out ordinary words.
const SHORTEST: usize = 6;
const SHORTEST_IN_ANSWERS: usize = 12;

/// Names under which secrets travel in queries, forms and JSON.
const NAMES: &[&str] = &[
    "access_token",
    "accessjwt",
    "api_key",
    "apikey",
    "app_password",
    "app_secret",
    "appsecret_proof",
    "assertion",
    "auth_token",
    "authorization",
    "client_assertion",
    "client_secret",
    "code_verifier",
    "fb_exchange_token",
    "id_token",
    "identity_token",
    "input_token",
    "key",
    "password",
    "private_key",
    "refresh_token",
    "refreshjwt",
    "secret",
    "secret_key",
    "session_token",
    "sig",
    "signature",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-credential",
    "x-goog-signature",
];

/// Whether a field of this name in JSON is a secret. There, `key` names many things that are none.
pub(super) fn is_secret_field(name: &str) -> bool {
    is_secret_name(name) && !name.eq_ignore_ascii_case("key")
}

/// Whether a parameter of this name in a query or form is a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.binary_search(&name.as_str()).is_ok()
}

/// Takes secrets out of texts. What is looked for in errors is put together only when there is one
/// to clean; what is looked for in every answer is put together once.
#[derive(Default)]
pub(super) struct Redactor {
    secrets: Arc<[SecretString]>,
    answers: OnceLock<Vec<Finder<'static>>>,
}

impl Redactor {
    pub(super) fn new(secrets: Vec<SecretString>) -> Self {
        Self { secrets: secrets.into(), answers: OnceLock::new() }
    }

    /// What is taken out.
    pub(super) fn secrets(&self) -> Arc<[SecretString]> {
        Arc::clone(&self.secrets)
    }

    /// Cleans every text of an error; `more` are secrets of the call at hand.
    pub(super) fn error(&self, error: Error, more: &[SecretString]) -> Error {
        let forms: Vec<String> = self.secrets.iter().chain(more).flat_map(forms).collect();
        error.map_text(|text| clean(text, &forms))
    }

    pub(super) fn url(&self, url: &Url) -> String {
        self.text(url.as_str(), &[]).unwrap_or_else(|| url.to_string())
    }

    /// The text without secrets, if there were any; `more` are secrets of the call at hand.
    pub(super) fn text(&self, text: &str, more: &[SecretString]) -> Option<String> {
        let forms: Vec<String> = self.secrets.iter().chain(more).flat_map(forms).collect();
        clean(text, &forms)
    }

    /// The bytes of an answer without secrets, if there were any. What is so short that it may be a
    /// word of the answer stays: some servers are given their own name for a key.
    pub(super) fn bytes(&self, bytes: &[u8], more: &[SecretString]) -> Option<Vec<u8>> {
        let own = self.answers.get_or_init(|| finders(&self.secrets));
        let mut masked: Option<Vec<u8>> = None;
        for finder in own.iter().chain(&finders(more)) {
            let text = masked.as_deref().unwrap_or(bytes);
            if finder.find(text).is_some() {
                masked = Some(replaced(text, finder));
            }
        }
        masked
    }
}

/// Searches for secrets that are too long to be words of an answer.
fn finders(secrets: &[SecretString]) -> Vec<Finder<'static>> {
    let long = secrets.iter().filter(|secret| secret.expose_secret().len() >= SHORTEST_IN_ANSWERS);
    long.flat_map(forms).map(|form| Finder::new(&form).into_owned()).collect()
}

fn replaced(text: &[u8], finder: &Finder<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for at in finder.find_iter(text) {
        out.extend_from_slice(text.get(done..at).unwrap_or_default());
        out.extend_from_slice(MASK.as_bytes());
        done = at + finder.needle().len();
    }
    out.extend_from_slice(text.get(done..).unwrap_or_default());
    out
}

/// A secret as it may turn up in a text: plain, in a URL, in JSON, in base64.
fn forms(secret: &SecretString) -> Vec<String> {
    let secret = secret.expose_secret();
    if secret.len() < SHORTEST {
        return Vec::new();
    }
    let json = serde_json::to_string(secret).unwrap_or_default();
    let mut forms = vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        json.trim_matches('"').to_owned(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ];
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn clean(text: &str, forms: &[String]) -> Option<String> {
    let mut cleaned = Cow::Borrowed(text);
    for form in forms {
        if cleaned.contains(form.as_str()) {
            cleaned = Cow::Owned(cleaned.replace(form.as_str(), MASK));
        }
    }
    if let Some(masked) = mask_named(&cleaned) {
        cleaned = Cow::Owned(masked);
    }
    match cleaned {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text),
    }
}

/// Masks the values of [secret names](is_secret_name) in the URLs and JSON that a text quotes.
pub(super) fn mask_named(text: &str) -> Option<String> {
    let mut masked = String::new();
    let mut done = 0;
    for (at, sign) in text.match_indices(['=', ':']) {
        let value = if at < done {
            None
        } else if sign == "=" {
            in_query(text, at)
        } else {
            in_json(text, at)
        };
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            masked.push_str(text.get(done..value.start).unwrap_or_default());
            masked.push_str(MASK);
            done = value.end;
        }
    }
    if done == 0 {
        return None;
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    Some(masked)
}

/// The value of `?name=value` or `&name=value`, given where the sign stands.
fn in_query(text: &str, sign: usize) -> Option<Range<usize>> {
    let before = text.get(..sign)?;
    let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))?;
    let name = before.get(start + 1..)?;
    if !matches!(before.as_bytes().get(start), Some(b'?' | b'&' | b';')) || !is_secret_name(name) {
        return None;
    }
    let from = sign + 1;
    let rest = text.get(from..)?;
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, '&' | '#' | '"' | '\'' | '<' | '>' | ')' | '\\' | '`'));
    Some(from..from + end.unwrap_or(rest.len()))
}

/// The value of `"name": "value"`, also with escaped quotes, given where the sign stands.
fn in_json(text: &str, sign: usize) -> Option<Range<usize>> {
    let before = text.get(..sign)?.trim_end().strip_suffix('"')?;
    let before = before.strip_suffix('\\').unwrap_or(before);
    let name = before.get(before.rfind('"')? + 1..)?;
    if !is_secret_field(name) {
        return None;
    }
    let rest = text.get(sign + 1..)?;
    let trimmed = rest.trim_start();
    let value = trimmed.strip_prefix("\\\"").or_else(|| trimmed.strip_prefix('"'))?;
    let from = text.len() - value.len();
    // A quote inside a value is escaped; a cut text has no closing quote.
    let end = value.find(['"', '\\']).unwrap_or(value.len());
    Some(from..from + end)
}

#[cfg(test)]
mod tests {
    // Stands on: shapes in which vendors echo requests (invented values).

    use super::*;

    #[test]
    fn names_are_in_order_for_the_search() {
        assert!(NAMES.is_sorted());
    }

    // Museum G1.
    #[test]
    fn g1_named_values_are_masked_in_what_a_text_quotes() {
        for (text, expected) in [
            (
                "GET https://x/y?a=1&access_token=EAAB&b=2 failed",
                "GET https://x/y?a=1&access_token=[secret]&b=2 failed",
            ),
            ("https://x/?KEY=AIza#top", "https://x/?KEY=[secret]#top"),
            (
                "(https://x/?sig=abc) and <https://x/?token=d>",
                "(https://x/?sig=[secret]) and <https://x/?token=[secret]>",
            ),
            ("https://x/?X-Amz-Signature=ab12&z=1", "https://x/?X-Amz-Signature=[secret]&z=1"),
            (
                "{\"access_token\":\"abc\",\"token_type\":\"bearer\"}",
                "{\"access_token\":\"[secret]\",\"token_type\":\"bearer\"}",
            ),
            ("{\"refresh_token\" : \"abc", "{\"refresh_token\" : \"[secret]"),
            ("\"{\\\"client_secret\\\":\\\"abc\\\"}\"", "\"{\\\"client_secret\\\":\\\"[secret]\\\"}\""),
        ] {
            assert_eq!(mask_named(text).as_deref(), Some(expected));
        }
        for text in [
            "https://x/?monkey=1&token_type=bearer",
            "key = value, key=value",
            "{\"key\":\"caption\",\"tokens\":\"5\"}",
            "token: \"x\" https://x/?token=",
            "",
        ] {
            assert_eq!(mask_named(text), None, "{text}");
        }
    }

    #[test]
    fn short_secrets_do_not_black_out_words() {
        let redactor = Redactor::new(vec!["abc".into()]);
        assert_eq!(redactor.error(Error::config("abc"), &[]).message(), "abc");
    }
}
