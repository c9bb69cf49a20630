"""The node agent: one process per Docker host that watches, sweeps, keeps time and lets others look in."""
