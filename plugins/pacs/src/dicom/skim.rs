//! A decoder that passes over large values.

use std::io::{Read, Seek, Write};
use std::rc::Rc;

use dicom_core::header::{DataElementHeader, SequenceItemHeader};
use dicom_core::value::PrimitiveValue;
use dicom_parser::stateful::decode::Result;
use dicom_parser::{DynStatefulDecoder, StatefulDecode};

use super::limits::LARGE_VALUE;
use super::source::{Gauge, Source};

/// Decodes as dicom-parser's own decoder does, which dicom-object uses; only that large values come out
/// empty. The structure that is read is the same: it depends on headers and lengths alone.
pub struct Skim<'a, R: Read + Seek> {
    inner: DynStatefulDecoder<Source<'a, R>>,
    gauge: Rc<Gauge>,
}

impl<'a, R: Read + Seek> Skim<'a, R> {
    /// Passes over what `inner` should not read. `gauge` is that of its source.
    pub fn new(inner: DynStatefulDecoder<Source<'a, R>>, gauge: Rc<Gauge>) -> Self {
        Self { inner, gauge }
    }

    fn is_large(header: &DataElementHeader) -> Option<u32> {
        header.len.get().filter(|length| *length > LARGE_VALUE)
    }
}

impl<'a, R: Read + Seek> StatefulDecode for Skim<'a, R> {
    type Reader = Source<'a, R>;

    fn decode_header(&mut self) -> Result<DataElementHeader> {
        self.inner.decode_header()
    }

    fn decode_item_header(&mut self) -> Result<SequenceItemHeader> {
        self.inner.decode_item_header()
    }

    fn read_value(&mut self, header: &DataElementHeader) -> Result<PrimitiveValue> {
        self.read_value_preserved(header)
    }

    fn read_value_preserved(&mut self, header: &DataElementHeader) -> Result<PrimitiveValue> {
        match Self::is_large(header) {
            Some(length) => self.skip_bytes(length).map(|()| PrimitiveValue::Empty),
            None => self.inner.read_value_preserved(header),
        }
    }

    fn read_value_bytes(&mut self, header: &DataElementHeader) -> Result<PrimitiveValue> {
        match Self::is_large(header) {
            Some(length) => self.skip_bytes(length).map(|()| PrimitiveValue::Empty),
            None => self.inner.read_value_bytes(header),
        }
    }

    fn read_to_vec(&mut self, length: u32, into: &mut Vec<u8>) -> Result<()> {
        if length > LARGE_VALUE { self.skip_bytes(length) } else { self.inner.read_to_vec(length, into) }
    }

    fn read_u32_to_vec(&mut self, length: u32, into: &mut Vec<u32>) -> Result<()> {
        if length > LARGE_VALUE { self.skip_bytes(length) } else { self.inner.read_u32_to_vec(length, into) }
    }

    fn read_to<W: Write>(&mut self, length: u32, into: W) -> Result<()> {
        self.inner.read_to(length, into)
    }

    fn skip_bytes(&mut self, length: u32) -> Result<()> {
        self.gauge.unseen.set(u64::from(length));
        self.inner.skip_bytes(length)
    }

    fn seek(&mut self, position: u64) -> Result<()>
    where
        Self::Reader: Seek,
    {
        self.inner.seek(position)
    }

    fn position(&self) -> u64 {
        self.inner.position()
    }
}
