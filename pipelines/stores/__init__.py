"""Vector stores behind one protocol: Qdrant Edge on disk, Qdrant as a server."""
