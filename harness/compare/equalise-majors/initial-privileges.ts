import { rewrite, withProperties, type MajorRule } from './rule.ts'

/**
 * What privileges come with a server's own objects hardly changes: from 15 to 18 an owner's MAINTAIN (a rule of its own),
 * and since 16 pg_monitor may ask where the log is. A grant beside it is listed with it there, and without it before.
 * https://www.postgresql.org/docs/16/release-16.html
 */
export const initialPrivileges: MajorRule = {
  since: 16,
  equalise(older, newer) {
    const without = (facts: typeof older): typeof older =>
      rewrite(facts, 'changed privileges', (changed) => {
        if (!whereTheLogIs.has(changed.identity)) return changed
        const lines = (changed.properties['privileges'] ?? '').split('\n').filter((line) => line !== ofMonitors)
        return lines.join() === 'owner: EXECUTE' ? null : withProperties(changed, { privileges: lines.join('\n') })
      })
    return [without(older), without(newer)]
  },
}

const ofMonitors = 'pg_monitor: EXECUTE'
const whereTheLogIs: ReadonlySet<string> = new Set(
  ['', 'text'].map((type) => `pg_catalog."function pg_catalog.pg_current_logfile(${type})"`),
)
