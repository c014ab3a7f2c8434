import type { CatalogueQuery } from './catalogue-query.ts'
import { optionList, sharedSecurityLabels } from './fragments.ts'

/**
 * Roles this database knows of: they own something here, are granted something, are named in a policy or in its
 * settings, and those they are members of or that are members of them. Never passwords, nor whether there is one.
 *
 * Who restores without being a superuser has to be a member of what it makes, and from 16 on is by itself: that is no
 * part of the copy. It stands where the bootstrap superuser would.
 */
export const roles: CatalogueQuery = {
  kind: 'role',
  text: ({ major, isCopy = false }) => `
    WITH RECURSIVE here AS (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()),
    restorer AS (SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE ${isCopy} AND r.rolname = session_user AND NOT r.rolsuper),
    known (oid) AS (
      SELECT s.refobjid FROM pg_catalog.pg_shdepend AS s
      WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND (s.dbid IN (SELECT oid FROM here)
        OR (s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND s.objid IN (SELECT oid FROM here)))
      UNION SELECT s.setrole FROM pg_catalog.pg_db_role_setting AS s WHERE s.setrole <> 0 AND s.setdatabase IN (SELECT oid FROM here)
      UNION SELECT CASE WHEN m.roleid = known.oid THEN m.member ELSE m.roleid END
      FROM known JOIN pg_catalog.pg_auth_members AS m ON known.oid IN (m.roleid, m.member)
        AND (SELECT r.rolname FROM pg_catalog.pg_roles AS r WHERE r.oid = known.oid) !~ '^pg_'
        AND m.member NOT IN (SELECT oid FROM restorer)
    )
    SELECT pg_catalog.json_build_array(r.rolname) AS identity,
      (r.oid = 10 OR r.oid IN (SELECT oid FROM restorer))::text AS bootstrap,
      r.rolsuper::text AS superuser,
      r.rolinherit::text AS inherit,
      r.rolcreaterole::text AS "create role",
      r.rolcreatedb::text AS "create database",
      r.rolcanlogin::text AS login,
      r.rolreplication::text AS replication,
      r.rolbypassrls::text AS "bypass row security",
      nullif(r.rolconnlimit, -1) AS "connection limit",
      nullif(r.rolvaliduntil, 'infinity') AS "valid until",
      ${optionList('(SELECT s.setconfig FROM pg_catalog.pg_db_role_setting AS s WHERE s.setrole = r.oid AND s.setdatabase = 0)')} AS settings,
      ${optionList('(SELECT s.setconfig FROM pg_catalog.pg_db_role_setting AS s WHERE s.setrole = r.oid AND s.setdatabase IN (SELECT oid FROM here))')} AS "settings here",
      (SELECT pg_catalog.string_agg(DISTINCT (g.rolname || CASE WHEN m.admin_option THEN ' with admin' ELSE '' END
          ${major >= 16 ? `|| CASE WHEN m.inherit_option THEN '' ELSE ' without inherit' END || CASE WHEN m.set_option THEN '' ELSE ' without set' END` : ''}) COLLATE pg_catalog."C", ', ')
        FROM pg_catalog.pg_auth_members AS m JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
        WHERE m.member = r.oid) AS "member of",
      ${sharedSecurityLabels('pg_authid', 'r.oid')} AS "security labels",
      pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment
    FROM pg_catalog.pg_roles AS r
    WHERE r.oid IN (SELECT oid FROM known) AND r.rolname !~ '^pg_'`,
}
