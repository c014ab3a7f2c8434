-- A stand-in for pgmq: its queues are the tables that the dump has rows for, and its functions neither send nor read.
-- Run as a superuser, after platform-roles.sql; idempotent. Checked on PostgreSQL 15 and 17.

CREATE SCHEMA IF NOT EXISTS pgmq;

DO $$
BEGIN
  CREATE TYPE pgmq.message_record AS (
    msg_id bigint, read_ct integer, enqueued_at timestamp with time zone, vt timestamp with time zone,
    message jsonb, headers jsonb);
  CREATE TYPE pgmq.queue_record AS (
    queue_name character varying, is_partitioned boolean, is_unlogged boolean, created_at timestamp with time zone);
  CREATE TYPE pgmq.metrics_result AS (
    queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer,
    total_messages bigint, scrape_time timestamp with time zone, queue_visible_length bigint);
EXCEPTION WHEN duplicate_object THEN
  NULL;
END
$$;

-- One function for each list of arguments that it is called with.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('send(queue_name text, msg jsonb)', 'SETOF bigint'),
      ('send(queue_name text, msg jsonb, delay integer)', 'SETOF bigint'),
      ('send(queue_name text, msg jsonb, delay timestamp with time zone)', 'SETOF bigint'),
      ('send(queue_name text, msg jsonb, headers jsonb)', 'SETOF bigint'),
      ('send(queue_name text, msg jsonb, headers jsonb, delay integer)', 'SETOF bigint'),
      ('send(queue_name text, msg jsonb, headers jsonb, delay timestamp with time zone)', 'SETOF bigint'),
      ('send_batch(queue_name text, msgs jsonb[])', 'SETOF bigint'),
      ('send_batch(queue_name text, msgs jsonb[], delay integer)', 'SETOF bigint'),
      ('send_batch(queue_name text, msgs jsonb[], delay timestamp with time zone)', 'SETOF bigint'),
      ('send_batch(queue_name text, msgs jsonb[], headers jsonb[])', 'SETOF bigint'),
      ('send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay integer)', 'SETOF bigint'),
      ('send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay timestamp with time zone)', 'SETOF bigint'),
      ('read(queue_name text, vt integer, qty integer, conditional jsonb DEFAULT NULL)', 'SETOF pgmq.message_record'),
      ('read_with_poll(queue_name text, vt integer, qty integer, max_poll_seconds integer DEFAULT 5, '
        'poll_interval_ms integer DEFAULT 100, conditional jsonb DEFAULT NULL)', 'SETOF pgmq.message_record'),
      ('pop(queue_name text, qty integer DEFAULT 1)', 'SETOF pgmq.message_record'),
      ('set_vt(queue_name text, msg_id bigint, vt integer)', 'SETOF pgmq.message_record'),
      ('delete(queue_name text, msg_id bigint)', 'boolean'),
      ('delete(queue_name text, msg_ids bigint[])', 'SETOF bigint'),
      ('archive(queue_name text, msg_id bigint)', 'boolean'),
      ('archive(queue_name text, msg_ids bigint[])', 'SETOF bigint'),
      ('purge_queue(queue_name text)', 'bigint'),
      ('create(queue_name text)', 'void'),
      ('create_non_partitioned(queue_name text)', 'void'),
      ('create_unlogged(queue_name text)', 'void'),
      ('create_partitioned(queue_name text, partition_interval text DEFAULT ''10000'', '
        'retention_interval text DEFAULT ''100000'')', 'void'),
      ('drop_queue(queue_name text)', 'boolean'),
      ('detach_archive(queue_name text)', 'void'),
      ('list_queues()', 'SETOF pgmq.queue_record'),
      ('metrics(queue_name text)', 'pgmq.metrics_result'),
      ('metrics_all()', 'SETOF pgmq.metrics_result')
    ) AS call (name, answer)
  LOOP
    EXECUTE pg_catalog.format('CREATE OR REPLACE FUNCTION pgmq.%s RETURNS %s LANGUAGE plpgsql AS %L',
      pg_catalog.regexp_replace(wanted.name, '^\w+', '"\&"'), wanted.answer,
      CASE WHEN wanted.answer ~ '^(SETOF|void)' THEN 'BEGIN RETURN; END' ELSE 'BEGIN RETURN NULL; END' END);
  END LOOP;
END
$$;
