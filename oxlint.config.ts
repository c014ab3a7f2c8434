import { defineConfig } from 'oxlint'

/** Which rooms each room may import, by their door (`index.ts`) only. The table of docs/decisions/0001. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  config: ['core'],
  backup: ['core', 'config'],
  dump: ['core'],
  postgres: ['core'],
  engine: ['core', 'config', 'postgres'],
  restore: ['core', 'dump', 'engine', 'postgres'],
  facts: ['core'],
  compare: ['core', 'facts'],
  migration: ['core', 'postgres', 'engine', 'facts', 'compare'],
  behaviour: ['core', 'facts', 'compare'],
  inoculation: ['core', 'facts', 'compare', 'behaviour'],
  verdict: ['core', 'compare'],
  report: ['core', 'verdict', 'compare', 'facts', 'migration'],
  supabase: ['core', 'config'],
  run: [
    'core',
    'config',
    'backup',
    'dump',
    'postgres',
    'engine',
    'restore',
    'facts',
    'compare',
    'migration',
    'behaviour',
    'inoculation',
    'verdict',
    'report',
    'supabase',
  ],
  vitest: ['core', 'compare', 'verdict', 'facts', 'postgres', 'run'],
}

/** Where each vendor may be imported, so that replacing one touches one room. */
const vendorHome: Record<string, readonly string[]> = {
  pg: ['postgres'],
  testcontainers: ['engine'],
  'age-encryption': ['backup'],
  '@aws-sdk/client-s3': ['backup'],
  'ssh2-sftp-client': ['backup'],
  '@supabase/supabase-js': ['supabase'],
  vitest: ['vitest'],
  commander: [],
}

const rooms = Object.keys(mayImport)

function restrictions(room: string) {
  const foreign = rooms.filter((other) => other !== room && !mayImport[room]!.includes(other))
  const patterns = [
    {
      regex: `^(?:\\.\\./)+(?:${rooms.filter((other) => other !== room).join('|')})/(?!index\\.ts$)`,
      message: 'import another room by its door, index.ts',
    },
    ...(foreign.length > 0
      ? [
          {
            regex: `^(?:\\.\\./)+(?:${foreign.join('|')})/`,
            message: `${room}/ may import only ${mayImport[room]!.join(', ') || 'nothing'}`,
          },
        ]
      : []),
    ...Object.entries(vendorHome)
      .filter(([, homes]) => !homes.includes(room))
      .map(([vendor]) => ({ regex: `^${vendor}(?:/|$)`, message: `${vendor} is imported in its own room only` })),
  ]
  return { patterns }
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['node_modules', '**/backups/**', '.rehearsal'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-explicit-any': 'error',
    'import/no-cycle': 'error',
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'no-control-regex': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/consistent-return': 'off',
    'import/no-unassigned-import': 'off',
    'require-await': 'off',
    'promise/always-return': 'off',
    'promise/no-multiple-resolved': 'off',
    'vitest/no-conditional-tests': 'off',
    'vitest/require-mock-type-parameters': 'off',
    'vitest/no-standalone-expect': 'off',
    'vitest/expect-expect': 'off',
    'vitest/valid-title': 'off',
    'import/no-named-as-default-member': 'off',
    'no-empty-pattern': 'off',
    'no-empty': ['error', { allowEmptyCatch: false }],
  },
  overrides: rooms.map((room) => ({
    files: [`harness/${room}/**/*.ts`],
    excludeFiles: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', restrictions(room)] as never },
  })),
})
