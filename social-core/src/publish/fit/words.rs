use super::{Change, Fitted};
use crate::publish::rules::{Rules, TextRule};
use crate::text::{self, EntityKind, Removed, Unit, entities};

pub(super) fn fit(rules: &Rules, fitted: &mut Fitted) {
    let Fitted { post, changes } = fitted;
    if let Some(maximum) = rules.max_hashtags {
        limit_hashtags(&mut post.text, maximum, rules, changes);
    }
    shorten("text", &rules.text, &mut post.text, changes);
    if let (Some(rule), Some(title)) = (&rules.title, &mut post.title) {
        shorten("title", rule, title, changes);
    }
    for (index, attachment) in post.attachments.iter_mut().enumerate() {
        if let (Some(rule), Some(alt)) = (&rules.alt_text, &mut attachment.alt_text) {
            shorten(&format!("attachments[{index}].alt_text"), rule, alt, changes);
        }
    }
    if let Some(maximum) = rules.max_languages {
        for language in post.languages.drain(maximum.min(post.languages.len())..) {
            changes.push(Change::new("languages", format!("`{language}` left out: there are too many")));
        }
    }
}

/// Takes out the last hashtags: whole at the end of the text, only the sign where it is a word of a sentence.
fn limit_hashtags(text: &mut String, maximum: usize, rules: &Rules, changes: &mut Vec<Change>) {
    loop {
        let mut tags = entities(text, rules.syntax);
        tags.retain(|entity| entity.kind == EntityKind::Hashtag);
        let Some(tag) = tags.last().filter(|_| tags.len() > maximum) else { return };
        let (Some(before), Some(after)) = (text.get(..tag.range.start), text.get(tag.range.end..)) else { return };
        if after.trim().is_empty() {
            changes.push(Change::new("text", format!("hashtag `#{}` left out: there are too many", tag.value)));
            *text = before.trim_end().to_owned();
        } else {
            changes.push(Change::new(
                "text",
                format!("`#{}` is a plain word now: there are too many hashtags", tag.value),
            ));
            // A value such as `#a` would be a hashtag again.
            *text = format!("{before}{}{after}", tag.value.trim_start_matches(['#', '＃']));
        }
    }
}

fn shorten(field: &str, rule: &TextRule, text: &mut String, changes: &mut Vec<Change>) {
    let text::Shortened { text: shorter, removed } = text::fit(text, &rule.limits);
    for removed in removed {
        let message = match removed {
            Removed::Hashtag(tag) => format!("hashtag `{tag}` left out: the text is too long"),
            Removed::Link(link) => format!("link `{link}` left out: the text is too long"),
            Removed::Words(words) => {
                let beginning = text::fit(&words, &[(Unit::Graphemes, 60)]).text;
                format!("{} characters cut off the end, from `{beginning}` on", Unit::Graphemes.count(&words))
            }
        };
        changes.push(Change::new(field, message));
    }
    *text = shorter;
}
