import type { Sample } from './types.ts'

/** The register of tea gatherings: the tables of the backup strategy. */
export const chakai: Sample = {
  name: 'chakai',
  files: ['chakai/schema.sql', 'chakai/rows.sql'],
  writers: [
    [
      `INSERT INTO public.objects (accession, name) VALUES ('new-' || gen_random_uuid(), ROW('茶碗', 'tea bowl'))`,
      `UPDATE public.objects SET remarks = md5(random()::text) WHERE id % 50 = (random() * 50)::int`,
    ],
    [
      `INSERT INTO public.chakai_attendance (chakai_id, held_on, account_id, seat)
       SELECT k.id, k.held_on, a.id, 1 FROM public.chakai AS k, public.accounts AS a ORDER BY random() LIMIT 3
       ON CONFLICT DO NOTHING`,
      `DELETE FROM public.chakai_attendance WHERE number IN
       (SELECT number FROM public.chakai_attendance ORDER BY random() LIMIT 1)`,
    ],
    [
      `INSERT INTO public.locations (name, prefecture) VALUES (ROW('茶室 ' || gen_random_uuid(), 'tea room'), '京都府')`,
      `SELECT nextval('public.attendance_number_seq')`,
    ],
  ],
}

/** The students' project on Supabase: the tables of the production backup guide. */
export const edupath: Sample = {
  name: 'edupath',
  roles: 'edupath/backups/2026-11-08-pg17/roles.sql',
  files: ['edupath/backups/2026-11-08-pg17/full_database_backup.sql'],
  writers: [
    [
      `INSERT INTO public.notifications (user_id, title) SELECT id, 'new' FROM public.users ORDER BY random() LIMIT 1`,
      `UPDATE public.notifications SET read_at = now() WHERE id % 50 = (random() * 50)::int`,
    ],
    [
      `INSERT INTO public.student_timeline (student_id, occurred_at, kind)
       SELECT id, now(), 'seen' FROM public.student_profiles ORDER BY random() LIMIT 1`,
      `SELECT nextval('public.application_number_seq')`,
    ],
    [
      `INSERT INTO public.login_attempts (email, ip, succeeded) VALUES ('a@example.org', '192.0.2.1', false)`,
      `DELETE FROM public.login_attempts WHERE id IN (SELECT id FROM public.login_attempts ORDER BY random() LIMIT 1)`,
    ],
  ],
}
