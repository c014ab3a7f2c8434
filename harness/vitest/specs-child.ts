import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { scrub } from '../core/index.ts'
import { CollectReporter } from './collect-reporter.ts'
import type { SpecOrder } from './launch.ts'

const packageRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Longest a single test may take; a user's own `timeout` option wins. */
const testTimeoutMs = 60_000

async function runSpecs({ root, globs, context }: SpecOrder): Promise<void> {
  const reporter = new CollectReporter(packageRoot, root)
  const own = resolve(packageRoot, 'specs/*.spec.ts')
  const users = globs.map((glob) => resolve(root, glob))
  try {
    const vitest = await startVitest(
      'test',
      [],
      {
        config: false,
        root,
        dir: '/',
        include: [own, ...users],
        exclude: ['**/node_modules/!(pg-rehearsal)/**'],
        watch: false,
        reporters: [reporter],
        pool: 'forks',
        isolate: false,
        maxWorkers: 1,
        allowOnly: false,
        passWithNoTests: false,
        retry: 0,
        testTimeout: testTimeoutMs,
        hookTimeout: testTimeoutMs,
        provide: { rehearsal: context },
        server: { deps: { inline: [/pg-rehearsal/] } },
      },
      {
        cacheDir: resolve(root, '.rehearsal/.vite'),
        resolve: {
          alias: [
            { find: /^pg-rehearsal\/vitest$/, replacement: resolve(packageRoot, 'harness/vitest/index.ts') },
            { find: /^pg-rehearsal$/, replacement: resolve(packageRoot, 'index.ts') },
          ],
        },
      },
    )
    await vitest.close()
  } catch (error) {
    reporter.errors.push(scrub(error instanceof Error ? error.message : String(error)))
  }
  await new Promise((done) => process.send?.(reporter.report(), done))
  process.exit(0)
}

process.once('message', (order) => void runSpecs(order as SpecOrder))
// The parent is gone: nobody is left to report to.
process.once('disconnect', () => process.exit(0))
