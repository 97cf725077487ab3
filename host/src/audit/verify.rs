//! Whether the chain is what was written.

use std::fmt;

use super::AuditError;
use super::chain::{self, Head};
use super::record::Record;
use super::seal::Seal;
use super::store::{Columns, Store, Stored};
use crate::identity::Identity;
use crate::storage::Pool;

/// Records that are read at once.
const PAGE: u32 = 200;
/// Faults that are told one by one.
const MOST_FAULTS: usize = 100;

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Records from the first number to the second are missing.
    Missing(i64, i64),
    /// A record is not what was written, or not where.
    Changed(i64),
    /// What is searched by does not say what the record says.
    Columns(i64),
    /// The search table does not say what the record says.
    Touched(i64),
    /// The chain has records up to the first number, and ended at the second.
    Cut(i64, i64),
    /// There are records beyond the end: up to this number.
    Beyond(i64),
    /// The end is not the last record's.
    Head,
    /// The end is not signed by this installation's key.
    Signature,
    /// A noted end is not in the chain: its number, and who noted it.
    Anchor(i64, &'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(first, last) if first == last => write!(f, "record {first} is missing"),
            Self::Missing(first, last) => write!(f, "records {first} to {last} are missing"),
            Self::Changed(number) => write!(f, "record {number} was changed, or stood elsewhere"),
            Self::Columns(number) => {
                write!(f, "record {number} was changed: its columns do not say what its content says")
            }
            Self::Touched(number) => write!(f, "record {number} was changed: audit_touched does not say whom it names"),
            Self::Cut(last, end) => write!(f, "the chain ended at record {end}, and its last record is {last}"),
            Self::Beyond(number) => write!(f, "there are records up to {number}, beyond the end of the chain"),
            Self::Head => f.write_str("the end of the chain is not the hash of its last record"),
            Self::Signature => f.write_str("the end of the chain is not signed by this installation's key"),
            Self::Anchor(number, by) => write!(f, "the chain had another record {number} when {by}"),
        }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Records that were read.
    pub records: i64,
    /// The end of the chain, as it says.
    pub head: Head,
    /// What is wrong, in the order of the records; more than a hundred are not told.
    pub faults: Vec<Fault>,
}

/// Reads a chain from its beginning to its end.
pub struct Verifier {
    store: Store,
    seal: Seal,
    /// Ends that were noted before, and by whom.
    anchors: Vec<(Head, &'static str)>,
}

/// How far it has been read.
struct Walk {
    /// The last record: its number, and its hash as it is stored, so that one fault is told once.
    at: Head,
    records: i64,
    faults: Vec<Fault>,
}

impl Verifier {
    /// Of the chain in the host's schema, with the installation's key.
    #[must_use]
    pub fn new(host: &Pool, identity: &Identity) -> Self {
        Self { store: Store::new(host), seal: Seal::new(identity), anchors: Vec::new() }
    }

    /// Looks for an end that was noted before, too.
    pub fn expect(&mut self, head: Head, noted_by: &'static str) {
        self.anchors.push((head, noted_by));
    }

    /// Reads the chain. Records that are added meanwhile are read as well.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn run(&self) -> Result<Verified, AuditError> {
        let at = Head { number: 0, hash: chain::START.to_owned() };
        let mut walk = Walk { at, records: 0, faults: Vec::new() };
        loop {
            self.walk(&mut walk).await?;
            let (head, signature, last) = self.store.head().await?;
            // Else more was added since.
            if last <= walk.at.number {
                self.check_end(&mut walk, &head, &signature);
                return Ok(Verified { records: walk.records, head, faults: walk.faults });
            }
        }
    }

    async fn walk(&self, walk: &mut Walk) -> Result<(), AuditError> {
        loop {
            let page = self.store.after(walk.at.number, PAGE).await?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(()) };
            let touched = self.store.touched(first.number, last.number).await?;
            for stored in &page {
                self.check(walk, stored, &touched);
            }
        }
    }

    fn check(&self, walk: &mut Walk, stored: &Stored, touched: &[(i64, String, String)]) {
        let number = stored.number;
        if number != walk.at.number + 1 {
            walk.found(Fault::Missing(walk.at.number + 1, number - 1));
        } else if chain::link(&walk.at.hash, number, &stored.content) != stored.hash {
            walk.found(Fault::Changed(number));
        }
        match serde_json::from_str::<Record>(&stored.content) {
            Ok(record) => {
                if Columns::from(&record) != stored.columns {
                    walk.found(Fault::Columns(number));
                }
                let said = record.touched.iter().flat_map(|(kind, ids)| ids.iter().map(move |id| (kind, id)));
                let from = touched.partition_point(|(other, ..)| *other < number);
                let found = touched[from..].iter().take_while(|(other, ..)| *other == number);
                if !said.eq(found.map(|(_, kind, id)| (kind, id))) {
                    walk.found(Fault::Touched(number));
                }
            }
            Err(_) => walk.found(Fault::Changed(number)),
        }
        let differs = |anchor: &Head| anchor.number == number && anchor.hash != stored.hash;
        for (_, by) in self.anchors.iter().filter(|(anchor, _)| differs(anchor)) {
            walk.found(Fault::Anchor(number, by));
        }
        walk.at = Head { number, hash: stored.hash.clone() };
        walk.records += 1;
    }

    fn check_end(&self, walk: &mut Walk, head: &Head, signature: &str) {
        let last = walk.at.number;
        if head.number > walk.at.number {
            walk.found(Fault::Cut(walk.at.number, head.number));
        } else if head.number < walk.at.number {
            walk.found(Fault::Beyond(walk.at.number));
        } else if head.hash != walk.at.hash {
            walk.found(Fault::Head);
        }
        if !self.seal.holds(head, signature) {
            walk.found(Fault::Signature);
        }
        for (anchor, by) in self.anchors.iter().filter(|(anchor, _)| anchor.number > last) {
            walk.found(Fault::Anchor(anchor.number, by));
        }
    }
}

impl Walk {
    /// Notes a fault, each once: a record that was changed is no less changed in its columns.
    fn found(&mut self, fault: Fault) {
        let known = matches!((self.faults.last(), &fault), (Some(Fault::Changed(one)), Fault::Changed(other)
            | Fault::Columns(other) | Fault::Touched(other)) if one == other);
        if !known && self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}
