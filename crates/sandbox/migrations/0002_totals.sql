-- How many live rows a workspace has, kept beside the rows: a page of a long list says how long the list is.
CREATE TABLE totals (
    workspace_id TEXT NOT NULL,
    kind         TEXT NOT NULL,
    total        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, kind)
) WITHOUT ROWID;
INSERT INTO totals SELECT workspace_id, kind, count(*) FROM actors WHERE tombstone = 0 GROUP BY workspace_id, kind;
INSERT INTO totals
    SELECT workspace_id, 'connection', count(*) FROM connections WHERE status <> 'deprecated' GROUP BY workspace_id;

CREATE TRIGGER actor_added AFTER INSERT ON actors WHEN new.tombstone = 0 BEGIN
    INSERT INTO totals VALUES (new.workspace_id, new.kind, 1) ON CONFLICT DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER actor_tombstone AFTER UPDATE OF tombstone ON actors WHEN new.tombstone <> old.tombstone BEGIN
    UPDATE totals SET total = total + old.tombstone - new.tombstone
        WHERE workspace_id = new.workspace_id AND kind = new.kind;
END;
CREATE TRIGGER connection_added AFTER INSERT ON connections WHEN new.status <> 'deprecated' BEGIN
    INSERT INTO totals VALUES (new.workspace_id, 'connection', 1) ON CONFLICT DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER connection_status AFTER UPDATE OF status ON connections
    WHEN (new.status = 'deprecated') <> (old.status = 'deprecated') BEGIN
    UPDATE totals SET total = total + (old.status = 'deprecated') - (new.status = 'deprecated')
        WHERE workspace_id = new.workspace_id AND kind = 'connection';
END;

-- Deleted connections are not met on the way through a list.
DROP INDEX connections_by_name;
CREATE INDEX connections_by_name ON connections (workspace_id, lower(name), id) WHERE status <> 'deprecated';
