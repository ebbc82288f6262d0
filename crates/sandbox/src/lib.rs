//! An embedded Airbyte.
