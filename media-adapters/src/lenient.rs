//! Values that vendors write as numbers or as texts. What is neither is nothing: no field that only
//! tells more may cost an answer that was paid for.

use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Either {
    Whole(i64),
    Number(f64),
    Text(String),
    Other(serde::de::IgnoredAny),
}

/// `5`, `5.0`, `"5"`, `"5.0"`.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(match Either::deserialize(deserializer)? {
        Either::Whole(whole) => Some(whole as f64),
        Either::Number(number) => Some(number),
        Either::Text(text) => text.parse().ok(),
        Either::Other(_) => None,
    })
}

/// `5`, `"5"`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Either::deserialize(deserializer)? {
        Either::Whole(whole) => Some(whole),
        Either::Text(text) => text.parse().ok(),
        Either::Number(_) | Either::Other(_) => None,
    })
}

/// `"5"`, `5`; blank is nothing.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Either::deserialize(deserializer)? {
        Either::Whole(whole) => Some(whole.to_string()),
        Either::Number(number) => Some(number.to_string()),
        Either::Text(text) => Some(text).filter(|text| !text.is_empty()),
        Either::Other(_) => None,
    })
}

#[cfg(test)]
mod tests {
    //! The rule is this module's own.

    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn numbers_and_texts_stand_for_each_other() {
        for (value, a_number, a_whole, a_text) in [
            (json!(5), Some(5.0), Some(5), Some("5")),
            (json!(5.5), Some(5.5), None, Some("5.5")),
            (json!("5"), Some(5.0), Some(5), Some("5")),
            (json!("5.0"), Some(5.0), None, Some("5.0")),
            (json!("720P"), None, None, Some("720P")),
            (json!(""), None, None, None),
            (json!(null), None, None, None),
            (json!({"a": [1]}), None, None, None),
            (json!(u64::MAX), Some(u64::MAX as f64), None, Some("18446744073709552000")),
        ] {
            let value: &Value = &value;
            assert_eq!(number(value).unwrap(), a_number, "{value}");
            assert_eq!(whole(value).unwrap(), a_whole, "{value}");
            assert_eq!(text(value).unwrap().as_deref(), a_text, "{value}");
        }
    }
}
