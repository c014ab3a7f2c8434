-- What belongs to one database and does not go with it when it is copied.
GRANT TEMPORARY ON DATABASE :database TO app_reader;
ALTER DATABASE :database SET work_mem TO '5MB';
ALTER ROLE app_reader IN DATABASE :database SET work_mem TO '6MB';
COMMENT ON DATABASE :database IS 'holds one of everything';
CREATE SUBSCRIPTION feed CONNECTION 'dbname=none password=hidden' PUBLICATION news, more WITH (connect = false, slot_name = NONE);
