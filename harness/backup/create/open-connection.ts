import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeConnectionFiles, type ConnectionFiles } from './connection-files.ts'
import type { BackupRequest } from './request.ts'
import type { SourceSurvey } from './survey-source.ts'

export interface Connection extends ConnectionFiles, AsyncDisposable {
  /** Closed to everybody else. */
  readonly folder: string
}

interface ConnectingCall {
  readonly request: BackupRequest
  readonly survey: SourceSurvey
  /** The set that is being written. */
  readonly folder: string
}

/** The files that say how to connect, in the hidden folder; gone when it is disposed of. */
export async function openConnection({ request, survey, folder }: ConnectingCall): Promise<Connection> {
  const secret = join(folder, '.connection')
  const dispose = async (): Promise<void> => rm(secret, { recursive: true, force: true })
  await mkdir(secret, { mode: 0o700 })
  try {
    const files = await writeConnectionFiles(request.source, secret, request.environment, survey)
    return { ...files, folder: secret, [Symbol.asyncDispose]: dispose }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}
