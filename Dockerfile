# One image for the API, the node agent and the workers. The stages' base can be replaced by anything that has
# Python 3.11 or newer; PIP_OPTIONS is for builds without a network (tests/compose shows one).
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ARG PIP_OPTIONS=
COPY . /src
RUN python3 -m venv /opt/eci-emulator \
    && /opt/eci-emulator/bin/pip install --no-cache-dir --disable-pip-version-check ${PIP_OPTIONS} /src

FROM ${BASE}
# The emulator makes its own small image of a static busybox.
RUN command -v busybox >/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends busybox-static && rm -rf /var/lib/apt/lists/*; }
COPY --from=build /opt/eci-emulator /opt/eci-emulator
COPY scripts/compose-node.sh /opt/eci-emulator/bin/
RUN echo 'eci:x:10001:10001::/var/lib/eci:/usr/sbin/nologin' >>/etc/passwd \
    && mkdir -p /var/lib/eci && chown 10001:10001 /var/lib/eci
ENV PATH=/opt/eci-emulator/bin:$PATH PYTHONUNBUFFERED=1 PYTHONWARNINGS="ignore:Using \`httpx\`" ECI_EMULATOR_STATE_DIR=/var/lib/eci
USER 10001
CMD ["python", "-m", "eci_emulator.server"]
