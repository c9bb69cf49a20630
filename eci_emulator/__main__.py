"""``python -m eci_emulator`` is ``eci-emulator``."""

from eci_emulator.cli import main

if __name__ == "__main__":
    main(prog_name="eci-emulator")
