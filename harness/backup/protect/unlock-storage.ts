import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, scrubLine } from '../../core/index.ts'
import { isPlainRelativePath } from '../manifest-schema.ts'
import { readTar, storageFolder } from '../storage/index.ts'

/** The files of Storage out of their archive, below `storage` of a private folder. What they are is checked by who reads them. */
export async function unpackStorage(pieces: AsyncIterable<Buffer>, folder: string): Promise<void> {
  for await (const { name, content } of readTar(pieces)) {
    if (!name.startsWith('files/') || !isPlainRelativePath(name)) {
      throw new Fault('E_BACKUP_UNSAFE_FILE', `the archive of the files of Storage holds ${scrubLine(name)}`, {
        hint: 'somebody else made it: do not rely on this set',
      })
    }
    const to = join(folder, storageFolder, name)
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    const file = await open(to, 'wx', 0o600)
    try {
      for await (const piece of content) await file.appendFile(piece)
    } finally {
      await file.close()
    }
  }
}
