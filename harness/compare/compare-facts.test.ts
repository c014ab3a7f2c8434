import { describe, expect, it } from 'vitest'
import type { Facts, ObjectFact, SequenceFact, TableFact } from '../facts/index.ts'
import { checkSequencesAgainstColumns, compareFacts, type CompareOptions, type Finding } from './index.ts'
import { factsOf as emptyFacts } from './testing/sample-facts.ts'

function factsOf(parts: Partial<Facts> = {}): Facts {
  return emptyFacts({
    objects: [objectOf('table', 'public.t', { owner: 'app' })],
    tables: [tableOf('t', '5000', '42')],
    ...parts,
  })
}

function objectOf(kind: ObjectFact['kind'], identity: string, properties: ObjectFact['properties'] = {}): ObjectFact {
  return { kind, identity, properties, deparsed: kind === 'view' ? ['definition'] : [] }
}

function tableOf(name: string, rows: string, fingerprint: string | null, more: Partial<TableFact> = {}): TableFact {
  return {
    schema: 'public',
    name,
    persistence: 'permanent',
    populated: true,
    rows,
    fingerprint,
    columns: ['a'],
    ...more,
  }
}

function sequenceOf(lastValue: string, isCalled: boolean, more: Partial<SequenceFact> = {}): SequenceFact {
  return {
    schema: 'public',
    name: 's',
    lastValue,
    isCalled,
    ownedBy: 'public.t.id',
    columnMax: '10',
    increment: '1',
    ...more,
  }
}

function compare(
  baseline: Partial<Facts>,
  restored: Partial<Facts>,
  options: Partial<Omit<CompareOptions, 'baseline' | 'restored'>> = {},
): readonly Finding[] {
  return compareFacts({
    baselineKind: 'dump-snapshot',
    ...options,
    baseline: factsOf(baseline),
    restored: factsOf({ source: 'restored', ...restored }),
  })
}

function only(findings: readonly Finding[], check: Finding['check']): Finding {
  const [first, second] = findings.filter((finding) => finding.check === check)
  if (!first || second) throw new Error(`not one finding of ${check}: ${JSON.stringify(findings)}`)
  return first
}

describe('a good copy', () => {
  it('answers every check with "same"', () => {
    const findings = compare({}, {})
    expect(findings.map(({ check, status }) => `${check}: ${status}`)).toEqual([
      'tables: same',
      'row counts: same',
      'row content: same',
      'sequences: same',
      'schema: same',
    ])
  })

  it('of nothing proves nothing: an empty baseline is not checked', () => {
    const empty = { objects: [], tables: [] }
    for (const check of ['tables', 'row counts', 'row content', 'schema'] as const) {
      expect(only(compare(empty, empty), check)).toMatchObject({ status: 'not-checked', remedy: expect.any(String) })
    }
  })
})

describe('lost rows', () => {
  const fewer = { tables: [tableOf('t', '4999', '41')] }
  const loaded = (rowsInDump: number, rowsLoaded: number) => ({
    loaded: [{ schema: 'public', name: 't', rowsInDump, rowsLoaded }],
  })

  it('are the dump’s when it holds fewer than there were', () => {
    expect(only(compare({}, fewer, loaded(4999, 4999)), 'row counts')).toMatchObject({
      status: 'differs',
      attribution: 'dump',
      expected: '5000',
      actual: '4999',
      message: 'public.t: 4,999 of 5,000 rows (the dump holds 4,999)',
    })
  })

  it('are the restore’s when the dump holds them all', () => {
    const none = { tables: [tableOf('t', '0', '0')] }
    expect(only(compare({}, none, loaded(5000, 0)), 'row counts')).toMatchObject({
      attribution: 'restore',
      message: 'public.t: 0 of 5,000 rows (the dump holds 5,000, the server took 0)',
    })
    expect(only(compare({}, none, loaded(5000, 5000)), 'row counts')).toMatchObject({
      attribution: 'restore',
      message: expect.stringContaining('some are gone since'),
    })
  })

  it('are the dump’s when it has no data section for the table', () => {
    const none = { tables: [tableOf('t', '0', '0')] }
    expect(only(compare({}, none, { loaded: [] }), 'row counts')).toMatchObject({
      attribution: 'dump',
      message: expect.stringContaining('no data section'),
    })
  })

  it('are nobody’s as long as the loader’s counts are not known', () => {
    expect(only(compare({}, fewer), 'row counts')).toMatchObject({ status: 'differs', attribution: null })
  })

  it('of a whole table are named by three checks, and the table’s parts by none', () => {
    const parts = [objectOf('column', 'public.t.a'), objectOf('index', 'public.i', { table: 'public.t' })]
    const findings = compare(
      { objects: [...(factsOf().objects ?? []), ...parts, objectOf('table', 'public.u')] },
      { objects: [objectOf('table', 'public.u')], tables: [] },
    )
    expect(
      findings.filter(({ status }) => status === 'differs').map(({ check, object }) => `${check} ${object}`),
    ).toEqual(['tables public.t', 'row counts public.t', 'row content public.t', 'schema public.t'])
  })
})

