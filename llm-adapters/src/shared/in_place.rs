//! Objects that are read field by field into their place. Derived readers move an object several
//! times on its way out of the objects around it; for a small piece of a stream that costs more
//! than reading it.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

use crate::shared::borrowed::Text;

/// An object whose fields are all optional.
pub(crate) trait Fields<'de>: Default {
    /// Whether any other value in its place counts as missing instead of being an error.
    const DISPENSABLE: bool = false;

    /// Reads the value of the field `name`, or [skips](skip) it.
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error>;

    /// Whether a list is read no further than this object.
    fn is_wanted(&self) -> bool {
        true
    }
}

/// An object that is the whole text.
pub(crate) struct Whole<T>(pub(crate) T);

impl<'de, T: Fields<'de>> Deserialize<'de> for Whole<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = None;
        deserializer.deserialize_map(Slot(&mut object))?;
        Ok(Self(object.unwrap_or_default()))
    }
}

/// Reads a whole text into a place.
#[inline]
pub(crate) fn from_str<'p, 'de: 'p, T: Fields<'de>>(
    json: &'de str,
    place: &'p mut Option<T>,
) -> serde_json::Result<&'p mut T> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Slot(place))?;
    deserializer.end()?;
    Ok(place.get_or_insert_default())
}

/// Reads over a value.
pub(crate) fn skip<'de, A: MapAccess<'de>>(fields: &mut A) -> Result<(), A::Error> {
    fields.next_value::<IgnoredAny>().map(drop)
}

/// The place of an object; `null` counts as missing.
pub(crate) struct Slot<'p, T>(pub(crate) &'p mut Option<T>);

impl<'de, T: Fields<'de>> DeserializeSeed<'de> for Slot<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de>> Slot<'_, T> {
    fn other<E: Error>(self, found: Unexpected<'_>) -> Result<(), E> {
        if T::DISPENSABLE { self.visit_unit() } else { Err(E::invalid_type(found, &self)) }
    }
}

impl<'de, T: Fields<'de>> Visitor<'de> for Slot<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or null")
    }

    fn visit_bool<E: Error>(self, found: bool) -> Result<(), E> {
        self.other(Unexpected::Bool(found))
    }

    fn visit_u64<E: Error>(self, found: u64) -> Result<(), E> {
        self.other(Unexpected::Unsigned(found))
    }

    fn visit_i64<E: Error>(self, found: i64) -> Result<(), E> {
        self.other(Unexpected::Signed(found))
    }

    fn visit_f64<E: Error>(self, found: f64) -> Result<(), E> {
        self.other(Unexpected::Float(found))
    }

    fn visit_str<E: Error>(self, found: &str) -> Result<(), E> {
        self.other(Unexpected::Str(found))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        // Some languages write an object without members as an empty list.
        if items.next_element::<IgnoredAny>()?.is_none() {
            return self.visit_unit();
        }
        IgnoredAny.visit_seq(items)?;
        self.other(Unexpected::Seq)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        *self.0 = None;
        Ok(())
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let object = self.0.insert(T::default());
        while let Some(Text(name)) = fields.next_key()? {
            object.field(&name, &mut fields)?;
        }
        Ok(())
    }
}

/// The place of the first [wanted](Fields::is_wanted) object of a list; `null` has none.
pub(crate) struct First<'p, T>(pub(crate) &'p mut Option<T>);

impl<'de, T: Fields<'de>> DeserializeSeed<'de> for First<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de>> Visitor<'de> for First<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Slot(self.0))?.is_some() {
            if self.0.as_ref().is_some_and(T::is_wanted) {
                return IgnoredAny.visit_seq(items).map(drop);
            }
        }
        *self.0 = None;
        Ok(())
    }

    /// One object without a list around it; one without members is an empty list.
    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<(), A::Error> {
        Slot(self.0).visit_map(fields)
    }
}

/// A list that seldom has more than one object, and then takes no memory of its own; `null` is
/// empty.
pub(crate) struct Few<T> {
    first: Option<T>,
    others: Vec<T>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { first: None, others: Vec::new() }
    }
}

impl<T> Few<T> {
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.first.iter_mut().chain(&mut self.others)
    }
}

impl<'de, T: Fields<'de>> DeserializeSeed<'de> for &mut Few<T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de>> Visitor<'de> for &mut Few<T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        items.next_element_seed(Slot(&mut self.first))?;
        let mut other = None;
        while items.next_element_seed(Slot(&mut other))?.is_some() {
            self.others.extend(other.take());
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<(), A::Error> {
        Slot(&mut self.first).visit_map(fields)
    }
}

