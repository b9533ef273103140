//! Stands on the specification of WebVTT, on what players read as SubRip, and on rules of ours.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::speech::SpokenWord;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The words of a text, each character spoken for 60 ms.
fn spoken(text: &str) -> Vec<SpokenWord> {
    let characters: Vec<_> = text.chars().map(String::from).collect();
    let timed = characters.iter().zip(0..).map(|(c, n)| (c.as_str(), ms(60 * n), ms(60 * n + 60)));
    SpokenWord::of_characters(timed)
}

fn texts(captions: &Captions) -> Vec<&str> {
    captions.cues.iter().map(|cue| cue.text.as_str()).collect()
}

#[test]
fn lines_are_even_and_end_at_good_places() {
    let text = "Pumpkin season is here, and on Friday evening our kitchen opens its doors. \
        Come early! Seats by the window go first, as every year, and the soup never lasts beyond eight o'clock. Dr. Huber cooks.";
    let captions = Captions::of_words(&spoken(text), &CaptionRules::default());
    assert_eq!(
        texts(&captions),
        [
            "Pumpkin season is here, and on Friday\nevening our kitchen opens its doors.",
            "Come early! Seats by the\nwindow go first, as every year,",
            "and the soup never lasts\nbeyond eight o'clock.",
            "Dr. Huber cooks.",
        ]
    );
}

#[test]
fn scripts_without_spaces_are_broken_where_they_may_be() {
    let table: [(&str, &[&str]); 3] = [
        (
            "今日は、かぼちゃのラビオリをご用意しました。ぜひ「Trattoria」へお越しください！",
            &["今日は、かぼちゃの\nラビオリをご用意しました。", "ぜひ「Trattoria」へお\n越しください！"],
        ),
        (
            "我们每天早上都会新鲜制作南瓜饺子，欢迎您和家人朋友们一起来品尝今年秋天的味道。",
            &["我们每天早上都会\n新鲜制作南瓜饺子，", "欢迎您和家人朋友们一起\n来品尝今年秋天的味道。"],
        ),
        (
            "ร้านอาหารของเราทำราวีโอลี่ฟักทองสดใหม่ทุกเช้า แวะมาชิมกันได้เลยนะคะ",
            &["ร้านอาหารของเราทำราวีโอลี่ฟักทองสด\nใหม่ทุกเช้า แวะมาชิมกันได้เลยนะคะ"],
        ),
    ];
    let made = table.map(|(text, _)| Captions::of_words(&spoken(text), &CaptionRules::default()));
    let made: Vec<_> = made.iter().map(texts).collect();
    assert_eq!(made, table.map(|(_, expected)| expected.to_vec()));
}

#[test]
fn times_of_characters_become_words() {
    let words = |text: &str| {
        spoken(text)
            .into_iter()
            .map(|word| (word.text, word.start.as_millis(), word.end.as_millis()))
            .collect::<Vec<_>>()
    };
    let word = |text: &str, start, end| (text.to_owned(), start, end);
    assert_eq!(words(" Hi,  you "), [word("Hi,", 60, 240), word("you", 360, 540)]);
    assert_eq!(words("猫。犬 a"), [word("猫。", 0, 120), word("犬 ", 120, 180), word("a", 240, 300)]);
    assert_eq!(words(""), []);
}

#[test]
fn files_of_others_are_read() {
    let srt = "\u{feff}1\r\n00:00:01,500 --> 00:00:02,000 X1:10\r\n<i>Hello</i> {\\an8}there\r\n\r\nyou & a < b\r\n\r\n\
        2\r\n0:00:3.5 --> 00:00:04\r\n- 5\r\n\r\n\r\n3\n00:01:00,000 --> 01:00:00,000\n7\n";
    let captions = Captions::read(srt).unwrap();
    let expected = [
        Cue::new(ms(1500), ms(2000), "Hello there\nyou & a < b"),
        Cue::new(ms(3500), ms(4000), "- 5"),
        Cue::new(ms(60_000), ms(3_600_000), "7"),
    ];
    assert_eq!(captions.cues, expected);

    let webvtt = "WEBVTT - title\nKind: captions\n\nNOTE\nnobody sees this\n\nSTYLE\n::cue { color: lime }\n\n\
        intro\n00:01.500 --> 00:02.000 align:start line:0%\n<v.loud Mary><b>Hello</b>, R&amp;B &lt;3 & &unknown;\n\
        100:00:00.000 --> 100:00:01.000\n\n00:05.000 --> 00:06.000\nbye\n<00:05.500>now";
    let captions = Captions::read(webvtt).unwrap();
    assert_eq!(captions.cues[0].text, "Hello, R&B <3 & &unknown;\n100:00:00.000 --> 100:00:01.000");
    assert_eq!(captions.cues[1], Cue::new(ms(5000), ms(6000), "bye\nnow"));
    assert_eq!(captions.cues.len(), 2);

    assert_eq!(Captions::read("WEBVTT").unwrap(), Captions::default());
    assert_eq!(Captions::read(" \n").unwrap(), Captions::default());
    for broken in ["<html>no captions</html>", "{\"error\": 1}", "1\n00:00:0x,000 --> 00:00:01,000\nHi", "1\nHi"] {
        assert_eq!(Captions::read(broken).unwrap_err().kind(), ErrorKind::MediaInvalid, "{broken}");
    }
}

