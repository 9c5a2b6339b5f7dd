"""Pure Python that every feature may use: no Flask, no SQL, nothing of crm outside this package."""
