//! OpenAPI documents: load, normalise, index.
