import type { TocLabel } from '../types.ts'

/** What one `--` comment of a dump says. */
export type TocComment =
  | { readonly kind: 'dump' | 'cluster' | 'dump complete' | 'cluster complete' | 'other' }
  | { readonly kind: 'restrict' }
  | { readonly kind: 'server version' | 'tool version'; readonly version: string }
  | { readonly kind: 'label'; readonly label: TocLabel }

const sentences: Readonly<Record<string, TocComment>> = {
  '-- PostgreSQL database dump': { kind: 'dump' },
  '-- PostgreSQL database cluster dump': { kind: 'cluster' },
  '-- PostgreSQL database dump complete': { kind: 'dump complete' },
  '-- PostgreSQL database cluster dump complete': { kind: 'cluster complete' },
}

const labelShape =
  /^-- (?:Data for |Statistics for )?Name: (.*); Type: ([^;]*); Schema: (.*); Owner: (.*?)(?:; Tablespace: .*)?$/

/** Reads one comment, without its line end. */
export function readTocComment(text: string): TocComment {
  const sentence = sentences[text]
  if (sentence !== undefined) return sentence
  const label = labelShape.exec(text)
  if (label) {
    const [, name = '', type = '', schema = '', owner = ''] = label
    return { kind: 'label', label: { type, schema: absent(schema), name, owner: absent(owner) } }
  }
  if (/^-- \\(?:un)?restrict /.test(text)) return { kind: 'restrict' }
  const version = /^-- Dumped (from database|by pg_dump) version (.+)$/.exec(text)
  if (version) {
    return { kind: version[1] === 'by pg_dump' ? 'tool version' : 'server version', version: version[2] ?? '' }
  }
  return { kind: 'other' }
}

function absent(text: string): string | null {
  return text === '' || text === '-' ? null : text
}