#[test]
fn a_text_cannot_end_its_cue() {
    let text = "a --> b\n\n\n00:00:00.000 --> 00:00:01.000\r\nNOTE <b>\n5";
    let captions = Captions { cues: vec![Cue::new(ms(0), ms(1000), text), Cue::new(ms(1000), ms(2000), " \n ")] };
    let read = Captions::read(&captions.to_webvtt()).unwrap();
    assert_eq!(texts(&read), ["a --> b\n00:00:00.000 --> 00:00:01.000\nNOTE <b>\n5"]);
    assert_eq!(
        texts(&Captions::read(&captions.to_srt()).unwrap()),
        ["a --> b\n00:00:00.000 --> 00:00:01.000\nNOTE\n5"]
    );
}

/// Everything that a reader sees, without what may become a break.
fn letters<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
}

fn words() -> impl Strategy<Value = Vec<SpokenWord>> {
    let text = prop_oneof![
        "[a-zA-Zäß]{1,14}[.,!?]?",
        "[ぁ-ん一-鿏ァ-ヶ。、「」]{1,30}",
        "[ก-ฮเ-ไะ-ู่-์]{1,40} ?",
        "[!?»«()]{1,2}",
        ".{0,12}",
    ];
    let word = (text, 0_u64..4_000, 0_u64..9_000);
    prop::collection::vec(word, 0..60).prop_map(|words| {
        let mut at = 0_u64;
        let words = words.into_iter().map(|(text, pause, length)| {
            // Now and then the times go back.
            at = if pause % 7 == 0 { at.saturating_sub(pause) } else { at + pause % 700 };
            SpokenWord { text, start: ms(at), end: ms(at + length % 1200) }
        });
        words.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn captions_say_everything_once_and_never_at_the_same_time(
        words in words(),
        chars in prop::option::of(1_u32..50),
        lines in 0_u32..4,
    ) {
        let rules = CaptionRules { max_line_chars: chars, max_lines: lines, ..CaptionRules::default() };
        let captions = Captions::of_words(&words, &rules);
        let said = letters(captions.cues.iter().map(|cue| cue.text.as_str()));
        prop_assert_eq!(said, letters(words.iter().map(|word| word.text.as_str())));
        for cue in &captions.cues {
            prop_assert!(cue.start < cue.end && cue.end - cue.start <= rules.max_duration, "{:?}", cue);
            prop_assert!(cue.text.split('\n').count() <= lines.max(1) as usize, "{:?}", cue);
            prop_assert!(cue.text.split('\n').all(|line| !line.trim().is_empty()), "{:?}", cue);
        }
        for pair in captions.cues.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "{:?}", pair);
        }
    }

    #[test]
    fn lines_are_within_their_limit_unless_a_word_is_not(text in "[a-z]{1,12}[.,]?( [a-z]{1,12}[.,!]?){0,80}", chars in 14_u32..50) {
        let words = spoken(&text);
        let captions = Captions::of_words(&words, &CaptionRules::default().with_max_line_chars(chars));
        let lines: Vec<_> = captions.cues.iter().flat_map(|cue| cue.text.split('\n')).collect();
        prop_assert!(lines.iter().all(|line| line.chars().count() <= chars as usize), "{:?}", lines);
        prop_assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn what_is_written_reads_back(words in words()) {
        let captions = Captions::of_words(&words, &CaptionRules::default());
        prop_assert_eq!(&Captions::read(&captions.to_webvtt()).unwrap(), &captions);
        let text = captions.to_srt();
        let plain = !text.contains(['<', '{']);
        prop_assert!(!plain || Captions::read(&text).unwrap() == captions, "{}", text);
    }

    #[test]
    fn reading_never_fails_hard(text in "(WEBVTT\n\n)?([0-9:.,]{0,12}( --> )?[0-9:.,]{0,12}[\\r\\n]{0,2}[<&{\\\\}>;a\\PC]{0,6}\n{0,2}){0,6}") {
        if let Ok(captions) = Captions::read(&text) {
            let again = Captions::read(&captions.to_webvtt()).unwrap();
            let shown = captions.cues.iter().filter(|cue| cue.lines().next().is_some()).count();
            prop_assert_eq!(again.cues.len(), shown);
        }
    }
}
