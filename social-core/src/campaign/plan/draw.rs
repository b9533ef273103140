//! How a plan is made of a brief, places, and whoever makes what.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::desk::Desk;
use super::place::{self, rules_of};
use super::{FileKey, FileKind, Goal, Place, Plan, PlannedFile, PlannedTarget, PlannedText, TextKey, shape};
use crate::campaign::answers::Concept;
use crate::campaign::makers::FileMaker;
use crate::campaign::writing;
use crate::chat::{ChatModel, ChatRequest};
use crate::error::{Error, ErrorKind, ErrorReport, Result};
use crate::publish::{FindingCode, Rules};

/// Plans everything that the goals get. Nothing is planned for an account that cannot be found out.
pub(in crate::campaign) async fn draw(
    name: &str,
    goals: &[Goal],
    writer: &dyn ChatModel,
    makers: &[Arc<dyn FileMaker>],
    desk: Desk<'_>,
) -> Result<(Plan, Vec<Place>)> {
    let rules = rules_of(goals)?;
    let files_of = |rules| makers.iter().flat_map(|maker| maker.wanted(rules, desk.brief)).collect();
    let files: Vec<Vec<FileKey>> = rules.iter().map(files_of).collect();
    for ((goal, rules), files) in goals.iter().zip(&rules).zip(&files) {
        refuse_without(goal, rules, files)?;
    }
    let mut places = place::places(goals, rules).await?;
    let mut wanted: Vec<FileKey> = Vec::new();
    for (place, files) in places.iter().zip(&files) {
        let further = files.iter().filter(|key| place.target.is_ok() && !wanted.contains(key));
        wanted.extend(further.cloned().collect::<Vec<_>>());
    }
    let desk = Desk { wanted: &wanted, ..desk };
    let mut planned = Vec::new();
    for key in &wanted {
        if let Some(maker) = makers.iter().find(|maker| maker.kind() == key.kind) {
            planned.push(match maker.plan(key, &desk).await {
                Err(error) if is_about_words(&error) => PlannedFile::refused(key.clone(), (&error).into()),
                planned => planned?,
            });
        }
    }
    // Nothing is made or paid for a target that needs what cannot be drawn.
    for (place, files) in places.iter_mut().zip(&files).filter(|(place, _)| !shape::does_without_images(&place.rules)) {
        let refusal =
            |key: &FileKey| planned.iter().find(|file| file.key == *key).and_then(|file| file.refused.clone());
        if let Some(error) = files.iter().find_map(refusal)
            && place.target.is_ok()
        {
            place.target = Err(Box::new(error));
        }
    }
    // What keeps every target back is the campaign's own error.
    let refusal = |place: &Place| place.target.as_ref().err().filter(|error| is_refusal_of_words(error)).cloned();
    if let Some(Some(error)) = places.iter().map(refusal).reduce(|all, next| all.and(next)) {
        return Err((*error).into());
    }
    let texts = texts(&places, writer, &desk)?;
    let targets = places.iter().zip(files).map(|(place, files)| target(place, files)).collect();
    Ok((Plan { name: name.to_owned(), targets, texts, files: planned }, places))
}

/// Whether a maker cannot draw the words of the brief.
fn is_about_words(error: &Error) -> bool {
    error.kind() == ErrorKind::Unsupported && error.field().is_some_and(names_words)
}

fn is_refusal_of_words(error: &ErrorReport) -> bool {
    error.kind == ErrorKind::Unsupported && error.field.as_deref().is_some_and(names_words)
}

/// `image-4x5-1.design.headline`, or that of a slide.
fn names_words(field: &str) -> bool {
    field.contains("design.")
}

fn target(place: &Place, files: Vec<FileKey>) -> PlannedTarget {
    let (account, unreachable) = match &place.target {
        Ok(target) => (Some(target.account.clone()), None),
        Err(error) => (None, Some((**error).clone())),
    };
    PlannedTarget {
        label: place.label.clone(),
        platform: place.rules.platform.clone(),
        placement: place.rules.placement.clone(),
        account,
        unreachable,
        text: shape::takes_text(&place.rules).then(|| place.text.clone()),
        files,
    }
}

fn texts(places: &[Place], writer: &dyn ChatModel, desk: &Desk<'_>) -> Result<Vec<PlannedText>> {
    let reachable: Vec<_> = places.iter().filter(|place| place.target.is_ok()).collect();
    if reachable.is_empty() {
        return Ok(Vec::new());
    }
    let can = writer.capabilities();
    let planned = |key: TextKey, request: &ChatRequest| {
        let cost = desk.prices.planned(writer.address(), can.paid, can.price.as_deref(), &can.estimate(request))?;
        Ok::<_, Error>(PlannedText { key, writer: writer.address().clone(), cost })
    };
    let mut texts = vec![planned(TextKey::Concept, &writing::concept_request(desk.brief, &can))?];
    let mut known = BTreeSet::new();
    let concept = Concept::draft(desk.brief);
    for place in reachable.iter().filter(|place| shape::takes_text(&place.rules)) {
        if known.insert(&place.text) {
            let request = writing::text_request(desk.brief, &concept, &place.rules, &can);
            texts.push(planned(place.text.clone(), &request)?);
        }
    }
    Ok(texts)
}

/// Refuses a goal for which something is missing, before anything is asked or paid.
fn refuse_without(goal: &Goal, rules: &Rules, files: &[FileKey]) -> Result<()> {
    let label = goal.label();
    if files.iter().any(|file| file.kind == FileKind::IMAGE) && goal.publisher.capabilities().needs_host {
        let message = format!("`{label}` needs images at a public address, and {} has no media host", rules.platform);
        return Err(Error::config(message).with_field("targets").with_code(FindingCode::NEEDS_HOST.as_str()));
    }
    let message = match files {
        [] if shape::needs_video(rules) => {
            format!("`{label}` takes videos, and there is no video model: call `video_with`")
        }
        [] if shape::needs_image(rules) => {
            format!("`{label}` needs an image, and there is neither a photo nor an image model")
        }
        _ => return Ok(()),
    };
    Err(Error::invalid("targets", message))
}
