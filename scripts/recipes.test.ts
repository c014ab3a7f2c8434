import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { program } from './rehearse.ts'

const read = (name: string): string => readFileSync(new URL(`../docs/recipes/${name}`, import.meta.url), 'utf8')
const units = readdirSync(new URL('../docs/recipes/systemd', import.meta.url))

/** Each `rehearse …` in a text, as its words. */
function commandsIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/\brehearse ((?!%)[a-z][^\n>|]*)/g)].map(([, words]) => (words ?? '').trim().split(/\s+/))
}

/** What of a command line there is no such thing as. */
function unknownIn([name, ...words]: readonly string[]): readonly string[] {
  const command = program().commands.find((one) => one.name() === name)
  if (!command) return [name ?? '']
  const known = command.options.flatMap(({ long }) => long ?? [])
  return words.filter((word) => word.startsWith('--') && !known.includes(word))
}

const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line))

/** The part of a unit file's syntax that is used here: sections, and keys that may come again. */
function parseUnit(text: string): Readonly<Record<string, readonly (readonly [key: string, value: string])[]>> {
  const sections: Record<string, [string, string][]> = {}
  let current: [string, string][] | null = null
  for (const line of lines(text)) {
    const section = /^\[([A-Z][a-z]+)\]$/.exec(line)?.[1]
    if (section) current = sections[section] ??= []
    else {
      const [, key, value] = /^([A-Z][A-Za-z]+)=(\S.*)$/.exec(line) ?? []
      if (!key || !value || !current) throw new SyntaxError(`not a line of a unit: ${line}`)
      current.push([key, value])
    }
  }
  return sections
}

const keysOf: Readonly<Record<string, readonly string[]>> = {
  Unit: ['Description', 'After', 'Wants'],
  Service:
    'Type User WorkingDirectory EnvironmentFile ExecStart UMask NoNewPrivileges PrivateTmp ProtectSystem ReadWritePaths TimeoutStartSec'.split(
      ' ',
    ),
  Timer: ['OnCalendar', 'RandomizedDelaySec', 'Persistent', 'Unit'],
  Install: ['WantedBy'],
}

function isInRange(field: string, [from, to]: readonly [number, number]): boolean {
  if (field === '*') return true
  return field.split(',').every((part) => /^\d{1,2}$/.test(part) && Number(part) >= from && Number(part) <= to)
}

const cronRanges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const

function isSchedule(text: string): boolean {
  const fields = text.trim().split(/\s+/)
  return fields.length === 5 && fields.every((field, index) => isInRange(field, cronRanges[index] ?? [0, 0]))
}

const unattended = [
  'docs/recipes/crontab',
  'docs/recipes/systemd/rehearse@.service',
  'docs/recipes/github/rehearsal.yml',
]

/* Without a terminal npx fetches what is not installed, and the registry has a package of another that is called `rehearse`. */
it.each([...unattended, '.github/workflows/rehearse-backup.yml'])(
  '%s runs the installed package or nothing',
  (path) => {
    const text = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
    const calls = [...text.matchAll(/npx (.*?)rehearse/g)].map(([, flags]) => flags)
    expect(new Set(calls)).toEqual(new Set(['--no -- ']))
  },
)

describe('the recipe for cron', () => {
  it('has settings, and jobs of five fields and a command that there is', () => {
    const jobs = lines(read('crontab')).filter((line) => !/^[A-Z]+=\S/.test(line))
    expect(jobs.length).toBeGreaterThanOrEqual(4)
    for (const job of jobs) {
      const [, schedule, command] = /^((?:\S+\s+){5})(.+)$/.exec(job) ?? []
      expect([job, isSchedule(schedule ?? '')]).toEqual([job, true])
      // In a crontab a bare % ends the command.
      expect(command).not.toMatch(/(?<!\\)%/)
      expect(commandsIn(command ?? '').flatMap(unknownIn)).toEqual([])
      expect(commandsIn(command ?? '').length).toBeGreaterThan(0)
    }
  })

  it('is not taken where a field is out of range', () => {
    expect(['61 2 * * *', '0 24 * * *', '0 2 0 * *', '0 2 * 13 *', '0 2 * * 8', '0 2 * *'].filter(isSchedule)).toEqual(
      [],
    )
  })
})

describe('the units of systemd', () => {
  it.each(units)('%s has known sections and keys', (name) => {
    const unit = parseUnit(read(`systemd/${name}`))
    expect(Object.keys(unit)).toEqual(name.endsWith('.timer') ? ['Unit', 'Timer', 'Install'] : ['Unit', 'Service'])
    for (const [section, entries] of Object.entries(unit)) {
      expect(entries.map(([key]) => key).filter((key) => !keysOf[section]?.includes(key))).toEqual([])
    }
    expect(commandsIn(read(`systemd/${name}`).replaceAll(/^Description=.*$/gm, '')).flatMap(unknownIn)).toEqual([])
  })

  it('start a service that is there, at times that can be', () => {
    const timers = units.filter((name) => name.endsWith('.timer'))
    expect(timers).toHaveLength(3)
    for (const name of timers) {
      const timer = new Map(parseUnit(read(`systemd/${name}`))['Timer'])
      expect(units).toContain((timer.get('Unit') ?? '').replace(/@[a-z]+\./, '@.'))
      expect(timer.get('OnCalendar')).toMatch(/^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\*-\*-\* [0-2]\d:[0-5]\d:[0-5]\d$/)
    }
  })

  it('are not taken with a slip in them', () => {
    expect(() => parseUnit('[Unit]\nDescription\n')).toThrow(SyntaxError)
    expect(() => parseUnit('Description=x\n')).toThrow(SyntaxError)
  })
})

const step = z.strictObject({
  name: z.string().optional(),
  if: z.literal('always()').optional(),
  uses: z
    .string()
    .regex(/^actions\/[\w-]+@v\d+$/)
    .optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  env: z.record(z.string(), z.string().regex(/^\$\{\{ secrets\.[A-Z_]+ \}\}$/)).optional(),
})
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    schedule: z.array(z.strictObject({ cron: z.string().refine(isSchedule) })),
    workflow_dispatch: z.strictObject({}),
  }),
  permissions: z.strictObject({ contents: z.literal('read') }),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.literal(false) }),
  jobs: z.record(
    z.string(),
    z.strictObject({ 'runs-on': z.string(), 'timeout-minutes': z.number(), steps: z.array(step).min(1) }),
  ),
})

describe('the recipe for GitHub Actions', () => {
  it('is well-formed, holds no secret in a script, and calls commands that there are', () => {
    const document = parseDocument(read('github/rehearsal.yml'))
    expect(document.errors).toEqual([])
    const { jobs } = workflow.parse(document.toJS())
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
    expect(scripts.flatMap(commandsIn).map(([name]) => name)).toEqual(['backup', 'run', 'status'])
    expect(scripts.flatMap(commandsIn).flatMap(unknownIn)).toEqual([])
  })

  it('is looked at for flags that there are not', () => {
    expect(unknownIn(['status', '--max-aeg', '8d'])).toEqual(['--max-aeg'])
    expect(unknownIn(['statsu'])).toEqual(['statsu'])
  })
})
