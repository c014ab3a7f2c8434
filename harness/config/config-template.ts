/** What `rehearse init` writes: one line that matters, and every other option explained and commented out. */
export function configTemplate(): string {
  return template
}

const template = `import { defineRehearsal } from 'pg-rehearsal'

/*
 * Only \`backup\` is needed. Uncomment what you want; an option that does not exist is an error.
 * The environment overrides this file (REHEARSAL_BACKUP, REHEARSAL_ENGINE, …), flags override both.
 */
export default defineRehearsal({
  /* A folder of backup sets (the latest complete one is taken), one set, or one dump. Relative to this file. */
  backup: {
    path: 'backups',
    /* \`rehearse backup\` encrypts and signs what it takes (see encrypt and signing). */
    // protect: true,
  },

  /* Name in the reports. Default: the name of this folder. */
  // project: 'my-project',

  /* Who can read protected sets (public keys of age), and what reads them here. */
  // encrypt: {
    // recipients: ['age1…'],
    // recipientsFile: 'recipients.txt',
    // identity: 'env:BACKUP_IDENTITY',
    /* Decrypted files lie in memory, or in this folder, while a set is read. */
    // plaintext: '/encrypted-disk',
  // },

  /* Ed25519: what sets are signed with where they are made, and what they have to be signed with. */
  // signing: {
    // key: 'env:BACKUP_SIGNING_KEY',
    // publicKey: 'ed25519:…',
  // },

  /* Which database of a cluster dump (pg_dumpall, Supabase's daily backup) is meant. */
  // database: 'postgres',

  /*
   * Production, observed in a read-only transaction. Name the environment variable that holds the connection
   * (direct or session mode, a read-only role); never write the connection itself.
   */
  // production: 'env:DATABASE_URL',

  /*
   * The Supabase project, for \`rehearse storage\`, \`backup --storage\` and \`rehearse platform\`. The key is named, never
   * written: whoever has it reads every file.
   */
  // supabase: {
    // url: 'https://abcdefghijklmnopqrst.supabase.co',
    // key: 'env:SUPABASE_SECRET_KEY',
    /* Where the address does not say it (a domain of your own). */
    // projectRef: 'abcdefghijklmnopqrst',
  // },

  /* Production's facts, recorded when the dump was taken: the comparison is then exact. Default: the file in the set. */
  // baseline: 'backups/baseline.json',

  /* 'required': no GO without a comparison with production. 'not-required': the backup is judged by itself. */
  // parity: 'required',

  /* What the backup is meant to hold: 'full', 'schema' or 'data'. Half a backup is a NO-GO unless it is said here. */
  // expect: 'full',

  /* 'counts': rows are only counted, and every report says so. For a database too large to read whole. */
  // depth: 'rows',

  /* Each rehearsal breaks the copy on purpose, and undoes it, to prove that its checks see it. false: every report says so. */
  // inoculate: true,

  /* Schemas observed and compared. Default: all but the system's. */
  // schemas: ['public'],

  // tables: {
    /* Tables that must exist. A name without a schema means public. */
    // expected: ['users', 'public.orders'],
    /* Least number of tables: all together (31), or by schema. */
    // minCount: { public: 2 },
    /* Tables that must hold at least one row. */
    // critical: ['users'],
    /* Least rows by table. */
    // minRows: { users: 100 },
  // },

  /* How far row counts may drift from live production. A recorded baseline is compared exactly whatever stands here. */
  // tolerances: {
    /* For every table: '5%', or 0.05. Default 0. */
    // rows: '5%',
    // tables: { 'public.events': '20%' },
  // },

  // sizes: {
    /* Least size of what is restored, as it lies on disk ("MB, not KB"). */
    // minBytes: '1MB',
    /* Least size of the decompressed dump as a share of production's database size. Dumps hold no indexes. */
    // minRatioToDatabase: '10%',
    /* Least bytes of data in the dump, by table. */
    // tables: { users: '10kB' },
  // },

  // budgets: {
    /* The backup may be at most this old. */
    // rpo: '24h',
    /* A restore may take at most this long. Judged only on a run with the stock clients and default durability. */
    // rto: '30m',
    /* \`rehearse status\` wants a GO that is at most this old. */
    // drill: '35d',
  // },

  /* A rehearsal that takes longer is ended, and UNDECIDED: code in a dump may never come to its end. */
  // timeLimit: '24h',

  /* Queries on the restored copy. "rows": how many it returns; "value": first column of the first row. */
  // queries: [
    // { name: 'there are users', sql: 'select count(*) from public.users', expect: { value: { min: 1 } } },
    // { name: 'no orphaned orders', sql: 'select 1 from public.orders where user_id is null', expect: { rows: 0 } },
  // ],

  /*
   * Who sees what: anon, authenticated and service_role look at both sides where they exist, and the first users of
   * auth.users. Further roles, with what request.jwt.claims and settings of their own hold.
   */
  // access: {
    // users: 3,
    // roles: [{ role: 'tenant_reader', claims: { tenant: 7 }, settings: { 'app.tenant': '7' } }],
  // },

  /* A named, dated, expiring exception: its finding becomes a notice that stays in every report. */
  // waivers: [
    // {
      // check: 'row counts',
      // object: 'public.sessions',
      // reason: 'sessions are excluded from the dump on purpose',
      // owner: 'ops@example.com',
      // expires: '2030-01-31',
    // },
  // ],

  /*
   * Where the disposable Postgres comes from: 'auto' (the cheapest that can hold the dump faithfully), 'embedded',
   * 'container' or 'server'. 'server' makes scratch databases on a server that you name, and drops them: connection.
   */
  // engine: {
    // kind: 'container',
    /* Best with its digest. */
    // image: 'postgres:17',
    /* Bootstrap superuser of the disposable server. */
    // superuser: 'postgres',
    // connection: 'env:REHEARSAL_TARGET',
    /* Of that server, where no production is named: rehearse prints it, you look whether it is the one you meant. */
    // systemIdentifier: '7480000000000000000',
  // },

  /* What restores: 'ours', 'stock' (psql and pg_restore, as on the bad day), or 'both', compared with each other. */
  // restorer: 'both',

  /*
   * Your migration, rehearsed on a clone of the restored copy: DATABASE_URL leads there. It gets the variables that are
   * listed and no other.
   */
  // migration: {
    // command: 'npx drizzle-kit migrate',
    // env: ['MIGRATIONS_FOLDER'],
    /* A migration that takes longer is ended, and NO-GO. */
    // timeout: '30m',
    /* 'tcp': a port of this machine, for any client. 'socket': a Unix socket. */
    // url: 'tcp',
  // },

  /* Your own claims about the restored copy, beside this file. */
  // specs: ['specs/**/*.spec.ts'],

  /* Where the evidence goes. */
  // out: '.rehearsal/latest',

  /* Which rehearsal said what of which set: \`status\`, \`prune\` and \`log\` read it. Keep it. */
  // history: '.rehearsal/history.jsonl',

  /* Which sets \`rehearse prune\` keeps: the newest, and those of days, weeks, months and years; labels have a term. */
  // retention: {
    // last: 7,
    // daily: 7,
    // weekly: 5,
    // monthly: 12,
    // yearly: 0,
    // floor: 3,
    // labels: { 'pre-migration': '30d', 'post-migration': '90d', migration: 'forever', archive: 'forever' },
  // },

  /* Told when a backup, a rehearsal or a prune ends. Name the variable that holds the address. */
  // notify: { webhook: 'env:REHEARSAL_WEBHOOK' },
})
`
