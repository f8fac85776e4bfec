"""The HTTP API: photo search for a shop's own site (docs/api.md)."""
