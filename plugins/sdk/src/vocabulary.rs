//! The words that an API knows: one trait for all of its enumerations, one table for each.

/// An enumeration whose values are words of the API. [`words!`](crate::words!) implements it.
pub trait Word: Copy + Sized + 'static {
    /// All values with their words, in the order in which they are named to clients.
    const WORDS: &'static [(Self, &'static str)];

    /// The words alone.
    const NAMES: &'static [&'static str];

    /// The word.
    fn word(self) -> &'static str;

    /// The value that a word means; capitals make no difference.
    #[must_use]
    fn parse(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, word)| word.eq_ignore_ascii_case(text)).map(|(value, _)| *value)
    }
}

/// Gives enumerations their words: as text in JSON and in the database, and as the schema of the document, where
/// a comment before the name becomes the description. The crate needs `serde` and `utoipa`.
///
/// ```
/// use ward_sdk::Word;
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Modality {
///     Ct,
///     Mri,
/// }
///
/// ward_sdk::words! {
///     /// How a study was made.
///     Modality { Ct = "ct", Mri = "mri" }
/// }
///
/// assert_eq!(Modality::parse("CT"), Some(Modality::Ct));
/// ```
#[macro_export]
macro_rules! words {
    ($($(#[doc = $doc:literal])* $type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl $crate::Word for $type {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$variant, $word)),+];
            const NAMES: &'static [&'static str] = &[$($word),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, into: S) -> ::core::result::Result<S::Ok, S::Error> {
                into.serialize_str($crate::Word::word(*self))
            }
        }

        impl $crate::sql::ToValue for $type {
            fn to_value(&self) -> $crate::sql::Value {
                $crate::sql::Value::Text($crate::Word::word(*self).to_owned())
            }
        }

        impl $crate::sql::FromValue for $type {
            const EXPECTED: &'static str = concat!("a word of ", stringify!($type));

            fn from_value(value: &$crate::sql::Value) -> ::core::option::Option<Self> {
                let text = <String as $crate::sql::FromValue>::from_value(value)?;
                <Self as $crate::Word>::parse(&text)
            }
        }

        impl ::utoipa::PartialSchema for $type {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                let description: ::core::option::Option<&str> = [$($doc),*].first().map(|text: &&str| text.trim());
                ::utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::schema::Type::String)
                    .description(description)
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }

        impl ::utoipa::ToSchema for $type {}
    )+};
}

/// Numbers that name records, one type for each kind. The crate needs `serde` and `utoipa`.
///
/// ```
/// ward_sdk::ids! {
///     /// Number of a study.
///     StudyId;
/// }
///
/// assert_eq!(StudyId(7).to_string(), "7");
/// ```
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl ::core::fmt::Display for $name {
            fn fmt(&self, out: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.0.fmt(out)
            }
        }

        impl $crate::sql::ToValue for $name {
            fn to_value(&self) -> $crate::sql::Value {
                $crate::sql::Value::Int64(self.0)
            }
        }

        impl $crate::sql::FromValue for $name {
            const EXPECTED: &'static str = "a record's number";

            fn from_value(value: &$crate::sql::Value) -> ::core::option::Option<Self> {
                <i64 as $crate::sql::FromValue>::from_value(value).map(Self)
            }
        }
    )+};
}
