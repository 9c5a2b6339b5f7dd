"""On PostgreSQL the newest entries of many kinds are found together, and among fewer.

Ctrl K asks for eight kinds in two ways, and each of these sixteen questions looked up to four times into the index:
much of what it took was to begin and end them, the rest to read hundreds of entries for four. `search_nearest` takes
kinds and what is asked of each, and looks for those together that still lack entries. The index says of each entry
which quarter of a thousand of ids it is among, and which four thousand: the two next to where a kind begins are asked
for in either size, then all.
"""

from __future__ import annotations

from alembic import op

revision = "0074"
down_revision = "0073"

INDEX = "ix_search_text_words"
EARLIER = "ARRAY[(id >> 10)::integer, ~ (id >> 13)::integer]"  # `search_along` of the release before finds without it


def era(entry: str, width: str) -> str:
    """Which era of this width (the power of two) an entry is of; those of each width have numbers of their own."""
    return f"(({entry} >> {width}) + {width} * 100000000)::integer"


ERAS = f"ARRAY[{', '.join(era('id', width) for width in ('8', '12'))}]"
BEGUN = era("begins[one]", "width")


def nearest(eras: str) -> str:
    """For each kind that waits, its entries in these eras, those next to where it begins first."""
    return f"""
      SELECT one, ARRAY(
        SELECT entry.id FROM (
          SELECT id FROM search_text
          WHERE words @@ asked[one] AND {eras} AND (start IS NULL OR (id - start) * step > 0) ORDER BY id * step
        ) hit JOIN search_entry entry ON entry.id = hit.id WHERE binned OR NOT entry.archived LIMIT most
      ) FROM unnest(waiting) AS one"""  # noqa: S608 - our own


NEAREST = f"""
CREATE FUNCTION search_nearest(
  kinds text[], asked tsquery[], most integer, binned boolean, start bigint, step integer
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE ROWS 10
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off -- each joins in the order of its ids
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  begins bigint[] := ARRAY(
    SELECT coalesce(start, (SELECT id FROM search_text WHERE record_type = kind ORDER BY -id LIMIT 1))
    FROM unnest(kinds) AS kind
  );
  waiting integer[] := ARRAY(
    SELECT one FROM generate_series(1, cardinality(kinds)) AS one WHERE begins[one] IS NOT NULL
  );
  still integer[];
  width integer;
  place integer;
  found bigint[];
BEGIN
  FOREACH width IN ARRAY ARRAY[8, 12] LOOP
    still := '{{}}';
    FOR place, found IN {nearest(f"{ERAS} && ARRAY[{BEGUN}, {BEGUN} + step]")}
    LOOP
      IF cardinality(found) = most THEN
        RETURN QUERY SELECT unnest(found);
      ELSE
        still := still || place;
      END IF;
    END LOOP;
    IF still = '{{}}' THEN
      RETURN;
    END IF;
    waiting := still;
  END LOOP;
  RETURN QUERY SELECT unnest(own) FROM ({nearest("true")}) AS last (place, own);
END $$
"""  # noqa: S608 - our own


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        index_words(ERAS)
        op.execute(NEAREST)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_nearest(text[], tsquery[], integer, boolean, bigint, integer)")
        index_words(EARLIER)


def index_words(eras: str) -> None:
    op.drop_index(INDEX, table_name="search_text")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.execute(f"CREATE INDEX {INDEX} ON search_text USING gin (words, ({eras}))")
    op.execute("ANALYZE search_text")
