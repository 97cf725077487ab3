//! A `WHERE` clause that grows with what was asked for.

use super::{Connection, Error, FromRow, ToValue, Value};

/// A part of a list: what `LIMIT` and `OFFSET` take. A plugin's own page becomes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows at most.
    pub limit: i64,
    /// Rows to leave out at the start.
    pub offset: i64,
}

/// Conditions that must all hold, and their parameters.
///
/// ```
/// use ward_sdk::sql::{Conditions, Window};
///
/// let (statement, parameters) = Conditions::new()
///     .and("status = ?", Some("paid"))
///     .and("amount < ?", None::<i64>)
///     .page("SELECT id FROM bill", "id", Window { limit: 10, offset: 0 });
/// assert_eq!(statement, "SELECT id FROM bill WHERE status = $1 ORDER BY id LIMIT $2 OFFSET $3");
/// assert_eq!(parameters.len(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    clauses: Vec<String>,
    parameters: Vec<Value>,
}

impl Conditions {
    /// No condition.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition without a value.
    #[must_use]
    pub fn always(mut self, condition: &str) -> Self {
        self.clauses.push(condition.to_owned());
        self
    }

    /// Adds `condition`, in which `?` stands for the value, if there is one.
    #[must_use]
    pub fn and(mut self, condition: &str, value: Option<impl ToValue>) -> Self {
        if let Some(value) = value {
            let place = self.parameter(value.to_value());
            self.clauses.push(condition.replace('?', &place));
        }
        self
    }

    /// Counts the rows of `from` (`FROM …`).
    #[must_use]
    pub fn count(&self, from: &str) -> (String, Vec<Value>) {
        (format!("SELECT COUNT(*) {from}{}", self.clause()), self.parameters.clone())
    }

    /// Completes `select` with the conditions and an order.
    #[must_use]
    pub fn all(self, select: &str, order: &str) -> (String, Vec<Value>) {
        (format!("{select}{} ORDER BY {order}", self.clause()), self.parameters)
    }

    /// The same, and a page of it.
    #[must_use]
    pub fn page(mut self, select: &str, order: &str, page: impl Into<Window>) -> (String, Vec<Value>) {
        let clause = self.clause();
        let page = page.into();
        let limit = self.parameter(page.limit.to_value());
        let offset = self.parameter(page.offset.to_value());
        (format!("{select}{clause} ORDER BY {order} LIMIT {limit} OFFSET {offset}"), self.parameters)
    }

    /// A page of `select`, and how many rows of `from` there are in all.
    pub fn list<T: FromRow>(
        self,
        from: &str,
        select: &str,
        order: &str,
        page: impl Into<Window>,
        within: &impl Connection,
    ) -> Result<(i64, Vec<T>), Error> {
        let (statement, parameters) = self.count(from);
        let (total,) = within.query_one(&statement, &parameters)?;
        let (statement, parameters) = self.page(select, order, page);
        Ok((total, within.query(&statement, &parameters)?))
    }

    fn clause(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!(" WHERE {}", self.clauses.join(" AND ")) }
    }

    fn parameter(&mut self, value: Value) -> String {
        self.parameters.push(value);
        format!("${}", self.parameters.len())
    }
}

/// A pattern for `LIKE … ESCAPE '!'` that finds `text` anywhere, whatever signs it holds.
#[must_use]
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
    use super::{Conditions, Window, containing};
    use crate::sql::Value;

    const PAGE: Window = Window { limit: 5, offset: 10 };

    #[test]
    fn only_what_is_asked_for_is_a_condition() {
        let asked = Conditions::new().and("a = ?", Some(1_i64)).and("b = ?", None::<i64>).always("c IS NULL");
        let (count, parameters) = asked.count("FROM t");
        assert_eq!(
            (count.as_str(), parameters),
            ("SELECT COUNT(*) FROM t WHERE a = $1 AND c IS NULL", vec![Value::Int64(1)])
        );
        let (page, parameters) = asked.and("d < ?", Some("x")).page("SELECT 1 FROM t", "id", PAGE);
        assert_eq!(page, "SELECT 1 FROM t WHERE a = $1 AND c IS NULL AND d < $2 ORDER BY id LIMIT $3 OFFSET $4");
        assert_eq!(parameters, [Value::Int64(1), Value::Text("x".to_owned()), Value::Int64(5), Value::Int64(10)]);
        assert_eq!(Conditions::new().all("SELECT 1", "id").0, "SELECT 1 ORDER BY id");
    }

    #[test]
    fn signs_of_patterns_are_found_as_they_are() {
        assert_eq!(containing("50%_!'"), "%50!%!_!!'%");
    }
}
