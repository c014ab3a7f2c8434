import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeConnectionFiles, type ConnectionFiles } from './connection-files.ts'
import type { BackupRequest } from './request.ts'
import type { SourceSurvey } from './survey-source.ts'

/** Closed to everybody else, in the hidden folder of the set; gone when it is disposed of. */
export interface SecretFolder extends AsyncDisposable {
  readonly path: string
}

export type Connection = ConnectionFiles & AsyncDisposable

interface ConnectingCall {
  readonly request: BackupRequest
  readonly survey: SourceSurvey
  /** The set that is being written. */
  readonly folder: string
}

export async function openSecretFolder(folder: string): Promise<SecretFolder> {
  const path = join(folder, '.connection')
  await mkdir(path, { mode: 0o700 })
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** The files that say how to connect: address and password. */
export async function writeConnection(
  { request, survey }: Omit<ConnectingCall, 'folder'>,
  secret: SecretFolder,
): Promise<ConnectionFiles> {
  return writeConnectionFiles(request.source, secret.path, request.environment, survey)
}

/** The same in a folder of their own. */
export async function openConnection(call: ConnectingCall): Promise<Connection> {
  const secret = await openSecretFolder(call.folder)
  const dispose = async (): Promise<void> => secret[Symbol.asyncDispose]()
  try {
    return { ...(await writeConnection(call, secret)), [Symbol.asyncDispose]: dispose }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}
