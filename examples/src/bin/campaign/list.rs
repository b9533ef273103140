//! What the journal knows of campaigns: a list, and one of them with its targets.

use serde_json::{Value, json};
use social_core::campaign::{Report, TargetOutcome};
use social_core::publish::ReceiptState;
use social_core::run::{FileJournal, Journal as _, Run, RunQuery, RunState, RunView, StepStatus};
use social_core::text::{visible, visible_line};
use social_core::{Error, Result};

use crate::args::Reading;
use crate::day::local;

/// The campaigns, the one that was worked on last first.
pub(crate) async fn list(reading: &Reading) -> Result<()> {
    let journal = open(reading)?;
    let (mut runs, mut query) = (Vec::new(), RunQuery::new());
    loop {
        let page = journal.list(&query).await?;
        runs.extend(page.runs);
        match page.next {
            Some(next) => query = query.after(next),
            None => break,
        }
    }
    runs.sort_by_key(|run| std::cmp::Reverse(run.changed_at));
    let mut rows = Vec::new();
    for run in runs {
        let (out, targets, drafts, cost) = match run.state {
            RunState::Unreadable => (0, 0, false, String::new()),
            _ => {
                let view = Run::peek(&journal, &run.id).await?;
                let report = Report::last(&view)?;
                let targets = report.map(|report| report.targets).unwrap_or_default();
                let out = targets.iter().filter(|target| target.outcome.why_not_out().is_none()).count();
                let draft = |outcome: &TargetOutcome| matches!(outcome, TargetOutcome::Taken(of) if of.state == ReceiptState::Draft);
                let drafts = targets.iter().any(|target| draft(&target.outcome));
                (out, targets.len(), drafts, view.spending().known.to_string())
            }
        };
        let state = state(run.state);
        if reading.json {
            let row = json!({
                "type": "campaign", "name": run.id.name, "state": run.state, "begun_at": run.begun_at,
                "changed_at": run.changed_at, "out": out, "targets": targets, "cost": cost, "problem": run.problem,
            });
            println!("{row}");
            continue;
        }
        let posts = match (targets, drafts) {
            (0, _) => "no report yet".to_owned(),
            (_, true) => format!("{out} of {targets} posts laid out"),
            (_, false) => format!("{out} of {targets} posts out"),
        };
        let changed = run.changed_at.map(local).unwrap_or_default();
        rows.push([run.id.to_string(), state.to_owned(), posts, cost, changed]);
    }
    if !reading.json && rows.is_empty() {
        println!("There are no campaigns in {}.", reading.journal.display());
    }
    print!("{}", visible(&table(&rows)));
    Ok(())
}

/// One campaign, read without holding it.
pub(crate) async fn show(name: &str, reading: &Reading) -> Result<()> {
    let journal = open(reading)?;
    let view = Run::peek(&journal, name).await?;
    let summary = view.summary();
    let Some(changed) = summary.changed_at else {
        let message =
            format!("there is no campaign `{name}` in {}; `campaign list` shows them", reading.journal.display());
        return Err(Error::invalid("name", message));
    };
    let report = Report::last(&view)?;
    if reading.json {
        let row = json!({
            "type": "campaign", "name": name, "state": summary.state, "begun_at": summary.begun_at,
            "changed_at": changed, "spending": view.spending(), "unsettled": view.unsettled(), "report": report,
        });
        println!("{row}");
        return Ok(());
    }
    let begun = summary.begun_at.map(local).unwrap_or_default();
    println!("{}: {}, begun {begun}, last worked on {}", visible_line(name), state(summary.state), local(changed));
    match &report {
        Some(report) => println!("{report}"),
        None => println!("{}", visible(&made(&view))),
    }
    for step in view.unsettled() {
        println!("  not known: {}", visible_line(&step));
    }
    let waits = report.iter().flat_map(|report| &report.targets).filter_map(|target| match &target.outcome {
        TargetOutcome::Waiting { .. } => Some(target.label.as_str()),
        _ => None,
    });
    let waits: Vec<_> = waits.collect();
    if !waits.is_empty() {
        println!("  waits for approval: {}", visible_line(&waits.join(", ")));
    }
    Ok(())
}

/// What there is of a campaign that was cut off before it reported.
fn made(view: &RunView) -> String {
    let steps = view.steps();
    let done = |part: &str, end: &str| {
        let of = |name: &str| name.starts_with(part) && name.ends_with(end);
        steps.iter().filter(|step| step.status == StepStatus::Done && of(&step.name)).count()
    };
    let (texts, posts) = (done("studio/text/", "/reply"), done("publish/", "/publish"));
    format!(
        "It was cut off before it reported: {texts} texts written, {posts} posts published, cost {}. The same command \
         goes on from there.",
        view.spending().known
    )
}

fn open(reading: &Reading) -> Result<FileJournal> {
    if !reading.journal.is_dir() {
        let message = format!("there is no folder {}", reading.journal.display());
        return Err(Error::invalid("--journal", message));
    }
    FileJournal::open(&reading.journal)
}

fn state(state: RunState) -> &'static str {
    match state {
        RunState::Finished => "finished",
        RunState::Waiting => "waits for approval",
        RunState::Unsettled => "a post or paid call may have gone through",
        RunState::Unreadable => "cannot be read",
        _ => "not finished",
    }
}

fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// A line of JSON for programs that read along.
pub(crate) fn line(kind: &str, value: impl serde::Serialize) {
    let mut line = serde_json::to_value(value).unwrap_or(Value::Null);
    match &mut line {
        Value::Object(fields) => {
            fields.insert("type".to_owned(), kind.into());
        }
        _ => line = json!({ "type": kind, "value": line }),
    }
    println!("{line}");
}
