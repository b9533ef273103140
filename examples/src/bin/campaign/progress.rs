//! What is under way, in words: lines that move on a terminal, lines of text where there is none.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use social_core::campaign::Plan;
use social_core::run::{RunEvent, StepEvent};
use social_core::text::visible_line;

use crate::list::line;

/// Where lines do not move, work under way is told again after this time.
const REMINDER: Duration = Duration::from_secs(10);

/// Shows what is under way.
#[derive(Clone)]
pub(crate) struct Progress {
    inner: Arc<Mutex<Inner>>,
    terminal: bool,
    json: bool,
}

struct Inner {
    /// What the files are for, by their names.
    files: HashMap<String, String>,
    works: BTreeMap<String, Work>,
    /// What was told, where no lines move.
    told: HashSet<String>,
    bars: MultiProgress,
}

/// Work that people know as one, whatever steps it has.
struct Work {
    words: String,
    /// Its steps under way.
    steps: Vec<String>,
    status: String,
    fraction: Option<f32>,
    begun: Instant,
    told: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(json: bool) -> Self {
        let (files, works, told) = (HashMap::new(), BTreeMap::new(), HashSet::new());
        let inner = Inner { files, works, told, bars: MultiProgress::new() };
        Self { inner: Arc::new(Mutex::new(inner)), terminal: std::io::stderr().is_terminal(), json }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns what files are for.
    pub(crate) fn plan(&self, plan: &Plan) {
        if self.json {
            line("plan", plan);
        }
        let mut files: HashMap<String, String> = HashMap::new();
        for file in &plan.files {
            let targets = plan.targets.iter().filter(|target| target.files.contains(&file.key));
            let targets: Vec<_> = targets.map(|target| format!("{}/{}", target.platform, target.placement)).collect();
            let mut words = file.key.kind.to_string();
            if file.key.index > 0 {
                words = format!("{words} {}", file.key.index + 1);
            }
            let words = if targets.is_empty() { words } else { format!("{words} for {}", targets.join(", ")) };
            files.insert(file.key.to_string(), words);
        }
        self.lock().files = files;
    }

    /// Takes an event of the run.
    pub(crate) fn see(&self, event: &RunEvent) {
        if self.json {
            line("step", event);
        }
        let mut inner = self.lock();
        let Some((name, words)) = work_of(&event.step, &inner.files) else { return };
        let started = matches!(event.what, StepEvent::Started);
        let (status, fraction) = match &event.what {
            StepEvent::Started => (String::new(), None),
            StepEvent::Settling { until } => (format!("waits until {until:.0} whether the platform shows it"), None),
            StepEvent::Job { progress } => (progress.word.clone(), progress.fraction),
            _ => return inner.end(&name, &event.step, self.terminal),
        };
        if started {
            inner.start(&name, words, &event.step, self.terminal);
        }
        if let Some(work) = inner.works.get_mut(&name) {
            work.go_on(status, fraction);
        }
    }

    /// Tells now and then what is under way, for as long as it is polled.
    pub(crate) async fn remind(self) {
        if self.terminal {
            return;
        }
        loop {
            tokio::time::sleep(REMINDER / 2).await;
            for work in self.lock().works.values_mut() {
                if work.told.elapsed() >= REMINDER {
                    work.tell();
                }
            }
        }
    }
}

impl Inner {
    fn start(&mut self, name: &str, words: String, step: &str, terminal: bool) {
        let (bars, told) = (&self.bars, &mut self.told);
        let work = self.works.entry(name.to_owned()).or_insert_with(|| {
            let bar = terminal.then(|| {
                let bar = bars.add(ProgressBar::new(100));
                bar.set_style(ProgressStyle::default_spinner());
                bar.enable_steady_tick(Duration::from_millis(120));
                bar
            });
            let now = Instant::now();
            let work =
                Work { words, steps: Vec::new(), status: String::new(), fraction: None, begun: now, told: now, bar };
            if !terminal && told.insert(work.words.clone()) {
                eprintln!("{}", visible_line(&work.words));
            }
            work
        });
        work.steps.push(step.to_owned());
    }

    fn end(&mut self, name: &str, step: &str, terminal: bool) {
        let Some(work) = self.works.get_mut(name) else { return };
        work.steps.retain(|known| known != step);
        if !work.steps.is_empty() {
            return;
        }
        if let Some(work) = self.works.remove(name) {
            match work.bar {
                Some(bar) => bar.finish_and_clear(),
                None if !terminal && work.begun.elapsed() >= REMINDER => {
                    eprintln!("{}: done after {} s", visible_line(&work.words), work.begun.elapsed().as_secs());
                }
                None => {}
            }
        }
    }
}

impl Work {
    fn go_on(&mut self, status: String, fraction: Option<f32>) {
        if !status.is_empty() {
            self.status = status;
        }
        self.fraction = fraction.or(self.fraction);
        if let Some(bar) = &self.bar {
            bar.set_message(visible_line(&self.line()).into_owned());
        }
    }

