import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { exitCodeOfFault } from './exit-code.ts'
import { asFault, Fault } from './fault.ts'
import { Secret } from './secret.ts'
import { formatBytes, formatDuration, parseBytes, parseDuration } from './quantity.ts'
import { quoteIdentifier, quoteLiteral } from './sql-runner.ts'

describe('a fault', () => {
  it('says whose it is by its code, and what a script may rely on', () => {
    expect(exitCodeOfFault(new Fault('E_DUMP_TRUNCATED', 'x').kind)).toBe(1)
    expect(exitCodeOfFault(new Fault('E_ENGINE_UNAVAILABLE', 'x').kind)).toBe(2)
    expect(exitCodeOfFault(new Fault('E_USAGE', 'x').kind)).toBe(64)
  })

  it('is a defect of ours when nothing expected was thrown, and keeps the cause', () => {
    const cause = new TypeError('boom')
    const fault = asFault(cause)
    expect(fault).toMatchObject({ code: 'E_DEFECT', cause })
    expect(exitCodeOfFault(fault.kind)).toBe(70)
  })

  it('calls a full disk and an interrupt by their names', () => {
    expect(asFault(Object.assign(new Error('write'), { code: 'ENOSPC' })).code).toBe('E_DISK_FULL')
    expect(asFault(new DOMException('SIGINT', 'AbortError')).code).toBe('E_INTERRUPTED')
    expect(asFault(AbortSignal.abort().reason).code).toBe('E_INTERRUPTED')
    expect(asFault(new DOMException('late', 'TimeoutError')).code).toBe('E_DEFECT')
  })
})

describe('a secret', () => {
  it('prints as stars wherever it lands', () => {
    const secret = new Secret('hunter2', 'env:DATABASE_URL')
    expect(`${String(secret)} ${JSON.stringify({ secret })} ${inspect({ secret })}`).not.toContain('hunter2')
    expect(secret.reveal()).toBe('hunter2')
  })
})

describe('quantities', () => {
  it('are read as people write them', () => {
    expect([parseBytes('10MB'), parseBytes('1.5 GB'), parseBytes('900')]).toEqual([10_485_760, 1_610_612_736, 900])
    expect([parseDuration('30m'), parseDuration('24h'), parseDuration('500ms')]).toEqual([1_800_000, 86_400_000, 500])
    expect(() => parseDuration('soon')).toThrow(expect.objectContaining({ code: 'E_CONFIG_INVALID' }))
    expect(() => parseBytes('-1')).toThrow(expect.objectContaining({ code: 'E_CONFIG_INVALID' }))
  })

  it('are printed as people read them', () => {
    expect([formatBytes(0), formatBytes(1536), formatBytes(245 * 1024 ** 2)]).toEqual(['0 B', '1.5 kB', '245 MB'])
    expect([formatDuration(12), formatDuration(1234), formatDuration(93_784_000)]).toEqual([
      '12 ms',
      '1.2 s',
      '1 d 2 h',
    ])
  })
})

describe('SQL text', () => {
  it('can not be broken out of', () => {
    expect(quoteIdentifier('a"; drop table b; --')).toBe('"a""; drop table b; --"')
    expect(quoteLiteral("it's")).toBe("'it''s'")
    expect(quoteLiteral("\\' or 1")).toBe(" E'\\\\'' or 1'")
  })
})
