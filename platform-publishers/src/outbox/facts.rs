//! What is known about a post, beside it.

use std::fmt::{self, Formatter};

use serde_json::Value;
use social_core::media::{MediaKind, MediaType};
use social_core::publish::{Finding, FindingCode, Measure, MediaRole, Placement, Severity};

use super::buttons::buttons;
use super::card::Card;
use super::desk::desk;
use super::html::{Escaped, colour_or_grey, file_name, followable, language, rich};
use super::live::LivePage;
use super::look::{Frame, frame, remarks};
use super::names::capital;
use super::status::status;

/// All that is known about a post, beside it.
pub(super) fn facts(f: &mut Formatter<'_>, card: &Card, live: Option<&LivePage>) -> fmt::Result {
    let (id, status) = (card.slug(), status(card, live));
    writeln!(
        f,
        "<h2 id=\"{id}-name\"><span class=\"dot\" style=\"background:{}\"></span>{}</h2>",
        colour_or_grey(&card.appearance.accent),
        Escaped(&card.label())
    )?;
    writeln!(f, "<ul class=\"pills\"><li class=\"pill {}\">{}</li>", status.class, Escaped(&status.words))?;
    if card.degraded {
        f.write_str("<li class=\"pill warn\">Text filled in from a template</li>\n")?;
    }
    if card.post.ai_generated {
        f.write_str("<li class=\"pill note\">Made with AI</li>\n")?;
    }
    if let Some(at) = card.post.publish_at {
        writeln!(f, "<li class=\"pill note\">To be published {}</li>", at.strftime("%-d %B %Y, %H:%M UTC"))?;
    }
    f.write_str("</ul>\n")?;
    if let Some(approval) = &card.approval {
        let at = approval.at.strftime("%-d %B %Y, %H:%M UTC");
        match approval.policy() {
            Some(policy) => {
                let policy = Escaped(policy);
                writeln!(f, "<p class=\"said\">Approved by a rule on {at}, not by a person: {policy}.</p>")?;
            }
            None => writeln!(f, "<p class=\"said\">Approved by {} on {at}.</p>", Escaped(&approval.by))?,
        }
    }
    if let Some(problem) = &card.problem {
        writeln!(f, "<ul class=\"found\"><li class=\"bad\"><b>Not sent</b>{}</li></ul>", Escaped(problem))?;
    }
    findings(f, card)?;
    if let Some(live) = live {
        desk(f, card, live)?;
    }
    if frame(card) == Frame::Screen && !card.post.text.is_empty() {
        write!(f, "<h3>Text</h3>\n<p class=\"words\" dir=\"auto\"{}>", language(&card.post))?;
        rich(f, &card.post.text, card.syntax)?;
        f.write_str("</p>\n")?;
    }
    counters(f, card)?;
    alt_texts(f, card)?;
    list(f, "How it is shown", &remarks(card))?;
    tile(f, card)?;
    list(f, "Options", &options(card))?;
    list(f, "Adjusted for this platform", &card.changes)?;
    files(f, card)
}

fn findings(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let warnings = card.receipt.iter().flat_map(|receipt| &receipt.warnings);
    let warnings: Vec<_> =
        warnings.map(|words| Finding::warning(FindingCode::default(), String::new(), words.clone())).collect();
    let mut all: Vec<_> = card.findings.iter().chain(&warnings).collect();
    if all.is_empty() {
        return Ok(());
    }
    all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    f.write_str("<ul class=\"found\">\n")?;
    for finding in all {
        let (class, word) = match finding.severity {
            Severity::Error => ("bad", "Must change"),
            Severity::Warning => ("warn", "Please look"),
            Severity::Note => ("note", "Good to know"),
        };
        write!(f, "<li class=\"{class}\"><b>{word}</b>{}", Escaped(&capital(&finding.message)))?;
        let details = [
            (!finding.field.is_empty()).then(|| place(&finding.field)),
            finding.value.clone(),
            finding.limit.as_ref().map(|limit| format!("allowed is {limit}")),
        ];
        let details: Vec<_> = details.into_iter().flatten().collect();
        if !details.is_empty() {
            write!(f, "<span>{}</span>", Escaped(&capital(&details.join(" · "))))?;
        }
        f.write_str("</li>\n")?;
    }
    f.write_str("</ul>\n")
}

/// A field in plain words: `attachments[2].alt_text` is `file 3, alt text`. The post itself is the
/// first part of its thread.
fn place(field: &str) -> String {
    let mut words = field.replace('_', " ").replace('.', ", ");
    for (list, one, first) in [("thread[", "part", 2), ("attachments[", "file", 1), ("choices[", "choice", 1)] {
        if let Some((before, rest)) = words.split_once(list)
            && let Some((index, after)) = rest.split_once(']')
            && let Some(number) = index.parse::<usize>().ok().and_then(|index| index.checked_add(first))
        {
            words = format!("{before}{one} {number}{after}");
        }
    }
    if words == "attachments" { "files".to_owned() } else { words }
}

