-- A stand-in for pg_cron: jobs are rows here, and nothing ever runs them.
-- Run as a superuser, after platform-roles.sql; idempotent. Checked on PostgreSQL 15 and 17.

CREATE SCHEMA IF NOT EXISTS cron;
CREATE SEQUENCE IF NOT EXISTS cron.jobid_seq;
CREATE SEQUENCE IF NOT EXISTS cron.runid_seq;

CREATE TABLE IF NOT EXISTS cron.job (
    jobid bigint DEFAULT nextval('cron.jobid_seq'::regclass) NOT NULL PRIMARY KEY,
    schedule text NOT NULL,
    command text NOT NULL,
    nodename text DEFAULT 'localhost' NOT NULL,
    nodeport integer DEFAULT inet_server_port(),
    database text DEFAULT current_database() NOT NULL,
    username text DEFAULT CURRENT_USER NOT NULL,
    active boolean DEFAULT true NOT NULL,
    jobname text
);

CREATE TABLE IF NOT EXISTS cron.job_run_details (
    jobid bigint,
    runid bigint DEFAULT nextval('cron.runid_seq'::regclass) NOT NULL PRIMARY KEY,
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamp with time zone,
    end_time timestamp with time zone
);

CREATE OR REPLACE FUNCTION cron.schedule(job_name text, schedule text, command text) RETURNS bigint
    LANGUAGE sql
    RETURN NULL::bigint;

CREATE OR REPLACE FUNCTION cron.schedule(schedule text, command text) RETURNS bigint
    LANGUAGE sql
    RETURN NULL::bigint;

CREATE OR REPLACE FUNCTION cron.unschedule(job_id bigint) RETURNS boolean
    LANGUAGE sql
    RETURN NULL::boolean;

CREATE OR REPLACE FUNCTION cron.unschedule(job_name text) RETURNS boolean
    LANGUAGE sql
    RETURN NULL::boolean;

CREATE OR REPLACE FUNCTION cron.schedule_in_database(
    job_name text, schedule text, command text, database text, username text DEFAULT NULL, active boolean DEFAULT true)
    RETURNS bigint
    LANGUAGE sql
    RETURN NULL::bigint;

CREATE OR REPLACE FUNCTION cron.alter_job(
    job_id bigint, schedule text DEFAULT NULL, command text DEFAULT NULL, database text DEFAULT NULL,
    username text DEFAULT NULL, active boolean DEFAULT NULL)
    RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
    END;
