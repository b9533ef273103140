//! What rules as data cannot say about a post.

use social_core::media::Media;
use social_core::publish::{Finding, FindingCode, Placement, Post};

use super::options::{Button, GoogleBusinessOptions, OFFER};
use super::when::LocalTime;

pub(super) fn findings(post: &Post, has_host: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, file) in post.content() {
        if !has_host && !matches!(file.media, Media::Remote(_)) {
            let message = "Google fetches photos itself: give it a media host (`GoogleBusiness::with_host`)";
            findings.push(Finding::error(FindingCode::NEEDS_HOST, format!("attachments[{index}]"), message));
        }
    }
    if let Some(number) = telephone_number(&post.text) {
        let message = "Google rejects posts with a telephone number; take it out, and use the button `call`";
        findings.push(Finding::error(FindingCode::INVALID, "text", message).with_value(number));
    }
    match post.options.get::<GoogleBusinessOptions>() {
        Ok(options) => of_options(post, &options.unwrap_or_default(), &mut findings),
        Err(error) => findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    }
    findings
}

fn of_options(post: &Post, options: &GoogleBusinessOptions, findings: &mut Vec<Finding>) {
    let field = |name: &str| format!("options.google_business.{name}");
    match (options.button, &post.link) {
        (Some(Button::Call), Some(_)) => {
            let message = "the button `call` has no link; take the link out, or choose another button";
            findings.push(Finding::error(FindingCode::MIXED, "link", message));
        }
        (Some(Button::Call), None) | (None, _) => {}
        (Some(_), None) if post.placement != OFFER => {
            let message = "the button leads to the post's link; add it, or take the button out";
            findings.push(Finding::error(FindingCode::MISSING, "link", message));
        }
        _ => {}
    }
    if post.placement == Placement::FEED {
        return;
    }
    let mut times = Vec::new();
    for (name, time) in [("starts", &options.starts), ("ends", &options.ends)] {
        match time.as_deref().map(LocalTime::parse) {
            Some(Some(time)) => times.push(time),
            Some(None) => {
                let finding = Finding::error(FindingCode::INVALID, field(name), "this is neither a date nor a time");
                let value = time.clone().unwrap_or_default();
                findings.push(finding.with_value(value).with_limit("2026-12-24 or 2026-12-24T18:00"));
            }
            None => {
                let message = "an event or offer begins and ends; say when";
                findings.push(Finding::error(FindingCode::MISSING, field(name), message));
            }
        }
    }
    if let [starts, ends] = times.as_slice() {
        let alike = starts.time.is_some() == ends.time.is_some();
        if starts > ends || !alike {
            let message = "the end stands before the beginning, or one of them has no time; mend them";
            findings.push(Finding::error(FindingCode::INVALID, field("ends"), message));
        }
    }
}

/// Nine digits and more, with what stands between those of a telephone number; eight behind a plus.
fn telephone_number(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_digit() || " +()-./\u{a0}".contains(c);
    let runs = text.split(|c: char| !is_part(c)).map(|run| run.trim_matches([' ', '.', '-', '/', '\u{a0}']));
    let digits = |run: &str| run.chars().filter(char::is_ascii_digit).count();
    runs.into_iter().find(|run| digits(run) >= if run.starts_with('+') { 8 } else { 9 } && !is_dates(run))
}

/// Dates in a row have many digits, too.
fn is_dates(run: &str) -> bool {
    let words = run.split_whitespace().map(|word| word.trim_matches(['.', '-', '/', '(', ')']));
    let is_date =
        |word: &str| word.len() <= 10 && word.split(['.', '-', '/']).filter(|part| !part.is_empty()).count() == 3;
    words.filter(|word| !word.is_empty()).all(is_date)
}

#[cfg(test)]
mod tests {
    //! Invented texts.

    use super::telephone_number;

    #[test]
    fn telephone_numbers_are_told_from_other_numbers() {
        for text in ["Call +43 1 234 5678", "Tel. (555) 123-4567!", "0664/123 45 67", "call 0123456789 now"] {
            assert!(telephone_number(text).is_some(), "{text}");
        }
        for text in
            ["24.12.2026 - 26.12.2026", "from 2026-12-24 2026-12-26", "3 for 12.50", "41 seats, 1,500 guests", ""]
        {
            assert_eq!(telephone_number(text), None, "{text}");
        }
    }
}
