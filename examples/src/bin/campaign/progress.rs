use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use social_core::run::Progress;

/// Shows a line for every step that is under way. Where there is no terminal, nothing is shown.
pub(crate) fn observer() -> impl Fn(Progress) + Send + Sync {
    let all = MultiProgress::new();
    let bars: Mutex<HashMap<String, ProgressBar>> = Mutex::default();
    move |progress: Progress| {
        let mut bars = bars.lock().unwrap_or_else(PoisonError::into_inner);
        match progress.status.as_str() {
            "done" | "failed" => {
                if let Some(bar) = bars.remove(&progress.step) {
                    bar.finish_and_clear();
                }
            }
            status => {
                let bar = bars.entry(progress.step.clone()).or_insert_with(|| {
                    let bar = all.add(ProgressBar::new(100));
                    bar.set_style(ProgressStyle::default_spinner());
                    bar.enable_steady_tick(Duration::from_millis(120));
                    bar
                });
                if let Some(fraction) = progress.fraction {
                    bar.set_style(ProgressStyle::default_bar());
                    bar.set_position((fraction.clamp(0.0, 1.0) * 100.0) as u64);
                }
                let name = progress.step.split_once('/').map_or(progress.step.as_str(), |(_, step)| step);
                bar.set_message(format!("{name}: {status}"));
            }
        }
    }
}
