//! Tasks: submitted once, asked after, cancelled while they wait.

use std::time::Duration;

use http::HeaderName;
use serde::Serialize;
use social_core::clock::Timestamp;
use social_core::http::Endpoint;
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::RemoteMedia;
use social_core::money::Usage;
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::error;
use super::wire::{Answer, Output, Refusal, UsageTold};
use crate::fetched::Finished;

/// Tasks, and addresses of what they made, are kept for 24 hours.
const KEPT: Duration = Duration::from_secs(24 * 3600);

const ASYNC: HeaderName = HeaderName::from_static("x-dashscope-async");

/// Submits a task. Without the header the older models refuse, and the newer ones answer at once.
pub(super) async fn submit(
    run: &Run,
    endpoint: &Endpoint,
    path: &str,
    model: &str,
    body: &(impl Serialize + ?Sized),
) -> Result<Job> {
    let call = endpoint.post(path)?.operation("submit_task").model(model).header(ASYNC, "enable");
    let reply = call.json(body).send().await?;
    let answer: Answer = reply.json()?;
    match answer.output.and_then(|output| output.task_id).filter(|id| !id.is_empty()) {
        Some(id) => Ok(Job::new(id, run.clock().now()).with_model(model)),
        None if answer.refusal.code.is_some() => Err(reply.describe(endpoint.classify(&reply.failure()))),
        None => Err(reply.unreadable("the answer names no task")),
    }
}

async fn ask(endpoint: &Endpoint, id: &str) -> Result<(Output, Option<UsageTold>, String)> {
    let reply = endpoint.get(&format!("tasks/{id}"))?.operation("check_task").send().await?;
    let Answer { output, usage, .. } = reply.json()?;
    let output = output.unwrap_or_default();
    match output.task_status.clone().filter(|status| !status.is_empty()) {
        Some(status) => Ok((output, usage, status)),
        None => Err(reply.unreadable("the answer does not say how far the task is")),
    }
}

/// Asks after a task.
pub(super) async fn check(endpoint: &Endpoint, run: &Run, job: &Job) -> Result<JobState<Finished>> {
    let (output, usage, status) = ask(endpoint, &job.id).await?;
    let now = run.clock().now();
    match status.as_str() {
        "SUCCEEDED" => finished(output, usage, now).map(JobState::Done),
        "FAILED" => Err(error::failed(output.refusal)),
        "CANCELED" | "CANCELLED" => Err(Error::new(ErrorKind::JobFailed, "the task was cancelled")),
        // Of a task that is no longer kept, and of one that was never there.
        "UNKNOWN" if is_over(job, now) => Err(Error::new(
            ErrorKind::NotFound,
            "DashScope keeps tasks for 24 hours and does not know this one any more",
        )),
        "PENDING" => Ok(Pending::queued(status).into()),
        _ => Ok(Pending::working(status).into()),
    }
}

fn is_over(job: &Job, now: Timestamp) -> bool {
    Duration::try_from(now.duration_since(job.submitted_at)).is_ok_and(|age| age > KEPT)
}

/// Cancels the task of a run while it waits.
pub(super) async fn cancel(endpoint: &Endpoint, run: &Run) -> Result<()> {
    let Some(job) = run.result::<Job>("submit").await? else { return Ok(()) };
    let (_, _, status) = ask(endpoint, &job.id).await?;
    match status.as_str() {
        "PENDING" => {
            endpoint.post(&format!("tasks/{}/cancel", job.id))?.operation("cancel_task").send().await?;
            job::end(run, "the task was cancelled").await
        }
        "SUCCEEDED" | "FAILED" | "CANCELED" | "CANCELLED" => Ok(()),
        status => {
            let message = format!("the task is `{status}`; DashScope cancels only what waits");
            Err(Error::unsupported("cancel", message).with_vendor(endpoint.vendor()))
        }
    }
}

/// Where the files of an answer are. Of a task with several images some may have failed.
pub(super) fn finished(output: Output, usage: Option<UsageTold>, now: Timestamp) -> Result<Finished> {
    let expires_at = now.checked_add(KEPT).ok();
    let mut refusal: Option<Refusal> = None;
    let mut urls: Vec<_> = output.video_url.into_iter().collect();
    for item in output.results {
        match item.url {
            Some(url) => urls.push(url),
            None => drop(refusal.get_or_insert(item.refusal)),
        }
    }
    urls.extend(output.choices.into_iter().flat_map(|choice| choice.message.content).filter_map(|part| part.image));
    match refusal {
        _ if !urls.is_empty() => {}
        Some(refusal) => return Err(error::failed(refusal)),
        None => return Err(Error::new(ErrorKind::JobFailed, "DashScope says that it succeeded and names no file")),
    }
    let files = urls.into_iter().map(|url| RemoteMedia { url, expires_at }).collect();
    Ok(Finished { files, usage: used(usage.unwrap_or_default()) })
}

fn used(told: UsageTold) -> Usage {
    let lines = told.lines.map(|lines| format!("{lines}P"));
    let mut usage = Usage::default().with_term("resolution", lines.as_deref());
    let images = told.image_count.or(told.output_image_count);
    usage.images = images.and_then(|count| u64::try_from(count).ok());
    usage.seconds = told.output_video_duration.or(told.duration);
    usage
}
