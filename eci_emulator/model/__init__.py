"""The domain, pure: no I/O, no clock of its own, no import of the rest of the project."""
