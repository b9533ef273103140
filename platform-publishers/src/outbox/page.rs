//! The page. Everything foreign goes through [`Escaped`].

use std::fmt::{self, Display, Formatter};

use social_core::design::Brand;

use super::card::{Card, Heading};
use super::facts::facts;
use super::html::{Avatar, Escaped, colour_or_grey, colours};
use super::live::LivePage;
use super::post;
use super::status::{Status, status, summary};

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
    /// Its posts can be decided about on it.
    pub(super) live: Option<&'a LivePage>,
}

impl Display for Html<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let title = Escaped(&self.heading.title);
        // A served page names where it is: else its forms come without an origin, and are refused.
        let (script, form, referrer) = match self.live {
            Some(_) => ("'self'", "'self'", "same-origin"),
            None => ("'none'", "'none'", "no-referrer"),
        };
        write!(
            f,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"script-src {script}; object-src 'none'; \
             base-uri 'none'; form-action {form}\">\n<meta name=\"referrer\" content=\"{referrer}\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n"
        )?;
        if let Some(live) = self.live {
            let ended = if live.ended.is_some() { " data-ended" } else { "" };
            writeln!(f, "<script src=\"review.js\" data-revision=\"{}\"{ended} defer></script>", live.revision)?;
        }
        f.write_str("</head>\n<body>\n")?;
        signs(f)?;
        strip(f, self.heading.brand.as_ref())?;
        f.write_str("<div class=\"wrap\">\n")?;
        self.header(f)?;
        f.write_str("<main>\n")?;
        for card in self.cards {
            section(f, card, self.heading.brand.as_ref(), self.live)?;
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
        writeln!(
            f,
            "<h1>{}</h1>\n<p class=\"lead\">{}</p>",
            Escaped(&self.heading.title),
            Escaped(&summary(self.heading, self.cards, self.live))
        )?;
        if let Some(ended) = self.live.and_then(|live| live.ended.as_ref()) {
            writeln!(f, "<p class=\"pill note ended\" role=\"status\">{}</p>", Escaped(ended))?;
        }
        if self.cards.len() > 1 {
            f.write_str("<nav aria-label=\"Posts\"><ul class=\"jump\">\n")?;
            for card in self.cards {
                let status = status(card, self.live);
                writeln!(
                    f,
                    "<li><a href=\"#{}\"><span class=\"dot\" style=\"background:{}\"></span>{}{}</a></li>",
                    card.slug(),
                    colour_or_grey(&card.appearance.accent),
                    Escaped(&card.label()),
                    mark(&status),
                )?;
            }
            f.write_str("</ul></nav>\n")?;
        }
        f.write_str("</header>\n")
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
        f.write_str(match self.live {
            Some(_) => {
                "<p>The program on your machine serves this page: what you decide is kept at once, and survives when the \
                 program is stopped. Platforms change their looks; the words, files and counts are exact.</p>\n</footer>\n"
            }
            None => {
                "<p>This page needs no connection: the folder can be copied, zipped and mailed. Platforms change their \
                 looks; the words, files and counts are exact.</p>\n</footer>\n"
            }
        })
    }
}

/// What stands behind a name in the list of posts.
fn mark(status: &Status) -> &'static str {
    match (status.class, status.words.as_str()) {
        ("bad", "Rejected") => " <span class=\"pill bad mark\">rejected</span>",
        ("bad", "Not sent") => " <span class=\"pill bad mark\">not sent</span>",
        ("bad", _) => " <span class=\"pill bad mark\">to fix</span>",
        _ => "",
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

fn section(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>, live: Option<&LivePage>) -> fmt::Result {
    let id = card.slug();
    writeln!(f, "<article class=\"card\" id=\"{id}\" aria-labelledby=\"{id}-name\">\n<div class=\"stage\">")?;
    post::mock(f, card, brand)?;
    f.write_str("</div>\n<div class=\"facts\"><div class=\"stay\">\n")?;
    facts(f, card, live)?;
    f.write_str("</div></div>\n</article>\n")
}
