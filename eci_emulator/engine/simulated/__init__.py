"""The engine driver that needs no engine: what containers do is scripted and the clock decides."""
