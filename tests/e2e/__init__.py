"""The whole emulator as a user meets it: real processes, real Redis, the real engine, real clients."""
