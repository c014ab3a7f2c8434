import { damaged } from './archive-damage.ts'
import type { ArchiveHead } from './read-head.ts'
import type { TocEntry } from './toc-entry.ts'

/** What pg_restore writes before the first entry: the header comments, and the settings of _doSetFixedOutputState. */
export function preamble(head: ArchiveHead, entries: readonly TocEntry[]): string {
  const encoding = setting(entries, 'ENCODING', /^SET client_encoding = '([A-Za-z0-9_-]+)';\n$/)
  const strings = setting(entries, 'STDSTRINGS', /^SET standard_conforming_strings = '(on|off)';\n$/)
  setting(entries, 'SEARCHPATH', /^(SELECT pg_catalog\.set_config\('search_path', '', false\);\n)$/)
  const lines = [
    '--\n-- PostgreSQL database dump\n--\n',
    ...(head.serverVersion === null ? [] : [`-- Dumped from database version ${oneLine(head.serverVersion)}`]),
    ...(head.toolVersion === null ? [] : [`-- Dumped by pg_dump version ${oneLine(head.toolVersion)}`]),
    '',
    'SET statement_timeout = 0;',
    'SET lock_timeout = 0;',
    'SET idle_in_transaction_session_timeout = 0;',
    // An older server does not know this one, and an older pg_dump does not write it.
    ...(Number.parseInt(head.toolVersion ?? '', 10) >= 17 ? ['SET transaction_timeout = 0;'] : []),
    `SET client_encoding = '${encoding}';`,
    `SET standard_conforming_strings = ${strings};`,
    "SELECT pg_catalog.set_config('search_path', '', false);",
    'SET check_function_bodies = false;',
    'SET xmloption = content;',
    'SET client_min_messages = warning;',
    ...(strings === 'off' ? ['SET escape_string_warning = off;'] : []),
    'SET row_security = off;',
  ]
  return `${lines.join('\n')}\n\n`
}

export const closing = '--\n-- PostgreSQL database dump complete\n--\n\n'

function setting(entries: readonly TocEntry[], type: string, shape: RegExp): string {
  const found = entries.filter((entry) => entry.type === type)
  const value = shape.exec(found[0]?.definition ?? '')?.[1]
  if (found.length !== 1 || value === undefined)
    throw damaged(`its ${type} entry is missing, or not as pg_dump writes it`)
  return value
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ')
}
