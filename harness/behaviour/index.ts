export { compareAccess, type CompareAccessOptions } from './compare-access.ts'
export { observeAccess, type ObserveAccessOptions } from './observe-access.ts'
export { findViewers } from './find-viewers.ts'
export { asConfigured, defaultAccess, listViewers, type AccessRequest, type RoleClaim, type Viewer } from './viewers.ts'
export { judgeWrites, type JudgeWritesOptions } from './judge-writes.ts'
export {
  letTriggersFire,
  probeWrites,
  probeWritesWithin,
  type ProbeWritesOptions,
  type WriteFailure,
  type WriteProbe,
} from './probe-writes.ts'
export { readPositions, restorePositions, type Positions } from './sequence-positions.ts'
export { tryConstraints } from './try-constraints.ts'
