//! Scripts put together wrongly.

use super::corpus::Corpus;

/// A sequence of numbers that a seed fixes (`SplitMix64`).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}

/// No script is longer than so many tokens.
const LONGEST: usize = 20_000;

/// Returns a mutated script.
pub(super) fn script(corpus: &Corpus, random: &mut Random) -> String {
    let mut tokens = random.pick(corpus.scripts()).clone();
    for _ in 0..=random.below(6) {
        mutate(&mut tokens, corpus, random);
        tokens.truncate(LONGEST);
    }
    let mut text = tokens.concat();
    if random.below(4) == 0 {
        text = damage(text, random);
    }
    text
}

fn mutate(tokens: &mut Vec<String>, corpus: &Corpus, random: &mut Random) {
    let at = random.below(tokens.len());
    let some = random.below(12) + 1;
    let until = (at + some).min(tokens.len());
    match random.below(9) {
        0 => drop(tokens.drain(at..until)),
        1 if !tokens.is_empty() => random.pick(corpus.tokens()).clone_into(&mut tokens[at]),
        2 => tokens.insert(at, random.pick(corpus.tokens()).clone()),
        3 => {
            let copied = tokens[at..until].to_vec();
            let to = random.below(tokens.len());
            tokens.splice(to..to, copied);
        }
        4 if !tokens.is_empty() => {
            let other = random.below(tokens.len());
            tokens.swap(at, other);
        }
        5 => {
            let other = random.pick(corpus.scripts());
            let from = random.below(other.len());
            let piece = other[from..(from + some * 4).min(other.len())].to_vec();
            tokens.splice(at..until, piece);
        }
        6 => {
            // Deep and long: the same again and again.
            let times = [2, 10, 100, 1000][random.below(4)];
            let piece = tokens[at..until.min(at + 3)].to_vec();
            let again = std::iter::repeat_n(piece, times).flatten();
            tokens.splice(at..at, again);
        }
        7 => tokens.truncate(at),
        _ => tokens.extend(random.pick(corpus.scripts()).iter().cloned()),
    }
}

/// Changes single bytes; what is no text any more becomes the sign for that.
fn damage(text: String, random: &mut Random) -> String {
    let mut bytes = text.into_bytes();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << random.below(8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_seed_always_makes_the_same_scripts() {
    let corpus = Corpus::read();
    let scripts = |seed| (0..20).map(|number| script(&corpus, &mut Random::new(seed, number))).collect::<Vec<_>>();
    assert_eq!(scripts(7), scripts(7));
    assert_ne!(scripts(7), scripts(8));
}
