//! Videos of the newer interface (`MiniMax-H3`), whose failures are HTTP statuses.

use social_core::image::AspectRatio;
use social_core::job::{JobState, Pending};
use social_core::money::Usage;
use social_core::video::VideoRequest;
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::client::MiniMax;
use super::error;
use super::wire::{Address, Created, NewerState, NewerTask, NewerTaskState, Part};
use crate::body::WithExtra;
use crate::input::Input;

/// Paths lie beside those of the older interface, which base URLs name.
const TASKS: &str = "../v2/video_generation";
const STATES: &str = "../v2/query/video_generation";

/// Submits a task and returns its id.
pub(super) async fn submit(
    client: &MiniMax,
    model: &str,
    request: &VideoRequest,
    first: Option<Input>,
    last: Option<Input>,
) -> Result<String> {
    let prompt = request.full_prompt();
    // A video from a text alone is refused without a shape; one from an image with a shape.
    let shape = request.aspect_ratio.unwrap_or(AspectRatio::WIDE);
    let ratio = first.is_none().then(|| shape.to_string());
    let mut content = Vec::new();
    if !prompt.trim().is_empty() {
        content.push(Part::Text { text: &prompt });
    }
    let image = |(role, url)| Part::ImageUrl { image_url: Address { url }, role };
    content.extend(first.map(|url| ("first_frame", url)).map(image));
    content.extend(last.map(|url| ("last_frame", url)).map(image));
    let task = NewerTask {
        model,
        content,
        resolution: request.resolution.as_deref(),
        duration: request.duration.map(|duration| duration.as_secs()),
        ratio,
    };
    let call = client.post(TASKS)?.operation("submit_video").model(model);
    let reply = call.json(&WithExtra { body: &task, extra: &request.extra }).send().await?;
    let created: Created = client.open(&reply)?;
    created.task_id.ok_or_else(|| reply.unreadable("the answer names no task"))
}

pub(super) async fn check(client: &MiniMax, id: &str) -> Result<JobState<(Url, Usage)>> {
    let call = client.get(&format!("{STATES}/{id}"))?.operation("check_video");
    let reply = call.send().await?;
    let NewerState { task } = reply.json()?;
    let over = |how: &str| Err(Error::new(ErrorKind::JobFailed, format!("the task {how}")));
    match task.status.as_str() {
        "succeeded" => finished(task),
        "failed" => Err(error::of_task(task.error)),
        "cancelled" | "canceled" => over("was cancelled"),
        "expired" => over("was not finished in the time that MiniMax gives it"),
        "queued" => Ok(Pending::queued(task.status).into()),
        "" => Err(reply.unreadable("the answer does not say how far the task is")),
        _ => Ok(Pending::working(task.status).into()),
    }
}

fn finished(task: NewerTaskState) -> Result<JobState<(Url, Usage)>> {
    let Some(url) = task.content.and_then(|content| content.url) else {
        return Err(Error::new(ErrorKind::JobFailed, "MiniMax says that the task succeeded and names no video"));
    };
    let mut usage = Usage::default().with_term("resolution", task.resolution.as_deref());
    usage.seconds = task.usage.and_then(|usage| usage.total_seconds).or(task.duration);
    Ok(JobState::Done((url, usage)))
}
