/** What a container may take of the machine that its daemon runs on. Zero and null: not limited. */
export interface ContainerLimits {
  /** Its processes, its shared memory and what lies on its tmpfs together; never swapped. */
  readonly memoryBytes: number
  /** Size of the data folder in memory; null: it lies on the daemon's disk. */
  readonly dataBytes: number | null
  /** Of /dev/shm: Docker's own 64 MiB end parallel index builds. */
  readonly sharedBytes: number
  readonly pids: number
  /** Weight against other processes where they want the same cores; Docker's own is 1024. */
  readonly cpuShares: number
  /** Two files of this size: a hostile dump may say things for ever. */
  readonly logBytes: number
}

const mebibyte = 1024 * 1024
/** An empty cluster, its buffers, and a few sessions. */
const baseBytes = 1536 * mebibyte
/** A session a core, each building an index with a worker: twice maintenance_work_mem (container-settings.ts). */
const bytesOfCore = 512 * mebibyte
/** Data that may lie in memory, and all that the container may have of it: the harness and the daemon live there too. */
const shareOfData = 0.4
const shareOfAll = 0.85

/** Not so small that an honest dump's index builds die of it: what is left to it is what the machine can spare. */
export function limitsFor(
  daemon: { readonly memoryBytes: number; readonly cores: number },
  plainBytes: number,
): ContainerLimits {
  const room = Math.floor(shareOfData * daemon.memoryBytes)
  // Tables, their indexes and what is sorted for these, and WAL.
  const dataBytes = 3 * plainBytes + 1024 * mebibyte < room ? room : null
  const wanted = baseBytes + daemon.cores * bytesOfCore + (dataBytes ?? 0)
  return {
    memoryBytes: Math.floor(Math.min(wanted, shareOfAll * daemon.memoryBytes)),
    dataBytes,
    sharedBytes: 1024 * mebibyte,
    pids: 512,
    cpuShares: 512,
    logBytes: 10 * mebibyte,
  }
}
