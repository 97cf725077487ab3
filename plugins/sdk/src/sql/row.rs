//! Rows, and types that are read from them.

use std::rc::Rc;

use super::{Error, FromValue, Value};
use crate::bindings::ward::plugin::sql as wit;

/// One row of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    columns: Rc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn all(rows: wit::Rows) -> Vec<Self> {
        let columns: Rc<[String]> = rows.columns.into();
        let row = |values| Self { columns: columns.clone(), values };
        rows.rows.into_iter().map(row).collect()
    }

    /// The column of this name.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T, Error> {
        let place = self.columns.iter().position(|column| column == name);
        self.read(place, || name.to_owned())
    }

    /// The column at this place, counted from 0.
    pub fn at<T: FromValue>(&self, place: usize) -> Result<T, Error> {
        self.read(Some(place), || place.to_string())
    }

    fn read<T: FromValue>(&self, place: Option<usize>, name: impl Fn() -> String) -> Result<T, Error> {
        let value = place.and_then(|place| self.values.get(place));
        let refused = || Error::Column { column: name(), expected: T::EXPECTED };
        value.and_then(T::from_value).ok_or_else(refused)
    }
}

/// What a row can be read as: a tuple in the columns' order, or a struct that says how, which
/// [`from_row!`](crate::from_row!) does by its fields' names.
pub trait FromRow: Sized {
    /// Reads the row.
    fn from_row(row: &Row) -> Result<Self, Error>;
}

impl FromRow for Row {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(row.clone())
    }
}

macro_rules! tuples {
    ($($($name:ident $place:literal)+;)+) => {$(
        impl<$($name: FromValue),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row) -> Result<Self, Error> {
                Ok(($(row.at::<$name>($place)?,)+))
            }
        }
    )+};
}

tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

/// Reads a struct from columns named as its fields: `from_row!(Note { id, text, created });`
#[macro_export]
macro_rules! from_row {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::sql::FromRow for $type {
            fn from_row(row: &$crate::sql::Row) -> Result<Self, $crate::sql::Error> {
                Ok(Self { $($field: row.get(stringify!($field))?),+ })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{Error, FromRow, Row, Value, wit};

    fn row() -> Row {
        Row::all(wit::Rows {
            columns: vec!["id".to_owned(), "text".to_owned()],
            rows: vec![vec![Value::Int64(7), Value::Text("salt".to_owned())]],
        })
        .remove(0)
    }

    #[derive(Debug, PartialEq)]
    struct Note {
        text: String,
        id: i64,
    }
    from_row!(Note { text, id });

    #[test]
    fn structs_are_read_by_name_and_tuples_by_place() {
        let note = Note { text: "salt".to_owned(), id: 7 };
        assert_eq!(Note::from_row(&row()), Ok(note));
        assert_eq!(<(i64, String)>::from_row(&row()), Ok((7, "salt".to_owned())));
    }

    #[test]
    fn an_error_names_the_column() {
        let error = |column: &str, expected| Error::Column { column: column.to_owned(), expected };
        assert_eq!(row().get::<i64>("text"), Err(error("text", "i64")));
        assert_eq!(row().get::<i64>("none"), Err(error("none", "i64")));
        assert_eq!(row().at::<bool>(2), Err(error("2", "a boolean")));
    }
}
