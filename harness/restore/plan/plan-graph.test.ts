import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutlineEntry } from '../../dump/index.ts'
import { planGraph, type FreeEntry } from './plan-graph.ts'
import { mayOverlap, mayReorder, type RelationUse, type Touch } from './uses.ts'
import { WorkQueue } from './work-queue.ts'

const statement: OutlineEntry = {
  kind: 'statement',
  offset: 0,
  line: 1,
  text: Buffer.from('SELECT 1;'),
  verb: 'SELECT',
  object: null,
  label: null,
}
const rows: OutlineEntry = {
  kind: 'copy',
  offset: 0,
  line: 1,
  table: { schema: 'public', name: 't' },
  columns: [],
  statement: Buffer.from('COPY public.t FROM stdin;'),
  data: { from: 0, to: 0 },
  rows: 0,
}

function entry(touches: readonly Touch[], cost = 1, afterAllRows = false): FreeEntry {
  const isLoad = touches.some(({ use }) => use === 'load')
  return { entry: isLoad ? rows : statement, touches, cost, afterAllRows }
}

function on(key: string, use: RelationUse): Touch {
  return { key, use }
}

const uses: readonly RelationUse[] = ['load', 'index', 'constraint', 'fk child', 'fk parent', 'definition', 'ordered']

describe('a plan', () => {
  test('lets what builds on a table wait for its rows, and for nothing else', () => {
    const plan = planGraph([
      entry([on('a', 'load')]),
      entry([on('b', 'load')]),
      entry([on('a', 'definition')]),
      entry([on('a', 'constraint')]),
      entry([on('a', 'index')]),
      entry([on('b', 'index')]),
    ])
    expect(plan.map(({ after }) => after)).toEqual([[], [], [0], [0], [0], [1]])
  })

  test('checks a foreign key once the rows of both tables and the keys of the parent are there', () => {
    const plan = planGraph([
      entry([on('child', 'load')]),
      entry([on('parent', 'load')]),
      entry([on('parent', 'constraint')]),
      entry([on('child', 'index')]),
      entry([on('parent', 'fk parent'), on('child', 'fk child')]),
    ])
    expect(plan[4]?.after.toSorted()).toEqual([0, 1, 2])
  })

  test('keeps an index over a function of the dump until all rows are there', () => {
    const plan = planGraph([entry([on('a', 'load')]), entry([on('b', 'load')]), entry([on('a', 'index')], 1, true)])
    expect(plan[2]?.after.toSorted()).toEqual([0, 1])
  })

  test('weighs an item by the longest chain of work that begins with it, not by itself', () => {
    const plan = planGraph([
      entry([on('large', 'load')], 100),
      entry([on('indexed', 'load')], 60),
      entry([on('indexed', 'index')], 90),
    ])
    expect(plan.map(({ chain }) => chain)).toEqual([100, 150, 90])
    expect(new WorkQueue(plan).take()?.id).toBe(1)
  })
})

const touchesOf = fc.uniqueArray(
  fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), use: fc.constantFrom(...uses) }),
  { minLength: 1, maxLength: 2, selector: ({ key }) => key },
)
const plans = fc.array(fc.record({ touches: touchesOf, cost: fc.nat(100), after: fc.boolean() }), { maxLength: 25 })

describe('the queue of a plan', () => {
  test('hands out every item once, in an order and beside others as their uses allow', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat()), (made, sessions, choices) => {
        const items = planGraph(made.map(({ touches, cost, after }) => entry(touches, cost, after)))
        const queue = new WorkQueue(items)
        const done: number[] = []
        let running: (typeof items)[number][] = []
        while (!queue.isDone) {
          for (let item = running.length < sessions ? queue.take() : null; item !== null;) {
            for (const other of running) requireTogether(item.touches, other.touches)
            running.push(item)
            item = running.length < sessions ? queue.take() : null
          }
          expect(running.length).toBeGreaterThan(0)
          const [ended] = running.splice((choices.next().value ?? 0) % running.length, 1)
          if (ended === undefined) return
          running = [...running]
          requireOrder(items, ended.id, new Set(done))
          done.push(ended.id)
          queue.done(ended)
        }
        expect(done.toSorted((a, b) => a - b)).toEqual(items.map(({ id }) => id))
      }),
    )
  })
})

function requireTogether(one: readonly Touch[], other: readonly Touch[]): void {
  const clashes = one.filter(({ key, use }) => other.some((held) => held.key === key && !mayOverlap(held.use, use)))
  expect(clashes).toEqual([])
}

/** Everything earlier in the dump that may not change places with it is done. */
function requireOrder(items: readonly FreeEntry[], id: number, done: ReadonlySet<number>): void {
  const { touches = [] } = items[id] ?? {}
  const missed = items.slice(0, id).flatMap(({ touches: before }, earlier) => {
    const needs = before.some((a) => touches.some((b) => a.key === b.key && !mayReorder(a.use, b.use)))
    return needs && !done.has(earlier) ? [earlier] : []
  })
  expect(missed).toEqual([])
}
