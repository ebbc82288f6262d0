-- When a source was found with which catalog: content that comes back is the catalog that it was before.
CREATE TABLE fetches (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id     TEXT NOT NULL,
    configuration TEXT NOT NULL,
    catalog_id    TEXT NOT NULL REFERENCES catalogs (id),
    fetched_at    INTEGER NOT NULL,
    UNIQUE (source_id, configuration, catalog_id)
);
INSERT INTO fetches (source_id, configuration, catalog_id, fetched_at)
    SELECT source_id, configuration, id, created_at FROM catalogs ORDER BY created_at, rowid;
CREATE INDEX fetches_by_source ON fetches (source_id, number);
CREATE INDEX fetches_by_catalog ON fetches (catalog_id);

DROP INDEX catalogs_by_source;
ALTER TABLE catalogs DROP COLUMN configuration;
ALTER TABLE catalogs DROP COLUMN created_at;
CREATE INDEX catalogs_by_source ON catalogs (source_id);
