import { startStorageServer } from '../../fixtures/storage-server/index.ts'

/* A process of its own: its memory is not the download's. Objects are made when they are asked for. */
const objects = Number(process.argv[2] ?? 100_000)
const bytes = Number(process.argv[3] ?? 512)
const server = await startStorageServer()
server.shelf.addBucket('many')
for (let number = 0; number < objects; number += 1) {
  const content = () => Buffer.alloc(bytes, String(number))
  server.shelf.put('many', `folder-${number % 1_000}/object number ${number}.bin`, { content })
}
process.stdout.write(`${JSON.stringify({ url: server.url, key: server.key })}\n`)
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
