//! The pieces of the page. Everything foreign goes through [`Escaped`].

use std::fmt::{self, Display, Formatter};

use social_core::design::Brand;
use social_core::publish::{Finding, FindingCode, Measure, Severity};

use super::card::{Card, Heading};
use super::html::{Avatar, Escaped, colour_or_grey, colours, file_name, followable};
use super::look::{capital, fills_the_screen};
use super::post;

const STYLE: &str = include_str!("style.css");

/// Line drawings, 24 by 24.
const SIGNS: &[(&str, &str)] = &[
    ("heart", "M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.4 4.2 4.2 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z"),
    (
        "speech",
        "M12 4.5c-4.7 0-8.2 3-8.2 6.9 0 2.3 1.2 4.3 3.1 5.5L6.6 20l3.9-1.8c.5.1 1 .1 1.5.1 4.7 0 8.2-3 8.2-6.9S16.7 4.5 12 4.5z",
    ),
    ("send", "M20.5 4 3.5 10l7 3.5 3 7z M10.5 13.5 20.5 4"),
    ("save", "M6.5 4h11v16.500L12 16l-5.5 4.500z"),
    (
        "repeat",
        "M7 17.500h9.500a2 2 0 0 0 2-2V9 M16 11.5 18.5 9l2.5 2.5 M17 6.500H7.500a2 2 0 0 0-2 2V15 M3 12.5 5.5 15 8 12.5",
    ),
    ("share", "M12 15V4 M8.5 7 12 3.5 15.5 7 M5 12.500V20h14v-7.5"),
    (
        "thumb",
        "M7.5 20V10.500H4V20z M7.5 10.5 11 3.500c1.7 0 2.7 1.1 2.5 2.700L13 9.500h5.500c1.2 0 2 1 1.7 2.200l-1.6 6.800a2 2 0 0 1-2 1.500H7.5",
    ),
];

/// The whole page.
pub(super) struct Html<'a> {
    pub(super) heading: &'a Heading,
    pub(super) cards: &'a [Card],
    /// Records that could not be read, by file name.
    pub(super) unreadable: &'a [String],
}

impl Display for Html<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let title = Escaped(&self.heading.title);
        write!(
            f,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; object-src 'none'; \
             base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        )?;
        signs(f)?;
        strip(f, self.heading.brand.as_ref())?;
        f.write_str("<div class=\"wrap\">\n")?;
        self.header(f)?;
        f.write_str("<main>\n")?;
        for card in self.cards {
            section(f, card, self.heading.brand.as_ref())?;
        }
        self.missing(f)?;
        f.write_str("</main>\n")?;
        self.footer(f)?;
        f.write_str("</div>\n</body>\n</html>\n")
    }
}

impl Html<'_> {
    fn header(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<header class=\"top\">\n")?;
        if let Some(brand) = self.heading.brand.as_ref().filter(|brand| !brand.name.is_empty()) {
            writeln!(
                f,
                "<div class=\"brand\">{}{}</div>",
                Avatar { brand: Some(brand), class: "square" },
                Escaped(&brand.name)
            )?;
        }
        writeln!(f, "<h1>{}</h1>\n<p class=\"lead\">{}</p>", Escaped(&self.heading.title), Escaped(&self.summary()))?;
        if self.cards.len() > 1 {
            f.write_str("<nav aria-label=\"Posts\"><ul class=\"jump\">\n")?;
            for card in self.cards {
                let status = status(card);
                writeln!(
                    f,
                    "<li><a href=\"#{}\"><span class=\"dot\" style=\"background:{}\"></span>{}{}</a></li>",
                    card.slug(),
                    colour_or_grey(&card.appearance.accent),
                    Escaped(&card.label()),
                    if status.class == "bad" { " <span class=\"pill bad mark\">to fix</span>" } else { "" },
                )?;
            }
            f.write_str("</ul></nav>\n")?;
        }
        f.write_str("</header>\n")
    }

    /// One line about all posts.
    fn summary(&self) -> String {
        let (all, broken) = (self.cards.len(), self.cards.iter().filter(|card| status(card).class == "bad").count());
        let by_rule = |card: &&Card| card.approval.as_ref().is_some_and(|approval| approval.policy().is_some());
        let ruled = self.cards.iter().filter(by_rule).count();
        let waiting = self.cards.iter().filter(|card| card.approval.is_none()).count();
        let missing = match self.heading.missing.len() {
            0 => String::new(),
            1 => " There is no post for one target; see below why.".to_owned(),
            some => format!(" There is no post for {some} targets; see below why."),
        };
        let posts = match all {
            0 if missing.is_empty() => return "No post has been laid into this folder yet.".to_owned(),
            0 => return missing.trim_start().to_owned(),
            1 => "One post".to_owned(),
            _ => format!("{all} posts"),
        };
        let states = [
            (all - ruled - waiting, "approved"),
            (ruled, "approved by a rule and not by a person"),
            (waiting, "waiting for your approval"),
        ];
        let states = states.into_iter().filter(|(count, _)| *count > 0);
        let states =
            states.map(|(count, words)| if count == all { words.to_owned() } else { format!("{count} {words}") });
        let state = states.collect::<Vec<_>>().join(", ");
        let fix = match broken {
            0 => String::new(),
            1 => ", one of which needs a change first".to_owned(),
            _ => format!(", {broken} of which need a change first"),
        };
        format!("{posts}, {state}{fix}. This is how they will look.{missing}")
    }

    /// The targets without a post.
    fn missing(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.heading.missing.is_empty() {
            return Ok(());
        }
        f.write_str("<section class=\"gone\">\n<h2>No post</h2>\n<ul class=\"found\">\n")?;
        for post in &self.heading.missing {
            writeln!(f, "<li class=\"bad\"><b>{}</b>{}</li>", Escaped(&post.target), Escaped(&post.why))?;
        }
        f.write_str("</ul>\n</section>\n")
    }

    fn footer(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<footer class=\"foot\">\n")?;
        for name in self.unreadable {
            writeln!(f, "<p>The record {} cannot be read, so its post is not shown.</p>", Escaped(name))?;
        }
        f.write_str(
            "<p>This page needs no connection: the folder can be copied, zipped and mailed. Platforms change their looks; \
             the words, files and counts are exact.</p>\n</footer>\n",
        )
    }
}

