import { archiveForm, cliForm, dumpForms, type DumpForm } from '../../../fixtures/supabase/dump-forms.ts'
import { startFullProject, startSampleProject } from '../../../fixtures/supabase/full-project.ts'
import type { DisposableServer } from '../../../harness/engine/index.ts'
import type { Answer } from '../../../harness/verdict/index.ts'

export const projects = ['full', 'edupath', 'chakai'] as const
export type ProjectName = (typeof projects)[number]

/**
 * `image`: as .ci/build-supabase-shaped-image makes it, in the place of supabase/postgres. `server`: a superuser's of
 * another. `live`: embedded, and compared with production as its owner sees it now instead of with what lies beside the set.
 */
export const places = ['embedded', 'container', 'image', 'server', 'live'] as const
export type Place = (typeof places)[number]

export const majors = [15, 17] as const

/** One rehearsal: who was dumped, how, and where the dump is restored. */
export interface Cell {
  readonly project: ProjectName
  readonly major: number
  readonly form: PlayedForm
  readonly place: Place
}

export interface PlayedForm extends Pick<DumpForm, 'name'> {
  /** Absent of our own sets: `rehearse backup` writes them. */
  readonly write?: DumpForm['write']
  /** Of the client, where it isn't the server's own: the CLI dumps by one newer pg_dump. */
  readonly clients?: number
}

const schemasOf: Readonly<Record<ProjectName, readonly string[]>> = {
  full: ['public', 'private'],
  edupath: ['public', 'private'],
  chakai: ['public', 'archive'],
}

/** All that people keep, for a project of that major. */
export function formsOf(project: ProjectName, major: number): readonly PlayedForm[] {
  const own = schemasOf[project]
  const copies = cliForm('CLI, --use-copy', { useCopy: true })
  return [
    cliForm('CLI', {}),
    copies,
    cliForm('CLI, --keep-comments', { keepComments: true }),
    cliForm('CLI, --use-copy --keep-comments', { useCopy: true, keepComments: true }),
    cliForm('CLI version 2, --use-copy', { useCopy: true, version: 2 }),
    ...(major < 17 ? [{ ...copies, name: 'CLI, --use-copy, by pg_dump 17', clients: 17 }] : []),
    cliForm('CLI, -s public', { useCopy: true, schemas: own }),
    cliForm('CLI, -s public,auth,storage', {
      useCopy: true,
      keepComments: true,
      schemas: [...own, 'auth', 'storage'],
    }),
    ...dumpForms.filter(({ name }) => !name.startsWith('CLI')),
    archiveForm('custom'),
    archiveForm('directory'),
    { name: 'rehearse backup' },
  ]
}

export function startProject(project: ProjectName, major: number): Promise<DisposableServer> {
  return project === 'full' ? startFullProject(major) : startSampleProject(major, project)
}

export interface Expected {
  readonly answer: Answer
  /** Each must be among what speaks against the backup, and nothing else. */
  readonly named: readonly RegExp[]
}

/** chakai keeps an extension in `public`, and a dump of chosen schemas neither makes it nor gives its functions' rights. */
const withoutExtension = [
  /^(?:restore|schema) differs public\.local_classes\.local_classes_no_overlap: /,
  /^schema differs btree_gist: /,
  // Those of no schema are in no dump of chosen ones.
  /^schema differs "\*"\.chakai_owner\.functions: default privileges /,
  /^schema differs public\."function public\.\w+\(.*: changed privileges /,
]
/**
 * GO, but for some: edupath has texts with a line that begins with `\restrict`, which the CLI comments out, also inside
 * of a text that it writes as an INSERT. Live production is not read for the content of its rows.
 */
export function expectedOf({ project, form, place }: Cell): Expected {
  if (project === 'chakai' && form.name.startsWith('CLI, -s ')) return { answer: 'NO-GO', named: withoutExtension }
  const isSpoilt = project === 'edupath' && form.name.startsWith('CLI') && !/--use-copy|-s /.test(form.name)
  if (!isSpoilt || place === 'live') return { answer: 'GO', named: [] }
  return {
    answer: 'NO-GO',
    named: [/^row content differs public\.applications: /, /^row content differs public\.forum_posts_enhanced: /],
  }
}
