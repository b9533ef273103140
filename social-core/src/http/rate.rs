//! What a vendor's headers say about its limits.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::moment::moment;
use crate::clock::Timestamp;

/// What a vendor says about its limits with an answer. What it does not say is `None`.
///
/// Read from every header whose name holds `ratelimit` or `rate-limit`, whatever the vendor:
/// numbers, times (seconds, `6m0s`, Unix time, RFC 3339, HTTP date) and lists with parameters; and
/// from usage headers (`x-app-usage` and its kind), whose JSON tells percents. Where there are
/// several windows, the tightest counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateState {
    /// Requests left in the window.
    pub remaining_requests: Option<u64>,
    /// Tokens left in the window.
    pub remaining_tokens: Option<u64>,
    /// How much of the allowance is used, in percent, where the vendor tells it so. It may
    /// exceed 100.
    pub used_percent: Option<u64>,
    /// When the tightest window starts again.
    pub resets_at: Option<Timestamp>,
}

impl RateState {
    pub(super) fn read(headers: &HeaderMap, now: Timestamp) -> Self {
        let windows = windows(headers, now);
        let tightest = |tokens: bool| windows.iter().filter(|w| w.tokens == tokens).filter_map(|w| w.remaining).min();
        let usage = Usage::read(headers);
        let window_reset =
            windows.iter().filter(|w| w.resets_at.is_some()).min_by_key(|w| w.remaining).and_then(|w| w.resets_at);
        Self {
            remaining_requests: tightest(false),
            remaining_tokens: tightest(true),
            used_percent: usage.percent,
            resets_at: usage.regain.and_then(|wait| now.checked_add(wait).ok()).or(window_reset),
        }
    }

    /// When a request that the vendor refused for its rate can succeed.
    pub(super) fn wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
        // A window that has something left is not the one that refused.
        let window = windows(headers, now)
            .into_iter()
            .filter(|window| window.remaining.is_none_or(|left| left == 0))
            .filter_map(|window| Duration::try_from(window.resets_at?.duration_since(now)).ok())
            .max();
        // A window that starts again this moment says nothing that a pause of our own would not
        // know better.
        Usage::read(headers).regain.or(window).filter(|wait| !wait.is_zero())
    }
}

/// One allowance: a family of headers whose names differ only in the word for what they tell.
#[derive(Default)]
struct Window {
    name: String,
    tokens: bool,
    remaining: Option<u64>,
    resets_at: Option<Timestamp>,
}

fn windows(headers: &HeaderMap, now: Timestamp) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for (name, value) in headers {
        let (name, Ok(value)) = (name.as_str(), value.to_str()) else { continue };
        if !name.contains("ratelimit") && !name.contains("rate-limit") {
            continue;
        }
        let (family, role) = if name.contains("remaining") {
            (name.replace("remaining", ""), Role::Remaining)
        } else if name.contains("reset") {
            (name.replace("reset", ""), Role::Reset)
        } else {
            continue;
        };
        let index = windows.iter().position(|window| window.name == family).unwrap_or_else(|| {
            windows.push(Window { tokens: family.contains("token"), name: family, ..Window::default() });
            windows.len() - 1
        });
        let Some(window) = windows.get_mut(index) else { continue };
        match role {
            Role::Remaining => window.remaining = items(value).filter_map(|item| item.parse().ok()).min(),
            // A date holds a comma; a list of times holds one per item.
            Role::Reset => {
                window.resets_at =
                    moment(value, now).or_else(|| items(value).filter_map(|item| moment(item, now)).max());
            }
        }
    }
    windows
}

enum Role {
    Remaining,
    Reset,
}

/// The items of a list header, parameters aside: `60, 100;w=1;name="a", 60;w=60` gives 60, 100, 60.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').filter_map(|item| item.split(';').next()).map(str::trim)
}

#[derive(Default)]
struct Usage {
    percent: Option<u64>,
    regain: Option<Duration>,
}

impl Usage {
    fn read(headers: &HeaderMap) -> Self {
        let mut usage = Self::default();
        for (name, value) in headers {
            if name.as_str().ends_with("-usage")
                && let Some(json) = json(value)
            {
                usage.add(&json, 4);
            }
        }
        usage
    }

