//! A post about as its platform shows it.

use std::fmt::{self, Formatter};

use social_core::design::Brand;
use social_core::media::{Media, MediaKind, MediaType};
use social_core::publish::{Appearance, Attachment, MediaRole, Placement, Post, TextPlace};
use social_core::text::{EntityKind, Syntax, entities};

use super::card::Card;
use super::html::{Avatar, Escaped, file_name, followable};
use super::look::{avatar_class, fills_the_screen, placement_name};

/// The post in its frame.
pub(super) fn mock(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    if fills_the_screen(&card.post.placement) { screen(f, card, brand) } else { feed(f, card, brand) }
}

fn feed(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    let (post, above) = (&card.post, card.appearance.text == TextPlace::Above);
    writeln!(f, "<div class=\"post{}\">", if above { " boxed" } else { "" })?;
    who(f, card, brand)?;
    if let Some(title) = post.title.as_ref().filter(|title| !title.is_empty()) {
        writeln!(f, "<div class=\"title\" dir=\"auto\"{}>{}</div>", language(post), Escaped(title))?;
    }
    if above {
        text(f, card, brand)?;
    }
    gallery(f, post, &card.appearance)?;
    if above {
        link_card(f, post)?;
    }
    row_of_signs(f, &card.appearance)?;
    if !above {
        text(f, card, brand)?;
        link_card(f, post)?;
    }
    f.write_str("</div>\n")
}

fn who(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    writeln!(
        f,
        "<div class=\"who\">{}<span><b>{}</b><small>{} · {}</small></span></div>",
        Avatar { brand, class: avatar_class(card.appearance.avatar) },
        Escaped(author(brand)),
        Escaped(&card.appearance.name),
        Escaped(&placement_name(&card.post.placement))
    )
}

fn author(brand: Option<&Brand>) -> &str {
    brand.map(|brand| brand.name.as_str()).filter(|name| !name.is_empty()).unwrap_or("Your account")
}

fn text(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    if card.post.text.is_empty() {
        return Ok(());
    }
    let below = card.appearance.text == TextPlace::Below;
    write!(f, "<div class=\"text{}\" dir=\"auto\"{}>", if below { " below" } else { "" }, language(&card.post))?;
    if below {
        write!(f, "<b>{}</b> ", Escaped(author(brand)))?;
    }
    rich(f, &card.post.text, card.syntax)?;
    f.write_str("</div>\n")
}

/// The text with its links to follow, its hashtags and mentions marked.
pub(super) fn rich(f: &mut Formatter<'_>, text: &str, syntax: Syntax) -> fmt::Result {
    let mut from = 0;
    for entity in entities(text, syntax) {
        let Some((before, words)) = text.get(from..entity.range.start).zip(text.get(entity.range.clone())) else {
            continue;
        };
        write!(f, "{}", Escaped(before))?;
        let address = followable(&entity.value).or_else(|| followable(&format!("https://{}", entity.value)));
        match address.filter(|_| entity.kind == EntityKind::Link) {
            Some(url) => write!(f, "<a href=\"{}\">{}</a>", Escaped(url.as_str()), Escaped(words))?,
            None => write!(f, "<span class=\"tag\">{}</span>", Escaped(words))?,
        }
        from = entity.range.end;
    }
    write!(f, "{}", Escaped(text.get(from..).unwrap_or_default()))
}

/// ` lang="…"` when the post says in which language it is.
pub(super) fn language(post: &Post) -> String {
    post.languages.first().map(|tag| format!(" lang=\"{}\"", Escaped(tag))).unwrap_or_default()
}

fn link_card(f: &mut Formatter<'_>, post: &Post) -> fmt::Result {
    let Some(link) = &post.link else { return Ok(()) };
    let words = link.host_str().unwrap_or_default();
    match followable(link.as_str()) {
        Some(_) => writeln!(
            f,
            "<a class=\"linkcard\" href=\"{0}\"><small>{1}</small>{0}</a>",
            Escaped(link.as_str()),
            Escaped(words)
        ),
        None => writeln!(f, "<div class=\"linkcard\">{}</div>", Escaped(link.as_str())),
    }
}

