import { expect, test } from 'vitest'
import type { ObjectFact } from '../facts/index.ts'
import { FindingBook } from './finding-book.ts'
import { suspectLosses } from './suspect-losses.ts'

const object = (kind: ObjectFact['kind'], identity: string, properties: ObjectFact['properties']): ObjectFact => ({
  kind,
  identity,
  properties,
  deparsed: [],
})
const onNotes = object('trigger', 'public.notes.told', {
  definition: "CREATE TRIGGER told AFTER INSERT ON public.notes FOR EACH ROW EXECUTE FUNCTION public.tell('a')",
})
const functions = [
  object('function', 'public.tell()', { returns: 'trigger' }),
  object('function', 'public.welcome()', { returns: 'trigger' }),
  object('function', 'public.watch()', { returns: 'event_trigger' }),
  object('function', 'public.sum(integer)', { returns: 'integer' }),
  object('function', 'storage.protect_delete()', { returns: 'trigger' }),
]
const files = (rows: string) => ({ schema: 'storage', name: 'objects', rows })

function suspected(objects: readonly ObjectFact[], rows = '0'): (string | null)[] {
  const book = new FindingBook()
  suspectLosses({ objects, tables: [files(rows)] }, book, 'supabase db diff')
  expect(book.findings.every(({ notice, remedy }) => notice && remedy !== null)).toBe(true)
  return book.findings.map((finding) => finding.object)
}

test('what only a trigger calls, and none does, is named; what is called, or the platform’s, is not', () => {
  expect(suspected([...functions, onNotes])).toEqual(['public.welcome()', 'public.watch()'])
  const called = object('event trigger', 'watcher', { function: 'public.watch()' })
  const onUsers = { ...onNotes, properties: { definition: 'EXECUTE FUNCTION public.welcome()' } }
  expect(suspected([...functions, onNotes, onUsers, called])).toEqual([])
})

test('files that nobody may see are said, where there are files', () => {
  expect(suspected([], '3')).toEqual(['storage.objects'])
  expect(suspected([object('policy', 'storage.objects."own avatars"', {})], '3')).toEqual([])
  expect(suspected([])).toEqual([])
})
