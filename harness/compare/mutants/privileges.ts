import { mutant, type Mutant } from './mutant.ts'

export const privileges: readonly Mutant[] = [
  mutant(
    'GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) TO app_reader',
    'changed privileges pg_catalog."function pg_catalog.pg_sleep(double precision)": privileges',
  ),
  mutant(
    'GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) TO PUBLIC',
    'changed privileges pg_catalog."function pg_catalog.pg_sleep(double precision)": missing',
  ),
  mutant(
    'GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO app_reader',
    'changed privileges pg_catalog."function pg_catalog.pg_read_file(pg_catalog.text)": extra',
  ),
  mutant(
    'REVOKE SELECT ON pg_catalog.pg_roles FROM PUBLIC',
    'changed privileges pg_catalog."view pg_catalog.pg_roles": extra',
  ),
  mutant(
    'GRANT SELECT ON pg_catalog.pg_authid TO app_reader',
    'changed privileges pg_catalog."table pg_catalog.pg_authid": extra',
  ),
  mutant(
    'GRANT UPDATE (usename) ON pg_catalog.pg_shadow TO app_reader',
    'changed privileges pg_catalog."view column pg_catalog.pg_shadow.usename": privileges',
  ),
  mutant('REVOKE USAGE ON SCHEMA pg_catalog FROM PUBLIC', 'changed privileges pg_catalog."schema pg_catalog": extra'),
  mutant('REVOKE USAGE ON TYPE pg_catalog.int4 FROM PUBLIC', 'changed privileges pg_catalog."type integer": extra'),
  mutant(
    'GRANT EXECUTE ON FUNCTION more.similarity(text, text) TO app_reader',
    'changed privileges more."function more.similarity(pg_catalog.text,pg_catalog.text)": privileges',
  ),
  mutant(
    'GRANT EXECUTE ON FUNCTION more.similarity(text, text) TO PUBLIC',
    'changed privileges more."function more.similarity(pg_catalog.text,pg_catalog.text)": missing',
  ),
  mutant('REVOKE USAGE ON TYPE public.hstore FROM PUBLIC', 'changed privileges public."type public.hstore": extra'),
  mutant('GRANT SELECT ON more.configured TO app_reader', 'changed privileges more."table more.configured": extra'),
  mutant(
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE USAGE ON SCHEMAS FROM app_reader',
    'default privileges "*".app_owner.schemas: missing',
  ),
  mutant(
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT USAGE ON SEQUENCES TO app_reader',
    'default privileges "*".app_owner.sequences: extra',
  ),
  mutant(
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE USAGE ON TYPES FROM PUBLIC',
    'default privileges "*".app_owner.types: extra',
  ),
  mutant(
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT ALL ON SCHEMAS TO app_reader',
    'default privileges "*".app_owner.schemas: privileges',
  ),
  mutant(
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA app REVOKE SELECT ON TABLES FROM app_reader',
    'default privileges app.app_owner.tables: missing',
  ),
  mutant(
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT EXECUTE ON FUNCTIONS TO app_reader',
    'default privileges "*".app_owner.functions: privileges',
  ),
  mutant(
    'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO app_reader',
    'default privileges public.postgres.tables: extra',
  ),
]
