import { realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { scrub } from '../core/index.ts'
import { CollectReporter } from './collect-reporter.ts'
import { escapeGlob, findSpecs } from './find-specs.ts'
import { killGroup, type SpecOrder } from './launch.ts'
import { SilenceWatch } from './silence-watch.ts'

const packageRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Longest a single test or hook may take; a user's own `timeout` option wins. */
const testTimeoutMs = 60_000
/** How long after its own limit a test may still be silent: its worker does nothing but loop then. */
const graceMs = 5_000

async function runSpecs(order: SpecOrder): Promise<void> {
  // As vite names files: without symbolic links.
  const root = await realpath(order.root)
  const { files, problems } = await findSpecs(packageRoot, { ...order, root })
  const reporter = new CollectReporter(packageRoot, root, files)
  reporter.errors.push(...problems)
  const silence = new SilenceWatch({ testTimeoutMs, graceMs }, (modules, message) => {
    reporter.onTestRunEnd(modules, [{ message }])
    void report(reporter)
  })
  try {
    const vitest = await startVitest(
      'test',
      [],
      {
        config: false,
        root,
        dir: '/',
        include: files.map(escapeGlob),
        exclude: [],
        watch: false,
        reporters: [reporter, silence],
        pool: 'forks',
        isolate: false,
        maxWorkers: 1,
        allowOnly: false,
        passWithNoTests: false,
        retry: 0,
        testTimeout: testTimeoutMs,
        hookTimeout: testTimeoutMs,
        cache: false,
        fsModuleCachePath: resolve(root, '.rehearsal/.vitest'),
        provide: { rehearsal: order.context },
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
  silence[Symbol.dispose]()
  await report(reporter)
}

async function report(reporter: CollectReporter): Promise<void> {
  await new Promise((done) => process.send?.(reporter.report(), done))
  killGroup(process.pid)
}

process.once('message', (order) => void runSpecs(order as SpecOrder))
// The parent is gone: nobody is left to report to.
process.once('disconnect', () => killGroup(process.pid))
