"""Questions that institutions ask about startups; the desk stands between the two."""
