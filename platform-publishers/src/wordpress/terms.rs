//! Tags and categories: WordPress wants their numbers.

use http::Method;
use social_core::http::Repeat;
use social_core::run::Run;
use social_core::{ErrorKind, Result};

use super::WordPress;
use super::error::id_in;
use super::wire::{NewTerm, Term};
use crate::article::escaped;

impl WordPress {
    /// The numbers of tags or categories of these names; those that are missing are made.
    pub(super) async fn terms(&self, run: &Run, kind: &'static str, names: &[String]) -> Result<Vec<u64>> {
        let mut ids = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let term = run.step(&format!("{kind}-{index}"), || self.term(kind, name.trim())).await;
            ids.push(term.map_err(|error| error.with_field(format!("options.wordpress.{kind}[{index}]")))?);
        }
        Ok(ids)
    }

    async fn term(&self, kind: &str, name: &str) -> Result<u64> {
        if let Some(id) = self.find_term(kind, name).await? {
            return Ok(id);
        }
        let call = self.call(Method::POST, kind)?.operation("make term").repeat(Repeat::Safe);
        match call.json(&NewTerm { name }).send().await {
            Ok(reply) => Ok(reply.json::<Term>()?.id),
            // Made in the meantime, or by a request whose answer was lost.
            Err(error) if error.kind() == ErrorKind::Duplicate => match id_in(&error, "term_exists") {
                Some(id) => Ok(id),
                None => self.find_term(kind, name).await?.ok_or(error),
            },
            Err(error) => Err(error),
        }
    }

    async fn find_term(&self, kind: &str, name: &str) -> Result<Option<u64>> {
        let call = self.call(Method::GET, kind)?.operation("find term").query("search", name).query("per_page", "100");
        let terms: Vec<Term> = call.send().await?.json()?;
        // Names are listed as HTML.
        let same =
            |term: &Term| [name, &escaped(name)].iter().any(|name| name.to_lowercase() == term.name.to_lowercase());
        Ok(terms.into_iter().find(same).map(|term| term.id))
    }
}
