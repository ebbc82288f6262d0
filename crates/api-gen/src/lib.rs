//! Typed bindings of the Airbyte Config API.
