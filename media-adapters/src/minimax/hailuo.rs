//! Videos of the older interface: a task, its state, and the file that it names.

use social_core::job::{JobState, Pending};
use social_core::money::Usage;
use social_core::video::VideoRequest;
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::client::MiniMax;
use super::error;
use super::wire::{Created, HailuoTask, Retrieved, TaskError, TaskState};
use crate::body::WithExtra;
use crate::input::Input;

/// Submits a task and returns its id.
pub(super) async fn submit(
    client: &MiniMax,
    model: &str,
    request: &VideoRequest,
    first: Option<Input>,
    last: Option<Input>,
) -> Result<String> {
    let task = HailuoTask {
        model,
        prompt: &request.full_prompt(),
        first_frame_image: first,
        last_frame_image: last,
        duration: request.duration.map(|duration| duration.as_secs()),
        resolution: request.resolution.as_deref(),
    };
    let call = client.post("video_generation")?.operation("submit_video").model(model);
    let reply = call.json(&WithExtra { body: &task, extra: &request.extra }).send().await?;
    let created: Created = client.open(&reply)?;
    created.task_id.ok_or_else(|| reply.unreadable("the answer names no task"))
}

/// Asks after a task. The file of one that is done is looked up at once, since its address ends
/// early.
pub(super) async fn check(client: &MiniMax, id: &str) -> Result<JobState<(Url, Usage)>> {
    let call = client.get("query/video_generation")?.query("task_id", id).operation("check_video");
    let reply = call.send().await?;
    let task: TaskState = reply.json()?;
    if matches!(task.status.as_str(), "Fail" | "Failed") {
        let (code, message) = (task.base_resp.status_code, task.base_resp.status_msg);
        let told = (code != 0).then(|| TaskError { code: Some(code.to_string()), message: Some(message) });
        return Err(error::of_task(told));
    }
    let task: TaskState = client.open(&reply)?;
    match task.status.as_str() {
        "Success" => {}
        "Preparing" | "Queueing" => return Ok(Pending::queued(task.status).into()),
        "" => return Err(reply.unreadable("the answer does not say how far the task is")),
        _ => return Ok(Pending::working(task.status).into()),
    }
    let Some(file) = task.file_id else {
        return Err(Error::new(ErrorKind::JobFailed, "MiniMax says that the task succeeded and names no file"));
    };
    let call = client.get("files/retrieve")?.query("file_id", &file).operation("find_video");
    let reply = call.send().await?;
    let retrieved: Retrieved = client.open(&reply)?;
    match retrieved.file.download_url {
        Some(url) => Ok(JobState::Done((url, Usage::default()))),
        // It may be there a moment later.
        None => Err(reply.unreadable("the answer names no address of the file")),
    }
}
