import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import { observe, type Facts, type ObjectFact } from '../../facts/index.ts'
import { loadRichDatabase } from '../../facts/rich-database/load-rich-database.ts'
import { diffObjects } from '../index.ts'
import { holdsSettings } from '../grade-settings.ts'
import { renderDdl } from './index.ts'

let server: DisposableServer
let facts: Facts

beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  await loadRichDatabase(server)
  await using session = await server.connect('rich')
  facts = await observe(session, { source: 'live', fingerprint: false })
})
afterAll(() => server[Symbol.asyncDispose]())

const textOf = (kind: ObjectFact['kind'], identity: string): string => {
  const object = facts.objects.find((one) => one.kind === kind && one.identity === identity)
  if (!object) throw new Error(`no ${kind} ${identity}`)
  return renderDdl(object)
}

describe('the definition of an object, as statements', () => {
  it('shows every property that differs, of every object of a database that has one of each', () => {
    // Versions of libraries are the machine's, and told as notices. Values of a database's settings may be secrets: which
    // one has another is told by its name, beside the statements.
    const properties = facts.objects
      .filter(({ kind }) => kind !== 'collation version')
      .flatMap((object) => Object.keys(object.properties).map((name) => ({ object, name })))
    expect(properties.length).toBeGreaterThan(500)
    const invisible = properties.filter(({ object, name }) => {
      if ((object.kind === 'column' && name === 'position') || holdsSettings(object, name)) return false
      const value = object.properties[name] ?? null
      const others = [value === null ? 'x' : null, value === 'true' ? 'false' : 'true', `${value ?? ''} `]
      return others.some((other) => {
        const mutant = { ...object, properties: { ...object.properties, [name]: other } }
        const [diff] = diffObjects({ ...facts, objects: [object] }, { ...facts, objects: [mutant] })
        const [, , ...lines] = (diff?.diff ?? '').split('\n')
        return !lines.some((line) => /^[-+]/.test(line))
      })
    })
    expect(invisible.map(({ object, name }) => `${object.kind} ${object.identity}: ${name}`)).toEqual([])
  })

  it('says nothing twice: what a statement says is in no comment line', () => {
    const relations = new Set(['table', 'column', 'index', 'policy', 'function', 'trigger', 'view', 'sequence'])
    const texts = facts.objects.filter(({ kind }) => relations.has(kind)).map((object) => renderDdl(object))
    expect(texts.length).toBeGreaterThan(50)
    expect(
      texts.filter((text) => /^-- (?:owner|definition|privileges|using|body|comment|fires|valid)\b/m.test(text)),
    ).toEqual([])
  })

  it('is statements of SQL as far as there are any', () => {
    const kinds = new Set(facts.objects.map(({ kind }) => kind))
    const heads = [...kinds].map((kind) => {
      const object = facts.objects.find((one) => one.kind === kind)
      return object ? `${kind}: ${renderDdl(object).split(/[\s(]/, 2).join(' ')}` : kind
    })
    const withoutStatement = heads.filter((head) => !/: (?:CREATE|ALTER)/.test(head)).map((head) => head.split(': ')[0])
    expect(withoutStatement).not.toContain('table')
    expect(withoutStatement.length).toBeLessThan(kinds.size / 1.5)
    expect(textOf('schema', 'app')).toMatch(/^CREATE SCHEMA app;\nALTER SCHEMA app OWNER TO \w+;\n/)
  })
})
