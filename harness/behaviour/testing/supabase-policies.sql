-- What policies of Supabase projects look like, beside the members and posts of api-database.sql.

CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), auth.jwt() ->> 'role') $$;

-- The row alone decides: a user sees what its role sees.
CREATE TABLE public.notices (id int PRIMARY KEY, author uuid, shown boolean NOT NULL, word text);
INSERT INTO public.notices SELECT n, m.id, n % 3 = 0, 'notice ' || n FROM public.members AS m, generate_series(1, 30) AS n
  WHERE m.id::text LIKE '%' || (n % 5 + 1);
ALTER TABLE public.notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON public.notices FOR SELECT TO authenticated USING (shown);
GRANT SELECT ON public.notices TO anon, authenticated, service_role;

-- Claims as policies read them: as a setting, by each function, and through a lookup that only members pass.
CREATE TABLE public.drafts (id uuid PRIMARY KEY, author uuid, word text);
INSERT INTO public.drafts SELECT md5(n::text)::uuid, n.author, 'draft' FROM public.notices AS n;
ALTER TABLE public.drafts ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.drafts FOR SELECT USING (author::text = current_setting('request.jwt.claims', true)::json ->> 'sub');

CREATE TABLE public.lounge (id int PRIMARY KEY, word text);
INSERT INTO public.lounge SELECT n, 'said ' || n FROM generate_series(1, 9) AS n;
ALTER TABLE public.lounge ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM public.members AS m WHERE m.id = auth.uid()) $$;
CREATE POLICY members ON public.lounge FOR SELECT TO authenticated USING (auth.role() = 'authenticated' AND (SELECT public.is_member()));

CREATE TABLE public.plans (id int PRIMARY KEY, tier text);
INSERT INTO public.plans VALUES (1, 'free'), (2, 'paid'), (3, 'paid');
ALTER TABLE public.plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY tiers ON public.plans FOR SELECT USING (tier = coalesce(auth.jwt() -> 'app_metadata' ->> 'tier', 'free'));
CREATE POLICY signed ON public.plans AS RESTRICTIVE FOR SELECT USING (auth.jwt() ->> 'role' <> 'anon');
GRANT SELECT ON public.drafts, public.lounge, public.plans TO anon, authenticated, service_role;

-- Open by a policy that says so.
CREATE TABLE public.faq (id int PRIMARY KEY, word text);
INSERT INTO public.faq VALUES (1, 'how'), (2, 'why');
ALTER TABLE public.faq ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON public.faq FOR SELECT USING (true);
GRANT SELECT ON public.faq TO anon, authenticated, service_role;

CREATE SCHEMA storage;
GRANT USAGE ON SCHEMA storage TO anon, authenticated, service_role;
CREATE TABLE storage.objects (id uuid PRIMARY KEY, bucket_id text, name text, owner uuid,
  path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/')) STORED);
INSERT INTO storage.objects
  SELECT md5(b.name || n.id)::uuid, b.name, n.author || '/' || n.id || '.png', n.author
  FROM public.notices AS n, (VALUES ('avatars'), ('shared')) AS b (name);
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE plpgsql AS $$
  DECLARE parts text[]; BEGIN SELECT string_to_array(name, '/') INTO parts; RETURN parts[1:array_length(parts, 1) - 1]; END $$;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
CREATE POLICY "anybody sees what is shared" ON storage.objects FOR SELECT USING (bucket_id = 'shared');
CREATE POLICY "everybody has a folder" ON storage.objects TO authenticated
  USING (bucket_id = 'avatars' AND (storage.foldername(name))[1] = auth.uid()::text);
GRANT ALL ON storage.objects TO anon, authenticated, service_role;