describe('rows', () => {
  it('that are as many but not the same differ in content alone', () => {
    const findings = compare({}, { tables: [tableOf('t', '5000', '43')] })
    expect(only(findings, 'row counts').status).toBe('same')
    expect(only(findings, 'row content').status).toBe('differs')
  })

  it('that could not be read are not checked, on either side', () => {
    const blind = { tables: [tableOf('t', '0', null, { unreadable: 'permission denied for table t' })] }
    for (const findings of [compare(blind, {}), compare({}, blind)]) {
      expect(only(findings, 'row counts')).toMatchObject({
        status: 'not-checked',
        notice: false,
        remedy: expect.any(String),
      })
      expect(only(findings, 'row content')).toMatchObject({ status: 'not-checked', notice: false })
    }
  })

  it('without fingerprints are not checked for content', () => {
    const findings = compare({ tables: [tableOf('t', '5000', null)] }, {})
    expect(only(findings, 'row content')).toMatchObject({ status: 'not-checked', remedy: expect.any(String) })
  })

  it('over other columns differ', () => {
    const findings = compare({}, { tables: [tableOf('t', '5000', '42', { columns: [] })] })
    expect(only(findings, 'row content')).toMatchObject({
      status: 'differs',
      message: expect.stringContaining('without a'),
    })
  })

  it('in another encoding are not comparable, and the encoding differs', () => {
    const latin = { server: { ...factsOf().server, encoding: 'LATIN1' } }
    expect(only(compare({}, latin), 'row content')).toMatchObject({ status: 'not-checked', notice: false })
  })

  it('of an unlogged table are those that the dump holds', () => {
    const unlogged = (rows: string) => ({ tables: [tableOf('t', rows, rows, { persistence: 'unlogged' })] })
    const loaded = [{ schema: 'public', name: 't', rowsInDump: 0, rowsLoaded: 0 }]
    const standby = compare(unlogged('9'), unlogged('0'), { loaded })
    expect(only(standby, 'row counts')).toMatchObject({ status: 'same', notice: true })
    expect(only(standby, 'row content')).toMatchObject({ status: 'not-checked', notice: true })
    const withoutSection = compare(unlogged('9'), unlogged('0'), { loaded: [] })
    expect(only(withoutSection, 'row content')).toMatchObject({ status: 'not-checked', notice: true })
    const full = [{ schema: 'public', name: 't', rowsInDump: 9, rowsLoaded: 0 }]
    expect(only(compare(unlogged('9'), unlogged('0'), { loaded: full }), 'row counts')).toMatchObject({
      status: 'differs',
      attribution: 'restore',
    })
  })

  it('of a materialised view may differ after its refresh, but it must be refreshed', () => {
    const view = (rows: string, populated: boolean) => ({
      tables: [tableOf('t', rows, null, { persistence: 'materialized view', populated })],
    })
    expect(only(compare(view('3', true), view('4', true)), 'row counts')).toMatchObject({
      status: 'same',
      notice: true,
    })
    expect(only(compare(view('3', true), view('0', false)), 'row counts').status).toBe('differs')
    expect(only(compare(view('0', false), view('0', false)), 'row counts').status).toBe('same')
  })

  it('of large objects are none when there is no large object', () => {
    const large = tableOf('pg_largeobject', '2', '7', { schema: 'pg_catalog' })
    const lost = compare({ tables: [...factsOf().tables, large] }, {})
    expect(lost.find(({ object, check }) => object === 'large objects' && check === 'row counts')).toMatchObject({
      status: 'differs',
      actual: '0',
    })
    const gained = compare({}, { tables: [...factsOf().tables, large] })
    expect(gained.find(({ object, check }) => object === 'large objects' && check === 'row counts')?.status).toBe(
      'differs',
    )
  })
})

