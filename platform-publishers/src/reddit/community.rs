//! What a community asks for, read at run time.

use serde::{Deserialize, Serialize};
use social_core::publish::{Post, Span};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::{Reddit, RedditOptions};

/// What a community asks of posts. What it does not say is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Requirements {
    /// The minimum of characters in the title.
    pub title_text_min_length: Option<usize>,
    /// The maximum of characters in the title.
    pub title_text_max_length: Option<usize>,
    /// The title must hold one of these.
    pub title_required_strings: Vec<String>,
    /// The title must not contain any of these.
    pub title_blacklisted_strings: Vec<String>,
    /// `required`, `notAllowed` or `none`: whether there is a text.
    pub body_restriction_policy: Option<String>,
    /// The minimum of characters in the text.
    pub body_text_min_length: Option<usize>,
    /// The maximum of characters in the text.
    pub body_text_max_length: Option<usize>,
    /// The text must hold one of these.
    pub body_required_strings: Vec<String>,
    /// The text must not contain any of these.
    pub body_blacklisted_strings: Vec<String>,
    /// Links may lead nowhere else.
    pub domain_whitelist: Vec<String>,
    /// Links may not lead there.
    pub domain_blacklist: Vec<String>,
    /// A post needs a flair.
    pub is_flair_required: bool,
    /// The minimum of images in a gallery.
    pub gallery_min_items: Option<usize>,
    /// The maximum of images in a gallery.
    pub gallery_max_items: Option<usize>,
}

/// A flair of a community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Flair {
    /// Its id, for [`RedditOptions::with_flair`].
    pub id: String,
    /// What it says.
    #[serde(default)]
    pub text: String,
    /// Its text can be edited.
    #[serde(default)]
    pub text_editable: bool,
}

impl Reddit {
    /// What a community asks of posts. One that says nothing about it asks for nothing.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn requirements(&self, subreddit: &str) -> Result<Requirements> {
        let call = self.api.get(&format!("api/v1/{}/post_requirements", segment(subreddit)?))?;
        match call.operation("read requirements").send().await {
            Ok(reply) => reply.json(),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Requirements::default()),
            Err(error) => Err(error),
        }
    }

    /// The flairs from which an account may choose in a community. Many communities do not tell.
    ///
    /// # Errors
    /// [`Permission`](ErrorKind::Permission) where the community does not tell; the kinds of the
    /// HTTP path.
    pub async fn flairs(&self, subreddit: &str) -> Result<Vec<Flair>> {
        let call = self.api.get(&format!("r/{}/api/link_flair_v2", segment(subreddit)?))?;
        call.operation("read flairs").send().await?.json()
    }

    /// Refuses what the community would refuse, before a file goes up. A question that fails is no
    /// reason to stop: Reddit checks again.
    pub(super) async fn check_community(
        &self,
        run: &Run,
        post: &Post,
        options: &RedditOptions,
        images: usize,
    ) -> Result<()> {
        let check = || async {
            match self.requirements(&options.subreddit).await {
                Ok(requirements) => requirements.check(post, options, images),
                Err(e) if matches!(e.kind(), ErrorKind::Auth | ErrorKind::Cancelled) => Err(e),
                Err(_) => Ok(()),
            }
        };
        run.step("requirements", check).await
    }
}

fn segment(subreddit: &str) -> Result<&str> {
    if subreddit.is_empty() || !subreddit.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) {
        return Err(Error::invalid("subreddit", format!("`{subreddit}` is no community of Reddit")));
    }
    Ok(subreddit)
}

impl Requirements {
    fn check(&self, post: &Post, options: &RedditOptions, images: usize) -> Result<()> {
        let title = post.title.as_deref().unwrap_or_default();
        let text = post.text.as_str();
        length("title", title, self.title_text_min_length, self.title_text_max_length)?;
        words("title", title, &self.title_required_strings, &self.title_blacklisted_strings)?;
        match self.body_restriction_policy.as_deref() {
            Some("required") if text.trim().is_empty() => {
                return Err(Error::invalid("text", "the community asks for a text"));
            }
            Some("notAllowed") if !text.trim().is_empty() => {
                return Err(Error::invalid("text", "the community takes posts without a text only; take it out"));
            }
            _ => {}
        }
        if !text.is_empty() {
            length("text", text, self.body_text_min_length, self.body_text_max_length)?;
            words("text", text, &self.body_required_strings, &self.body_blacklisted_strings)?;
        }
        if self.is_flair_required && options.flair_id.is_none() {
            let message = "the community asks for a flair; `Reddit::flairs` lists them";
            return Err(Error::invalid("options.reddit.flair_id", message));
        }
        let gallery = Span { minimum: self.gallery_min_items, maximum: self.gallery_max_items };
        if images > 1 && !gallery.contains(images) {
            let message =
                format!("the community takes galleries of {} images; this one has {images}", in_words(gallery));
            return Err(Error::new(ErrorKind::MediaInvalid, message).with_field("attachments"));
        }
        let domain = post.link.as_ref().and_then(Url::domain);
        let among = |list: &[String]| domain.is_some_and(|domain| list.iter().any(|place| is_below(domain, place)));
        if post.link.is_some()
            && ((!self.domain_whitelist.is_empty() && !among(&self.domain_whitelist)) || among(&self.domain_blacklist))
        {
            return Err(Error::invalid("link", "the community takes no links to this site"));
        }
        Ok(())
    }
}

fn is_below(domain: &str, place: &str) -> bool {
    domain.strip_suffix(place).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn in_words(span: Span<usize>) -> String {
    match (span.minimum, span.maximum) {
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum}"),
        (Some(minimum), None) => format!("at least {minimum}"),
        (None, Some(maximum)) => format!("at most {maximum}"),
        (None, None) => "any number of".to_owned(),
    }
}

fn length(field: &'static str, text: &str, minimum: Option<usize>, maximum: Option<usize>) -> Result<()> {
    let (used, span) = (text.chars().count(), Span { minimum, maximum });
    if span.contains(used) {
        return Ok(());
    }
    let message = format!("the community asks for {} characters; the {field} has {used}", in_words(span));
    Err(Error::invalid(field, message))
}

fn words(field: &'static str, text: &str, required: &[String], refused: &[String]) -> Result<()> {
    let text = text.to_lowercase();
    let holds = |word: &&String| text.contains(&word.to_lowercase());
    if !required.is_empty() && !required.iter().any(|word| holds(&word)) {
        let message = format!("the community asks for one of these in the {field}: {}", required.join(", "));
        return Err(Error::invalid(field, message));
    }
    if let Some(word) = refused.iter().find(holds) {
        return Err(Error::invalid(field, format!("the community does not take `{word}` in the {field}")));
    }
    Ok(())
}
