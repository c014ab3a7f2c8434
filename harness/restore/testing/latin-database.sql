-- Nothing in it that LATIN1 cannot hold.
CREATE TABLE "Straße" ("Größe" text DEFAULT 'größer; ÿ');
INSERT INTO "Straße" VALUES ('Café; naïve'), ('ÿþÐ'), (E'é\\.\n\\.\né'), (NULL), (DEFAULT);
COMMENT ON TABLE "Straße" IS 'Ä; ''ö''';
CREATE FUNCTION "prüfe"() RETURNS text LANGUAGE sql AS $ö$ SELECT 'ß;' $ö$;
CREATE TYPE "Größe" AS ENUM ('klein', 'groß');
