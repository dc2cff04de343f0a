-- Roles and database on a PostgreSQL ≥ 15 of your own; run once, as its superuser, in a terminal:
--
--     sudo -u postgres psql -X -f /opt/congbhyt/deploy/postgresql/roles.sql
--
-- No password stands here: psql asks for both at the end and sends only their SCRAM verifiers.

\set ON_ERROR_STOP on

-- Owns the tables and changes them in upgrades; only `congbhyt migrate` uses it.
CREATE ROLE congbhyt_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;

-- Serves. It owns nothing. `congbhyt migrate` gives it what it needs, and no more:
--   SELECT, INSERT, UPDATE, DELETE   on the tables in general
--   SELECT, INSERT                   on audit_entry: what is on record stays (triggers refuse TRUNCATE too)
--   SELECT                           on the installation's mark, the revisions and the list of migrations
--   USAGE                            on the sequences
CREATE ROLE congbhyt_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;

-- Byte order for sorting, letters of every language for upper and lower case, the same on every machine.
CREATE DATABASE congbhyt OWNER congbhyt_owner TEMPLATE template0 ENCODING 'UTF8'
    LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';

REVOKE ALL ON DATABASE congbhyt FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE congbhyt TO congbhyt_app;  -- imports stage their rows in temporary tables

-- The server's log must not hold what was asked or stored: no statement, no key of a refused row.
ALTER ROLE congbhyt_app IN DATABASE congbhyt SET log_statement = 'none';
ALTER ROLE congbhyt_app IN DATABASE congbhyt SET log_min_duration_statement = -1;
ALTER ROLE congbhyt_app IN DATABASE congbhyt SET log_min_error_statement = 'panic';
ALTER ROLE congbhyt_app IN DATABASE congbhyt SET log_parameter_max_length_on_error = 0;
ALTER ROLE congbhyt_app IN DATABASE congbhyt SET log_error_verbosity = 'terse';
-- A process that died in the middle of a transaction must not hold its locks for ever.
ALTER ROLE congbhyt_app IN DATABASE congbhyt SET idle_in_transaction_session_timeout = '5min';

\connect congbhyt
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

\password congbhyt_owner
\password congbhyt_app
