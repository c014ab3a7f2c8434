import { identifySet, leaseSet, type BackupSet, type ProcessWatch } from '../backup/index.ts'
import { Fault } from '../core/index.ts'
import { identifyProcess, livenessOf } from '../engine/index.ts'
import type { Gathered } from './gathered.ts'

/** How this machine tells processes apart, for what is written down of them. */
export const processWatch: ProcessWatch = {
  async identify() {
    const self = await identifyProcess(process.pid)
    if (self === null) throw new Fault('E_DEFECT', 'this process cannot be told apart from others')
    return self
  },
  livenessOf,
}

/** Notes which set exactly the verdict will be about, and says in its folder that it is in use until the end. */
export async function holdSet(set: BackupSet, gathered: Gathered, cleanUp: AsyncDisposableStack): Promise<void> {
  gathered.setDigest = await identifySet(set)
  cleanUp.use(await leaseSet(set.root, 'rehearsal', processWatch))
}
