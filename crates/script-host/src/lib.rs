//! The library behind the `airway` command.
