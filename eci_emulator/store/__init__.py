"""Redis: records, indexes, compare-and-set, leases, timers."""
