//! Which campaign a brief belongs to on a day.

use super::Brief;
use super::report::AMBIGUOUS;
use crate::canonical::Canonical;
use crate::clock::{Date, Timestamp};
use crate::error::{Error, Result};
use crate::run::{Journal, Run, RunQuery, RunState, RunSummary};

/// The words of a brand and of a subject in a name, and the characters of both together.
const BRAND_WORDS: usize = 4;
const SUBJECT_WORDS: usize = 6;
const LONGEST: usize = 60;

/// An unfinished campaign of so many days ago is gone on with: one of a week ago is last week's.
const DAYS: i32 = 6;

/// A campaign that was worked on so many hours ago is gone on with, finished or not: who runs it
/// again around midnight means the same one.
const HOURS: i64 = 6;

/// The name of the campaign that a brief belongs to: brand, subject and date.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CampaignName {
    /// The name of its run, for instance `41-bistro-autumn-menu-2026-12-03`.
    pub name: String,
    /// The day of a campaign that was begun earlier, which this goes on with.
    pub begun_on: Option<Date>,
}

impl CampaignName {
    /// Finds the campaign of a brief in a journal, so that next week's special is another campaign
    /// and an interrupted one is never paid or posted a second time:
    ///
    /// 1. A brief with a [date](Brief::date) is the campaign of that day.
    /// 2. One that was begun today is gone on with.
    /// 3. So is the latest one before, if it is not finished and at most 6 days old, or was worked
    ///    on in the last 6 hours. A campaign is finished when every post of it is out for real.
    /// 4. If the latest one is older and not finished, and something was paid for it and nothing
    ///    published, or a post of it may be out, it cannot be told which one is meant.
    /// 5. Nor can it where a campaign that would be gone on with has a subject that differs in a
    ///    letter or two: a mended typo is no other campaign.
    /// 6. Else the campaign of today begins.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where it cannot be told, naming the
    /// other campaign; [`Advice::on`](super::Advice::on) says what can be done.
    /// [`Storage`](crate::ErrorKind::Storage) when the journal cannot be read.
    pub async fn find(journal: &dyn Journal, brief: &Brief, today: Date, now: Timestamp) -> Result<Self> {
        if brief.date.is_some() {
            return Ok(Self { name: name_of(brief), begun_on: None });
        }
        let stem = stem(brief);
        let of_today = format!("{stem}-{today}");
        let brand = slug(&brief.brand.name, BRAND_WORDS);
        let mut known: Vec<Known> = Vec::new();
        let mut query = RunQuery::new().with_prefix(format!("{brand}-"));
        loop {
            let page = journal.list(&query).await?;
            known.extend(page.runs.into_iter().filter_map(Known::of).filter(|known| known.date <= today));
            match page.next {
                Some(next) => query = query.after(next),
                None => break,
            }
        }
        known.sort_by_key(|known| std::cmp::Reverse(known.date));
        if let Some(earlier) = known.iter().find(|known| known.stem == stem) {
            let is_today = earlier.date == today;
            if is_today || earlier.goes_on(today, now) {
                let begun_on = (!is_today).then_some(earlier.date);
                return Ok(Self { name: earlier.run.id.name.clone(), begun_on });
            }
            if earlier.run.state != RunState::Finished && earlier.is_owed(journal).await? {
                let why = "is not finished, and what was paid for it would be paid again";
                return Err(ambiguous(&earlier.run.id.name, why));
            }
        }
        for other in known.iter().filter(|known| known.stem != stem && differs_in_a_typo(&known.stem, &stem)) {
            let current = other.date == today || other.goes_on(today, now);
            if current && other.has_effects(journal).await? {
                let why = "differs from this one in a letter or two, and may be the same";
                return Err(ambiguous(&other.run.id.name, why));
            }
        }
        Ok(Self { name: of_today, begun_on: None })
    }
}

fn ambiguous(name: &str, why: &str) -> Error {
    let message = format!("campaign `{name}` {why}: give this one its name to go on with it, or a date to begin anew");
    Error::invalid("name", message).with_code(AMBIGUOUS)
}

/// A campaign of the journal.
struct Known {
    stem: String,
    date: Date,
    run: RunSummary,
}

impl Known {
    fn of(run: RunSummary) -> Option<Self> {
        // `-2026-12-03`
        let at = run.id.name.len().checked_sub(11)?;
        let (stem, date) = run.id.name.split_at_checked(at)?;
        let date = date.strip_prefix('-')?.parse().ok()?;
        Some(Self { stem: stem.to_owned(), date, run })
    }

