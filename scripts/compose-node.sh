#!/bin/sh
# The node agent of docker-compose.yml. When the stack is stopped in order, it is the last to go but Redis, and removes
# what the emulator has made in the engine; after a crash or a reboot all is still there and goes on.
python -m eci_workers.node &
agent=$!
trap 'kill -TERM $agent' TERM INT
wait $agent
wait $agent # the first one ended with the signal
exec python -c '
from eci_emulator import settings
from eci_emulator.supervisor.cleanup import clean
print("removed", clean(settings.load()))'
