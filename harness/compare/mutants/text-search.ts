import { mutant, type Mutant } from './mutant.ts'

export const textSearch: readonly Mutant[] = [
  mutant(
    "COMMENT ON TEXT SEARCH CONFIGURATION app.plain_search IS 'x'",
    'text search configuration app.plain_search: comment',
  ),
  mutant(
    'ALTER TEXT SEARCH CONFIGURATION app.plain_search OWNER TO app_owner',
    'text search configuration app.plain_search: owner',
  ),
  mutant(
    'ALTER TEXT SEARCH CONFIGURATION app.plain_search ALTER MAPPING FOR word WITH app.plain_dict, simple',
    'text search configuration app.plain_search: mappings',
  ),
  mutant(
    "UPDATE pg_catalog.pg_ts_config SET cfgparser = (SELECT oid FROM pg_catalog.pg_ts_parser WHERE prsname = 'words') WHERE cfgname = 'plain_search'",
    'text search configuration app.plain_search: parser',
  ),
  mutant("COMMENT ON TEXT SEARCH DICTIONARY app.plain_dict IS 'x'", 'text search dictionary app.plain_dict: comment'),
  mutant(
    'ALTER TEXT SEARCH DICTIONARY app.plain_dict OWNER TO app_owner',
    'text search dictionary app.plain_dict: owner',
  ),
  mutant(
    'ALTER TEXT SEARCH CONFIGURATION app.plain_search DROP MAPPING FOR word; DROP TEXT SEARCH DICTIONARY app.plain_dict; CREATE TEXT SEARCH DICTIONARY app.plain_dict (TEMPLATE = more.simple, STOPWORDS = english); ALTER TEXT SEARCH CONFIGURATION app.plain_search ADD MAPPING FOR word WITH app.plain_dict',
    'text search dictionary app.plain_dict: template',
  ),
  mutant("COMMENT ON TEXT SEARCH PARSER more.words IS 'x'", 'text search parser more.words: comment'),
  mutant('DROP TEXT SEARCH PARSER more.words', 'text search parser more.words: missing'),
  mutant(
    'DROP TEXT SEARCH PARSER more.words; CREATE TEXT SEARCH PARSER more.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)',
    'text search parser more.words: functions',
  ),
  mutant("COMMENT ON TEXT SEARCH TEMPLATE more.simple IS 'x'", 'text search template more.simple: comment'),
  mutant('DROP TEXT SEARCH TEMPLATE more.simple', 'text search template more.simple: missing'),
  mutant(
    'DROP TEXT SEARCH TEMPLATE more.simple; CREATE TEXT SEARCH TEMPLATE more.simple (INIT = dsynonym_init, LEXIZE = dsimple_lexize)',
    'text search template more.simple: functions',
  ),
  mutant(
    'ALTER TEXT SEARCH CONFIGURATION app.plain_search DROP MAPPING FOR word',
    'text search configuration app.plain_search: mappings',
  ),
  mutant('ALTER TEXT SEARCH DICTIONARY app.plain_dict (STOPWORDS)', 'text search dictionary app.plain_dict: options'),
]
