"""HTTPS on a second port, with the certificate authority that ``eci-emulator cert`` makes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from cryptography import x509

from eci_emulator import certificates

COMMAND = Path(sys.executable).with_name("eci-emulator")


def test_keys_are_for_their_owner_and_the_authority_s_is_kept_nowhere(tmp_path: Path) -> None:
    made = certificates.ensure(tmp_path)
    assert made.key.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in made.key.parent.iterdir()) == ["ca.pem", "server.key", "server.pem"]
    again = certificates.ensure(tmp_path)
    assert again.certificate.read_bytes() == made.certificate.read_bytes()


def test_the_certificate_names_the_hosts_of_eci(tmp_path: Path) -> None:
    made = certificates.ensure(tmp_path, "192.0.2.7")
    certificate = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = {"eci.cn-hangzhou.aliyuncs.com", "vpc.aliyuncs.com", "location-readonly.aliyuncs.com"}
    assert hosts <= {*names.get_values_for_type(x509.DNSName)}
    assert "192.0.2.7" in map(str, names.get_values_for_type(x509.IPAddress))


def test_the_same_api_over_https(tmp_path: Path) -> None:
    with socket.socket() as chooser:
        chooser.bind(("127.0.0.1", 0))
        port = chooser.getsockname()[1]
    where = ["--state-dir", str(tmp_path)]
    told = subprocess.run([COMMAND, "cert", *where], check=True, capture_output=True, text=True).stdout
    assert str(certificates.files(tmp_path).authority) in told
    options = ["--port", "0", "--https-port", str(port), "--engine", "simulated", "--workers", "1"]
    subprocess.run([COMMAND, "up", "-d", *options, *where], check=True, capture_output=True)
    try:
        url = f"https://127.0.0.1:{port}/?Action=DescribeRegions&Format=JSON"
        authority = str(certificates.files(tmp_path).authority)
        assert requests.get(url, verify=authority, timeout=10).json()["Regions"]
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, timeout=10)
        plain = json.loads((tmp_path / "endpoint.json").read_text())["url"]
        assert requests.get(f"{plain}/_eci/ready", timeout=10).json()["ready"]
        reaches_eci_through_a_proxy(plain, authority)
    finally:
        subprocess.run([COMMAND, "down", *where], check=True, capture_output=True)


def reaches_eci_through_a_proxy(proxy: str, authority: str) -> None:
    """HTTPS_PROXY works for the hosts of ECI, on one connection as often as wanted, and for no other."""
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": proxy}
        for _ in range(3):
            url = "https://eci.cn-hangzhou.aliyuncs.com/?Action=DescribeRegions&Format=JSON"
            assert session.get(url, verify=authority, timeout=10).json()["Regions"]
        neighbour = "https://sts.aliyuncs.com/?Action=GetCallerIdentity&Version=2015-04-01&Format=JSON"
        assert session.get(neighbour, verify=authority, timeout=10).json()["AccountId"]
        long = {"Action": "DescribeRegions", "Format": "JSON", "X": "x" * 1_000_000}
        assert session.post(url, data=long, verify=authority, timeout=10).json()["Regions"]
        with pytest.raises(requests.exceptions.SSLError):
            session.get(url.replace("hangzhou", "beijing"), timeout=10)
        with pytest.raises(requests.exceptions.ProxyError, match="405"):
            session.get("https://example.com/", verify=authority, timeout=10)
