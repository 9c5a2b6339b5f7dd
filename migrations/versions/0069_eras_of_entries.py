"""On PostgreSQL the newest entries that hold a word are found without the others.

A GIN index gives the entries of a word as a whole and in no order: for one of 15,000 entries that takes 4 ms, for its
newest eight as for all. Beside the words it holds now which era an entry is of, the thousand and the eight thousand
of ids that it is among, and both are looked up together. `search_along` gives the entries of a kind next to one,
asking for two small eras, then for two large ones, then for all.
"""

from __future__ import annotations

from alembic import op

revision = "0069"
down_revision = "0068"

INDEX = "ix_search_text_words"
ERAS = "ARRAY[(id >> 10)::integer, ~ (id >> 13)::integer]"
ALONG = f"""
CREATE FUNCTION search_along(kind text, asked tsquery, most integer, binned boolean, start bigint, step integer)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE ROWS 10
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  small integer;
  large integer;
  eras integer[];
  found bigint[];
BEGIN
  IF start IS NULL THEN
    SELECT id + 1 INTO start FROM search_text WHERE record_type = kind ORDER BY -id LIMIT 1;
  END IF;
  small := start >> 10;
  large := start >> 13;
  FOREACH eras SLICE 1 IN ARRAY ARRAY[[small, small + step], [~ large, ~ (large + step)]] LOOP
    found := ARRAY(
      SELECT hit.id FROM (
        SELECT id FROM search_text WHERE words @@ asked AND {ERAS} && eras AND (id - start) * step > 0
        ORDER BY id * step
      ) hit JOIN search_entry entry ON entry.id = hit.id WHERE binned OR NOT entry.archived LIMIT most
    );
    IF cardinality(found) = most THEN
      RETURN QUERY SELECT unnest(found);
      RETURN;
    END IF;
  END LOOP;
  RETURN QUERY SELECT hit.id FROM (
    SELECT id FROM search_text WHERE words @@ asked AND (id - start) * step > 0 ORDER BY id * step
  ) hit JOIN search_entry entry ON entry.id = hit.id WHERE binned OR NOT entry.archived LIMIT most;
END $$
"""  # noqa: S608 - our own


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        index_words(f"words, ({ERAS})")
        op.execute(ALONG)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_along(text, tsquery, integer, boolean, bigint, integer)")
        index_words("words")


def index_words(keys: str) -> None:
    op.drop_index(INDEX, table_name="search_text")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.execute(f"CREATE INDEX {INDEX} ON search_text USING gin ({keys})")
    op.execute("ANALYZE search_text")
