"""One supervised tree of processes: Redis, the API server, workers, the node agent."""
