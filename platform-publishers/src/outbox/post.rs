//! A post about as its platform shows it.

use std::fmt::{self, Formatter};

use social_core::design::Brand;
use social_core::media::{Media, MediaKind, MediaType};
use social_core::publish::{Appearance, Attachment, MediaRole, Placement, TextPlace};

use super::around;
use super::card::Card;
use super::html::{Avatar, Escaped, file_name, followable, language, rich, rich_part};
use super::look::{Frame, covered, fold, frame, lines_shown, swipes, title_alone};
use super::names::{at_sign, avatar_class, placement_name};

/// The post in its frame.
pub(super) fn mock(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    match frame(card) {
        Frame::Feed => feed(f, card, brand),
        Frame::Screen => screen(f, card, brand),
        Frame::Player => player(f, card, brand),
    }
}

fn feed(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    let (post, above) = (&card.post, card.appearance.text == TextPlace::Above);
    writeln!(f, "<div class=\"post{}\">", if above { " boxed" } else { "" })?;
    around::answered(f, post)?;
    who(f, card, brand)?;
    // A link card has the title.
    if post.link.is_none() || card.titled {
        title(f, card)?;
    }
    if above {
        text(f, card, brand)?;
        around::poll(f, post)?;
    }
    gallery(f, card, &post.attachments)?;
    if above {
        around::link_card(f, card)?;
        around::quoted(f, post)?;
    }
    row_of_signs(f, &card.appearance)?;
    if !above {
        text(f, card, brand)?;
        around::link_card(f, card)?;
    }
    around::buttons(f, card)?;
    thread(f, card)?;
    around::first_comment(f, card, author(brand))?;
    f.write_str("</div>\n")
}

/// A player, under it the title, then whose it is, then the description.
fn player(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    f.write_str("<div class=\"post player\">\n")?;
    gallery(f, card, &card.post.attachments)?;
    title(f, card)?;
    who(f, card, brand)?;
    row_of_signs(f, &card.appearance)?;
    text(f, card, brand)?;
    around::link_card(f, card)?;
    around::buttons(f, card)?;
    around::first_comment(f, card, author(brand))?;
    f.write_str("</div>\n")
}

/// The further parts of a thread, each with its number.
fn thread(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let all = card.post.thread.len() + 1;
    for (index, part) in card.post.thread.iter().enumerate() {
        writeln!(f, "<div class=\"part\"><span class=\"number\">{} / {all}</span>", index + 2)?;
        if !part.text.is_empty() {
            write!(f, "<div class=\"text\" dir=\"auto\"{}>", language(&card.post))?;
            rich(f, &part.text, card.syntax)?;
            f.write_str("</div>\n")?;
        }
        gallery(f, card, &part.attachments)?;
        f.write_str("</div>\n")?;
    }
    Ok(())
}

fn title(f: &mut Formatter<'_>, card: &Card) -> fmt::Result {
    let title = card.post.title.as_ref().filter(|title| !title.is_empty() && card.shows("title"));
    let Some(title) = title else { return Ok(()) };
    writeln!(f, "<div class=\"title\" dir=\"auto\"{}>{}</div>", language(&card.post), Escaped(title))
}

fn who(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    write!(
        f,
        "<div class=\"who\">{}<span><b dir=\"auto\">{}</b><small>",
        Avatar { brand, class: avatar_class(card.appearance.avatar) },
        Escaped(author(brand)),
    )?;
    if let Some(handle) = card.handle() {
        write!(f, "<bdi>{}</bdi> · ", Escaped(&at_sign(handle)))?;
    }
    let placement = placement_name(&card.post.placement);
    writeln!(f, "{} · {}</small></span></div>", Escaped(&card.appearance.name), Escaped(&placement))
}

fn author(brand: Option<&Brand>) -> &str {
    brand.map(|brand| brand.name.as_str()).filter(|name| !name.is_empty()).unwrap_or("Your account")
}

