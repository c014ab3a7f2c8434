-- A stand-in for pg_net: its queue and its answers are tables that nobody reads, and a call queues nothing.
-- Run as a superuser, after platform-roles.sql; idempotent. Checked on PostgreSQL 15 and 17.

CREATE SCHEMA IF NOT EXISTS net;
GRANT USAGE ON SCHEMA net TO PUBLIC;

CREATE TABLE IF NOT EXISTS net.http_request_queue (
    id bigserial,
    method text NOT NULL,
    url text NOT NULL,
    headers jsonb,
    body bytea,
    timeout_milliseconds integer NOT NULL
);

CREATE TABLE IF NOT EXISTS net._http_response (
    id bigint,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamp with time zone DEFAULT now() NOT NULL
);

CREATE OR REPLACE FUNCTION net.http_get(
    url text, params jsonb DEFAULT '{}', headers jsonb DEFAULT '{}', timeout_milliseconds integer DEFAULT 5000)
    RETURNS bigint
    LANGUAGE sql
    RETURN NULL::bigint;

CREATE OR REPLACE FUNCTION net.http_post(
    url text, body jsonb DEFAULT '{}', params jsonb DEFAULT '{}',
    headers jsonb DEFAULT '{"Content-Type": "application/json"}', timeout_milliseconds integer DEFAULT 5000)
    RETURNS bigint
    LANGUAGE sql
    RETURN NULL::bigint;

CREATE OR REPLACE FUNCTION net.http_delete(
    url text, params jsonb DEFAULT '{}', headers jsonb DEFAULT '{}', timeout_milliseconds integer DEFAULT 5000,
    body jsonb DEFAULT NULL)
    RETURNS bigint
    LANGUAGE sql
    RETURN NULL::bigint;
