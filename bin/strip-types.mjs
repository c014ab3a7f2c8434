// Node runs our TypeScript by itself, but refuses to below node_modules: there, this does what it does elsewhere.
// Not tsx: esbuild lowers `await using` so that in a loop an old error is thrown again after a success.
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const packageRoot = new URL('..', import.meta.url).href

// Said once, at the first use, to people who can do nothing about it; every other warning is passed on.
const emitWarning = process.emitWarning.bind(process)
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).startsWith('stripTypeScriptTypes ')) emitWarning(warning, ...rest)
}
stripTypeScriptTypes('')
process.emitWarning = emitWarning

registerHooks({
  load(url, context, next) {
    if (!url.startsWith(packageRoot) || !url.endsWith('.ts') || url.startsWith(`${packageRoot}node_modules/`))
      return next(url, context)
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'))
    return { format: 'module', source, shortCircuit: true }
  },
})
