//! A table for people.

/// Rows under a title, with what must be said about them.
pub struct Table {
    title: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    /// A table without rows.
    pub fn new(title: &'static str, columns: &[&'static str]) -> Self {
        Self { title, columns: columns.to_vec(), rows: Vec::new(), notes: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        assert_eq!(N, self.columns.len(), "one cell for each column");
        self.rows.push(cells.into());
    }

    /// Adds a sentence below.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Prints it as Markdown, which is also readable as it is.
    pub fn print(&self) {
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.chain([self.columns[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |cells: Vec<&str>| {
            let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            format!("| {} |", padded.collect::<Vec<_>>().join(" | "))
        };
        println!("\n## {}\n", self.title);
        println!("{}", line(self.columns.clone()));
        println!("|{}|", widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|"));
        for row in &self.rows {
            println!("{}", line(row.iter().map(String::as_str).collect()));
        }
        for note in &self.notes {
            println!("\n{note}");
        }
    }
}

/// `12.3 µs`.
pub fn microseconds(duration: std::time::Duration) -> String {
    format!("{:.1} µs", duration.as_secs_f64() * 1e6)
}

/// `12.3 MiB`.
#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// `1.23 ×`.
pub fn ratio(value: f64) -> String {
    format!("{value:.2} ×")
}
