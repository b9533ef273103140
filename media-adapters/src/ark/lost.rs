//! What became of a task whose submission was not answered.

use std::time::Duration;

use social_core::Result;
use social_core::http::Endpoint;
use social_core::run::{Found, Lost, Run};

use super::wire::{Page, Task};

/// Tasks in a page of the list, and pages that are read.
const PAGE: usize = 100;
const PAGES: usize = 20;

/// Ark lists the tasks of seven days. What is older may be gone from the list.
const LISTED: Duration = Duration::from_secs(6 * 24 * 3600);

/// How far the vendor's clock may be behind ours, in seconds.
const SKEW: i64 = 600;

/// Longer than a submission with two images takes, and a list lags behind.
const SETTLE: Duration = Duration::from_secs(120);

/// The seed of a run whose request names none. It follows from the run, so that a lost task is
/// known by it.
pub(super) fn seed(run: &Run) -> i64 {
    let digits: String = run.key("submit").chars().filter(char::is_ascii_hexdigit).take(8).collect();
    i64::from_str_radix(&digits, 16).unwrap_or_default() & i64::from(i32::MAX)
}

/// Looks for the task of this seed in the list of tasks, and returns its id. A seed that the caller
/// chose may be that of another task as well: it proves only that there is none.
pub(super) async fn find(
    endpoint: &Endpoint,
    run: &Run,
    lost: Lost,
    seed: i64,
    is_unique: bool,
) -> Result<Found<String>> {
    let age = Duration::try_from(run.clock().now().duration_since(lost.begun_at)).unwrap_or_default();
    if age > LISTED {
        return Ok(Found::Unknown);
    }
    let since = lost.begun_at.as_second() - SKEW;
    let mut doubt = false;
    for page in 1..=PAGES {
        let tasks = list(endpoint, page).await?;
        let is_last = tasks.len() < PAGE;
        for task in tasks.into_iter().filter(|task| task.created_at.is_none_or(|created| created >= since)) {
            match task.seed {
                Some(found) if found == seed && is_unique => return Ok(Found::Present(task.id)),
                Some(found) if found != seed => {}
                // A task that does not tell its seed yet may be the one.
                _ => doubt = true,
            }
        }
        if is_last {
            return Ok(if doubt { Found::Unknown } else { Found::NotListed { settle: SETTLE } });
        }
    }
    Ok(Found::Unknown)
}

async fn list(endpoint: &Endpoint, page: usize) -> Result<Vec<Task>> {
    let call = endpoint.get("contents/generations/tasks")?.operation("list_videos");
    let call = call.query("page_num", page.to_string()).query("page_size", PAGE.to_string());
    call.send().await?.json::<Page>().map(|page| page.items)
}
