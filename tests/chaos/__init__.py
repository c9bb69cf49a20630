"""Processes killed at random: nothing accepted is lost, nothing is left behind, no exit code is wrong."""