/// Of each text the limit that it is nearest to.
fn counters(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let percent = |measure: &&Measure| measure.used.saturating_mul(100) / measure.maximum.max(1);
    let mut measured: Vec<_> = card.measures.iter().collect();
    // `thread[10]` comes behind `thread[9]`.
    measured.sort_by_key(|(field, _)| field.len());
    let nearest =
        measured.into_iter().map(|(field, all)| all.iter().rev().max_by_key(percent).map(|nearest| (field, nearest)));
    // A placement without text has nothing to count, unless there is some.
    let nearest =
        nearest.filter(|nearest| nearest.is_some_and(|(_, measure)| measure.maximum > 0 || measure.is_over()));
    let mut counters = nearest.flatten().peekable();
    if counters.peek().is_none() {
        return Ok(());
    }
    f.write_str("<h3>Length</h3>\n<ul class=\"counts\">\n")?;
    for (field, measure) in counters {
        let unit = measure.noun.as_str();
        writeln!(
            f,
            "<li{}><div><span>{}</span><span title=\"{}\">{} of {} {}</span></div>\
             <span class=\"bar\" aria-hidden=\"true\"><i style=\"width:{}%\"></i></span></li>",
            if measure.is_over() { " class=\"over\"" } else { "" },
            Escaped(&capital(&place(field))),
            Escaped(unit),
            measure.used,
            measure.maximum,
            // What exactly is counted is for those who hover.
            if unit.starts_with("bytes") { "bytes" } else { "characters" },
            percent(&measure).min(100),
        )?;
    }
    f.write_str("</ul>\n")
}

/// The post as a tile of the account's own page, where images are cut once more.
fn tile(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let Some((width, height)) = card.appearance.grid.filter(|_| card.post.placement != Placement::STORY) else {
        return Ok(());
    };
    let Some(first) = card.post.cover().or_else(|| card.post.content().next().map(|(_, file)| file)) else {
        return Ok(());
    };
    let Some(file) = file_name(&first.media) else { return Ok(()) };
    write!(
        f,
        "<h3>In your profile’s grid ({width}:{height})</h3>\n<div class=\"tile\" style=\"aspect-ratio:{width}/{height}\">"
    )?;
    match MediaType::from_name(file).map(MediaType::kind) {
        Some(MediaKind::Video) => {
            write!(f, "<video src=\"{file}\" muted playsinline preload=\"metadata\" aria-hidden=\"true\"></video>")?;
        }
        _ => write!(f, "<img src=\"{file}\" alt=\"\">")?,
    }
    f.write_str("</div>\n")
}

fn alt_texts(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let content: Vec<_> = card.post.files().filter(|file| file.role == MediaRole::Content).collect();
    if content.is_empty() || card.undescribed {
        return Ok(());
    }
    f.write_str("<h3>For people who cannot see it</h3>\n<ul class=\"plain\">\n")?;
    for attachment in content {
        match &attachment.alt_text {
            Some(text) => writeln!(f, "<li{}>{}</li>", language(&card.post), Escaped(text))?,
            None => f.write_str("<li class=\"missing\">No description yet</li>\n")?,
        }
    }
    f.write_str("</ul>\n")
}

/// The platform's own options that are shown nowhere else, in words.
fn options(card: &Card) -> Vec<String> {
    let set = card.post.options.iter().filter(|(platform, ..)| **platform == card.platform);
    let set = set.filter(|(_, name, value)| buttons(name, value).is_empty());
    set.map(|(_, name, value)| {
        let rule = card.options.iter().find(|rule| rule.name == name);
        let what = capital(&rule.map_or_else(|| name.replace('_', " "), |rule| rule.what.clone()));
        match value {
            Value::Bool(true) => what,
            value => format!("{what}: {}", in_words(value)),
        }
    })
    .collect()
}

/// JSON without its signs.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(all) => {
            let pairs = all.iter().map(|(name, value)| format!("{} {}", name.replace('_', " "), in_words(value)));
            pairs.collect::<Vec<_>>().join(", ")
        }
    }
}

fn list(f: &mut Formatter<'_>, title: &str, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(f, "<h3>{title}</h3>\n<ul class=\"plain\">")?;
    for line in lines {
        writeln!(f, "<li>{}</li>", Escaped(line))?;
    }
    f.write_str("</ul>\n")
}

fn files(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    f.write_str("<details><summary>Files</summary>\n<ul class=\"plain\">\n")?;
    for attachment in card.post.files() {
        if let Some(file) = file_name(&attachment.media) {
            writeln!(f, "<li><a href=\"{file}\">{file}</a></li>")?;
        }
    }
    writeln!(f, "<li><a href=\"{0}\">{0}</a>: the post as data</li>", card.record_path())?;
    if let Some(url) = card.receipt.as_ref().and_then(|receipt| receipt.url()).and_then(|url| followable(url.as_str()))
    {
        writeln!(f, "<li><a href=\"{0}\">{0}</a>: the post on the platform</li>", Escaped(url.as_str()))?;
    }
    f.write_str("</ul></details>\n")
}
