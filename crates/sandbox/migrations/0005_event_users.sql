-- Whether somebody did what the timeline tells, or it happened by itself.
ALTER TABLE events ADD COLUMN by_user INTEGER NOT NULL DEFAULT 1;
UPDATE events SET by_user = 0
    WHERE kind = 'SCHEMA_UPDATE' OR kind LIKE '%\_SUCCEEDED' ESCAPE '\' OR kind LIKE '%\_FAILED' ESCAPE '\'
       OR kind LIKE '%\_INCOMPLETE' ESCAPE '\';
