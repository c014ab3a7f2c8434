import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, functionName, notOfExtension, roleName } from './fragments.ts'
import { firing } from './triggers.ts'

export const eventTriggers: CatalogueQuery = {
  kind: 'event trigger',
  text: () => `
    SELECT pg_catalog.json_build_array(e.evtname) AS identity,
      ${roleName('e.evtowner')} AS owner,
      e.evtevent AS event,
      (SELECT pg_catalog.string_agg(tag, ', ' ORDER BY tag COLLATE pg_catalog."C") FROM pg_catalog.unnest(e.evttags) AS tag) AS tags,
      ${functionName('e.evtfoid')} AS function,
      ${firing('e.evtenabled')} AS fires,
      ${comment('pg_event_trigger', 'e.oid')} AS comment
    FROM pg_catalog.pg_event_trigger AS e WHERE ${notOfExtension('pg_event_trigger', 'e.oid')}`,
}
