//! NumPy's `default_rng(seed)`: a PCG64 generator, seeded through a `SeedSequence`.

/// The generator.
pub struct Pcg64 {
    state: u128,
    increment: u128,
    /// The upper half of the last number, if only its lower half has been given out.
    half: Option<u32>,
}

const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

impl Pcg64 {
    pub fn new(seed: u32) -> Self {
        let words = SeedSequence::new(seed).words();
        let pair = |place: usize| u64::from(words[place]) | u64::from(words[place + 1]) << 32;
        let join = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
        let (start, stream) = (join(pair(0), pair(2)), join(pair(4), pair(6)));
        let mut generator = Self { state: 0, increment: stream << 1 | 1, half: None };
        generator.step();
        generator.state = generator.state.wrapping_add(start);
        generator.step();
        generator
    }

    /// A number below `bound`, each equally likely (Lemire's method).
    pub fn below(&mut self, bound: u32) -> u32 {
        let unfair = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.next_u32()) * u64::from(bound);
            if product as u32 >= unfair {
                return (product >> 32) as u32;
            }
        }
    }

    fn next_u32(&mut self) -> u32 {
        if let Some(half) = self.half.take() {
            return half;
        }
        let number = self.next_u64();
        self.half = Some((number >> 32) as u32);
        number as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.step();
        let folded = (self.state >> 64) as u64 ^ self.state as u64;
        folded.rotate_right((self.state >> 122) as u32)
    }

    fn step(&mut self) {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
    }
}

/// Spreads a seed over a pool of four words.
struct SeedSequence {
    pool: [u32; 4],
}

/// A hash whose constant changes with every word.
struct Hash {
    constant: u32,
    multiplier: u32,
}

impl Hash {
    fn of(&mut self, word: u32) -> u32 {
        let mixed = word ^ self.constant;
        self.constant = self.constant.wrapping_mul(self.multiplier);
        let mixed = mixed.wrapping_mul(self.constant);
        mixed ^ mixed >> 16
    }
}

impl SeedSequence {
    fn new(seed: u32) -> Self {
        let mut hash = Hash { constant: 0x43b0_d7e5, multiplier: 0x931e_8875 };
        let mut pool = [seed, 0, 0, 0].map(|word| hash.of(word));
        for from in 0..4 {
            for to in (0..4).filter(|to| *to != from) {
                let mixed =
                    pool[to].wrapping_mul(0xca01_f9dd).wrapping_sub(hash.of(pool[from]).wrapping_mul(0x4973_f715));
                pool[to] = mixed ^ mixed >> 16;
            }
        }
        Self { pool }
    }

    fn words(&self) -> [u32; 8] {
        let mut hash = Hash { constant: 0x8b51_f9dd, multiplier: 0x58f3_8ded };
        std::array::from_fn(|place| hash.of(self.pool[place % 4]))
    }
}
