"""``eci-emulator env``."""

from __future__ import annotations

import json
import shlex
from typing import Any

import click

from eci_emulator.cli import options
from eci_emulator.settings import Settings
from eci_emulator.supervisor import state
from eci_emulator.supervisor.clients import place, variables

#: Products whose few actions the emulator answers beside ECI's, by Terraform's names.
ENDPOINTS = ("eci", "vpc", "ecs", "sts", "location", "resourcemanager", "bssopenapi")


@click.command()
@click.option("--shell", "form", flag_value="shell", default=True, help="Lines for eval (the default).")
@click.option("--terraform", "form", flag_value="terraform", help="Terraform's provider block.")
@click.option("--json", "form", flag_value="json", help="One JSON object.")
@click.option("--https", is_flag=True, help="With --terraform: the port that serves HTTPS.")
@options.state_dir
def env(form: str, https: bool, **given: Any) -> None:
    """Print what points the common clients at this emulator.

    \b
    eval "$(eci-emulator env)"
    eci-emulator env --terraform > provider.tf

    The provider changes alicloud_security_group_rule over HTTPS, whatever its protocol says; with such rules
    take --https, and start with --https-port.
    """
    settings = options.read(**given)
    endpoint = state.read_endpoint(settings.state_dir)
    if endpoint is not None:
        settings = endpoint.run_settings()
    elif not settings.port:
        raise click.ClickException("the port is chosen at start: run `eci-emulator up` first")
    if https and form != "terraform":
        raise click.UsageError("--https goes with --terraform")
    if https and not settings.https_port:
        raise click.ClickException("no port serves HTTPS: run `eci-emulator up --https-port 4589`")
    texts = {"shell": _shell, "terraform": _terraform_https if https else _terraform, "json": _json}
    click.echo(texts[form](settings))


def _shell(settings: Settings) -> str:
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables(settings).items()]
    return "\n".join(
        [
            *exports,
            "# The SDKs take the endpoint in code: endpoint as in ECI_ENDPOINT, protocol HTTP.",
            f"# aliyun eci DescribeContainerGroups --region {settings.region} "
            f"--endpoint {place(settings)} --insecure",
        ]
    )


def _json(settings: Settings) -> str:
    return json.dumps(variables(settings), indent=2)


def _terraform(settings: Settings) -> str:
    return _provider(settings, "HTTP", place(settings))


def _terraform_https(settings: Settings) -> str:
    from eci_emulator import certificates  # slow to load

    authority = certificates.files(settings.state_dir).authority
    block = _provider(settings, "HTTPS", place(settings, settings.https_port))
    return f"# Terraform trusts it with: export SSL_CERT_FILE={authority}\n{block}"


def _provider(settings: Settings, protocol: str, place: str) -> str:
    names = variables(settings)
    endpoints = "\n".join(f'    {product:<15} = "{place}"' for product in ENDPOINTS)
    return f"""\
provider "alicloud" {{
  region                 = "{settings.region}"
  access_key             = "{names["ALICLOUD_ACCESS_KEY"]}"
  secret_key             = "{names["ALICLOUD_SECRET_KEY"]}"
  account_type           = "Domestic"
  protocol               = "{protocol}"
  skip_region_validation = true
  endpoints {{
{endpoints}
  }}
}}"""
