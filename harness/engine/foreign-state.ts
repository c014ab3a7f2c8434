/** What a server that is not ours has beside what a dump would leave on a new one. */
export interface ForeignState {
  readonly login: string
  /** What the database that a dump calls by that name is called there. Throws `E_DEFECT` where it is none of ours. */
  databaseName(dumped: string): string
  hasDatabase(dumped: string): boolean
  /** Made by this run. */
  isOwnRole(name: string): boolean
  /** There before it. */
  isExistingRole(name: string): boolean
  /** Of the platform that the dump is of; none where it is of none. */
  readonly platformRoles: ReadonlySet<string>
  /** Those of which something that the dump says was left, for they are there, or it is about those of the server. */
  readonly leftToPlatform: ReadonlySet<string>
  /** Attributes that the dump gives to roles and that were not given there, by their names in the facts. */
  readonly declaredRoles: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** Databases of which the dump itself says who may connect: for the others, everybody is shut out while they are there. */
  readonly grantsOnDatabase: ReadonlySet<string>
}
