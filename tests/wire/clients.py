"""Requests as clients make them that cannot be run here, each written after the source of that client.

They differ in where parameters go, in how a URL is encoded, in what is signed, and in how values are spelled.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from tests.gateway.wire import SECRET, Request
from tests.wire.conftest import RECORDED_AT
from tests.wire.signing import canonical, v1

Params = Mapping[str, str]
Encode = Callable[[str], str]

KEY: Final = "LTAIdummyAccessKeyId"
TEXT: Final = 'sh -c "echo +%2B & =~*\'()!你" #\n\t|'

#: One group, the values spelled as most clients do.
GROUP: Final = {
    "RegionId": "cn-hangzhou",
    "ContainerGroupName": "replayed",
    "Container.1.Name": "c",
    "Container.1.Image": "registry/busybox:1",
    "Container.1.WorkingDir": "",
    "Container.1.Arg.1": TEXT,
    "Container.1.EnvironmentVar.1.Key": "A",
    "Container.1.EnvironmentVar.1.Value": TEXT,
    "Tag.1.Key": "a/b c*~",
    "Tag.1.Value": "",
}
PYTHON: Final = {"Cpu": "2.0", "AutoMatchImageCache": "True", "Container.1.Port.1.Port": "80"}
JAVA: Final = {"Cpu": "2.0", "AutoMatchImageCache": "true", "Container.1.Port.1.Port": "80"}
GO: Final = {"Cpu": "2", "AutoMatchImageCache": "true", "Container.1.Port.1.Port": "80"}
SCIENCE: Final = {"Cpu": "2E0", "AutoMatchImageCache": "TRUE", "Container.1.Port.1.Port": "80.0"}


def java(text: str) -> str:
    """java.net.URLEncoder: a star stays, a tilde does not."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def dotnet(text: str) -> str:
    """System.Web: hex digits in lower case."""
    return re.sub("%..", lambda found: found[0].lower(), quote_plus(text, safe="!*()"))


def node(text: str) -> str:
    """encodeURIComponent."""
    return quote(text, safe="!'()*~")


def written(params: Params, encode: Encode = quote_plus) -> str:
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in params.items())


def public(action: str, nonce: str, **more: str) -> dict[str, str]:
    """The parameters of V1."""
    return {
        "Version": "2018-08-08",
        "Action": action,
        "Format": "JSON",
        "Timestamp": RECORDED_AT,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": nonce,
        "AccessKeyId": KEY,
        **more,
    }


def request(method: str, query: str, headers: Params, body: str = "", address: str = "/") -> Request:
    target = f"{address}?{query}" if query else address
    fields = {"Host": "eci.cn-hangzhou.aliyuncs.com", **headers, "Content-Length": str(len(body))}
    lines = tuple(f"{name}: {value}" for name, value in fields.items())
    return Request(f"{method} {target} HTTP/1.1", lines, body.encode())


def signed_v1(method: str, params: Params, covered: Params | None = None) -> dict[str, str]:
    return {**params, "Signature": v1(method, covered or params, SECRET)}


def signed_v3(
    query: str, headers: Params, body: str = "", method: str = "POST", order: str = "Credential {} Signature"
) -> dict[str, str]:
    """Headers with their Authorization, all of them signed."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    names = {
        "host": "eci.cn-hangzhou.aliyuncs.com",
        "x-acs-action": "CreateContainerGroup",
        "x-acs-version": "2018-08-08",
        "x-acs-date": RECORDED_AT,
        "x-acs-content-sha256": digest,
        **headers,
    }
    covered = "".join(f"{name}:{names[name].strip()}\n" for name in sorted(names))
    listed = ";".join(sorted(names))
    whole = f"{method}\n/\n{query}\n{covered}\n{listed}\n{digest}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(whole.encode()).hexdigest()}"
    signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    parts = {"Credential": KEY, "SignedHeaders": listed, "Signature": signature}
    said = ",".join(f"{name}={parts[name]}" for name in order.format("SignedHeaders").split())
    del names["host"]
    return {**names, "Authorization": f"ACS3-HMAC-SHA256 {said}"}


def go_core() -> Request:
    """alibaba-cloud-sdk-go: aliyun CLI, virtual-kubelet, Terraform's image caches."""
    more = {"SignatureType": "", "SecurityToken": "sts+/="}
    params = {**public("CreateContainerGroup", "5e1d9c2a-0b0c-4d7e-9f55-3c8f1a2b3c4d", **more), **GROUP, **GO}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Sdk-Invoke-Type": "normal"}
    return request("POST", written(dict(sorted(signed_v1("POST", params).items()))), headers)


