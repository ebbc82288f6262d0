//! Black-box tests of the `airway` binary.
