import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerAddress } from '../../postgres/index.ts'
import type { ClientSandbox } from './client-sandbox.ts'
import { relayPort } from './relay.ts'

/**
 * What a client is told of its server: all by argument, for its environment is empty. A password lies in a file that only
 * the client's uid can read, in a folder that goes with it.
 */
export async function connectionWords(
  { folder, user }: ClientSandbox,
  address: ServerAddress,
  database: string,
): Promise<string> {
  const words = {
    host: folder,
    port: String(relayPort),
    user: address.user,
    dbname: database,
    sslmode: 'disable',
    gssencmode: 'disable',
    // Without one named, libpq looks for one in a home folder.
    passfile: join(folder, 'passfile'),
  }
  if (address.password !== undefined) {
    const password = address.password.replaceAll(/[\\:]/g, String.raw`\$&`)
    await writeFile(words.passfile, `*:*:*:*:${password}\n`, { mode: 0o600 })
    if (user.kind === 'separate') await chown(words.passfile, user.uid, user.gid)
  }
  return Object.entries(words)
    .map(([name, value]) => `${name}='${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`)
    .join(' ')
}