describe('against a live database', () => {
  const live = (rows: string, ratio: number) =>
    compare({}, { tables: [tableOf('t', rows, '1')] }, { baselineKind: 'live', rowTolerance: () => ({ ratio }) })

  it('rows within the tolerance are drift', () => {
    expect(only(live('4900', 0.05), 'row counts')).toMatchObject({
      status: 'same',
      notice: true,
      message: expect.stringContaining('drift since the dump'),
    })
  })

  it('rows beyond the tolerance differ, in either direction', () => {
    expect(only(live('4700', 0.05), 'row counts').status).toBe('differs')
    expect(only(live('5300', 0.05), 'row counts').status).toBe('differs')
  })

  it('content is not comparable, which is a notice', () => {
    expect(only(live('5000', 0), 'row content')).toMatchObject({ status: 'not-checked', notice: true })
  })
})

describe('a sequence', () => {
  const sequences = (was: SequenceFact, is: SequenceFact): Finding =>
    only(compare({ sequences: [was] }, { sequences: [is] }), 'sequences')

  it('may stand anywhere between the positions read before and after the dump', () => {
    const was = sequenceOf('10', true, { after: { lastValue: '20', isCalled: true } })
    expect(sequences(was, sequenceOf('10', true)).status).toBe('same')
    expect(sequences(was, sequenceOf('15', true)).status).toBe('same')
    expect(sequences(was, sequenceOf('20', true)).status).toBe('same')
    expect(sequences(was, sequenceOf('21', true)).status).toBe('differs')
  })

  it('that was never drawn from is not one that gave its first value', () => {
    const columnMax = null
    expect(sequences(sequenceOf('1', true, { columnMax }), sequenceOf('1', false, { columnMax })).status).toBe(
      'differs',
    )
    expect(sequences(sequenceOf('1', true, { columnMax }), sequenceOf('2', false, { columnMax })).status).toBe('same')
  })

  it('must be past its column', () => {
    const was = sequenceOf('10', true)
    expect(sequences(was, sequenceOf('1', false))).toMatchObject({
      status: 'differs',
      message: expect.stringContaining('the next insert collides'),
    })
  })

  it('that counts down must be below its column', () => {
    const down = { increment: '-1', columnMax: '-10' }
    expect(sequences(sequenceOf('-10', true, down), sequenceOf('-10', true, down)).status).toBe('same')
    expect(sequences(sequenceOf('-10', true, down), sequenceOf('-1', false, down)).status).toBe('differs')
  })

  it('that was behind already where the backup was taken is a notice', () => {
    const behind = sequenceOf('3', true)
    expect(sequences(behind, behind)).toMatchObject({ status: 'differs', notice: true })
  })

  it('that starts over is not behind', () => {
    const cycling = {
      sequences: [sequenceOf('3', true)],
      objects: [objectOf('sequence', 'public.s', { cycle: 'true' })],
    }
    expect(only(compare(cycling, cycling), 'sequences').status).toBe('same')
  })

  it('that is missing, or could not be read, is said to be', () => {
    expect(only(compare({ sequences: [sequenceOf('10', true)] }, {}), 'sequences').status).toBe('differs')
    const blind = sequenceOf('0', false, { unreadable: 'permission denied' })
    expect(sequences(sequenceOf('10', true), blind).status).toBe('not-checked')
  })

  it('is checked against its column when there is no baseline', () => {
    const [behind] = checkSequencesAgainstColumns(factsOf({ sequences: [sequenceOf('9', true)] }))
    const [past] = checkSequencesAgainstColumns(factsOf({ sequences: [sequenceOf('10', true)] }))
    expect([behind?.status, past?.status]).toEqual(['differs', 'same'])
    expect(checkSequencesAgainstColumns(factsOf())).toEqual([expect.objectContaining({ status: 'same' })])
  })
})

