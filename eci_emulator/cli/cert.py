"""``eci-emulator cert``."""

from __future__ import annotations

from typing import Any

import click

from eci_emulator.cli import options


@click.command()
@click.option("--renew", is_flag=True, help="Make new certificates even if there are some.")
@options.state_dir
def cert(renew: bool, **given: Any) -> None:
    """Make certificates for HTTPS, and tell how to trust them.

    They are a local certificate authority and the server's certificate. Then start with --https-port:
    the API is served over HTTPS there, too.
    """
    from eci_emulator import certificates

    settings = options.read(**given)
    made = certificates.ensure(settings.state_dir, settings.host, afresh=renew)
    click.echo(f"""\
The certificate authority is in {made.authority}

Serve HTTPS with it:     eci-emulator up --https-port 4589
Trust it for a command:  export SSL_CERT_FILE={made.authority}           (Go, OpenSSL; Terraform, aliyun)
                         export REQUESTS_CA_BUNDLE={made.authority}      (Python requests)
                         export ALIBABA_CLOUD_CA_BUNDLE={made.authority} (aliyun-python-sdk-core)
                         export NODE_EXTRA_CA_CERTS={made.authority}     (Node.js)
Trust it on Debian:      cp {made.authority} /usr/local/share/ca-certificates/eci-emulator.crt
                         update-ca-certificates

The certificate also names eci.aliyuncs.com, eci.<region>.aliyuncs.com and those of the neighbours, for clients
whose endpoint cannot be changed: set HTTPS_PROXY to the emulator's plain address, or point these names
at 127.0.0.1 in /etc/hosts and serve on port 443.""")
