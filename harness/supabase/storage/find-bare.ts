import type { ObjectFacts, StorageProject } from './types.ts'

/**
 * Of the objects that were listed and then not found, those whose rows are there still, without bytes: an upload or a
 * restore that never brought them, or a loss. The others were deleted meanwhile. Walks their buckets once more.
 */
export async function findBare(
  project: StorageProject,
  missed: readonly ObjectFacts[],
): Promise<readonly ObjectFacts[]> {
  const bare: ObjectFacts[] = []
  for (const [bucket, objects] of Map.groupBy(missed, ({ bucket }) => bucket)) {
    const wanted = new Map(objects.map((facts) => [facts.name, facts]))
    for await (const page of project.walk(bucket)) {
      for (const { name } of page) {
        const facts = wanted.get(name)
        if (facts && !(await project.hasBytes(bucket, name))) bare.push(facts)
      }
    }
  }
  return bare
}