describe('an object', () => {
  const schema = (
    was: readonly ObjectFact[],
    is: readonly ObjectFact[],
    options: Parameters<typeof compare>[2] = {},
    restored: Partial<Facts> = {},
  ): Finding[] =>
    compare({ objects: was }, { objects: is, ...restored }, options).filter(({ check }) => check === 'schema')

  it('is named with its kind, its identity and what differs', () => {
    const [missing] = schema([objectOf('policy', 'public.t.own')], [])
    expect(missing).toMatchObject({ object: 'public.t.own', message: 'policy public.t.own is missing' })
    const [changed] = schema(
      [objectOf('column', 'public.t.a', { type: 'text', default: null })],
      [objectOf('column', 'public.t.a', { type: 'integer', default: '1' })],
    )
    expect(changed).toMatchObject({
      message: 'column public.t.a: default and type differ',
      expected: 'default: none\ntype: text',
      actual: 'default: 1\ntype: integer',
    })
  })

  it('of a schema that is missing as a whole is not named beside it', () => {
    const app = [objectOf('schema', 'app'), objectOf('table', 'app.t'), objectOf('function', 'app.f()')]
    const findings = compare({ objects: app, schemas: ['app', 'public'] }, { objects: [] })
    expect(findings.filter(({ check }) => check === 'schema').map(({ object }) => object)).toEqual(['app'])
  })

  it('of a platform’s schema is not compared, which is said', () => {
    const findings = compare(
      { objects: [objectOf('table', 'auth.users'), objectOf('table', 'public.t')], schemas: ['auth', 'public'] },
      { objects: [objectOf('table', 'public.t')] },
      { notCovered: { schemas: ['auth'] } },
    ).filter(({ check }) => check === 'schema')
    expect(findings).toEqual([
      expect.objectContaining({ status: 'same' }),
      expect.objectContaining({ status: 'not-checked', object: 'auth', notice: true, remedy: expect.any(String) }),
    ])
  })

  describe('of a platform’s schema', () => {
    const users = (rows: string, more: Partial<TableFact> = {}) => [
      tableOf('users', rows, rows, { schema: 'auth', ...more }),
    ]
    const inDump = (rows: number) => [{ schema: 'auth', name: 'users', rowsInDump: rows, rowsLoaded: rows }]
    const red = (findings: readonly Finding[]) =>
      findings
        .filter(({ status, notice }) => status !== 'same' && !notice)
        .map(({ check, object }) => `${check} ${object}`)
    const notCovered = { schemas: ['auth'] }

    it('has its rows compared where the dump brings them', () => {
      const good = compare({ tables: users('240') }, { tables: users('240') }, { notCovered, loaded: inDump(240) })
      expect(red(good)).toEqual([])
      expect(good.filter(({ object }) => object === 'auth.users')).toHaveLength(2)
      const short = compare({ tables: users('240') }, { tables: users('239') }, { notCovered, loaded: inDump(239) })
      expect(red(short)).toEqual(['row counts auth.users', 'row content auth.users'])
    })

    it('misses the rows that the dump should have brought', () => {
      const findings = compare({ tables: users('240') }, { tables: users('0') }, { notCovered, loaded: [] })
      expect(red(findings)).toContain('row counts auth.users')
    })

    it('is left alone where neither dump nor stand-in has the table', () => {
      const tables = [...users('7'), tableOf('t', '5000', '42')]
      expect(red(compare({ tables }, {}, { notCovered, loaded: [] }))).toEqual([])
    })

    it('has what is the user’s own on it compared: policies, and triggers that call the user’s functions', () => {
      const trigger = (name: string, called: string) =>
        objectOf('trigger', `auth.users.${name}`, {
          definition: `CREATE TRIGGER x AFTER INSERT ON auth.users EXECUTE FUNCTION ${called}()`,
        })
      const table = objectOf('table', 'public.t', { owner: 'app' })
      const own = [trigger('on_signup', 'public.handle_new_user'), objectOf('policy', 'auth.users.mine')]
      const objects = [table, trigger('platforms', 'auth.touch'), ...own]
      const findings = compare({ objects }, { objects: [table] }, { notCovered })
      expect(red(findings)).toEqual(['schema auth.users.on_signup', 'schema auth.users.mine'])
      expect(red(compare({ objects }, { objects: [table, ...own] }, { notCovered }))).toEqual([])
    })

    it('has what pg_cron puts on its tables left to it, and nothing of the user’s there', () => {
      const table = objectOf('table', 'public.t', { owner: 'app' })
      const policies = ['cron.job.cron_job_policy', 'cron.job.mine'].map((name) => objectOf('policy', name))
      const lost = (schemas: readonly string[]) =>
        red(compare({ objects: [table, ...policies] }, { objects: [table] }, { notCovered: { schemas } }))
      expect(lost(['cron'])).toEqual(['schema cron.job.mine'])
      expect(lost(['auth'])).toContain('schema cron.job.cron_job_policy')
    })

    it('grants what it likes on what comes with the server, and on nothing of the user', () => {
      const builtIn = objectOf('changed privileges', 'pg_catalog."function pg_read_file(text)"', {
        privileges: 'x: EXECUTE',
      })
      const users = objectOf('changed privileges', 'public."function similarity(text)"', { privileges: 'x: EXECUTE' })
      const roles = { schemas: ['auth'], roles: ['anon'] }
      const wider = [{ ...builtIn, properties: { privileges: 'anon: EXECUTE' } }]
      // On both sides, so that either is known to have been asked.
      const both = [objectOf('table', 'public.t'), objectOf('changed privileges', 'public."function f()"')]
      const lost = (object: ObjectFact, options = {}) =>
        red(compare({ objects: [...both, object] }, { objects: both }, options))
      expect(lost(builtIn, { notCovered: roles })).toEqual([])
      expect(lost(builtIn)).toHaveLength(1)
      expect(lost(users, { notCovered: roles })).toHaveLength(1)
      // Of an extension that is left to the platform, beside those that are there.
      const ofExtension = objectOf('changed privileges', 'extensions."function extensions.sign(json)"')
      const inExtensions = objectOf('table', 'extensions.t')
      both.push(inExtensions)
      expect(lost(ofExtension, { notCovered: { extensions: ['pgjwt'] } })).toEqual([])
      expect(lost(users, { notCovered: { extensions: ['pgjwt'] } })).toHaveLength(1)
      expect(lost(ofExtension)).toHaveLength(1)
      const gained = compare({ objects: both }, { objects: [...both, builtIn] }, { notCovered: roles })
      expect(red(gained)).toHaveLength(1)
      const changed = compare({ objects: [...both, builtIn] }, { objects: [...both, ...wider] }, { notCovered: roles })
      expect(red(changed)).toHaveLength(1)
    })

    it('may have other columns in the stand-in', () => {
      const wider = users('240', { columns: ['a', 'b'], fingerprint: '7' })
      expect(red(compare({ tables: users('240') }, { tables: wider }, { notCovered, loaded: inDump(240) }))).toEqual([])
    })
  })

  it('deparsed by another major is not checked, unless it came out the same', () => {
    const view = (definition: string) => objectOf('view', 'public.v', { definition, owner: 'app' })
    const newer = { server: { ...factsOf().server, major: 17 } }
    expect(schema([view('SELECT t.a FROM t')], [view('SELECT a FROM t')], {}, newer)).toEqual([
      expect.objectContaining({ status: 'not-checked', notice: false, remedy: 'restore on Postgres 15' }),
    ])
    expect(schema([view('x')], [view('x')], {}, newer)).toEqual([expect.objectContaining({ status: 'same' })])
  })

  it('may have privileges that only the newer major knows', () => {
    const table = (privileges: string) => objectOf('table', 'public.t', { privileges })
    const newer = { server: { ...factsOf().server, major: 17 } }
    const was = [table('app: INSERT, SELECT\nops: SELECT')]
    const found = (privileges: string) => schema(was, [table(privileges)], {}, newer)[0]?.status
    expect(found('app: INSERT, MAINTAIN, SELECT\nops: SELECT\nvac: MAINTAIN*')).toBe('same')
    expect(found('app: INSERT, MAINTAIN\nops: SELECT')).toBe('differs')
  })

  it('may have names for NOT NULL that only the newer major knows, not another nullability', () => {
    const column = (nullable: string) => objectOf('column', 'public.t.a', { 'not null': nullable })
    const named = objectOf('constraint', 'public.t.t_a_not_null', { type: 'not null', definition: 'NOT NULL a' })
    const newer = { server: { ...factsOf().server, major: 18 } }
    const found = (restored: ObjectFact[]) =>
      schema([column('true')], restored, {}, newer).filter(({ status }) => status === 'differs').length
    expect(found([column('true'), named])).toBe(0)
    expect(found([column('false'), named])).toBe(1)
    expect(schema([column('true')], [column('true'), named]).map(({ status }) => status)).not.toEqual(['same'])
  })

  it('that is an extension of another version is a notice, one that is missing is not', () => {
    const [version] = schema(
      [objectOf('extension', 'postgis', { version: '3.1' })],
      [objectOf('extension', 'postgis', { version: '3.5' })],
    )
    expect(version).toMatchObject({ status: 'not-checked', notice: true, remedy: 'use an engine that has postgis 3.1' })
    expect(schema([objectOf('extension', 'postgis')], [])).toEqual([
      expect.objectContaining({ status: 'differs', notice: false }),
    ])
  })

  it('that is a role of a platform is used as it is on a server of the user’s, and no other is', () => {
    const role = (name: string, members: string, login = 'false') =>
      objectOf('role', name, { 'member of': members, login })
    const usedAsThere = {
      roles: new Set(['there']),
      members: new Set(['there', 'member']),
      eventTriggers: new Set(['t']),
      publications: new Set(['p']),
    }
    const notices = (was: ObjectFact, is: ObjectFact | null) =>
      schema([was], is ? [is] : [], { usedAsThere }).map(({ notice }) => notice)
    expect(notices(role('there', 'a'), null)).toEqual([true, false])
    expect(notices(role('there', 'a', 'true'), role('there', ''))).toEqual([true, false])
    expect(notices(role('member', 'a'), role('member', ''))).toEqual([true, false])
    expect(notices(role('member', 'a', 'true'), role('member', 'a'))).toEqual([false])
    expect(notices(role('other', 'a'), role('other', ''))).toEqual([false])
    expect(notices(role('member', 'a'), null)).toEqual([false])
    const trigger = (name: string, owner: string, tags = '') => objectOf('event trigger', name, { owner, tags })
    expect(notices(trigger('t', 'a'), trigger('t', 'b'))).toEqual([true, false])
    expect(notices(trigger('t', 'a'), trigger('t', 'a', 'x'))).toEqual([false])
    expect(notices(trigger('u', 'a'), trigger('u', 'b'))).toEqual([false])
    expect(notices(trigger('t', 'a'), null)).toEqual([false])
    const publication = (owner: string, tables = '') => objectOf('publication', 'p', { owner, tables })
    expect(notices(publication('a'), publication('b'))).toEqual([true, false])
    expect(notices(publication('a', 'x'), publication('a', 'y'))).toEqual([false])
  })
  it('that is a role is compared, but for the bootstrap superuser and for backups without roles', () => {
    const role = (login: string, bootstrap = 'false') => objectOf('role', 'app', { login, bootstrap })
    expect(schema([role('true')], [role('false')])).toEqual([
      expect.objectContaining({ status: 'differs', notice: false }),
    ])
    expect(schema([role('true')], [role('false')], { carries: { roles: false } })[0]).toMatchObject({ notice: true })
    expect(schema([role('true', 'true')], [role('false')])).toEqual([expect.objectContaining({ status: 'same' })])
  })

  it('that is the database itself is a notice unless the backup carries it; its encoding never is', () => {
    const database = (settings: string, encoding = 'UTF8') => objectOf('database', 'database', { settings, encoding })
    expect(schema([database('a=1')], [database('')])[0]).toMatchObject({ status: 'differs', notice: true })
    expect(schema([database('a=1')], [database('')], { carries: { database: true } })[0]).toMatchObject({
      notice: false,
    })
    expect(schema([database('')], [database('', 'SQL_ASCII')])[0]).toMatchObject({ status: 'differs', notice: false })
  })

  it('that is an index invalid already where the backup was taken is a notice', () => {
    const index = (valid: string) => objectOf('index', 'public.i', { valid, table: 'public.t' })
    expect(schema([index('false')], [])[0]).toMatchObject({ notice: true })
    expect(schema([index('true')], [])[0]).toMatchObject({ notice: false })
  })

  it('that is a column has moved only if its order among the others changed', () => {
    const column = (name: string, position: string) => objectOf('column', `public.t.${name}`, { position })
    const three = [column('a', '1'), column('b', '2'), column('c', '3')]
    expect(schema(three, [column('a', '1'), column('c', '2')]).map(({ object }) => object)).toEqual(['public.t.b'])
    expect(schema(three, [column('b', '1'), column('a', '2'), column('c', '3')]).map(({ object }) => object)).toEqual([
      'public.t.a',
      'public.t.b',
    ])
  })

  it('shows no control characters and no credentials', () => {
    const [finding] = schema(
      [objectOf('view', 'public."\u001b[31mv"', { definition: 'postgres://u:secret@h/d' })],
      [objectOf('view', 'public."\u001b[31mv"', { definition: 'x' })],
    )
    expect(JSON.stringify(finding)).not.toMatch(/secret|\\u001b/)
  })
})
