import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { program } from './rehearse.ts'

const all = program()
const within = (command: Command): readonly Command[] => command.commands.flatMap((sub) => [sub, ...within(sub)])
const complaining = (command: Command): unknown => Reflect.get(command.configureOutput(), 'writeErr')
const nested = all.commands.flatMap(within)

describe('what was typed and is repeated in a complaint', () => {
  test.each(
    [...all.commands, ...nested].map((command) => [`${command.parent?.name()} ${command.name()}`, command] as const),
  )('is scrubbed by `%s` too', (_, command) => {
    expect(complaining(command)).toBe(complaining(all))
  })

  test('of commands within commands there are some', () => {
    expect(nested.map((command) => command.name())).toEqual(expect.arrayContaining(['manifest', 'sign']))
  })
})
