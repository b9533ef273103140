//! How a platform shows a post, as its rules say: frame, cuts, crops, and what lies on top.

use social_core::publish::{Placement, TextPlace};

use super::card::Card;

/// Width by height of a telephone's screen.
const SCREEN: f64 = 9.0 / 16.0;
/// The height of a screen, in percent of its width: who shows posts as tall as that fills it.
const SCREEN_HEIGHT_PERCENT: u16 = 177;
/// Platforms with shorter texts show them whole.
const SHOWN_WHOLE: usize = 600;
/// Letters on a line of a telephone.
const LINE: usize = 48;
/// Smaller differences of two shapes are not seen.
const SEEN: f64 = 0.02;

/// In what a post is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// It is one of many in a list.
    Feed,
    /// It fills a telephone's screen.
    Screen,
    /// A player, with the title under it.
    Player,
}

/// The frame of a post.
pub(super) fn frame(card: &Card) -> Frame {
    let placement = &card.post.placement;
    let tall = card.appearance.text == TextPlace::Below && card.appearance.max_height_percent >= SCREEN_HEIGHT_PERCENT;
    if tall || [Placement::REEL, Placement::STORY, Placement::SHORT].contains(placement) {
        Frame::Screen
    } else if *placement == Placement::VIDEO && card.titled {
        Frame::Player
    } else {
        Frame::Feed
    }
}

/// After how many lines the text is cut until a reader asks for more; `None` where it is shown
/// whole. No platform documents it: this is what is seen on any of them.
pub(super) fn lines_shown(card: &Card) -> Option<usize> {
    let lines = match frame(card) {
        Frame::Screen | Frame::Player => 2,
        Frame::Feed if card.appearance.text == TextPlace::Below => 2,
        Frame::Feed => 3,
    };
    let placement = &card.post.placement;
    let whole = [Placement::MESSAGE, Placement::ARTICLE, Placement::STORY].contains(placement) || title_alone(card);
    let longest = card.measures.get("text").into_iter().flatten().map(|measure| measure.maximum).min();
    let cut = !whole && longest.is_some_and(|longest| longest > SHOWN_WHOLE) && lines_of(&card.post.text) > lines;
    cut.then_some(lines)
}

/// Where in its bytes the text is cut until somebody asks for more, by the platform's number of
/// characters and by lines; `None` where it is shown whole, or where only
/// [lines](lines_shown) are known. The cut is between words where there are any.
pub(super) fn fold(card: &Card) -> Option<usize> {
    /// Further back no space is looked for.
    const WORD: usize = 20;
    let maximum = card.fold.filter(|_| frame(card) == Frame::Feed && !title_alone(card))?;
    let text = card.post.text.as_str();
    let lines = if card.appearance.text == TextPlace::Below { 2 } else { 3 };
    let line = text.match_indices('\n').map(|(at, _)| at).nth(lines - 1).unwrap_or(text.len());
    let at = text.char_indices().map(|(at, _)| at).nth(maximum).unwrap_or(text.len());
    if at.min(line) >= text.trim_end().len() {
        return None;
    }
    if line <= at {
        return Some(line);
    }
    let head = text.get(..at)?;
    let space = head.char_indices().rev().take(WORD).find(|(_, c)| c.is_whitespace());
    Some(space.map_or(at, |(space, _)| space))
}

/// On a screen a wanted title is shown, and the text is not.
pub(super) fn title_alone(card: &Card) -> bool {
    card.titled && card.post.title.is_some() && frame(card) == Frame::Screen
}

/// About how many lines a text takes. Letters of East Asia are two wide.
fn lines_of(text: &str) -> usize {
    let width = |line: &str| line.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum::<usize>();
    text.lines().map(|line| width(line).div_ceil(LINE).max(1)).sum()
}

/// How much of a screen the platform's own words and buttons may cover, in percent of its height
/// and width: above, beside, below.
///
/// Source: Meta's advice for stories (14 and 20 percent) and reels (14 and 35), not confirmed; that
/// others cover no more is an assumption.
pub(super) fn covered(placement: &Placement) -> [u8; 3] {
    if *placement == Placement::STORY { [14, 6, 20] } else { [14, 6, 35] }
}

/// What a person would not see at once, a sentence each.
pub(super) fn remarks(card: &Card) -> Vec<String> {
    let mut remarks = Vec::new();
    if let (Some(at), Some(maximum)) = (fold(card), card.fold) {
        let shown = card.post.text.get(..at).unwrap_or_default().chars().count();
        remarks.push(format!(
            "The feed shows the first {shown} characters until a reader taps “more” (about {maximum} at most)."
        ));
    } else if let Some(lines) = lines_shown(card) {
        remarks.push(format!("The text is cut after about {lines} lines until somebody taps “more”."));
    }
    if title_alone(card) && !card.post.text.is_empty() {
        remarks.push("The title is shown, and the text when somebody opens the description.".to_owned());
    }
    let frame = frame(card);
    if frame == Frame::Screen {
        let [above, _, below] = covered(&card.post.placement);
        remarks.push(format!(
            "Words in the image or video are sure to be seen inside the dashed frame: the platform may cover the upper \
             {above} % and the lower {below} %."
        ));
    }
    let shapes: Vec<_> = card.post.content().map(|(index, _)| (index + 1, card.shapes.get(&index).copied())).collect();
    let tallest = 100.0 / f64::from(card.appearance.max_height_percent.max(1));
    match (frame, shapes.as_slice()) {
        (Frame::Screen, shapes) => {
            let bars = shapes.iter().filter_map(|(file, shape)| Some((file, (*shape)?)));
            for (file, shape) in bars.filter(|(_, shape)| differ(*shape, SCREEN)) {
                remarks.push(format!("File {file} ({}) leaves bars on a screen of 9:16.", ratio(shape)));
            }
        }
        (Frame::Feed, [(_, Some(shape))]) if *shape < tallest && differ(*shape, tallest) => {
            remarks.push(format!("File 1 ({}) is cut to {} in the feed.", ratio(*shape), ratio(tallest)));
        }
        (Frame::Feed, [_, _, ..]) if !swipes(card) => {
            remarks.push("Side by side, images are cut; a tap shows each whole.".to_owned());
        }
        (Frame::Feed, [(_, Some(first)), rest @ ..]) => {
            let first = first.max(tallest);
            let others = rest.iter().filter_map(|(file, shape)| Some((file, (*shape)?)));
            for (file, shape) in others.filter(|(_, shape)| differ(*shape, first)) {
                remarks.push(format!(
                    "File {file} ({}) is cut to the shape of the first ({}).",
                    ratio(shape),
                    ratio(first)
                ));
            }
        }
        _ => {}
    }
    remarks
}

/// Several images are swiped through.
pub(super) fn swipes(card: &Card) -> bool {
    card.appearance.swipes || card.post.placement == Placement::CAROUSEL
}

fn differ(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() > SEEN
}

/// A shape as people say it.
fn ratio(shape: f64) -> String {
    const KNOWN: [(f64, f64); 11] = [
        (1.0, 1.0),
        (4.0, 5.0),
        (5.0, 4.0),
        (3.0, 4.0),
        (4.0, 3.0),
        (2.0, 3.0),
        (3.0, 2.0),
        (9.0, 16.0),
        (16.0, 9.0),
        (2.0, 1.0),
        (1.0, 2.0),
    ];
    match KNOWN.iter().find(|(width, height)| !differ(shape, width / height)) {
        Some((width, height)) => format!("{width}:{height}"),
        None if shape >= 1.0 => format!("{shape:.2}:1"),
        None => format!("1:{:.2}", 1.0 / shape),
    }
}
