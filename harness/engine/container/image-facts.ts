import { Fault, scrubLine } from '../../core/index.ts'
import type { Docker, Runtime } from './runtime.ts'

/** What an image on this machine says of itself. */
export interface ImageFacts {
  readonly name: string
  readonly id: string
  /** By digest where it has one: a tag can be moved. */
  readonly origin: string
  /** From PG_MAJOR; null when the image doesn't say. */
  readonly major: number | null
  /** From POSTGRES_USER: its init scripts count on that name. Null: any will do. */
  readonly superuser: string | null
  readonly dataFolder: string
  readonly command: readonly string[]
}

export async function isLocal(runtime: Runtime, image: string): Promise<boolean> {
  try {
    await runtime.container.dockerode.getImage(image).inspect()
    return true
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false
    throw error
  }
}

/** Whether the registry has the image for us: the daemon asks for its description, nothing is downloaded. */
export async function isPullable(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).distribution()
    return true
  } catch {
    // No such image, no such registry, no network, no rights: all the same to us.
    return false
  }
}

export async function pullImage(runtime: Runtime, image: string): Promise<void> {
  if (await isLocal(runtime, image)) return
  const { ImageName } = await import('testcontainers')
  try {
    await runtime.image.pull(ImageName.fromString(image))
  } catch (cause) {
    throw new Fault('E_ENGINE_UNAVAILABLE', `the image ${scrubLine(image)} is neither here nor to be pulled`, {
      hint: `try "docker pull ${scrubLine(image)}" to see why`,
      cause,
    })
  }
}

export async function readImage(docker: Docker, image: string): Promise<ImageFacts> {
  const { Id, RepoDigests, Config } = await docker.getImage(image).inspect()
  const environment = new Map(
    (Config.Env ?? []).map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
  )
  const major = Number.parseInt(environment.get('PG_MAJOR') ?? '', 10)
  return {
    name: image,
    id: Id,
    origin: RepoDigests?.[0] ?? `${image} (${Id})`,
    major: Number.isNaN(major) ? null : major,
    superuser: environment.get('POSTGRES_USER') || null,
    dataFolder: environment.get('PGDATA') ?? '/var/lib/postgresql/data',
    command: asList(Config.Cmd),
  }
}

function asList(command: string | readonly string[] | null | undefined): readonly string[] {
  if (command === null || command === undefined) return ['postgres']
  return typeof command === 'string' ? [command] : command
}