fn row_of_signs(f: &mut Formatter<'_>, look: &Appearance) -> fmt::Result {
    f.write_str("<div class=\"signs\" aria-hidden=\"true\">")?;
    for sign in &look.signs {
        let end = if *sign == "save" && look.text == TextPlace::Below { " class=\"end\"" } else { "" };
        write!(f, "<svg{end}><use href=\"#sign-{}\"/></svg>", Escaped(sign))?;
    }
    f.write_str("</div>\n")
}

fn gallery(f: &mut Formatter<'_>, post: &Post, look: &Appearance) -> fmt::Result {
    let content: Vec<_> = post.content().map(|(_, attachment)| attachment).collect();
    let [first, rest @ ..] = content.as_slice() else { return Ok(()) };
    if rest.is_empty() {
        write!(f, "<div class=\"media\">")?;
        one(f, post, first, &format!(" style=\"max-height:{}cqw\"", look.max_height_percent))?;
        return f.write_str("</div>\n");
    }
    if !look.swipes && post.placement != Placement::CAROUSEL {
        f.write_str("<div class=\"media grid\">")?;
        for attachment in content {
            f.write_str("<div>")?;
            one(f, post, attachment, "")?;
            f.write_str("</div>")?;
        }
        return f.write_str("</div>\n");
    }
    // It scrolls, so a keyboard must reach it.
    f.write_str("<div class=\"media swipe\" role=\"group\" aria-label=\"Swipe through\" tabindex=\"0\">")?;
    for (index, attachment) in content.iter().enumerate() {
        f.write_str("<figure>")?;
        one(f, post, attachment, "")?;
        write!(f, "<figcaption>{} / {}</figcaption></figure>", index + 1, content.len())?;
    }
    f.write_str("</div>\n")
}

fn screen(f: &mut Formatter<'_>, card: &Card, brand: Option<&Brand>) -> fmt::Result {
    let post = &card.post;
    f.write_str("<div class=\"phone\"><div class=\"screen\">\n")?;
    match post.content().next() {
        Some((_, attachment)) => one(f, post, attachment, "")?,
        None => f.write_str("<div class=\"gone\">Neither a video nor an image yet</div>")?,
    }
    if post.placement == Placement::STORY {
        f.write_str("<div class=\"shadow top-edge\"><div class=\"time\"></div>")?;
        who(f, card, brand)?;
        return f.write_str("</div></div></div>\n");
    }
    f.write_str("<div class=\"rail\" aria-hidden=\"true\">")?;
    for sign in &card.appearance.signs {
        write!(f, "<svg><use href=\"#sign-{}\"/></svg>", Escaped(sign))?;
    }
    f.write_str("</div><div class=\"shadow\">")?;
    who(f, card, brand)?;
    // Cut as on the platform; the panel beside it has the text whole.
    f.write_str("<div class=\"text\" aria-hidden=\"true\" dir=\"auto\">")?;
    write!(f, "{}</div></div></div></div>", Escaped(&post.text))
}

/// An image or video, or why it cannot be shown.
fn one(f: &mut Formatter<'_>, post: &Post, attachment: &Attachment, style: &str) -> fmt::Result {
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
            if let Some(cover) = post.cover().and_then(|cover| file_name(&cover.media)) {
                write!(f, " poster=\"{cover}\"")?;
            }
            f.write_str(" autoplay muted loop playsinline controls preload=\"metadata\">")?;
            let captions = post.attachments.iter().filter(|attachment| attachment.role == MediaRole::Captions);
            for captions in captions.filter_map(|captions| file_name(&captions.media)) {
                write!(f, "<track kind=\"captions\" src=\"{captions}\">")?;
            }
            f.write_str("</video>")
        }
        _ => write!(f, "<div class=\"gone\"><a href=\"{file}\">{file}</a></div>"),
    }
}
