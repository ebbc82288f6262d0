//! Prints a large document of the kind other people write, for a build with
//! `AIRWAY_OPENAPI`: `cargo run --example foreign -- SEED OPERATIONS SCHEMAS`.

#![expect(clippy::print_stdout, reason = "the document is what it is run for")]

#[path = "../tests/it/foreign/mod.rs"]
mod foreign;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|word| word.parse::<u32>().ok());
    let mut next = |default: u32| numbers.next().unwrap_or(default);
    let (seed, operations, schemas) = (next(1), next(560), next(700));
    let document = foreign::document(seed.into(), operations as usize, schemas as usize);
    print!("{}", foreign::text(&document).trim_start());
}
