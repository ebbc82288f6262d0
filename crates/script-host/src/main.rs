//! The `airway` command line.
fn main() {}
