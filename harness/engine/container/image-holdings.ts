import { readExtensionFiles } from '../extension-files.ts'
import type { Holdings } from '../holdings.ts'
import type { EngineDemand } from '../types.ts'
import type { ImageFacts } from './image-facts.ts'
import { ownedLabels } from './labels.ts'
import { readContainerLog } from './read-container-log.ts'
import type { Docker } from './runtime.ts'
import { removeContainer } from './sweep-containers.ts'

/** Where the official images, Alpine, Debian and Nix put PostgreSQL. */
const roots = ['/usr', '/opt', '/nix'] as const

/**
 * What an image holds: its extensions' files and its libraries, listed by a container of it that has no network, and
 * its locales by another, where they are asked for.
 */
export async function imageHoldings(
  docker: Docker,
  image: ImageFacts,
  demands: readonly EngineDemand[],
): Promise<Holdings> {
  const isAsked = (...kinds: readonly EngineDemand['kind'][]): boolean =>
    demands.some(({ kind }) => kinds.includes(kind))
  const needsFiles = isAsked('extension', 'language', 'library', 'access method')
  const paths = needsFiles ? await runIn(docker, image.name, 'find', findArguments) : null
  const locales = isAsked('libc locale') ? await runIn(docker, image.name, 'locale', ['-a']) : null
  return {
    major: image.major,
    extensions: paths && readExtensionFiles(paths.filter((path) => path.includes('/extension/')).map(lastPart)),
    libcLocales: locales,
    libraries: paths && new Set(paths.flatMap((path) => /\/lib\/(?:.*\/)?([^/]+)\.so$/.exec(path)?.[1] ?? [])),
  }
}

const findArguments = [
  ...roots,
  '(',
  '-path',
  '*/extension/*.control',
  '-o',
  '-path',
  '*/extension/*--*.sql',
  '-o',
  '-path',
  '*/lib/*.so',
  ')',
] as const

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** What a program of the image says, line by line; null where the image has no such program. */
async function runIn(
  docker: Docker,
  image: string,
  program: string,
  args: readonly string[],
): Promise<readonly string[] | null> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [program],
    Cmd: [...args],
    Labels: await ownedLabels('holdings'),
    HostConfig: { NetworkMode: 'none' },
    Tty: false,
  })
  try {
    await container.start()
    await container.wait()
    const list = await readContainerLog(container, { stdout: true, stderr: false })
    return list
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  } catch {
    // An image without that program can't be started with it.
    return null
  } finally {
    await removeContainer(docker, container.id)
  }
}