    fn goes_on(&self, today: Date, now: Timestamp) -> bool {
        let days = self.date.until(today).map_or(i32::MAX, |span| span.get_days());
        let recently = self.run.changed_at.is_some_and(|at| now.duration_since(at).as_hours() < HOURS);
        recently || (self.run.state != RunState::Finished && days <= DAYS)
    }

    /// Whether a post of it may be out, or something was paid for it that nothing came of.
    async fn is_owed(&self, journal: &dyn Journal) -> Result<bool> {
        if matches!(self.run.state, RunState::Unsettled | RunState::Unreadable) {
            return Ok(true);
        }
        let steps = Run::peek(journal, &self.run.id).await?.steps();
        let at_stake: Vec<_> = steps.iter().filter(|step| step.at_stake).collect();
        Ok(!at_stake.is_empty() && !at_stake.iter().any(|step| step.name.starts_with("publish/")))
    }

    async fn has_effects(&self, journal: &dyn Journal) -> Result<bool> {
        if self.run.state == RunState::Unreadable {
            return Ok(true);
        }
        Ok(Run::peek(journal, &self.run.id).await?.steps().iter().any(|step| step.at_stake))
    }
}

/// The name of a brief's campaign when nothing else is known.
pub(super) fn name_of(brief: &Brief) -> String {
    match &brief.date {
        Some(date) => format!("{}-{date}", stem(brief)),
        None => stem(brief),
    }
}

/// Brand and subject: readable, and the same every time. What was cut off tells two of them apart.
fn stem(brief: &Brief) -> String {
    let (brand, subject) = (slug(&brief.brand.name, BRAND_WORDS), slug(&brief.subject, SUBJECT_WORDS));
    let whole = format!("{}-{}", slug(&brief.brand.name, usize::MAX), slug(&brief.subject, usize::MAX));
    let stem: String = format!("{brand}-{subject}").chars().take(LONGEST).collect();
    if stem == whole {
        return stem;
    }
    let digest = Canonical::of(&whole).map(|form| form.digest(&[])).ok();
    let tail: String = digest.iter().flat_map(|digest| digest.short().chars().take(6)).collect();
    format!("{}-{tail}", stem.trim_end_matches('-'))
}

fn slug(text: &str, words: usize) -> String {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(words);
    let slug: String = words.collect::<Vec<_>>().join("-").chars().take(LONGEST).collect();
    if slug.is_empty() { "campaign".to_owned() } else { slug }
}

/// Whether two names are alike up to a place where at most two letters stand for two others.
/// Numbers are no typos: week 48 is not week 49.
fn differs_in_a_typo(a: &str, b: &str) -> bool {
    let (mut a, mut b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    for _ in 0..2 {
        while !a.is_empty() && a.last() == b.last() {
            a.pop();
            b.pop();
        }
        a.reverse();
        b.reverse();
    }
    a.len() <= 2 && b.len() <= 2 && !a.iter().chain(&b).any(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_a_letter_or_two_and_no_number() {
        for (a, b) in [("bred-night", "bread-night"), ("tuesday-pie", "tuedsay-pie"), ("soup", "soap")] {
            assert!(differs_in_a_typo(a, b), "{a} {b}");
        }
        for (a, b) in [("week-48", "week-49"), ("monday-soup", "tuesday-pie"), ("ravioli", "ravioli-and-wine")] {
            assert!(!differs_in_a_typo(a, b), "{a} {b}");
        }
    }

    #[test]
    fn names_have_the_brand_and_stay_short_and_apart() {
        let named = |brand: &str, subject: &str| {
            let mut brief = Brief { subject: subject.to_owned(), ..Brief::default() };
            brief.brand.name = brand.to_owned();
            name_of(&brief)
        };
        assert_eq!(named("41 Bistro", "Tuesday pie!"), "41-bistro-tuesday-pie");
        assert_ne!(named("41 Bistro", "Tuesday pie"), named("Crumb & Co.", "Tuesday pie"));
        let (long, other) = (format!("{}one", "word ".repeat(9)), format!("{}two", "word ".repeat(9)));
        assert_ne!(named("A", &long), named("A", &other), "what is cut off counts");
        assert!(named("麺屋", &"ラーメン".repeat(100)).chars().count() < 80);
        assert_eq!(named("…", "!"), "campaign-campaign");
    }
}
