//! Files made to do harm.

use proptest::prelude::{any, prop, proptest};

use super::files::{
    BIG_ENDIAN, DEFLATED, EXPLICIT, Encoding, IMPLICIT, JPEG, RLE, UNDEFINED, file, image, meta, with_meta,
};
use super::{Refusal, verdict};
use crate::dicom::limits;

const CONTENT: (u16, u16) = (0x0040, 0xA730);
const REFERENCED: (u16, u16) = (0x0008, 0x1140);

/// With no more stack than a plugin has.
fn verdict_on_a_small_stack(file: Vec<u8>) -> Result<(), Refusal> {
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    thread.spawn(move || verdict(&file).map(|_| ())).expect("a thread").join().expect("no overflow")
}

#[test]
fn two_thousand_levels_are_refused_wherever_they_stand() {
    let file_of = |nest: Vec<u8>| file(EXPLICIT, &nest);
    let small = file_of(Encoding::Explicit.nested(2000, REFERENCED));
    assert!((72_000..73_000).contains(&small.len()), "{}", small.len());
    for tag in [REFERENCED, CONTENT, (0x0009, 0x1001), (0x5200, 0x9230)] {
        let nested = file_of(Encoding::Explicit.nested(2000, tag));
        assert_eq!(verdict_on_a_small_stack(nested), Err(Refusal::TooDeep), "{tag:?}");
        let nested = file_of(Encoding::Explicit.nested_with_lengths(2000, tag));
        assert_eq!(verdict_on_a_small_stack(nested), Err(Refusal::TooDeep), "{tag:?} with lengths");
    }
    assert_eq!(
        verdict_on_a_small_stack(file_of(Encoding::Explicit.nested(200_000, REFERENCED))),
        Err(Refusal::TooDeep)
    );
}

#[test]
fn nesting_is_bounded_in_every_encoding() {
    for (syntax, encoding) in [
        (IMPLICIT, Encoding::Implicit),
        (BIG_ENDIAN, Encoding::Big),
        (DEFLATED, Encoding::Explicit),
        (JPEG, Encoding::Explicit),
    ] {
        let nested = file(syntax, &encoding.nested(2000, REFERENCED));
        assert_eq!(verdict_on_a_small_stack(nested), Err(Refusal::TooDeep), "{syntax}");
    }
    // Elements of an unknown representation without a length are sequences, too.
    let open = [Encoding::Explicit.head((0x0009, 0x1001), "UN", UNDEFINED), Encoding::Explicit.mark(0xE000, UNDEFINED)];
    assert_eq!(verdict_on_a_small_stack(file(EXPLICIT, &open.concat().repeat(2000))), Err(Refusal::TooDeep));
}

#[test]
fn the_limit_of_nesting_is_exact() {
    let nested = |depth| verdict_on_a_small_stack(file(EXPLICIT, &Encoding::Explicit.nested(depth, REFERENCED)));
    assert_eq!(nested(limits::DEPTH), Ok(()));
    assert_eq!(nested(limits::DEPTH + 1), Err(Refusal::TooDeep));
}

#[test]
fn delimiters_that_nothing_opened_do_not_lower_the_count() {
    let encoding = Encoding::Explicit;
    for stray in [
        encoding.mark(0xE0DD, 0),
        encoding.mark(0xE00D, 0),
        [encoding.mark(0xE00D, 0), encoding.mark(0xE0DD, 0)].concat(),
    ] {
        let open = [encoding.head(REFERENCED, "SQ", UNDEFINED), encoding.mark(0xE000, UNDEFINED)].concat();
        let inside = file(EXPLICIT, &[open.clone(), stray.clone()].concat().repeat(2000));
        // What closes a sequence closes it; what does not must not be taken for it.
        let closes = stray.len() > 8;
        assert_eq!(verdict_on_a_small_stack(inside).is_ok(), closes);
        let before = file(EXPLICIT, &[stray.repeat(100), open.repeat(2000)].concat());
        let _ = verdict_on_a_small_stack(before);
    }
}

#[test]
fn lengths_that_lie_cost_nothing() {
    let lie = |tag, vr, length| verdict(&file(EXPLICIT, &Encoding::Explicit.head(tag, vr, length)));
    assert_eq!(lie((0x0008, 0x0018), "OB", 0xFFFF_FFFE), Err(Refusal::Malformed));
    assert_eq!(lie((0x0042, 0x0011), "OB", 0x7FFF_FFFE), Err(Refusal::Malformed));
    assert_eq!(lie((0x0008, 0x0018), "UI", 0xFFFE), Err(Refusal::Malformed));
    // A sequence that is longer than the file simply ends with it.
    let sequence =
        [Encoding::Explicit.head(REFERENCED, "SQ", 0x7FFF_FFFE), Encoding::Explicit.mark(0xE000, 0x7FFF_0000)];
    assert!(verdict(&file(EXPLICIT, &sequence.concat())).is_err());
}

#[test]
fn lengths_that_lie_in_the_file_meta_information_are_refused() {
    for (vr, length) in [("OB", 0xFFFF_FFF0), ("UN", 0x4000_0000), ("UI", 0xFFFE)] {
        let lie = Encoding::Explicit.head((0x0002, 0x0102), vr, length);
        assert_eq!(verdict(&with_meta(&[meta(EXPLICIT), lie].concat(), &[])), Err(Refusal::Meta), "{vr}");
    }
    let mut group = image(EXPLICIT);
    group[140..144].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(verdict(&group), Err(Refusal::Meta));
}

#[test]
fn headers_that_would_fill_the_memory_are_refused() {
    let text = vec![b'\\'; 5 << 20];
    let large = file(EXPLICIT, &Encoding::Explicit.element((0x0008, 0x0119), "UT", &text));
    assert_eq!(verdict(&large), Err(Refusal::TooLarge));
    let items = Encoding::Explicit.mark(0xE000, 0).repeat(150_000);
    let many =
        [Encoding::Explicit.head(REFERENCED, "SQ", UNDEFINED), items, Encoding::Explicit.mark(0xE0DD, 0)].concat();
    assert_eq!(verdict(&file(EXPLICIT, &many)), Err(Refusal::TooLarge));
}

#[test]
fn a_deflated_file_that_never_ends_is_refused() {
    let bomb = Encoding::Explicit.element((0x0042, 0x0011), "OB", &vec![0; 160 << 20]);
    let bomb = file(DEFLATED, &[Encoding::Explicit.image(), bomb].concat());
    assert!(bomb.len() < 2 << 20);
    assert_eq!(verdict(&bomb), Err(Refusal::TooLarge));
}

#[test]
fn a_file_cut_anywhere_is_read_or_refused() {
    for syntax in [EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED, RLE] {
        let whole = image(syntax);
        for length in 0..whole.len() {
            let _ = verdict(&whole[..length]);
        }
    }
}

proptest! {
    #[test]
    fn bytes_changed_anywhere_are_read_or_refused(
        syntax in prop::sample::select(vec![EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED, JPEG]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut file = image(syntax);
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        let _ = verdict(&file);
    }

    #[test]
    fn any_bytes_behind_a_right_beginning_are_read_or_refused(
        syntax in prop::sample::select(vec![EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED, JPEG]),
        bytes in prop::collection::vec(any::<u8>(), 0..4096),
    ) {
        let _ = verdict(&with_meta(&meta(syntax), &bytes));
    }
}
