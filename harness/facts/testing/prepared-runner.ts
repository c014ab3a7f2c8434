import type { Row, SqlRunner } from '../../core/index.ts'

/**
 * For tests that observe one database hundreds of times: each query is planned once. Planning is most of what
 * observing a small database costs.
 */
export class PreparedRunner implements SqlRunner {
  readonly #sql: SqlRunner
  readonly #names = new Map<string, string>()

  constructor(sql: SqlRunner) {
    this.#sql = sql
  }

  async query(text: string, values?: readonly (string | null)[]): Promise<readonly Row[]> {
    if (values !== undefined || !/^\s*(?:SELECT|WITH)\b/.test(text)) return this.#sql.query(text, values)
    let name = this.#names.get(text)
    if (name === undefined) {
      name = `observing_${this.#names.size}`
      await this.#sql.query(`PREPARE ${name} AS ${text}`)
      this.#names.set(text, name)
    }
    return this.#sql.query(`EXECUTE ${name}`)
  }
}
