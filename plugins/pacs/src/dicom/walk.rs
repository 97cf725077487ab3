//! Goes through the data elements up to the pixel data and refuses what would be too much.

use std::io::{Read, Seek};
use std::rc::Rc;

use dicom_core::Tag;
use dicom_encoding::text::SpecificCharacterSet;
use dicom_encoding::{Codec, TransferSyntaxIndex};
use dicom_object::FileMetaTable;
use dicom_parser::DynStatefulDecoder;
use dicom_parser::dataset::DataToken;
use dicom_parser::dataset::read::{DataSetReader, DataSetReaderOptions};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

use super::skim::Skim;
use super::source::{Gauge, Source, Tracked};
use super::{Refusal, header, limits};

/// Where the pixel data's group begins: the walk ends there.
const PIXELS: Tag = Tag(0x7FE0, 0);

/// Walks from `DICM`, where the reader stands.
pub fn walk<R: Read + Seek>(reader: &mut Tracked<R>) -> Result<(), Refusal> {
    let meta = FileMetaTable::from_reader(&mut *reader).map_err(|_| Refusal::Meta)?;
    let syntax = TransferSyntaxRegistry.get(meta.transfer_syntax()).ok_or(Refusal::TransferSyntax)?;
    let gauge = Rc::new(Gauge::default());
    let source = match syntax.codec() {
        Codec::Dataset(Some(adapter)) => Source::Inflated(adapter.adapt_reader(Box::new(reader)), gauge.clone()),
        Codec::Dataset(None) => return Err(Refusal::TransferSyntax),
        Codec::None | Codec::EncapsulatedPixelData(..) => Source::Plain(reader, gauge.clone()),
    };
    let charset = SpecificCharacterSet::default();
    let decoder = DynStatefulDecoder::new_with(source, syntax, charset, 0).map_err(|_| Refusal::TransferSyntax)?;
    let tokens = DataSetReader::new(Skim::new(decoder, gauge.clone()), DataSetReaderOptions::default());
    let mut guard = Guard::new(gauge);
    for token in tokens {
        if guard.admit(&token.map_err(|_| guard.explain())?)? == Step::End {
            break;
        }
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Step {
    On,
    End,
}

/// Counts what it sees.
struct Guard {
    gauge: Rc<Gauge>,
    depth: usize,
    tokens: u64,
    /// Still in the part that dicom-object will hold in memory.
    in_header: bool,
}

impl Guard {
    fn new(gauge: Rc<Gauge>) -> Self {
        Self { gauge, depth: 0, tokens: 0, in_header: true }
    }

    fn admit(&mut self, token: &DataToken) -> Result<Step, Refusal> {
        if self.depth == 0 && self.passes_into(token) == Step::End {
            return Ok(Step::End);
        }
        match token {
            DataToken::SequenceStart { .. } | DataToken::PixelSequenceStart => self.depth += 1,
            DataToken::SequenceEnd => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.tokens += 1;
        if self.depth > limits::DEPTH {
            return Err(Refusal::TooDeep);
        }
        let header_is_full = self.gauge.read.get() > limits::HEADER || self.tokens > limits::HEADER_TOKENS;
        if self.tokens > limits::TOKENS || (self.in_header && header_is_full) {
            return Err(Refusal::TooLarge);
        }
        Ok(Step::On)
    }

    /// Notes which part of the file an element of the data set itself begins.
    fn passes_into(&mut self, token: &DataToken) -> Step {
        let tag = match token {
            DataToken::ElementHeader(header) => header.tag,
            DataToken::SequenceStart { tag, .. } => *tag,
            DataToken::PixelSequenceStart => return Step::End,
            _ => return Step::On,
        };
        if tag >= header::END {
            self.in_header = false;
        }
        if tag >= PIXELS { Step::End } else { Step::On }
    }

    /// Why the tokens broke off: a deflated file that never ends is not malformed.
    fn explain(&self) -> Refusal {
        if self.gauge.read.get() > limits::INFLATED { Refusal::TooLarge } else { Refusal::Malformed }
    }
}
