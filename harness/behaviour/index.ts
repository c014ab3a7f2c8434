export { compareAccess, type CompareAccessOptions } from './compare-access.ts'
export { observeAccess, type ObserveAccessOptions } from './observe-access.ts'
export {
  asConfigured,
  asNobody,
  asUser,
  defaultAccess,
  findUsers,
  listViewers,
  type AccessRequest,
  type RoleClaim,
  type Viewer,
} from './viewers.ts'
export { judgeWrites, type JudgeWritesOptions } from './judge-writes.ts'
export { probeWrites, type ProbeWritesOptions, type WriteFailure, type WriteProbe } from './probe-writes.ts'
export { tryConstraints } from './try-constraints.ts'
