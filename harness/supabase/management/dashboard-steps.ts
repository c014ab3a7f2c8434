import { Fault, scrubLine } from '../../core/index.ts'

/** What only a person can look at: no call of the platform tells it, or none that we would want to be told. */
export interface DashboardStep {
  readonly id: string
  readonly where: string
  readonly text: string
}

/** Signed off in the backup log, under this role. */
export function roleOfStep({ id }: DashboardStep): string {
  return `Dashboard: ${id}`
}

/** Whether a role is of the dashboard: it signs a step off, and not the set. */
export function isOfDashboard(role: string): boolean {
  return /^\s*dashboard\s*:/i.test(role)
}

/** One that is no step's would be shown nowhere, and its step stay open. Throws `E_USAGE`. */
export function requireKnownStep(role: string): void {
  if (!isOfDashboard(role) || dashboardSteps.some((step) => roleOfStep(step) === role)) return
  throw new Fault('E_USAGE', `"${scrubLine(role, 60)}" is no step of the dashboard`, {
    hint: `"Dashboard: " and one of ${dashboardSteps.map(({ id }) => id).join(', ')}`,
  })
}

/** In the order in which one comes by them in the dashboard. */
export const dashboardSteps: readonly DashboardStep[] = [
  {
    id: 'retention',
    where: 'Database → Backups',
    text: 'how long the plan keeps backups: 7, 14 or 30 days, as --retention-days says',
  },
  {
    id: 'restore-rights',
    where: 'Database → Backups',
    text: 'who may press Restore, and that it replaces the project in place',
  },
  {
    id: 'spend-cap',
    where: 'Organization → Billing',
    text: 'spend cap and egress left: enough for a backup and a download of Storage',
  },
  {
    id: 'auth-settings',
    where: 'Authentication',
    text: 'providers, SMTP, mail templates, redirect addresses: in no dump, written down',
  },
  {
    id: 'keys',
    where: 'Project Settings → API Keys',
    text: 'what a new project’s other keys and JWT secret would break is known',
  },
  {
    id: 'root-key',
    where: 'Vault',
    text: 'secrets of the vault and encrypted columns: a dump does not hold the key; who can set them again',
  },
  {
    id: 'functions',
    where: 'Edge Functions',
    text: 'functions and their secrets: in no dump; their code is in a repository',
  },
  {
    id: 'storage-settings',
    where: 'Storage → Settings',
    text: 'upload limit, S3 keys: in no dump; files are backed up apart (rehearse storage)',
  },
  {
    id: 'network',
    where: 'Project Settings → Database',
    text: 'network restrictions, IPv4 add-on, pooler size, custom Postgres settings',
  },
  { id: 'domains', where: 'Project Settings → General', text: 'custom domain and its DNS records' },
]
