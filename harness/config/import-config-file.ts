import { readFileSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Fault, scrubLine } from '../core/index.ts'

const configNames = [
  'rehearsal.config.ts',
  'rehearsal.config.mts',
  'rehearsal.config.js',
  'rehearsal.config.mjs',
] as const
/* The package's own door, from this file. */
const packageDoor = new URL('../../index.ts', import.meta.url).href

/** The config file that is meant: the named one (which must be there), or the first of the usual names, or none. */
export function findConfigFile(named: string | undefined, cwd: string): string | null {
  if (named === undefined) return configNames.map((name) => resolve(cwd, name)).find(isFile) ?? null
  const path = resolve(cwd, named)
  if (!isFile(path)) {
    throw new Fault('E_CONFIG_NOT_FOUND', `there is no config file ${path}`, {
      hint: 'correct --config, or write one with `rehearse init`',
    })
  }
  return path
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/**
 * The default export of a config file, run by Node itself. `pg-rehearsal` always means the package that is running,
 * so a project needs no copy of its own to be rehearsed. Node runs a file once a process, however often it is loaded.
 */
export async function importConfigFile(path: string): Promise<unknown> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'pg-rehearsal' ? { url: packageDoor, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => next(url, { ...context, format: formatAsWritten(url, context.format) }),
  })
  const emitWarning = muteModuleType()
  let module: unknown
  try {
    module = await import(/* @vite-ignore */ pathToFileURL(path).href)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new Fault('E_CONFIG_INVALID', `${path} cannot be run: ${scrubLine(said)}`, {
      hint: 'it is run by Node itself: only TypeScript that can be erased, imports with their endings',
      cause,
    })
  } finally {
    hooks.deregister()
    process.emitWarning = emitWarning
  }
  const value = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
  if (typeof value !== 'object' || value === null) {
    throw new Fault('E_CONFIG_INVALID', `${path} exports no config`, {
      hint: 'end it with: export default defineRehearsal({ … })',
    })
  }
  return value
}

/**
 * `npm init` writes `"type": "commonjs"`, and Node then refuses every `import` in a `.ts` or `.js` file. Whoever wrote
 * `import` or `export` at the start of a line meant a module, whatever package.json says.
 */
function formatAsWritten<Format>(url: string, format: Format): Format | 'module' | 'module-typescript' {
  if (
    (format !== 'commonjs' && format !== 'commonjs-typescript') ||
    !/^file:(?!.*\/node_modules\/).*\.[jt]s$/.test(url)
  )
    return format
  if (!/^(?:import|export)\b/m.test(readFileSync(fileURLToPath(url), 'utf8'))) return format
  return format === 'commonjs' ? 'module' : 'module-typescript'
}

/** Node's advice to write `"type": "module"` into the user's package.json is no business of ours. Returns what was there. */
function muteModuleType(): typeof process.emitWarning {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (...said: unknown[]) => {
    const [, about] = said
    const code = typeof about === 'object' && about !== null && 'code' in about ? about.code : said[2]
    if (code !== 'MODULE_TYPELESS_PACKAGE_JSON') Reflect.apply(emitWarning, null, said)
  }
  return emitWarning
}
