import { scrubLine, type Fault } from '../core/index.ts'
import { gravityOfCheck, type CheckId, type Finding } from '../compare/index.ts'

type Extras = Partial<Pick<Finding, 'expected' | 'actual' | 'remedy' | 'attribution' | 'notice' | 'gravity'>>

/** Where the phases of a rehearsal write down what they found. */
export class FindingBook {
  readonly findings: Finding[] = []

  same(check: CheckId, object: string | null, message: string, extras: Extras = {}): void {
    this.#add(check, 'same', object, message, extras)
  }

  differs(check: CheckId, object: string | null, message: string, extras: Extras = {}): void {
    this.#add(check, 'differs', object, message, extras)
  }

  notChecked(check: CheckId, object: string | null, message: string, remedy: string, extras: Extras = {}): void {
    this.#add(check, 'not-checked', object, message, { ...extras, remedy })
  }

  notice(check: CheckId, object: string | null, message: string, remedy: string | null = null): void {
    this.#add(check, 'differs', object, message, { notice: true, remedy })
  }

  /** A fault met while doing `check`: the backup's own damns it, any other leaves the check open. */
  fault(check: CheckId, object: string | null, fault: Fault): void {
    const remedy = fault.hint ?? 'run again'
    if (fault.kind === 'backup') this.differs(check, object, fault.message, { remedy })
    else this.notChecked(check, object, fault.message, remedy)
  }

  add(findings: readonly Finding[]): void {
    this.findings.push(...findings)
  }

  /** Reads every finding of these checks anew, in the light of something learnt since. */
  revise(checks: ReadonlySet<CheckId>, reading: (finding: Finding) => Finding): void {
    for (const [index, finding] of this.findings.entries()) {
      if (checks.has(finding.check)) this.findings[index] = reading(finding)
    }
  }

  has(check: CheckId): boolean {
    return this.findings.some((finding) => finding.check === check)
  }

  #add(check: CheckId, status: Finding['status'], object: string | null, message: string, extras: Extras): void {
    const gravity = status === 'differs' ? (extras.gravity ?? gravityOfCheck[check]) : undefined
    this.findings.push({
      check,
      status,
      object: object === null ? null : scrubLine(object),
      notice: extras.notice ?? false,
      message: scrubLine(message),
      expected: extras.expected ?? null,
      actual: extras.actual ?? null,
      remedy: extras.remedy ?? null,
      attribution: extras.attribution ?? null,
      ...(gravity === undefined ? {} : { gravity }),
    })
  }
}
