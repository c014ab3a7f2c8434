import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { settings } from '../harness/config/index.ts'
import { faultCodes } from '../harness/core/index.ts'
import { program } from './rehearse.ts'

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

describe('the documents', () => {
  it('list every value of the config with its flag and its variable, in one row', () => {
    const rows = read('docs/configuration.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    expect(rows).toHaveLength(settings.length)
    for (const { path, flag, env } of settings) {
      const row = rows.find((line) => line.startsWith(`| \`${path}\``)) ?? ''
      for (const word of [flag && `--${flag}`, env]) expect(row).toContain(word ? `\`${word}\`` : '')
    }
  })

  it('list every command', () => {
    const names = program().commands.map((command) => command.name())
    expect(names.length).toBeGreaterThanOrEqual(4)
    for (const name of names) expect(read('docs/command-line.md')).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm'))
  })

  it('explain every fault code', () => {
    const page = read('docs/fault-codes.md')
    for (const code of Object.keys(faultCodes)) expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\| .{10,}`, 'm'))
  })

  it('link only to what exists', () => {
    const pages = readdirSync(new URL('../docs', import.meta.url)).filter((name) => name.endsWith('.md'))
    expect(pages.length).toBeGreaterThan(5)
    for (const page of ['README.md', ...pages.map((name) => `docs/${name}`)]) {
      const folder = new URL(`../${page}`, import.meta.url)
      const targets = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target ?? '')
      expect(targets.filter((target) => !existsSync(new URL(target, folder)))).toEqual([])
    }
  })
})
