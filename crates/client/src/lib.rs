//! Ergonomic async client of the Airbyte Config API.
