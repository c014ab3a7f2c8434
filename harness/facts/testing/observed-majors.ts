export interface ObservedMajor {
  readonly major: number
  readonly title: string
  readonly isSkipped: boolean
}

interface Engine {
  lacks(need: {
    readonly major: number
    readonly extensions: readonly string[]
    readonly plainBytes: number
    readonly superuser: string
  }): Promise<readonly unknown[]>
}

/** For an engine: servers that `.ci/install-client-tools` put beside the stock tools, as well as the project's own. */
export function withServersBesideTools(): { readonly projectFolder?: string } {
  const beside = process.env['REHEARSAL_CLIENTS']
  return beside ? { projectFolder: beside } : {}
}

/** The majors to observe on: the project's own, and the newest where it is there. */
export async function observedMajors(engine: Engine): Promise<readonly ObservedMajor[]> {
  const own = [15, 17].map((major) => ({ major, title: `Postgres ${major}`, isSkipped: false }))
  const lacks = await engine.lacks({ major: 18, extensions: [], plainBytes: 0, superuser: 'postgres' })
  const title = lacks.length > 0 ? 'Postgres 18, skipped: no server of it (.ci/install-client-tools)' : 'Postgres 18'
  return [...own, { major: 18, title, isSkipped: lacks.length > 0 }]
}
