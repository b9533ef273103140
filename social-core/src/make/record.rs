//! One description of a capability record: its fields, their builders, what they exclude, and what
//! two records share.

/// Defines a capability record.
///
/// `choices` are lists of values that an option offers, `limits` maxima of a number, `flags`
/// options that are offered or not, `facts` what is good to know and excludes nothing.
macro_rules! capability_record {
    (
        $(#[$doc:meta])*
        pub struct $record:ident {
            choices { $($(#[$choice_doc:meta])* $choice:ident: $value:ty [$given:ty] = $choice_option:literal, $with_choice:ident, $any_choice:ident;)* }
            limits { $($(#[$limit_doc:meta])* $limit:ident = $limit_option:literal, $with_limit:ident, $none:expr;)* }
            flags { $($(#[$flag_doc:meta])* $flag:ident, $with_flag:ident;)* }
            facts { $($(#[$fact_doc:meta])* $fact:ident, $with_fact:ident;)* }
        }
    ) => {
        $(#[$doc])*
        ///
        /// Of a list or a maximum, `None` means that it is not known: then nothing is refused for
        /// it. An empty list means that the option is not offered.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        #[non_exhaustive]
        pub struct $record {
            $($(#[$choice_doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $choice: Option<Vec<$value>>,)*
            $($(#[$limit_doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $limit: Option<u64>,)*
            $($(#[$flag_doc])* pub $flag: bool,)*
            $($(#[$fact_doc])* pub $fact: bool,)*
            /// What excludes what, beyond the fields above.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub conditions: Vec<$crate::make::Condition>,
            /// A call is billed.
            pub paid: bool,
            /// What it costs, where that is known.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub price: Option<Box<$crate::money::Price>>,
            /// A generative model does the work.
            pub generative: bool,
        }

        impl $record {
            /// A paid, generative model that offers no option: each is added by name.
            #[must_use]
            pub const fn new() -> Self {
                Self {
                    $($choice: Some(Vec::new()),)*
                    $($limit: $none,)*
                    $($flag: false,)*
                    $($fact: false,)*
                    conditions: Vec::new(),
                    paid: true,
                    price: None,
                    generative: true,
                }
            }

            /// A paid, generative model about which nothing is known: no option is refused.
            #[must_use]
            pub const fn unknown() -> Self {
                Self {
                    $($choice: None,)*
                    $($limit: None,)*
                    $($flag: true,)*
                    $($fact: false,)*
                    conditions: Vec::new(),
                    paid: true,
                    price: None,
                    generative: true,
                }
            }

            $(
                #[doc = concat!("Sets [`", stringify!($choice), "`](Self::", stringify!($choice), ").")]
                #[must_use]
                pub fn $with_choice(mut self, values: impl IntoIterator<Item = $given>) -> Self {
                    self.$choice = Some(values.into_iter().map(Into::into).collect());
                    self
                }

                #[doc = concat!("Says that any value is passed on: [`", stringify!($choice), "`](Self::", stringify!($choice), ") are not known.")]
                #[must_use]
                pub fn $any_choice(mut self) -> Self {
                    self.$choice = None;
                    self
                }
            )*
            $(
                #[doc = concat!("Sets [`", stringify!($limit), "`](Self::", stringify!($limit), ").")]
                #[must_use]
                pub fn $with_limit(mut self, maximum: u64) -> Self {
                    self.$limit = Some(maximum);
                    self
                }
            )*
            $(
                #[doc = concat!("Sets [`", stringify!($flag), "`](Self::", stringify!($flag), ").")]
                #[must_use]
                pub fn $with_flag(mut self, offered: bool) -> Self {
                    self.$flag = offered;
                    self
                }
            )*
            $(
                #[doc = concat!("Sets [`", stringify!($fact), "`](Self::", stringify!($fact), ").")]
                #[must_use]
                pub fn $with_fact(mut self, holds: bool) -> Self {
                    self.$fact = holds;
                    self
                }
            )*

            /// Adds a condition.
            #[must_use]
            pub fn with_condition(mut self, condition: $crate::make::Condition) -> Self {
                self.conditions.push(condition);
                self
            }

            /// Says whether a call is billed.
            #[must_use]
            pub fn with_paid(mut self, paid: bool) -> Self {
                self.paid = paid;
                self
            }

            /// Says whether a generative model does the work.
            #[must_use]
            pub fn with_generative(mut self, generative: bool) -> Self {
                self.generative = generative;
                self
            }
        }

        impl Default for $record {
            fn default() -> Self {
                Self::new()
            }
        }

        impl $crate::make::MakeCapabilities for $record {
            fn paid(&self) -> bool {
                self.paid
            }

            fn with_price(mut self, price: $crate::money::Price) -> Self {
                self.price = Some(Box::new(price));
                self
            }

            fn price(&self) -> Option<&$crate::money::Price> {
                self.price.as_deref()
            }

            fn generative(&self) -> bool {
                self.generative
            }

            fn conditions(&self) -> Vec<$crate::make::Condition> {
                use $crate::make::{Condition, Test};
                let mut all = self.conditions.clone();
                $(all.extend(self.$choice.iter().map(|values| {
                    Condition::that($choice_option, Test::one_of(values.iter().cloned()))
                }));)*
                $(all.extend(self.$limit.map(|maximum| Condition::that($limit_option, Test::AtMost(maximum as f64))));)*
                $(if !self.$flag {
                    all.push(Condition::that(stringify!($flag), Test::Unset));
                })*
                all
            }

            fn and(self, other: Self) -> Self {
                let mut conditions = self.conditions;
                for condition in other.conditions {
                    if !conditions.contains(&condition) {
                        conditions.push(condition);
                    }
                }
                Self {
                    $($choice: $crate::make::record::in_both(self.$choice, other.$choice),)*
                    $($limit: self.$limit.into_iter().chain(other.$limit).min(),)*
                    $($flag: self.$flag && other.$flag,)*
                    $($fact: self.$fact && other.$fact,)*
                    conditions,
                    paid: self.paid || other.paid,
                    // That of the first whose call is billed.
                    price: if self.paid { self.price } else { other.price },
                    generative: self.generative || other.generative,
                }
            }
        }
    };
}

pub(crate) use capability_record;

/// The values that both lists hold; a list that is not known restricts nothing.
pub(crate) fn in_both<T: PartialEq>(a: Option<Vec<T>>, b: Option<Vec<T>>) -> Option<Vec<T>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.into_iter().filter(|value| b.contains(value)).collect()),
        (a, b) => a.or(b),
    }
}
