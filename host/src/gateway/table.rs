//! Which mount a request is for: by host name, then by the longest path prefix.
//!
//! A host name stands for the prefix of its mount, so that a plugin mounted below that prefix is
//! reached through the host name too: with `/pacs` at `pacs.localhost`, `/pacs/billing` is also
//! `pacs.localhost/billing`.

use super::path;

/// What the table is made of: one mount's prefix and host names.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// `/pacs`; `/` for the root.
    pub prefix: &'a str,
    /// Host names at whose root it is mounted, without ports.
    pub hosts: &'a [String],
}

/// Mounts by host name and prefix.
#[derive(Debug)]
pub struct Table {
    named: Vec<(String, Vec<Entry>)>,
    anywhere: Vec<Entry>,
}

/// One way to reach a mount.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The prefix it is reached by, without a trailing slash: empty at a root.
    pub base: String,
    /// The mount's place in the list that the table was made of.
    pub mount: usize,
}

/// Why there is no table.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TableError {
    /// A prefix that no canonical path can begin with.
    #[error("the mount path `{0}` cannot be one: {1}")]
    Prefix(String, #[source] path::PathError),
    /// Two mounts at one prefix.
    #[error("two mounts have the path `{0}`")]
    SamePrefix(String),
    /// Two mounts at one host name.
    #[error("two mounts have the host name `{0}`")]
    SameHost(String),
    /// Not a host name.
    #[error("`{0}` is not a host name")]
    HostName(String),
}

impl Table {
    /// Builds the table; prefixes and host names must be unique.
    pub fn new(places: &[Place<'_>]) -> Result<Self, TableError> {
        let mut prefixes = Vec::with_capacity(places.len());
        for place in places {
            let prefix = canonical_prefix(place.prefix)?;
            if prefixes.contains(&prefix) {
                return Err(TableError::SamePrefix(place.prefix.into()));
            }
            prefixes.push(prefix);
        }
        let mut table = Self { named: Vec::new(), anywhere: entries_below("", &prefixes) };
        for (place, prefix) in places.iter().zip(&prefixes) {
            for host in place.hosts {
                table.add_host(host, prefix, &prefixes)?;
            }
        }
        Ok(table)
    }

    fn add_host(&mut self, host: &str, prefix: &str, prefixes: &[String]) -> Result<(), TableError> {
        let name = host_name(host);
        if name.is_empty() || name.bytes().any(|byte| byte.is_ascii_whitespace() || byte == b'/') {
            return Err(TableError::HostName(host.into()));
        }
        if self.named.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(TableError::SameHost(host.into()));
        }
        let entries = entries_below(prefix, prefixes);
        self.named.push((name.to_ascii_lowercase(), entries));
        Ok(())
    }

    /// Whether the host name (with or without port) is a mount's.
    pub fn knows(&self, host: &str) -> bool {
        self.group(host).is_some()
    }

    /// The mount for a canonical path, and the path below it.
    pub fn find<'t, 'p>(&'t self, host: &str, path: &'p str) -> Option<(&'t Entry, &'p str)> {
        let entries = self.group(host).unwrap_or(&self.anywhere);
        entries.iter().find_map(|entry| {
            let rest = below(path, &entry.base)?;
            Some((entry, if rest.is_empty() { "/" } else { rest }))
        })
    }

    fn group(&self, host: &str) -> Option<&[Entry]> {
        let name = host_name(host);
        self.named.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, entries)| entries.as_slice())
    }
}

/// Entries for every prefix at or below `root`, the longest first.
fn entries_below(root: &str, prefixes: &[String]) -> Vec<Entry> {
    let entry = |(mount, prefix): (usize, &String)| Some(Entry { base: below(prefix, root)?.into(), mount });
    let mut entries: Vec<Entry> = prefixes.iter().enumerate().filter_map(entry).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.base.len()));
    entries
}

/// What is left of `path` behind `prefix`, if that is where it lies: empty, or a slash and more.
fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn canonical_prefix(prefix: &str) -> Result<String, TableError> {
    match path::normalise(prefix) {
        Ok(canonical) if canonical == "/" => Ok(String::new()),
        Ok(canonical) => Ok(canonical.into_owned()),
        Err(error) => Err(TableError::Prefix(prefix.into(), error)),
    }
}

