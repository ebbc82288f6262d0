-- However many jobs a connection has had: the one that has not ended, the newest by schedule, the newest that succeeded.
CREATE INDEX jobs_active ON jobs (connection_id) WHERE next_event_at IS NOT NULL;
CREATE INDEX jobs_scheduled ON jobs (connection_id, created_at) WHERE scheduled;
CREATE INDEX jobs_succeeded ON jobs (connection_id, updated_at) WHERE status = 'succeeded';