/// A text that is cut at a character: what follows is there, and shown by a tap.
fn folded(f: &mut Formatter<'_>, card: &Card, at: usize) -> fmt::Result {
    let (id, text) = (card.slug(), card.post.text.as_str());
    write!(f, "<input type=\"checkbox\" class=\"unfold\" id=\"{id}-more\" aria-label=\"Show the whole text\"><span>")?;
    rich_part(f, text, card.syntax, 0..at)?;
    write!(f, "</span><label class=\"more\" for=\"{id}-more\">… more</label><span class=\"rest\">")?;
    rich_part(f, text, card.syntax, at..text.len())?;
    f.write_str("</span>")
}

/// The text, cut where the platform cuts it: a tap shows the rest, here as there.
fn text(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    if card.post.text.is_empty() {
        return Ok(());
    }
    let below = card.appearance.text == TextPlace::Below && frame(card) == Frame::Feed;
    write!(f, "<div class=\"text{}\" dir=\"auto\"{}>", if below { " below" } else { "" }, language(&card.post))?;
    let fold = fold(card);
    let lines = lines_shown(card).filter(|_| fold.is_none());
    if let Some(lines) = lines {
        write!(f, "<details class=\"fold\" style=\"--lines:{lines}\"><summary dir=\"auto\">")?;
    }
    if below {
        write!(f, "<b dir=\"auto\">{}</b> ", Escaped(author(brand)))?;
    }
    match fold {
        Some(at) => folded(f, card, at)?,
        None => rich(f, &card.post.text, card.syntax)?,
    }
    f.write_str(if lines.is_some() { "</summary></details></div>\n" } else { "</div>\n" })
}

fn row_of_signs(f: &mut Formatter<'_>, look: &Appearance) -> fmt::Result {
    f.write_str("<div class=\"signs\" aria-hidden=\"true\">")?;
    for sign in &look.signs {
        let end = if *sign == "save" && look.text == TextPlace::Below { " class=\"end\"" } else { "" };
        write!(f, "<svg{end}><use href=\"#sign-{}\"/></svg>", Escaped(sign))?;
    }
    f.write_str("</div>\n")
}

/// The files of the post or of a part of its thread, as the platform lays and cuts them.
fn gallery(f: &mut Formatter<'_>, card: &Card, files: &[Attachment]) -> fmt::Result {
    let look = &card.appearance;
    let content: Vec<_> = files.iter().filter(|file| file.role == MediaRole::Content).collect();
    let [first, rest @ ..] = content.as_slice() else { return Ok(()) };
    if rest.is_empty() {
        write!(f, "<div class=\"media\">")?;
        one(f, files, first, &format!(" style=\"max-height:{}cqw\"", look.max_height_percent))?;
        return f.write_str("</div>\n");
    }
    if swipes(card) {
        write!(f, "<div class=\"media swipe\" style=\"--tall:{}cqw\"", look.max_height_percent)?;
        return swipe(f, files, &content);
    }
    f.write_str("<div class=\"media grid\">")?;
    for attachment in content {
        f.write_str("<div>")?;
        one(f, files, attachment, "")?;
        f.write_str("</div>")?;
    }
    f.write_str("</div>\n")
}

/// The rest of an element in which files are swiped through, with their numbers.
fn swipe(f: &mut Formatter<'_>, files: &[Attachment], content: &[&Attachment]) -> fmt::Result {
    // It scrolls, so a keyboard must reach it.
    f.write_str(" role=\"group\" aria-label=\"Swipe through\" tabindex=\"0\">")?;
    for (index, attachment) in content.iter().enumerate() {
        f.write_str("<figure>")?;
        one(f, files, attachment, "")?;
        write!(f, "<figcaption>{} / {}</figcaption></figure>", index + 1, content.len())?;
    }
    f.write_str("</div>\n")
}

