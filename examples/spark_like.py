"""A cluster computation in the manner of Spark: one driver, executors on spot. One executor is taken away half-way,
what it was computing is handed out again, and the job ends all the same.

`eci-emulator up -d`, then: python examples/spark_like.py [--executors N] [--tasks N]
The programs are shell scripts, so it needs the emulator's Docker engine.
"""

from __future__ import annotations

import argparse
import os

import eci_sdk

# Serves /cgi-bin/task and /cgi-bin/done. A task is the next one, or one whose executor has been silent for too long;
# "wait" while the others still work, nothing once all is done.
DRIVER = r"""
mkdir -p /job/cgi-bin /job/todo /job/doing /job/done && cd /job
for n in $(seq "$TASKS"); do : > "todo/$n"; done
cat > cgi-bin/task <<'END'
#!/bin/sh
cd /job; printf 'Content-Type: text/plain\r\n\r\n'
for task in todo/*; do
    mv "$task" doing/ 2>/dev/null && touch "doing/${task##*/}" && echo "${task##*/}" && exit
done
for task in doing/*; do
    [ -e "$task" ] || exit
    [ $(($(date +%s) - $(stat -c %Y "$task"))) -lt 3 ] && continue
    touch "$task"; echo "${task##*/}"; echo "task ${task##*/} is handed out again" >> log; exit
done
echo wait
END
cat > cgi-bin/done <<'END'
#!/bin/sh
cd /job; printf 'Content-Type: text/plain\r\n\r\n'
set -- $(echo "$QUERY_STRING" | tr '&' ' ')
echo "$2" > "done/$1"; rm -f "doing/$1"; echo "task $1 done by $3: $2" >> log
END
chmod +x cgi-bin/*; : > log; tail -f log &
httpd -p 80 -h /job
while [ "$(ls done | wc -l)" -lt "$TASKS" ]; do sleep 0.2; done
sleep 2  # executors that ask again are told that there is nothing left
echo "the sum of all squares is $(cat done/* | awk '{ sum += $1 } END { print sum }')"
"""

# Told to stop, it drops what it is doing.
EXECUTOR = r"""
trap 'exit 143' TERM
while task=$(wget -q -O- "$DRIVER/cgi-bin/task") && [ -n "$task" ]; do
    [ "$task" = wait ] && sleep 0.5 && continue
    sleep 1  # this is the hard part
    wget -q -O- "$DRIVER/cgi-bin/done?$task&$((task * task))&$(hostname)" || break
done
"""

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--executors", type=int, default=3, metavar="N")
arguments.add_argument("--tasks", type=int, default=12, metavar="N")
given = arguments.parse_args()

client = eci_sdk.Client(endpoint=os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588"))
IMAGE = client.emulator.health()["base_image"]


def start(name: str, script: str, environment: dict[str, str], *, spot: bool) -> str:
    created = client.create_container_group(
        ContainerGroupName=name,
        HostName=name,
        RestartPolicy="Never",
        Cpu=2.0,  # the smallest that is sold as spot
        Memory=4.0,
        SpotStrategy="SpotAsPriceGo" if spot else "NoSpot",
        TerminationGracePeriodSeconds=1,
        Container=[
            {
                "Name": "main",
                "Image": IMAGE,
                "Command": ["sh", "-c", script],
                "EnvironmentVar": [{"Key": key, "Value": value} for key, value in environment.items()],
            }
        ],
    )
    return created["ContainerGroupId"]


driver = start("driver", DRIVER, {"TASKS": str(given.tasks)}, spot=False)
address = client.wait.container_group_running(driver)["IntranetIp"]
print("the driver runs on", address)
executors = [
    start(f"executor-{n}", EXECUTOR, {"DRIVER": f"http://{address}"}, spot=True)
    for n in range(given.executors)
]

for group_id in executors:
    client.wait.container_group_running(group_id)
for running in sorted(client.emulator.bill.running(), key=lambda one: one["name"]):
    if running["group_id"] in (driver, *executors):
        print(f"  {running['name']:<11} costs {3600 * float(running['per_second']):.3f} CNY an hour")

done = 0
for line in client.logs(driver, follow=True):
    print(" ", line)
    if " done by " not in line:
        continue
    done += 1
    if done == given.tasks // 3:
        print("  --- executor-0 is taken back, with a second's notice ---")
        client.emulator.spot.reclaim(group_ids=executors[:1], notice=1)

result = client.describe_container_groups(ContainerGroupIds=[driver, *executors])
for group in sorted(result["ContainerGroups"], key=lambda one: one["ContainerGroupName"]):
    group_id = group["ContainerGroupId"]
    told = f"{group['ContainerGroupName']:<11} {group['SpotStrategy']:<14} {group['Status']:<10}"
    print(f"{told} cost {client.cost(group_id)}")
    client.delete_container_group(ContainerGroupId=group_id)