    fn add(&mut self, json: &Value, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match json {
            Value::Array(items) => items.iter().for_each(|item| self.add(item, depth)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let number = value.as_f64().filter(|n| (0.0..1e9).contains(n));
                    match (name.as_str(), number) {
                        ("call_count" | "total_time" | "total_cputime" | "acc_id_util_pct", Some(percent)) => {
                            self.percent = self.percent.max(Some(percent.ceil() as u64));
                        }
                        ("estimated_time_to_regain_access", Some(minutes)) if minutes > 0.0 => {
                            self.regain = self.regain.max(Some(Duration::from_secs_f64(minutes * 60.0)));
                        }
                        _ => self.add(value, depth),
                    }
                }
            }
            _ => {}
        }
    }
}

fn json(value: &HeaderValue) -> Option<Value> {
    serde_json::from_slice(value.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    // Stands on: header families recorded from vendors or in their documentation.

    use http::HeaderName;

    use super::*;

    // Museum C16, E9: what a vendor tells of its limits before it refuses.
    #[test]
    fn every_header_family_is_read() {
        type Expected = (Option<u64>, Option<u64>, Option<u64>, Option<&'static str>);
        let cases: &[(&[(&str, &str)], Expected)] = &[
            (&[], (None, None, None, None)),
            (
                &[
                    ("x-ratelimit-limit-requests", "500"),
                    ("x-ratelimit-remaining-requests", "499"),
                    ("x-ratelimit-reset-requests", "120ms"),
                    ("x-ratelimit-remaining-tokens", "29"),
                    ("x-ratelimit-reset-tokens", "6m0s"),
                ],
                (Some(499), Some(29), None, Some("2026-11-20T09:06:00Z")),
            ),
            (
                &[
                    ("anthropic-ratelimit-requests-remaining", "49"),
                    ("anthropic-ratelimit-requests-reset", "2026-11-20T09:00:01Z"),
                    ("anthropic-ratelimit-input-tokens-remaining", "1000"),
                    ("anthropic-ratelimit-output-tokens-remaining", "400"),
                ],
                (Some(49), Some(400), None, Some("2026-11-20T09:00:01Z")),
            ),
            (
                &[("ratelimit-limit", "3000"), ("ratelimit-remaining", "2999"), ("ratelimit-reset", "1795165260")],
                (Some(2999), None, None, Some("2026-11-20T09:01:00Z")),
            ),
            (
                &[("x-ratelimit-remaining", "299"), ("x-ratelimit-reset", "2026-11-20T13:55:00.459402Z")],
                (Some(299), None, None, Some("2026-11-20T13:55:00.459402Z")),
            ),
            (
                &[
                    ("x-ratelimit-limit", "60, 100;w=1;name=\"a\", 60;w=60;name=\"b\""),
                    ("x-ratelimit-remaining", "0, 99;w=1;name=\"a\", 0;w=60;name=\"b\""),
                    ("x-ratelimit-reset", "30, 1;w=1, 30;w=60"),
                ],
                (Some(0), None, None, Some("2026-11-20T09:00:30Z")),
            ),
            (
                &[("x-rate-limit-remaining", "74"), ("x-rate-limit-reset", "1795165201")],
                (Some(74), None, None, Some("2026-11-20T09:00:01Z")),
            ),
            (
                &[("x-app-usage", r#"{"call_count":28,"total_time":25.4,"total_cputime":90.2}"#)],
                (None, None, Some(91), None),
            ),
            (
                &[(
                    "x-business-use-case-usage",
                    r#"{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":2}]}"#,
                )],
                (None, None, Some(100), Some("2026-11-20T09:02:00Z")),
            ),
            (
                &[("x-ratelimit-remaining", "many"), ("x-ratelimit-reset", "later"), ("x-app-usage", "high")],
                (None, None, None, None),
            ),
        ];
        for (headers, (requests, tokens, percent, reset)) in cases {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
                .collect();
            let state = RateState::read(&headers, "2026-11-20T09:00:00Z".parse().unwrap());
            let expected = RateState {
                remaining_requests: *requests,
                remaining_tokens: *tokens,
                used_percent: *percent,
                resets_at: reset.map(|time| time.parse().unwrap()),
            };
            assert_eq!(state, expected, "{headers:?}");
        }
    }
}
