import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { Fault } from '../../core/index.ts'
import type { ConnectionFiles } from './connection-files.ts'

/** How a program is run in a container. Handed in: the room of engines knows. */
export interface ContainerPort {
  /** Why it can't be; null when it can. */
  obstacle(): Promise<string | null>
  run(program: {
    readonly image: string
    readonly program: string
    readonly args: readonly string[]
    readonly environment: Readonly<Record<string, string>>
    readonly mounts: readonly { readonly path: string; readonly writable: boolean }[]
    readonly network: boolean
    readonly signal: AbortSignal
  }): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
}

export interface ContainedCall {
  readonly program: string
  readonly args: readonly string[]
  readonly connection: ConnectionFiles | null
  readonly signal: AbortSignal
}

/** PostgreSQL's programs out of one image. */
export interface ContainedTools {
  sayVersion(): Promise<string>
  run(call: ContainedCall): Promise<{ readonly code: number; readonly stderr: string }>
}

const versionPatienceMs = 300_000

/**
 * The folder that is written into, and the files that say how to connect, are seen at the same paths inside; the password
 * lies in one of those, mode 0600, and in no argument and no variable. The network is there for a connection that needs it.
 */
export function containedIn(image: string, containers: ContainerPort): ContainedTools {
  return {
    async sayVersion() {
      const signal = AbortSignal.timeout(versionPatienceMs)
      const call = {
        image,
        program: 'pg_dump',
        args: ['--version'],
        environment: {},
        mounts: [],
        network: false,
        signal,
      }
      const { stdout } = await containers.run(call)
      return stdout
    },
    async run({ program, args, connection, signal }) {
      const mounts = [
        ...foldersOf(args).map((path) => ({ path, writable: true })),
        ...(connection?.files ?? []).filter(existsSync).map((path) => ({ path, writable: false })),
      ]
      const environment = { LC_ALL: 'C', ...connection?.environment }
      const network = connection !== null && !connection.isLocal
      return containers.run({ image, program, args, environment, mounts: unique(mounts), network, signal })
    },
  }
}

/** Of what is written, and of an archive that is read. */
function foldersOf(args: readonly string[]): readonly string[] {
  const paths = args.map((arg) => /^--(?:file|use-list)=(.*)$/.exec(arg)?.[1] ?? arg).filter(isAbsolute)
  for (const path of paths) {
    if (path.includes(':')) {
      throw new Fault('E_USAGE', `a container cannot be given ${path}: it has a colon`, { hint: 'name another folder' })
    }
  }
  return paths.map((path) => dirname(path))
}

interface Mount {
  readonly path: string
  readonly writable: boolean
}

/** Once each, and nothing that lies in a folder which is there anyhow. */
function unique(mounts: readonly Mount[]): readonly Mount[] {
  const byPath = new Map(mounts.toReversed().map((mount) => [mount.path, mount]))
  const all = [...byPath.values()]
  return all.filter(({ path }) => !all.some((other) => other.path !== path && path.startsWith(join(other.path, '/'))))
}
