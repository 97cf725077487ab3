//! A `WHERE` clause that grows with what was asked for.

use ward_sdk::sql::{ToValue, Value};

use crate::domain::Page;

/// Conditions that must all hold, and their parameters.
#[derive(Debug, Default)]
pub struct Conditions {
    clauses: Vec<String>,
    parameters: Vec<Value>,
}

impl Conditions {
    /// No condition.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `condition`, in which `?` stands for the value, if there is one.
    pub fn and(mut self, condition: &str, value: Option<impl ToValue>) -> Self {
        if let Some(value) = value {
            let place = self.parameter(value.to_value());
            self.clauses.push(condition.replace('?', &place));
        }
        self
    }

    /// Completes `select` with the conditions, an order and a page.
    pub fn page(mut self, select: &str, order: &str, page: Page) -> (String, Vec<Value>) {
        let start = if self.clauses.is_empty() { "" } else { " WHERE " };
        let clauses = self.clauses.join(" AND ");
        let limit = self.parameter(page.limit.to_value());
        let skip = self.parameter(page.skip.to_value());
        let statement = format!("{select}{start}{clauses} ORDER BY {order} LIMIT {limit} OFFSET {skip}");
        (statement, self.parameters)
    }

    fn parameter(&mut self, value: Value) -> String {
        self.parameters.push(value);
        format!("${}", self.parameters.len())
    }
}

/// A pattern for `LIKE … ESCAPE '!'` that finds `text` anywhere, whatever signs it holds.
pub fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::{Conditions, containing};
    use crate::domain::Page;
    use ward_sdk::sql::Value;

    const PAGE: Page = Page { skip: 2, limit: 5 };

    #[test]
    fn only_what_is_asked_for_is_a_condition() {
        let (statement, parameters) = Conditions::new()
            .and("a = ?", Some(1_i64))
            .and("b = ?", None::<i64>)
            .and("c < ?", Some("x"))
            .page("SELECT 1 FROM t", "id", PAGE);
        assert_eq!(statement, "SELECT 1 FROM t WHERE a = $1 AND c < $2 ORDER BY id LIMIT $3 OFFSET $4");
        assert_eq!(parameters, [Value::Int64(1), Value::Text("x".to_owned()), Value::Int64(5), Value::Int64(2)]);
        assert_eq!(Conditions::new().page("SELECT 1", "id", PAGE).0, "SELECT 1 ORDER BY id LIMIT $1 OFFSET $2");
    }

    #[test]
    fn signs_of_patterns_are_found_as_they_are() {
        assert_eq!(containing("50%_!'"), "%50!%!_!!'%");
    }
}
