"""The functions behind the emulator's own admin API, /_eci/."""
