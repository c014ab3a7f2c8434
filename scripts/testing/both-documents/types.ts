import type { User } from './user.ts'

/** What one section of a document has its reader do. In the order of the document. */
export type Step = { readonly section: string } & (
  | { readonly play: (user: User) => Promise<void> }
  /** No program can do it, or another test plays it. */
  | { readonly notPlayed: string }
)

export interface PlayedDocument {
  /** Its heading in docs/coverage-of-requirements.md. */
  readonly title: string
  readonly sample: Sample
  readonly steps: readonly Step[]
}

/** A sample project, and what is written to it all the time. */
export interface Sample {
  readonly name: 'chakai' | 'edupath'
  /** The cluster's roles, from `fixtures/`: some of them may be there already. */
  readonly roles?: string
  /** Files of SQL that make it, from `fixtures/`. */
  readonly files: readonly string[]
  /** A writer each: what it does again and again. */
  readonly writers: readonly (readonly string[])[]
}