fn signs(f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("<svg class=\"defs\" aria-hidden=\"true\">")?;
    for (id, path) in SIGNS {
        write!(f, "<symbol id=\"sign-{id}\" viewBox=\"0 0 24 24\"><path d=\"{path}\"/></symbol>")?;
    }
    f.write_str("</svg>\n")
}

fn strip(f: &mut Formatter<'_>, brand: Option<&Brand>) -> fmt::Result {
    if colours(brand).next().is_none() {
        return Ok(());
    }
    f.write_str("<div class=\"strip\" aria-hidden=\"true\">")?;
    for colour in colours(brand) {
        write!(f, "<i style=\"background:{colour}\"></i>")?;
    }
    f.write_str("</div>\n")
}

struct Status {
    class: &'static str,
    words: String,
}

fn status(card: &Card) -> Status {
    let status = |class, words: &str| Status { class, words: words.to_owned() };
    let broken = card.findings.iter().any(|finding| finding.severity == Severity::Error);
    match &card.receipt {
        Some(receipt) => status("good", &card.received(receipt.state)),
        _ if card.problem.is_some() => status("bad", "Not sent"),
        _ if broken => status("bad", "Needs a change"),
        _ if card.approval.as_ref().is_some_and(|approval| approval.policy().is_some()) => {
            status("good", "Approved by a rule")
        }
        _ if card.approval.is_some() => status("good", "Approved"),
        _ => status("note", "Waiting for approval"),
    }
}

fn section(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    let (id, status) = (card.slug(), status(card));
    writeln!(f, "<article class=\"card\" id=\"{id}\" aria-labelledby=\"{id}-name\">\n<div class=\"stage\">")?;
    post::mock(f, card, brand)?;
    writeln!(
        f,
        "</div>\n<div class=\"facts\"><div class=\"stay\">\n<h2 id=\"{id}-name\"><span class=\"dot\" style=\"background:{}\"></span>{}</h2>",
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
    if fills_the_screen(&card.post.placement) && !card.post.text.is_empty() {
        write!(f, "<h3>Text</h3>\n<p class=\"words\" dir=\"auto\"{}>", post::language(&card.post))?;
        post::rich(f, &card.post.text, card.syntax)?;
        f.write_str("</p>\n")?;
    }
    counters(f, card)?;
    alt_texts(f, card)?;
    list(f, "Adjusted for this platform", &card.changes)?;
    files(f, card)?;
    f.write_str("</div></div>\n</article>\n")
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

/// A field in plain words: `attachments[2].alt_text` is `file 3, alt text`.
fn place(field: &str) -> String {
    let mut words = field.replace('_', " ").replace('.', ", ");
    if let Some((before, rest)) = words.split_once("attachments[")
        && let Some((index, after)) = rest.split_once(']')
        && let Some(number) = index.parse::<usize>().ok().and_then(|index| index.checked_add(1))
    {
        words = format!("{before}file {number}{after}");
    }
    if words == "attachments" { "files".to_owned() } else { words }
}

/// Of each text the limit that it is nearest to.
fn counters(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let percent = |measure: &&Measure| measure.used.saturating_mul(100) / measure.maximum.max(1);
    let nearest =
        card.measures.iter().map(|(field, all)| all.iter().rev().max_by_key(percent).map(|nearest| (field, nearest)));
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
            // What is in brackets is for those who hover.
            Escaped(unit.split(" (").next().unwrap_or(unit)),
            percent(&measure).min(100),
        )?;
    }
    f.write_str("</ul>\n")
}

fn alt_texts(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let content: Vec<_> = card.post.content().collect();
    if content.is_empty() || card.undescribed {
        return Ok(());
    }
    f.write_str("<h3>For people who cannot see it</h3>\n<ul class=\"plain\">\n")?;
    for (_, attachment) in content {
        match &attachment.alt_text {
            Some(text) => writeln!(f, "<li{}>{}</li>", post::language(&card.post), Escaped(text))?,
            None => f.write_str("<li class=\"missing\">No description yet</li>\n")?,
        }
    }
    f.write_str("</ul>\n")
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
    for attachment in &card.post.attachments {
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
