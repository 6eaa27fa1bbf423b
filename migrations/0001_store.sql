-- The store's tables; docs/architecture.md says how they are used. Keys are text in byte order (src/store/postgres/keys.ts),
-- times are milliseconds since the epoch as JavaScript has them, days are counted from the epoch (UTC).

CREATE TABLE conversations (
  id text COLLATE "C" PRIMARY KEY,
  -- JSON as text: jsonb refuses \u0000, forgets the order of keys and was a quarter slower at 16 parallel.
  record text NOT NULL,
  -- When something is due; null: nothing is.
  due_at double precision,
  -- The day of the last commit. No finer, so that a day's further commits need not touch the index.
  touched integer NOT NULL,
  -- The channel it lives on: not every process can send through each.
  channel text NOT NULL DEFAULT ''
);
CREATE INDEX conversations_due ON conversations (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX conversations_touched ON conversations (touched);

-- Records that are no records, kept for whoever repairs them by hand.
CREATE TABLE set_aside (
  id text COLLATE "C" NOT NULL,
  record text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE case_events (
  id text COLLATE "C" PRIMARY KEY,
  day integer NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY,
  conversation text COLLATE "C" NOT NULL,
  -- JSON as text, like a record.
  event text NOT NULL
);
CREATE INDEX case_events_in_order ON case_events (day, place);
CREATE INDEX case_events_of_conversation ON case_events (conversation, day, place);

CREATE TABLE leases (
  name text COLLATE "C" PRIMARY KEY,
  holder text COLLATE "C" NOT NULL,
  expires_at double precision NOT NULL
);

-- Who of the processes does which work just now. Lost in a crash of the server, which ends all that is under way as well.
CREATE UNLOGGED TABLE claims (
  id text COLLATE "C" NOT NULL,
  lane text NOT NULL,
  holder text COLLATE "C" NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (id, lane)
);

-- Takes a claim, unless another holder's stands, and gives the record as it is then ('' if there is none): a statement of its own
-- after the claim, so that it sees what the holder before has committed. No row: another one has the claim.
CREATE FUNCTION claim(wanted text, part text, taker text, lasting interval) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO pos_doctor.claims AS old (id, lane, holder, until) VALUES (wanted, part, taker, clock_timestamp() + lasting)
    ON CONFLICT (id, lane) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
    WHERE old.holder = EXCLUDED.holder OR old.until <= clock_timestamp();
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT COALESCE((SELECT c.record FROM pos_doctor.conversations AS c WHERE c.id = wanted), '');
END $$;

CREATE TABLE small_records (
  key text COLLATE "C" PRIMARY KEY,
  value text NOT NULL,
  version integer NOT NULL
);

-- The schema version of the records (RECORD_SCHEMA): an older program must not open what a newer one writes.
CREATE TABLE store (
  record_schema integer NOT NULL
);
CREATE UNIQUE INDEX store_one_row ON store ((true));