/// The name in a `Host` header: without port and without the root's dot.
fn host_name(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let imaging = ["imaging.localhost".to_string()];
        let bills = ["bills.localhost".to_string(), "BILLS.example.org".to_string()];
        Table::new(&[
            Place { prefix: "/imaging", hosts: &imaging },
            Place { prefix: "/imaging/bills/", hosts: &bills },
            Place { prefix: "/other", hosts: &[] },
        ])
        .expect("a table")
    }

    fn reached(host: &str, path: &str) -> Option<(usize, String, String)> {
        let table = table();
        table.find(host, path).map(|(entry, rest)| (entry.mount, entry.base.clone(), rest.to_string()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "is compared with what `reached` finds")]
    fn at(mount: usize, base: &str, rest: &str) -> Option<(usize, String, String)> {
        Some((mount, base.into(), rest.into()))
    }

    #[test]
    fn the_longest_prefix_wins() {
        assert_eq!(reached("localhost", "/imaging/bills/7"), at(1, "/imaging/bills", "/7"));
        assert_eq!(reached("localhost", "/imaging/studies"), at(0, "/imaging", "/studies"));
    }

    #[test]
    fn a_prefix_ends_at_a_segment() {
        assert_eq!(reached("localhost", "/imagingx"), None);
        assert_eq!(reached("localhost", "/imaging/billsx"), at(0, "/imaging", "/billsx"));
    }

    #[test]
    fn the_prefix_alone_is_the_root_of_the_mount() {
        assert_eq!(reached("localhost", "/imaging"), at(0, "/imaging", "/"));
    }

    #[test]
    fn a_host_name_is_the_root_of_its_mount() {
        assert_eq!(reached("imaging.localhost", "/studies"), at(0, "", "/studies"));
        assert_eq!(reached("imaging.localhost", "/"), at(0, "", "/"));
    }

    #[test]
    fn ports_case_and_the_last_dot_mean_nothing() {
        for host in ["Imaging.LocalHost", "imaging.localhost:8080", "imaging.localhost.", "imaging.localhost.:80"] {
            assert_eq!(reached(host, "/x"), at(0, "", "/x"), "{host}");
        }
        assert_eq!(reached("bills.EXAMPLE.org", "/x"), at(1, "", "/x"));
    }

    #[test]
    fn a_host_name_leads_to_the_mounts_below_its_own_too() {
        assert_eq!(reached("imaging.localhost", "/bills/7"), at(1, "/bills", "/7"));
        assert_eq!(reached("imaging.localhost", "/other"), at(0, "", "/other"));
    }

    #[test]
    fn other_host_names_are_no_mounts() {
        assert_eq!(reached("localhost", "/nothing"), None);
        assert!(!table().knows("localhost:80") && !table().knows("[::1]:8080") && !table().knows(""));
        assert!(table().knows("bills.localhost:1"));
    }

    #[test]
    fn a_root_mount_takes_the_rest() {
        let table =
            Table::new(&[Place { prefix: "/", hosts: &[] }, Place { prefix: "/a", hosts: &[] }]).expect("a table");
        assert_eq!(table.find("h", "/b").map(|(entry, rest)| (entry.mount, rest)), Some((0, "/b")));
        assert_eq!(table.find("h", "/a/b").map(|(entry, rest)| (entry.mount, rest)), Some((1, "/b")));
    }

    #[test]
    fn names_must_be_unique_and_sound() {
        let (hosts, path) = (["h".to_string()], ["a/b".to_string()]);
        let place = |prefix, hosts| Place { prefix, hosts };
        let error = |places: &[Place<'_>]| Table::new(places).expect_err("an error");
        assert_eq!(error(&[place("/a", &[]), place("/a/", &[])]), TableError::SamePrefix("/a/".into()));
        assert_eq!(error(&[place("/a", &hosts), place("/b", &hosts)]), TableError::SameHost("h".into()));
        assert_eq!(error(&[place("/a", &path)]), TableError::HostName("a/b".into()));
        assert!(matches!(error(&[place("a", &[])]), TableError::Prefix(..)));
    }
}
