/** One long table with few columns: what is left is the price of a row. */
export function narrowDatabase(rows: number): readonly string[] {
  return [
    `CREATE TABLE measurement AS
      SELECT i AS id, (i * 7919 % 5000)::int AS device, '2026-01-01 00:00:00+00'::timestamptz + i * interval '1 second' AS at,
        (i * 37 % 100000 / 100.0)::real AS value
      FROM generate_series(1::bigint, ${rows}) AS i`,
    'ALTER TABLE measurement ADD PRIMARY KEY (id)',
    'CREATE INDEX measurement_device ON measurement (device)',
  ]
}
