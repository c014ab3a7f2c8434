import { networkInterfaces } from 'node:os'
import { loadConfig, resolveConnection } from '../harness/config/index.ts'
import { asFault } from '../harness/core/index.ts'
import type { Probe } from '../harness/engine/index.ts'
import { adviceBeforehand, adviceOnPlainText, placeOf } from '../harness/postgres/index.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The connections that the config of this folder names, and `DATABASE_URL`: what their addresses say. None is tried. */
export async function probeConnections(
  cwd: string,
  environment: Environment,
  hasIpv6 = hasGlobalIpv6(),
): Promise<readonly Probe[]> {
  const named = new Map<string, string>()
  try {
    const { values } = await loadConfig({ flags: { backup: cwd }, env: environment, cwd })
    if (values.production !== null) named.set('production', values.production)
    if (values.engine.connection !== null) named.set('server', values.engine.connection)
  } catch (thrown) {
    const { kind, message, hint } = asFault(thrown)
    if (kind === 'defect') throw thrown
    return [{ group: 'connections', what: 'config', status: 'missing', found: message, remedy: hint ?? null }]
  }
  if (environment['DATABASE_URL']?.trim()) named.set('DATABASE_URL', 'env:DATABASE_URL')
  return [...named].map(([what, name]) => probe(what, name, environment, hasIpv6))
}

function probe(what: string, name: string, environment: Environment, hasIpv6: boolean): Probe {
  const group = 'connections'
  try {
    const url = resolveConnection(name, environment)
    const place = placeOf(url)
    const remedy = adviceBeforehand(place, hasIpv6) ?? adviceOnPlainText(url)
    const found = `${name}: ${place.host}, port ${place.port}`
    return { group, what, status: remedy === null ? 'ok' : 'limited', found, remedy }
  } catch (thrown) {
    const { kind, message, hint } = asFault(thrown)
    if (kind === 'defect') throw thrown
    return { group, what, status: 'missing', found: message, remedy: hint ?? null }
  }
}

/** An address of 2000::/3: those of a container's own network lead nowhere. */
function hasGlobalIpv6(): boolean {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .some(({ family, internal, address }) => family === 'IPv6' && !internal && /^[23]/.test(address))
}
