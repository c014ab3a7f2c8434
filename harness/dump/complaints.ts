import type { ProblemText } from './problem.ts'

export const tooLong: ProblemText = {
  code: 'E_DUMP_STATEMENT_TOO_LONG',
  message: 'one statement (or one row) is longer than a reader can hold: it may never end',
  hint: 'look at the statement; if it is real, raise the limit or dump with COPY instead of INSERTs',
}

export const carriageReturns: ProblemText = {
  code: 'E_DUMP_ENCODING',
  message: 'line ends were changed to CR LF (a terminal or Windows came between): the rows are no longer as dumped',
  hint: 'dump without a terminal (docker exec without -t, ssh without -t), or with pg_dump -f',
}

export const zeroByte: ProblemText = {
  code: 'E_DUMP_ENCODING',
  message: 'the dump holds a NUL byte, which is in no text: it was written over, or left as a hole by a crash',
  hint: 'compare its checksum with the one taken when it was written; use another copy',
}

export function cutShort(what: string): ProblemText {
  return {
    code: 'E_DUMP_TRUNCATED',
    message: `the dump ends inside ${what}: it was cut short`,
    hint: 'compare its size with what was uploaded; take a fresh dump',
  }
}

export function hostileCommand(command: string, line: number): ProblemText {
  return {
    code: 'E_DUMP_HOSTILE',
    message: `the dump holds ${command} on line ${line}, which pg_dump never writes`,
    hint: 'do not give this file to psql; find out who wrote it, and where the real dump is',
  }
}

export function textAfterCopy(object: string): ProblemText {
  return {
    code: 'E_DUMP_DAMAGED',
    message: `text follows COPY ${object} on its line, where the rows should begin`,
    hint: 'take a fresh dump',
  }
}

export function strangeTail(object: string): ProblemText {
  return {
    code: 'E_DUMP_DAMAGED',
    message: `an INSERT into ${object} ends otherwise than those before it, which pg_dump never writes`,
    hint: 'take a fresh dump',
  }
}
