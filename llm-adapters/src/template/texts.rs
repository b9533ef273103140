//! The loaded templates and the filters that they may use.

use minijinja::{Environment, UndefinedBehavior, Value as Filled};
use social_core::{Error, Result};

use super::words::{ALL, Style};

/// What a template may use.
const VARIABLES: [&str; 7] = ["subject", "facts", "brand", "call", "link", "playful", "platform"];

#[derive(Clone, Debug)]
pub(super) struct Texts {
    templates: Environment<'static>,
    /// The names of the application's own texts, per language.
    own: Vec<(String, String)>,
}

impl Texts {
    /// The built-in texts and the application's own.
    pub(super) fn new(
        name: &str,
        texts: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Self> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Chainable);
        templates.add_filter("sentence", sentence);
        templates.add_filter("item", item);
        templates.add_filter("sentences", |facts: Vec<String>| {
            facts.iter().map(|fact| sentence(fact)).collect::<Vec<_>>().join(" ")
        });
        let mut all = Self { templates, own: Vec::new() };
        for language in ALL {
            for style in [Style::Short, Style::Visual, Style::Professional, Style::Message] {
                language.texts(style).iter().try_for_each(|source| all.load(source, source))?;
            }
            all.load(language.alt_text, language.alt_text)?;
            all.load(language.subline, language.subline)?;
        }
        for (number, (language, source)) in texts.into_iter().enumerate() {
            let (language, source) = (language.into(), source.into());
            let name = format!("{name} {language} {number}");
            all.load(&name, &source)?;
            all.own.push((language, name));
        }
        Ok(all)
    }

    fn load(&mut self, name: &str, source: &str) -> Result<()> {
        let refuse = |why: String| Error::config(format!("template `{name}`: {why}")).with_vendor("template");
        self.templates
            .add_template_owned(name.to_owned(), source.to_owned())
            .map_err(|cause| refuse(format!("{cause}")))?;
        let template = self.templates.get_template(name).map_err(|cause| refuse(cause.to_string()))?;
        let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        unknown.retain(|variable| !VARIABLES.contains(&variable.as_str()));
        unknown.sort();
        match unknown.first() {
            Some(variable) => Err(refuse(format!("no brief has `{variable}`; known are {}", VARIABLES.join(", ")))),
            None => Ok(()),
        }
    }

    /// The names of the application's own texts in a language.
    pub(super) fn own(&self, language: &str) -> Vec<&str> {
        self.own.iter().filter(|(code, _)| code == language).map(|(_, name)| name.as_str()).collect()
    }

    /// Fills a template that was loaded.
    pub(super) fn fill(&self, name: &str, values: &Filled) -> Result<String> {
        let filled = self.templates.get_template(name).and_then(|template| template.render(values));
        filled.map_err(|cause| Error::config(format!("template `{name}`: {cause}")).with_vendor("template"))
    }
}

/// A whole sentence: a capital at its start, a mark at its end. Nothing stays nothing.
pub(super) fn sentence(text: &str) -> String {
    let text = capitalised(text.trim());
    match text.chars().last() {
        None => text,
        Some(last) if last.is_alphanumeric() || ")\"”“»%€$".contains(last) => text + ".",
        Some(',' | ';' | ':') => text.trim_end_matches([',', ';', ':']).to_owned() + ".",
        Some(_) => text,
    }
}

/// An entry of a list, or a headline: no full stop.
pub(super) fn item(text: &str) -> String {
    let text = text.trim();
    let without = text.strip_suffix('.').filter(|rest| !rest.ends_with('.'));
    capitalised(without.unwrap_or(text))
}

pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    // A web address or a brand such as `iPhone` keeps its first letter.
    let second_is_small = text.chars().nth(1).is_none_or(|c| !c.is_uppercase());
    match letters.next() {
        Some(first) if second_is_small && !text.contains("://") => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