fn screen(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    let post = &card.post;
    let id = card.slug();
    // What it switches stands behind it, in the screen.
    write!(
        f,
        "<div class=\"phone\"><input type=\"checkbox\" class=\"zones\" id=\"{id}-zones\"><div class=\"screen\">"
    )?;
    let content: Vec<_> = post.content().map(|(_, attachment)| attachment).collect();
    match content.as_slice() {
        [] => f.write_str("<div class=\"gone\">Neither a video nor an image yet</div>")?,
        [only] => one(f, &post.attachments, only, "")?,
        several => {
            f.write_str("<div class=\"swipe whole\"")?;
            swipe(f, &post.attachments, several)?;
        }
    }
    let [above, beside, below] = covered(&post.placement);
    write!(f, "<div class=\"safe\" aria-hidden=\"true\" style=\"inset:{above}% {beside}% {below}%\"></div>")?;
    if post.placement == Placement::STORY {
        f.write_str("<div class=\"shadow top-edge\"><div class=\"time\"></div>")?;
        who(f, card, brand)?;
        f.write_str("</div></div>")?;
        return zones(f, &id);
    }
    f.write_str("<div class=\"rail\" aria-hidden=\"true\">")?;
    for sign in &card.appearance.signs {
        write!(f, "<svg><use href=\"#sign-{}\"/></svg>", Escaped(sign))?;
    }
    f.write_str("</div><div class=\"shadow\">")?;
    who(f, card, brand)?;
    // Cut as on the platform; the panel beside it has the text whole.
    f.write_str("<div class=\"text\" aria-hidden=\"true\" dir=\"auto\">")?;
    let title = post.title.as_ref().filter(|_| title_alone(card));
    write!(f, "{}</div></div></div>", Escaped(title.unwrap_or(&post.text)))?;
    zones(f, &id)
}

/// The rest of a telephone, with what shows where words are safe.
fn zones(f: &mut Formatter<'_>, id: &str) -> fmt::Result {
    writeln!(f, "<label class=\"zone\" for=\"{id}-zones\">Show the safe zone</label></div>")
}

/// An image or video, or why it cannot be shown.
fn one(f: &mut Formatter<'_>, files: &[Attachment], attachment: &Attachment, style: &str) -> fmt::Result {
    let alt = attachment.alt_text.as_deref().unwrap_or_default();
    let Some(file) = file_name(&attachment.media) else {
        return match &attachment.media {
            Media::Remote(remote) if followable(remote.url.as_str()).is_some() => write!(
                f,
                "<div class=\"gone\"><span>The file is not in this folder but <a href=\"{}\">on the web</a>.</span></div>",
                Escaped(remote.url.as_str())
            ),
            _ => f.write_str("<div class=\"gone\">This file could not be read.</div>"),
        };
    };
    // A name in the folder was given after the bytes.
    match MediaType::from_name(file).map(MediaType::kind) {
        Some(MediaKind::Image) => write!(f, "<img src=\"{file}\" alt=\"{}\"{style}>", Escaped(alt)),
        Some(MediaKind::Video) => {
            write!(
                f,
                "<video src=\"{file}\" aria-label=\"{}\"{style}",
                Escaped(if alt.is_empty() { "Video" } else { alt })
            )?;
            let cover = files.iter().find(|file| file.role == MediaRole::Cover);
            if let Some(cover) = cover.and_then(|cover| file_name(&cover.media)) {
                write!(f, " poster=\"{cover}\"")?;
            }
            f.write_str(" autoplay muted loop playsinline controls preload=\"metadata\">")?;
            let captions = files.iter().filter(|attachment| attachment.role == MediaRole::Captions);
            for captions in captions.filter_map(|captions| file_name(&captions.media)) {
                write!(f, "<track kind=\"captions\" src=\"{captions}\">")?;
            }
            f.write_str("</video>")
        }
        _ => {
            let kind = file.rsplit('.').next().unwrap_or_default();
            write!(f, "<a class=\"document\" href=\"{file}\"><b>{kind}</b><span>{file}</span></a>")
        }
    }
}
