//! Languages by MiniMax's names for them.

/// The name of a language in `language_boost` (platform.minimax.io, T2A v2), by the first part of a
/// BCP 47 tag.
pub(super) fn name(tag: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 41] = [
        ("zh", "Chinese"),
        ("yue", "Chinese,Yue"),
        ("en", "English"),
        ("ar", "Arabic"),
        ("ru", "Russian"),
        ("es", "Spanish"),
        ("fr", "French"),
        ("pt", "Portuguese"),
        ("de", "German"),
        ("tr", "Turkish"),
        ("nl", "Dutch"),
        ("uk", "Ukrainian"),
        ("vi", "Vietnamese"),
        ("id", "Indonesian"),
        ("ja", "Japanese"),
        ("it", "Italian"),
        ("ko", "Korean"),
        ("th", "Thai"),
        ("pl", "Polish"),
        ("ro", "Romanian"),
        ("el", "Greek"),
        ("cs", "Czech"),
        ("fi", "Finnish"),
        ("hi", "Hindi"),
        ("bg", "Bulgarian"),
        ("da", "Danish"),
        ("he", "Hebrew"),
        ("ms", "Malay"),
        ("fa", "Persian"),
        ("sk", "Slovak"),
        ("sv", "Swedish"),
        ("hr", "Croatian"),
        ("fil", "Filipino"),
        ("hu", "Hungarian"),
        ("no", "Norwegian"),
        ("nb", "Norwegian"),
        ("nn", "Nynorsk"),
        ("sl", "Slovenian"),
        ("ca", "Catalan"),
        ("ta", "Tamil"),
        ("af", "Afrikaans"),
    ];
    let first = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    NAMES.iter().find(|(tag, _)| *tag == first).map(|(_, name)| *name)
}
