import { readContainerLog } from './read-container-log.ts'
import { ownedLabels } from './labels.ts'
import { removeContainer } from './sweep-containers.ts'
import type { Docker } from './runtime.ts'

/** Where the official images, Alpine, Debian and Nix put PostgreSQL. */
const roots = ['/usr', '/opt', '/nix'] as const

/** The extensions that an image carries: control files, listed by a container of it that has no network. */
export async function listImageExtensions(docker: Docker, image: string): Promise<ReadonlySet<string>> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['find'],
    Cmd: [...roots, '-path', '*/extension/*.control'],
    Labels: await ownedLabels('extensions'),
    HostConfig: { NetworkMode: 'none' },
    Tty: false,
  })
  try {
    await container.start()
    await container.wait()
    const list = await readContainerLog(container, { stdout: true, stderr: false })
    return new Set(list.split('\n').flatMap((path) => /([^/]+)\.control$/.exec(path.trim())?.[1] ?? []))
  } finally {
    await removeContainer(docker, container.id)
  }
}