def tea_rpc() -> Request:
    """tea-rpc for Go: Terraform; and the first versions of today's SDKs."""
    query = public("CreateContainerGroup", "a" * 32, SourceIp="10.0.0.1", SecureTransport="true") | {
        "Format": "json"
    }
    form = {**GROUP, **GO}
    query["Signature"] = v1("POST", {**query, **form}, SECRET)
    headers = {"content-type": "application/x-www-form-urlencoded", "x-acs-action": "CreateContainerGroup"}
    return request("POST", written(query), headers, written(form))


def java_core() -> Request:
    params = {**public("CreateContainerGroup", "b" * 36), **GROUP, **JAVA}
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    return request("GET", written(signed_v1("GET", params), java), headers)


def java_core_with_a_form() -> Request:
    query = public("CreateContainerGroup", "c" * 36)
    form = {**GROUP, **JAVA}
    query["Signature"] = v1("POST", {**query, **form}, SECRET)
    body = written(form, java)
    md5 = base64.b64encode(hashlib.md5(body.encode()).digest()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", "Content-MD5": md5}
    return request("POST", written(query, java), headers, body)


def java_core_with_json() -> Request:
    query = public("CreateContainerGroup", "d" * 36)
    texts = {"RegionId": "cn-hangzhou", "ContainerGroupName": "replayed", "Cpu": "2.0"}
    query |= {name: value for name, value in (GROUP | JAVA).items() if name not in texts}
    query["Signature"] = v1("POST", {**query, **texts}, SECRET)
    return request("POST", written(query, java), {"Content-Type": "application/json"}, json.dumps(texts))


def java_core_v3() -> Request:
    """Its Authorization header has the signature before the names of the headers."""
    params = {"Action": "CreateContainerGroup", "Version": "2018-08-08", "Format": "JSON", **GROUP, **JAVA}
    headers = {"x-acs-signature-nonce": "e" * 36, "content-type": "application/x-www-form-urlencoded"}
    signed = signed_v3(canonical(params), headers, order="Credential Signature {}")
    return request("POST", written(params, java), signed)


def java_tea() -> Request:
    """okhttp gives an empty body a content type."""
    params = {**GROUP, **JAVA}
    signed = signed_v3(canonical(params), {"x-acs-signature-nonce": "f" * 32})
    headers = {**signed, "Content-Type": "application/json; charset=UTF-8;", "accept": "application/json"}
    return request("POST", written(params, java), headers)


def java_tea_v1() -> Request:
    """Empty parameters are sent, but not signed."""
    params = {**public("CreateContainerGroup", "0" * 32), **GROUP, **JAVA}
    filled = {name: value for name, value in params.items() if value}
    return request("POST", written(signed_v1("POST", params, filled), java), {})


def php_client() -> Request:
    """Everything in the form, encoded by http_build_query."""
    params = signed_v1("POST", {**public("CreateContainerGroup", "1" * 32), **GROUP, **JAVA})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Expect": "100-Continue"}
    return request("POST", "", headers, written(params, lambda text: quote_plus(text).replace("~", "%7E")))


def php_tea() -> Request:
    """An empty parameter is signed without its equals sign."""
    params = {**GROUP, **JAVA}
    bare = "&".join(canonical({name: params[name]}).removesuffix("=") for name in sorted(params))
    signed = signed_v3(bare, {"x-acs-signature-nonce": "2" * 32})
    return request("POST", written(params, quote), {**signed, "accept": "application/json"})


def dotnet_core() -> Request:
    params = {**public("CreateContainerGroup", "7A6f0d3e-12ab-4c7b-8f55-00aa11bb22cc"), **GROUP, **SCIENCE}
    return request("GET", written(signed_v1("GET", params), dotnet), {"Accept": "application/json"})


def by_the_manual_with_a_form() -> Request:
    """V3 as the manual has it for parameters in a form."""
    body = written({**GROUP, **PYTHON}, lambda text: quote(text, safe=""))
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "x-acs-signature-nonce": "3c5",
        "accept": "application/json",
    }
    return request("POST", "", signed_v3("", headers, body), body)


def through_a_proxy() -> Request:
    params = dict(sorted({**GROUP, **SCIENCE}.items(), reverse=True))
    headers = {"x-acs-signature-nonce": "4" * 32, "accept": "application/json"}
    signed = signed_v3(canonical(params), headers, method="GET")
    return request("GET", written(params, node), signed, address="http://eci.cn-hangzhou.aliyuncs.com/")


CLIENTS: Final = [
    go_core,
    tea_rpc,
    java_core,
    java_core_with_a_form,
    java_core_with_json,
    java_core_v3,
    java_tea,
    java_tea_v1,
    php_client,
    php_tea,
    dotnet_core,
    by_the_manual_with_a_form,
    through_a_proxy,
]
