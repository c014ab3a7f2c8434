/* Fragments of catalogue queries. They hold literals of ours only: never a name from a database. */

/** OIDs of what extensions own in a catalogue: few, and read once a query, whatever the planner thinks there are. */
function membersOfExtensions(catalogue: string): string {
  return `(SELECT member.objid FROM pg_catalog.pg_depend AS member
    WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND member.deptype = 'e'
      AND member.classid = 'pg_catalog.${catalogue}'::pg_catalog.regclass)`
}

/** True unless the object belongs to an extension: those come back with CREATE EXTENSION. */
export function notOfExtension(catalogue: string, oid: string): string {
  return `${oid} NOT IN ${membersOfExtensions(catalogue)}`
}

export function ofExtension(catalogue: string, oid: string): string {
  return `${oid} IN ${membersOfExtensions(catalogue)}`
}

/** Privileges by role name, one line a grantee, `*` for grant option. NULL is spelled out, so that it equals its default. */
export function privileges(acl: string, objectType: string, owner: string): string {
  return explodedAcl(`coalesce(${acl}, pg_catalog.acldefault('${objectType}', ${owner}))`, owner)
}

/** The same lines without the owner's name: initdb's superuser, who has another elsewhere. */
export function withOwnerUnnamed(lines: string, owner: string): string {
  return lines.replaceAll(
    'pg_catalog.pg_get_userbyid(item.grantee)::text',
    `CASE item.grantee WHEN ${owner} THEN 'owner' ELSE pg_catalog.pg_get_userbyid(item.grantee)::text END`,
  )
}

/** As {@link privileges}, of an ACL that has no default (columns, default privileges). */
export function explodedAcl(acl: string, owner: string): string {
  return `(SELECT coalesce(pg_catalog.string_agg(entry.line, E'\\n' ORDER BY entry.line COLLATE pg_catalog."C"), '(none)')
    FROM (SELECT CASE item.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(item.grantee)::text END || ': '
        || pg_catalog.string_agg(item.privilege_type || CASE WHEN item.is_grantable THEN '*' ELSE '' END, ', '
             ORDER BY item.privilege_type COLLATE pg_catalog."C")
        || CASE WHEN item.grantor = ${owner} THEN '' ELSE ' (by ' || pg_catalog.pg_get_userbyid(item.grantor) || ')' END AS line
      FROM pg_catalog.aclexplode(${acl}) AS item GROUP BY item.grantee, item.grantor) AS entry)`
}

/**
 * `a=1, b=2` in a stable order; NULL when there are none. Without `pg_attver`, a mark that servers of the minors of
 * November 2026 (15.20, 17.12) put on every column for themselves and pg_dump does not write.
 */
export function optionList(options: string): string {
  return `(CASE WHEN ${options} IS NOT NULL THEN (SELECT pg_catalog.string_agg(setting, ', ' ORDER BY setting COLLATE pg_catalog."C")
    FROM pg_catalog.unnest(${options}) AS setting WHERE setting NOT LIKE 'pg_attver=%') END)`
}

/** As {@link optionList}, with a mark in place of the values of options that may be secrets. */
export function optionListWithoutSecrets(options: string): string {
  return `(CASE WHEN ${options} IS NOT NULL THEN (SELECT pg_catalog.string_agg(shown.setting, ', ' ORDER BY shown.setting COLLATE pg_catalog."C") FROM (
      SELECT CASE WHEN pg_catalog.split_part(raw, '=', 1) ~* 'pass|secret|token|key|credential|auth|connection'
        THEN ${hiddenOption('raw')} ELSE raw END AS setting
      FROM pg_catalog.unnest(${options}) AS raw) AS shown) END)`
}

/** As {@link optionListWithoutSecrets}, where every option may be one. */
export function hiddenOptionList(options: string): string {
  return `(SELECT pg_catalog.string_agg(${hiddenOption('raw')}, ', ' ORDER BY raw COLLATE pg_catalog."C")
    FROM pg_catalog.unnest(${options}) AS raw)`
}

/**
 * `password=***b2`: the last 8 bits of a digest. Of 256 changes 255 are seen, and whoever guesses at the secret learns
 * next to nothing from it: every 256th guess fits.
 */
function hiddenOption(raw: string): string {
  return `pg_catalog.split_part(${raw}, '=', 1) || '=***' || pg_catalog.right(pg_catalog.md5(${raw} COLLATE pg_catalog."C"), 2)`
}

/** Name of the tablespace that is not the database's own; NULL for most. */
export function tablespace(oid: string): string {
  return `CASE WHEN ${oid} <> 0 THEN (SELECT ts.spcname FROM pg_catalog.pg_tablespace AS ts WHERE ts.oid = ${oid}) END`
}

/** Labels of a shared object, one line a provider. */
export function sharedSecurityLabels(catalogue: string, oid: string): string {
  return `(SELECT pg_catalog.string_agg(l.provider || ': ' || l.label, E'\\n' ORDER BY l.provider COLLATE pg_catalog."C")
    FROM pg_catalog.pg_shseclabel AS l WHERE l.classoid = 'pg_catalog.${catalogue}'::pg_catalog.regclass AND l.objoid = ${oid})`
}

/** One look into an index. obj_description() is a function in SQL: each call starts an executor. */
export function comment(catalogue: string, oid: string): string {
  return `(SELECT note.description FROM pg_catalog.pg_description AS note
    WHERE note.objoid = ${oid} AND note.classoid = 'pg_catalog.${catalogue}'::pg_catalog.regclass AND note.objsubid = 0)`
}

export function roleName(oid: string): string {
  return `pg_catalog.pg_get_userbyid(${oid})::text`
}

/** A regproc column as text; NULL instead of `-`. */
export function functionName(regproc: string): string {
  return `nullif(pg_catalog.concat(${regproc}::pg_catalog.regproc), '-')`
}

/** A collation by name, unless it is the type's own. */
export function collationUnlessDefault(collation: string, typeCollation: string): string {
  return `CASE WHEN ${collation} <> 0 AND ${collation} <> ${typeCollation} THEN pg_catalog.concat(${collation}::pg_catalog.regcollation) END`
}