/// What an answer can do without: anything unexpected in its place counts as missing.
pub(crate) struct Maybe<T>(pub(crate) Option<T>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        dispensable(deserializer).map(Self)
    }
}

/// [`Maybe`] for a field with `deserialize_with`. A list is unexpected: the reader would take its
/// items for the fields of an object.
pub(crate) fn dispensable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    if raw.starts_with('[') {
        return Ok(None);
    }
    Ok(serde_json::from_str::<Option<T>>(raw).unwrap_or_default())
}

/// As [`dispensable`], for lists: items that are unexpected are left out.
pub(crate) fn some_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    let item =
        |item: &'de RawValue| item.get().starts_with(['{', '"']).then(|| serde_json::from_str(item.get()).ok())?;
    Ok(raw.get().starts_with('[').then(|| items(Some(raw)).into_iter().filter_map(item).collect()))
}

/// Reads the value of a field that an answer can do without.
pub(crate) fn maybe<'de, T: Deserialize<'de>, A: MapAccess<'de>>(fields: &mut A) -> Result<Option<T>, A::Error> {
    fields.next_value::<Maybe<T>>().map(|value| value.0)
}

/// [`some_list`] as a value.
pub(crate) struct List<T>(pub(crate) Option<Vec<T>>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        some_list(deserializer).map(Self)
    }
}

/// A list of flat objects that is read over without memory, which the reader takes to skip what is
/// nested.
pub(crate) struct Ignored;

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IgnoredAny).map(|_| Self)
    }
}

/// The text of a field with `deserialize_with`; empty for anything unexpected.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Text::deserialize(deserializer).map(|text| text.0.into_owned())
}

/// The list of a field with `deserialize_with`; empty for anything unexpected.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    some_list(deserializer).map(Option::unwrap_or_default)
}

/// The items of a list, as they stand. One object is a list of one; anything else, such as the
/// empty object that gateways make of an empty list, has none.
pub(crate) fn items(list: Option<&RawValue>) -> Vec<&RawValue> {
    match list {
        Some(list) if list.get().starts_with('[') => serde_json::from_str(list.get()).unwrap_or_default(),
        Some(one) if one.get().starts_with('{') => vec![one],
        _ => Vec::new(),
    }
}

/// A number that is dispensable: any other value in its place, and one that no computer holds,
/// counts as missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Number {
    #[default]
    Missing,
    Count(u64),
    Float(f64),
}

impl Number {
    pub(crate) fn float(self) -> Option<f64> {
        match self {
            Self::Missing => None,
            Self::Count(count) => Some(count as f64),
            Self::Float(number) => Some(number),
        }
    }

    pub(crate) fn count(self) -> Option<u64> {
        match self {
            Self::Missing => None,
            Self::Count(count) => Some(count),
            Self::Float(number) => (number >= 0.0).then_some(number as u64),
        }
    }

    pub(crate) fn index(self) -> Option<usize> {
        usize::try_from(self.count()?).ok()
    }

    /// This number, or the other where it is missing.
    pub(crate) fn or(self, other: Self) -> Self {
        if self == Self::Missing { other } else { self }
    }
}

impl<'de> Deserialize<'de> for Number {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A reader of numbers fails at `1e400`, and with it the whole answer.
        let text = <&RawValue>::deserialize(deserializer)?.get();
        if let Ok(count) = text.parse() {
            return Ok(Self::Count(count));
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        Ok(number.filter(|_| is_number).map_or(Self::Missing, Self::Float))
    }
}

/// The sum of two counts that a vendor named, as far as it named them.
pub(crate) fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (None, None) => None,
        _ => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
    }
}

#[cfg(test)]
mod tests {
    // Stands on: shapes that servers put in the place of counts and objects; the values are
    // invented.

    use super::*;

    #[derive(Debug, Default)]
    struct Usage {
        tokens: Number,
        details: Option<Box<Self>>,
    }

    impl<'de> Fields<'de> for Usage {
        const DISPENSABLE: bool = true;

        fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
            match name {
                "tokens" => self.tokens = fields.next_value()?,
                "details" => {
                    let mut details = None;
                    fields.next_value_seed(Slot(&mut details))?;
                    self.details = details.map(Box::new);
                }
                _ => skip(fields)?,
            }
            Ok(())
        }
    }

    #[derive(Debug, Default)]
    struct Needed;

    impl<'de> Fields<'de> for Needed {
        fn field<A: MapAccess<'de>>(&mut self, _: &str, fields: &mut A) -> Result<(), A::Error> {
            skip(fields)
        }
    }

    fn read<T: for<'de> Fields<'de>>(json: &str) -> serde_json::Result<Option<T>> {
        let mut place = Some(T::default());
        let mut deserializer = serde_json::Deserializer::from_str(json);
        Slot(&mut place).deserialize(&mut deserializer)?;
        deserializer.end().map(|()| place)
    }

    #[test]
    fn what_is_dispensable_breaks_nothing() {
        for (json, tokens) in [
            (r#"{"tokens": 7, "new": [{"a": null}]}"#, Some(7)),
            (r#"{"tokens": 7.0, "details": {"tokens": 3}}"#, Some(7)),
            (r#"{"tokens": -1, "details": "none"}"#, None),
            (r#"{"tokens": "7", "details": [{"tokens": 3}]}"#, None),
            (r#"{"tokens": 1e400, "details": {"tokens": -1e400}}"#, None),
            (r#"{"tokens": 18446744073709551615}"#, Some(u64::MAX)),
            (r#"{"tokens": 1e30, "details": []}"#, Some(u64::MAX)),
            (r#"{"tokens": {"all": 7}, "details": 1.5}"#, None),
            (r#"{"tokens": [7], "details": false}"#, None),
            (r#"{"tokens": null, "details": -3}"#, None),
            (r#"{"tokens": true}"#, None),
        ] {
            let usage = read::<Usage>(json).unwrap().unwrap();
            assert_eq!(usage.tokens.count(), tokens, "{json}");
            assert_eq!(usage.details.is_some(), json.contains(r#""details": {"#), "{json}");
        }
        for json in ["[]", "null", "\"none\"", "0", "-1", "1.5", "true"] {
            assert!(read::<Usage>(json).unwrap().is_none(), "{json}");
        }
    }

    #[test]
    fn what_is_needed_has_to_be_an_object() {
        assert!(read::<Needed>(r#"{"a": [1, {"b": 2}]}"#).unwrap().is_some());
        assert!(read::<Needed>("null").unwrap().is_none());
        assert!(read::<Needed>("[]").unwrap().is_none());
        for json in ["[1]", "\"text\"", "0", "-1", "1.5", "true"] {
            assert!(read::<Needed>(json).is_err(), "{json}");
        }
    }

    #[derive(Debug, Default)]
    struct Item(u64);

    impl<'de> Fields<'de> for Item {
        fn field<A: MapAccess<'de>>(&mut self, _: &str, fields: &mut A) -> Result<(), A::Error> {
            self.0 = fields.next_value()?;
            Ok(())
        }

        fn is_wanted(&self) -> bool {
            self.0 > 1
        }
    }

    #[test]
    fn a_list_is_read_up_to_what_is_wanted_or_whole() {
        for (json, wanted, all) in [
            ("null", None, vec![]),
            ("[]", None, vec![]),
            (r#"[{"n": 2}]"#, Some(2), vec![2]),
            (r#"[{"n": 1}, null, {"n": 3}, {"n": 4}]"#, Some(3), vec![1, 3, 4]),
            (r#"[{"n": 1}]"#, None, vec![1]),
        ] {
            let mut first: Option<Item> = None;
            First(&mut first).deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap();
            assert_eq!(first.map(|item| item.0), wanted, "{json}");
            let mut few = Few::<Item>::default();
            few.deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap();
            assert_eq!(few.iter_mut().map(|item| item.0).collect::<Vec<_>>(), all, "{json}");
        }
        // Some gateways make an object of an empty list, or leave out the list around one object.
        for (json, found) in [("{}", 0), (r#"{"n": 7}"#, 7)] {
            let (mut first, mut few) = (None::<Item>, Few::<Item>::default());
            First(&mut first).deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap();
            few.deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap();
            assert_eq!(first.map(|item| item.0), Some(found));
            assert_eq!(few.iter_mut().map(|item| item.0).collect::<Vec<_>>(), [found]);
        }
    }

    #[test]
    fn d_a_list_that_is_none_has_no_items() {
        for (json, count) in
            [("[]", 0), ("{}", 1), ("[1, {}]", 2), ("{\"a\": 1}", 1), ("null", 0), ("7", 0), ("\"[1]\"", 0)]
        {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            assert_eq!(items(Some(raw)).len(), count, "{json}");
        }
    }
}
