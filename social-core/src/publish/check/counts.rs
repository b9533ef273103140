//! How many files of which kinds.

use super::Part;
use super::file::{File, Kind, kind_of};
use super::words::in_words;
use crate::error::ErrorKind;
use crate::publish::attachment::MediaRole;
use crate::publish::finding::{Finding, FindingCode};
use crate::publish::rules::{Rules, Span};

pub(super) fn check(rules: &Rules, part: &Part<'_>, findings: &mut Vec<Finding>) {
    counts(rules, part, findings);
    let fetches = rules.needs_public_url || rules.takes_public_url;
    for (index, attachment) in part.attachments.iter().enumerate() {
        let mut file = File { field: part.field(&format!("attachments[{index}]")), findings };
        match part.facts.get(index) {
            Some(Ok(info)) => file.check(rules, attachment, info),
            Some(Err(error)) if error.kind() == ErrorKind::Unsupported && fetches => {
                let message = "the file is elsewhere and was not looked at";
                file.findings.push(Finding::warning(FindingCode::NOT_CHECKED, file.field, message));
            }
            Some(Err(error)) => {
                file.findings.push(Finding::error(FindingCode::UNREADABLE, file.field, error.message()));
            }
            None => {
                let message = "the file was not looked at";
                file.findings.push(Finding::error(FindingCode::NOT_CHECKED, file.field, message));
            }
        }
    }
}

fn counts(rules: &Rules, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let facts = |index: usize| part.facts.get(index)?.as_ref().ok();
    let kinds: Vec<_> = part.content().filter_map(|(index, _)| Some(kind_of(rules, facts(index)?))).collect();
    let count = |wanted: &[Kind]| kinds.iter().filter(|kind| wanted.contains(kind)).count();
    let (images, videos) = (count(&[Kind::Image]), count(&[Kind::Video, Kind::Animation]));
    let documents = count(&[Kind::Document]);
    let field = part.field("attachments");
    // What could not be looked at is one of the kinds: it must not be reported as missing.
    let unknown = part.content().count() - kinds.len();
    for (name, count, span) in [
        ("images", images, rules.media.images),
        ("videos", videos, rules.media.videos),
        ("documents", documents, rules.media.documents),
        ("files", images + videos + documents, rules.media.together),
    ] {
        // A further part of a thread may do without the files that a post must have.
        let minimum = if part.is_first() { span.minimum.unwrap_or(0) } else { 0 };
        let (code, message) = match span.maximum {
            Some(maximum) if count > maximum => {
                (FindingCode::TOO_MANY, format!("there are too many {name}; take out {}", count - maximum))
            }
            _ if count + unknown < minimum => {
                (FindingCode::TOO_FEW, format!("there are too few {name}; add {}", minimum - count))
            }
            _ => continue,
        };
        let limit = match span.maximum {
            Some(maximum) => in_words(Span::of(minimum, maximum), name),
            None => in_words(Span::at_least(minimum), name),
        };
        findings.push(Finding::error(code, &field, message).with_value(format!("{count} {name}")).with_limit(limit));
    }
    let several = [images, videos, documents].into_iter().filter(|count| *count > 0).count() > 1;
    if several && !rules.media.mixed {
        let value = format!("{images} images, {videos} videos, {documents} documents");
        let message = "several kinds of files cannot stand in one post; keep to one kind";
        let finding = Finding::error(FindingCode::MIXED, &field, message);
        findings.push(finding.with_value(value).with_limit("one kind of files"));
    }
    let with_role = |role| part.attachments.iter().filter(move |attachment| attachment.role == role).count();
    let (covers, captions) = (with_role(MediaRole::Cover), with_role(MediaRole::Captions));
    if rules.cover_required && videos > 0 && covers == 0 {
        let message = "the video has no cover; attach an image with the role `cover`";
        findings.push(Finding::error(FindingCode::MISSING, &field, message));
    }
    let unlimited = |maximum: Option<usize>| maximum.unwrap_or(usize::MAX);
    for (name, count, maximum) in [
        ("covers", covers, rules.cover.as_ref().map(|_| 1)),
        ("caption files", captions, rules.captions.as_ref().map(|captions| unlimited(captions.max_files))),
    ] {
        match maximum {
            Some(maximum) if count > maximum => {
                let message = format!("there are too many {name}; take out {}", count - maximum);
                let finding = Finding::error(FindingCode::TOO_MANY, &field, message);
                findings.push(
                    finding.with_value(format!("{count} {name}")).with_limit(format!("at most {maximum} {name}")),
                );
            }
            None if count > 0 => {
                let message = format!("{name} are not accepted here; they are not shown");
                findings.push(Finding::warning(FindingCode::NOT_SHOWN, &field, message));
            }
            _ => {}
        }
    }
}
