CREATE ROLE tricky_owner NOLOGIN;
CREATE ROLE tricky_reader LOGIN CONNECTION LIMIT 7 VALID UNTIL '2030-01-01 00:00:00+00';
CREATE ROLE "odd ""role""; name" LOGIN PASSWORD 'SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
GRANT tricky_owner TO tricky_reader WITH ADMIN OPTION;
GRANT tricky_reader TO "odd ""role""; name";
SELECT current_setting('server_version_num')::integer >= 140000 AS since14 \gset
\if :since14
GRANT pg_read_all_data TO tricky_owner;
\endif
ALTER ROLE tricky_owner SET search_path TO app, "odd; schema", public;
ALTER ROLE tricky_reader SET statement_timeout TO '5s';
COMMENT ON ROLE tricky_owner IS 'owner; it''s \.';
