//! A line on the terminal for every step that is under way.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use social_core::run::{RunEvent, StepEvent};
use social_core::text::visible_line;

/// Shows a line for every step that is under way. Where there is no terminal, each is said once,
/// when it begins.
pub(crate) fn observer() -> impl Fn(RunEvent) + Send + Sync {
    let shown = std::io::stderr().is_terminal();
    let all = MultiProgress::new();
    let bars: Mutex<HashMap<String, ProgressBar>> = Mutex::default();
    move |event: RunEvent| {
        if !shown {
            // What takes its time is made in the studio.
            if matches!(event.what, StepEvent::Started) && event.step.contains("/studio/") {
                eprintln!("{}", visible_line(&readable(&event.step)));
            }
            return;
        }
        let mut bars = bars.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, fraction) = match event.what {
            StepEvent::Started => ("started".to_owned(), None),
            StepEvent::Settling { until } => (format!("waits until {until:.0} whether the platform shows it"), None),
            StepEvent::Job { progress } => (progress.word, progress.fraction),
            _ => {
                if let Some(bar) = bars.remove(&event.step) {
                    bar.finish_and_clear();
                }
                return;
            }
        };
        let bar = bars.entry(event.step.clone()).or_insert_with(|| {
            let bar = all.add(ProgressBar::new(100));
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if let Some(fraction) = fraction {
            bar.set_style(ProgressStyle::default_bar());
            bar.set_position((fraction.clamp(0.0, 1.0) * 100.0) as u64);
        }
        bar.set_message(visible_line(&format!("{}: {status}", readable(&event.step))).into_owned());
    }
}

/// A step without the part that names the brief, its names as they are.
fn readable(step: &str) -> String {
    let (_, step) = step.split_once('/').unwrap_or(("", step));
    let step = step.strip_prefix("studio/").unwrap_or(step);
    step.split('/').map(|name| name.replace("%2F", "/").replace("%25", "%")).collect::<Vec<_>>().join(" ")
}
