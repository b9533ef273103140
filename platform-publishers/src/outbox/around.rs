//! What stands around the text and the files of a post: whom it answers, a poll, a link card, a
//! quoted post, buttons, the first comment.

use std::fmt::{self, Formatter};
use std::time::Duration;

use social_core::media::{MediaKind, MediaType};
use social_core::publish::{Post, PostRef};

use super::buttons::buttons as buttons_of;
use super::card::Card;
use super::html::{Escaped, file_name, followable, language, rich};

pub(super) fn answered(f: &mut Formatter<'_>, post: &Post) -> fmt::Result {
    let Some(answered) = &post.reply_to else { return Ok(()) };
    f.write_str("<div class=\"answered\">Answers ")?;
    named(f, answered)?;
    f.write_str("</div>\n")
}

pub(super) fn quoted(f: &mut Formatter<'_>, post: &Post) -> fmt::Result {
    let Some(quoted) = &post.quote else { return Ok(()) };
    f.write_str("<div class=\"linkcard\"><small>Quotes</small>")?;
    named(f, quoted)?;
    f.write_str("</div>\n")
}

/// A post of the platform by its address, or by its id.
fn named(f: &mut Formatter<'_>, post: &PostRef) -> fmt::Result {
    match post.url.as_ref().and_then(|url| followable(url.as_str())) {
        Some(url) => write!(f, "<a href=\"{0}\">{0}</a>", Escaped(url.as_str())),
        None => write!(f, "<span class=\"tag\">{}</span>", Escaped(&post.id)),
    }
}

pub(super) fn poll(f: &mut Formatter<'_>, post: &Post) -> fmt::Result {
    let Some(poll) = &post.poll else { return Ok(()) };
    writeln!(f, "<ul class=\"poll{}\">", if poll.multiple { " several" } else { "" })?;
    for choice in &poll.choices {
        writeln!(f, "<li dir=\"auto\"{}>{}</li>", language(post), Escaped(choice))?;
    }
    let several = if poll.multiple { "Several answers" } else { "One answer" };
    let open = poll.open_for.map(|time| format!(" · open for {}", span(time))).unwrap_or_default();
    writeln!(f, "</ul>\n<small class=\"ends\">{several}{open}</small>")
}

/// A time in the largest unit that tells it exactly.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let exact = units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (number, name) = exact.map_or((seconds, "second"), |(unit, name)| (seconds / unit, name));
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

/// The card of a link: the cover, where no file of the post wants it, the title, the host.
pub(super) fn link_card(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let post = &card.post;
    let Some(link) = post.link.as_ref().filter(|_| card.shows("link")) else { return Ok(()) };
    let address = followable(link.as_str());
    match &address {
        Some(url) => write!(f, "<a class=\"linkcard\" href=\"{}\">", Escaped(url.as_str()))?,
        None => f.write_str("<div class=\"linkcard\">")?,
    }
    let cover = post.cover().filter(|_| post.content().next().is_none());
    let image = |file: &&str| MediaType::from_name(file).is_some_and(|format| format.kind() == MediaKind::Image);
    if let Some(file) = cover.and_then(|cover| file_name(&cover.media)).filter(image) {
        write!(f, "<img src=\"{file}\" alt=\"\">")?;
    }
    if let Some(host) = link.host_str() {
        write!(f, "<small>{}</small>", Escaped(host))?;
    }
    let title = post.title.as_deref().filter(|title| !title.is_empty() && !card.titled);
    match title {
        Some(title) => write!(f, "<b dir=\"auto\"{}>{}</b>", language(post), Escaped(title))?,
        None => write!(f, "{}", Escaped(link.as_str()))?,
    }
    f.write_str(if address.is_some() { "</a>\n" } else { "</div>\n" })
}

pub(super) fn buttons(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let of = card.post.options.iter().filter(|(platform, ..)| **platform == card.platform);
    for row in of.flat_map(|(_, name, value)| buttons_of(name, value)) {
        f.write_str("<div class=\"buttons\">")?;
        for button in row {
            match button.address.and_then(followable) {
                Some(url) => {
                    write!(f, "<a href=\"{}\">{}</a>", Escaped(url.as_str()), Escaped(&button.words))?;
                }
                None => write!(f, "<span>{}</span>", Escaped(&button.words))?,
            }
        }
        f.write_str("</div>\n")?;
    }
    Ok(())
}

pub(super) fn first_comment(f: &mut Formatter<'_>, card: &Card, author: &str) -> fmt::Result {
    let Some(comment) = card.post.first_comment.as_ref().filter(|comment| !comment.is_empty()) else { return Ok(()) };
    let author = Escaped(author);
    write!(f, "<div class=\"comment\" dir=\"auto\"{}><b dir=\"auto\">{author}</b> ", language(&card.post))?;
    rich(f, comment, card.syntax)?;
    f.write_str("</div>\n")
}
