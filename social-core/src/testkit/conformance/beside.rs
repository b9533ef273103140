//! The suites for what stands beside language models: lists of models and counts of tokens. Both
//! are free and may be asked for again.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::subject::{Subject, Violations};
use super::trial::Trial;
use crate::chat::{ChatRequest, TokenCounter};
use crate::models::{ListedModel, ModelLister};

/// Tries a list of models; the vendor lists some.
///
/// # Errors
/// All that is wrong.
pub async fn lister(subject: &Subject<dyn ModelLister>) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let trial = Trial {
        subject,
        request: &(),
        call: |lister: Arc<dyn ModelLister>, _run, ()| async move { lister.list_models().await },
        sound: |models: &Vec<ListedModel>| {
            let ids: BTreeSet<_> = models.iter().map(|model| model.id.as_str()).collect();
            let sound = !models.is_empty() && ids.len() == models.len() && !ids.contains("");
            (!sound).then(|| format!("{} models with these ids: {ids:?}", models.len()))
        },
        another: None,
    };
    trial.common(&mut violations).await;
    violations.verdict()
}

/// Tries a counter of tokens with a conversation that it counts.
///
/// # Errors
/// All that is wrong.
pub async fn counter(subject: &Subject<dyn TokenCounter>, request: &ChatRequest) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let trial = Trial {
        subject,
        request,
        call: |counter: Arc<dyn TokenCounter>, _run, request: ChatRequest| async move {
            counter.count_tokens(&request).await
        },
        sound: |tokens: &u64| (*tokens == 0).then(|| "a conversation of no tokens".to_owned()),
        another: None,
    };
    trial.common(&mut violations).await;
    trial.words(&mut violations, &super::chat::words_of(request)).await;
    violations.verdict()
}
