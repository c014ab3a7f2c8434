import { mutant, notNullConstraints, type Mutant } from './mutant.ts'

export const foreignData: readonly Mutant[] = [
  mutant("COMMENT ON FOREIGN DATA WRAPPER nowhere IS 'x'", 'foreign data wrapper nowhere: comment'),
  mutant('ALTER FOREIGN DATA WRAPPER nowhere OWNER TO app_super', 'foreign data wrapper nowhere: owner, privileges'),
  mutant('GRANT USAGE ON FOREIGN DATA WRAPPER nowhere TO app_reader', 'foreign data wrapper nowhere: privileges'),
  mutant('ALTER FOREIGN DATA WRAPPER somewhere NO HANDLER', 'foreign data wrapper somewhere: handler'),
  mutant('ALTER FOREIGN DATA WRAPPER somewhere NO VALIDATOR', 'foreign data wrapper somewhere: validator'),
  mutant('DROP FOREIGN DATA WRAPPER somewhere', 'foreign data wrapper somewhere: missing'),
  mutant("COMMENT ON SERVER near IS 'x'", 'foreign server near: comment'),
  mutant('ALTER SERVER near OWNER TO app_super', 'foreign server near: owner, privileges'),
  mutant("ALTER SERVER near VERSION '2'", 'foreign server near: version'),
  mutant("ALTER SERVER far OPTIONS (SET password 'changed')", 'foreign server far: options'),
  mutant(
    "UPDATE pg_catalog.pg_foreign_server SET srvtype = 'other' WHERE srvname = 'near'",
    'foreign server near: type',
  ),
  mutant(
    "UPDATE pg_catalog.pg_foreign_server SET srvfdw = (SELECT oid FROM pg_catalog.pg_foreign_data_wrapper WHERE fdwname = 'somewhere') WHERE srvname = 'near'",
    'foreign server near: wrapper',
  ),
  mutant("COMMENT ON FOREIGN TABLE app.remote IS 'x'", 'foreign table app.remote: comment'),
  mutant('ALTER FOREIGN TABLE app.remote OWNER TO app_owner', 'foreign table app.remote: owner, privileges'),
  mutant('GRANT SELECT ON app.remote TO app_reader', 'foreign table app.remote: privileges'),
  mutant('DROP FOREIGN TABLE app.remote', 'foreign table app.remote: missing'),
  mutant(
    "DROP FOREIGN TABLE app.remote; CREATE FOREIGN TABLE app.remote (id integer OPTIONS (name 'ID'), word text) SERVER near OPTIONS (path '/x')",
    'foreign table app.remote: server',
  ),
  mutant(
    'ALTER FOREIGN TABLE more.reading_child NO INHERIT more.reading_base',
    'foreign table more.reading_child: inherits',
    notNullConstraints('constraint more.reading_child.reading_base_at_not_null: extra'),
  ),
  mutant(
    'ALTER TABLE more.reading DETACH PARTITION more.reading_far',
    'foreign table more.reading_far: inherits, partition bound',
    notNullConstraints('constraint more.reading_far.reading_at_not_null: extra'),
  ),
  mutant(
    "ALTER TABLE more.reading DETACH PARTITION more.reading_far; ALTER TABLE more.reading ATTACH PARTITION more.reading_far FOR VALUES FROM ('2020-01-01') TO ('2022-01-01')",
    'foreign table more.reading_far: partition bound',
  ),
  mutant(
    "UPDATE pg_catalog.pg_class SET relrowsecurity = true WHERE oid = 'app.remote'::pg_catalog.regclass",
    'foreign table app.remote: row security',
    { restoreOnly: 'no statement sets it, and pg_dump does not look' },
  ),
  mutant(
    "ALTER USER MAPPING FOR PUBLIC SERVER near OPTIONS (SET password 'changed')",
    'user mapping near.PUBLIC: options',
  ),
  mutant('ALTER USER MAPPING FOR PUBLIC SERVER near OPTIONS (DROP password)', 'user mapping near.PUBLIC: options'),
  mutant('CREATE USER MAPPING FOR app_reader SERVER near', 'user mapping near.app_reader: extra'),
  mutant("ALTER FOREIGN DATA WRAPPER nowhere OPTIONS (SET mode 'loud')", 'foreign data wrapper nowhere: options'),
  mutant("ALTER SERVER far OPTIONS (SET host 'example.com')", 'foreign server far: options'),
  mutant('GRANT USAGE ON FOREIGN SERVER far TO app_reader', 'foreign server far: privileges'),
  mutant("ALTER FOREIGN TABLE app.remote OPTIONS (SET path '/y')", 'foreign table app.remote: options'),
  mutant('DROP USER MAPPING FOR app_owner SERVER far', 'user mapping far.app_owner: missing'),
]