    fn line(&self) -> String {
        let mut line = self.words.clone();
        if !self.status.is_empty() {
            line = format!("{line}: {}", self.status);
        }
        match self.fraction {
            Some(fraction) => format!("{line}, {:.0} %", fraction.clamp(0.0, 1.0) * 100.0),
            None => line,
        }
    }

    fn tell(&mut self) {
        self.told = Instant::now();
        eprintln!("{}, {} s", visible_line(&self.line()), self.begun.elapsed().as_secs());
    }
}

/// The work that a step belongs to, by its name in the run and in words; `None` for what takes no
/// time.
fn work_of(step: &str, files: &HashMap<String, String>) -> Option<(String, String)> {
    let parts: Vec<_> = step.split('/').map(|part| part.replace("%2F", "/").replace("%25", "%")).collect();
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let named = |depth: usize| step.split('/').take(depth).collect::<Vec<_>>().join("/");
    match parts.as_slice() {
        ["studio", "text", _, name, ..] => Some((named(4), text_words(bare(name)))),
        ["studio", "fit", place, ..] => Some((named(3), format!("fitting the post for {place}"))),
        ["studio", kind, _, name, ..] => {
            let name = bare(name);
            // Behind the file's name stands what it is made again for.
            let file = name.split(' ').next().unwrap_or(name);
            let words = files.get(file).cloned().unwrap_or_else(|| file.to_owned());
            let words = match *kind {
                "image" | "video" => words,
                "speech" => format!("voice of the {words}"),
                "render" => format!("putting together the {words}"),
                "enhance" => format!("photo of the {words}"),
                _ => format!("{kind} of the {words}"),
            };
            Some((named(4), if file == name { words } else { format!("{words}, again") }))
        }
        ["publish", target, ..] if target.split('/').any(|part| part == "rehearsal") => {
            Some((named(2), format!("laying out the post for {}", place(target))))
        }
        ["publish", target, ..] => Some((named(2), format!("publishing to {}", place(target)))),
        _ => None,
    }
}

/// A step's name without what tells apart those of one name.
fn bare(name: &str) -> &str {
    name.rsplit_once('#').map_or(name, |(name, _)| name)
}

fn text_words(name: &str) -> String {
    match name.split_once(' ') {
        _ if name == "concept" => "the idea".to_owned(),
        Some(("concept", again)) => format!("the idea, {again}"),
        Some((place, again)) if !place.starts_with("default/") => format!("text for {place}, {again}"),
        // It is made again on request: what stands there is the target's key.
        Some((target, _)) => format!("text for {}, as wished", place(target)),
        None => format!("text for {name}"),
    }
}

/// `bluesky/feed` of `default/bluesky/did:plc:abc/feed`.
fn place(target: &str) -> String {
    let parts: Vec<_> = target.split('/').filter(|part| *part != "rehearsal").collect();
    match parts.as_slice() {
        [_, platform, _, rest @ ..] => format!("{platform}/{}", rest.join("/")),
        _ => target.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_have_names_that_people_know() {
        let files = HashMap::from([("video-9x16-1".to_owned(), "video for instagram/reel".to_owned())]);
        let words = |step: &str| work_of(step, &files).map(|(_, words)| words);
        for (step, expected) in [
            ("studio/text/openai%2Fgpt/concept#1f2e3d4c5b6a/reply", "the idea"),
            ("studio/text/openai%2Fgpt/bluesky%2Ffeed#1f2e3d4c5b6a/reply", "text for bluesky/feed"),
            ("studio/text/openai%2Fgpt/bluesky%2Ffeed once more#1f/reply", "text for bluesky/feed, once more"),
            ("studio/text/a%2Fb/default%2Fbluesky%2F1%2Ffeed again 1#1f/reply", "text for bluesky/feed, as wished"),
            ("studio/video/local%2Fslides/video-9x16-1#1f2e3d4c5b6a/video.mp4", "video for instagram/reel"),
            ("studio/speech/elevenlabs%2Fm/video-9x16-1#1f", "voice of the video for instagram/reel"),
            ("publish/default%2Fbluesky%2Fdid:plc:abc%2Ffeed/1f2e/x/publish", "publishing to bluesky/feed"),
        ] {
            assert_eq!(words(step).as_deref(), Some(expected), "{step}");
        }
        assert_eq!(words("approve/approval 1:abc"), None);
    }
}
