//! Choosing streams by name and pattern.

use globset::{GlobBuilder, GlobMatcher};

use super::{Catalog, CatalogError, Stream};

/// A name or a glob over `namespace.name`; either part of it alone is matched too.
struct Pattern<'a> {
    text: &'a str,
    glob: GlobMatcher,
}

impl<'a> Pattern<'a> {
    fn parse(text: &'a str) -> Result<Self, CatalogError> {
        let glob = GlobBuilder::new(text)
            .build()
            .map_err(|error| CatalogError::Pattern { pattern: text.to_owned(), reason: error.kind().to_string() })?;
        Ok(Self { text, glob: glob.compile_matcher() })
    }

    fn fits(&self, stream: &Stream) -> bool {
        // A stream may be called `a*b` or `[x]`: its exact name always fits.
        stream.answers_to(self.text) || self.glob.is_match(stream.full_name()) || self.glob.is_match(stream.name())
    }
}

impl Catalog {
    /// Returns a catalog of only the streams that fit one of the names or globs (`public.order_*`).
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoStream`] when one of them fits nothing, with the nearest names.
    pub fn select<'a>(&self, patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, CatalogError> {
        self.keep(patterns, |fits| fits)
    }

    /// Returns a catalog without the streams that fit one of the names or globs.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoStream`] when one of them fits nothing, with the nearest names.
    pub fn reject<'a>(&self, patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, CatalogError> {
        self.keep(patterns, |fits| !fits)
    }

    fn keep<'a>(
        &self,
        patterns: impl IntoIterator<Item = &'a str>,
        wanted: impl Fn(bool) -> bool,
    ) -> Result<Self, CatalogError> {
        let patterns = patterns.into_iter().map(Pattern::parse).collect::<Result<Vec<_>, _>>()?;
        for pattern in &patterns {
            if !self.streams.iter().any(|stream| pattern.fits(stream)) {
                return Err(CatalogError::no_stream(pattern.text, &self.streams));
            }
        }
        let fits = |stream: &&Stream| wanted(patterns.iter().any(|pattern| pattern.fits(stream)));
        Ok(Self { id: self.id.clone(), streams: self.streams.iter().filter(fits).cloned().collect() })
    }
}
