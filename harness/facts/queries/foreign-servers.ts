import type { CatalogueQuery } from './catalogue-query.ts'
import {
  comment,
  functionName,
  hiddenOptionList,
  notOfExtension,
  optionListWithoutSecrets,
  privileges,
  roleName,
} from './fragments.ts'

export const foreignDataWrappers: CatalogueQuery = {
  kind: 'foreign data wrapper',
  text: () => `
    SELECT pg_catalog.json_build_array(f.fdwname) AS identity,
      ${roleName('f.fdwowner')} AS owner,
      ${privileges('f.fdwacl', 'F', 'f.fdwowner')} AS privileges,
      ${comment('pg_foreign_data_wrapper', 'f.oid')} AS comment,
      ${functionName('f.fdwhandler')} AS handler,
      ${functionName('f.fdwvalidator')} AS validator,
      ${optionListWithoutSecrets('f.fdwoptions')} AS options
    FROM pg_catalog.pg_foreign_data_wrapper AS f WHERE ${notOfExtension('pg_foreign_data_wrapper', 'f.oid')}`,
}

export const foreignServers: CatalogueQuery = {
  kind: 'foreign server',
  text: () => `
    SELECT pg_catalog.json_build_array(s.srvname) AS identity,
      ${roleName('s.srvowner')} AS owner,
      ${privileges('s.srvacl', 'S', 's.srvowner')} AS privileges,
      ${comment('pg_foreign_server', 's.oid')} AS comment,
      f.fdwname AS wrapper,
      s.srvtype AS type,
      s.srvversion AS version,
      ${optionListWithoutSecrets('s.srvoptions')} AS options
    FROM pg_catalog.pg_foreign_server AS s JOIN pg_catalog.pg_foreign_data_wrapper AS f ON f.oid = s.srvfdw
    WHERE ${notOfExtension('pg_foreign_server', 's.oid')}`,
}

/** Names and marks of their options: they hold passwords. Whoever may not see them sees none . */
export const userMappings: CatalogueQuery = {
  kind: 'user mapping',
  text: () => `
    SELECT pg_catalog.json_build_array(u.srvname, CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE u.usename END) AS identity,
      ${hiddenOptionList('u.umoptions')} AS options
    FROM pg_catalog.pg_user_mappings AS u`,
}
