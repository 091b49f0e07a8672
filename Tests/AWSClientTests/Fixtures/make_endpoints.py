#!/usr/bin/env python3
"""Writes Sources/AWSClient/Endpoints/EndpointTable.swift and endpoints.json from the endpoint rules in botocore.

Run it in the venv of Tests/requirements.txt: make_endpoints.py. The fixture has what botocore answers for every region,
service and variant; the table has the same as rules: one per service and variant, and the exceptions. swift format
breaks the table's long lines.
"""

import json
from collections import Counter
from pathlib import Path

import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

HERE = Path(__file__).resolve().parent
TABLE = HERE.parents[2] / "Sources" / "AWSClient" / "Endpoints" / "EndpointTable.swift"
OPERATIONS = {
    "sts": "GetCallerIdentity", "sso": "GetRoleCredentials", "sso-oidc": "CreateToken", "iam": "ListUsers",
    "signin": "CreateOAuth2Token", "rolesanywhere": "ListTrustAnchors", "bedrock": "ListFoundationModels",
    "bedrock-runtime": "Converse",
}
CASES = {"sts": "sts", "sso": "sso", "sso-oidc": "ssoOIDC", "iam": "iam", "signin": "signin",
         "rolesanywhere": "rolesAnywhere", "bedrock": "bedrock", "bedrock-runtime": "bedrockRuntime"}
VARIANTS = {(False, False): "plain", (True, False): "fips", (False, True): "dualStack", (True, True): "fipsDualStack"}


def answer(session, service, region, fips, dual):
    """botocore's URL and signing region, or None where it refuses."""
    settings = Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual)
    try:
        client = session.create_client(service, region_name=region, aws_access_key_id="a", aws_secret_access_key="b",
                                       config=settings)
        model = client.meta.service_model.operation_model(OPERATIONS[service])
        context = {"client_region": region, "client_config": client.meta.config, "has_streaming_input": False,
                   "auth_type": model.auth_type}
        url, _, properties = client._resolve_endpoint_ruleset(model, {}, context)
    except BotoCoreError:
        return None
    return url, (properties.get("authSchemes") or [{}])[0].get("signingRegion", region)


def templated(found, region, partition):
    """The answer with placeholders in place of the region and the partition's suffixes."""
    if found is None:
        return None
    host = found[0].removeprefix("https://")
    for text, name in ((region, "{region}"), (partition["dualStackDnsSuffix"], "{dual}"),
                       (partition["dnsSuffix"], "{dns}")):
        host = host.replace(text, name)
    return host, found[1].replace(region, "{region}")


def rules(rows):
    """The fewest rules that say the same: a default for all, then for a partition, then for a region."""
    out = []
    default = Counter(row["rule"] for row in rows).most_common(1)[0][0]
    out.append((None, None, default))
    for partition in dict.fromkeys(row["partition"] for row in rows):
        own = [row for row in rows if row["partition"] == partition]
        usual = Counter(row["rule"] for row in own).most_common(1)[0][0]
        # A rule without its own region is written for the partition even where the default gives the same text.
        if usual != default:
            out.append((partition, None, usual))
        out += [(partition, row["region"], row["rule"]) for row in own if row["rule"] != usual]
    return out


def rule_line(service, variant, partition, region, rule):
    place = f"partition: \"{partition}\", " if partition and not region else ""
    place += f"region: \"{region}\", " if region else ""
    if rule is None:
        return f"    EndpointRule(.{CASES[service]}, .{variant}, {place}host: nil),"
    signing = "" if rule[1] == "{region}" else f", signingRegion: \"{rule[1]}\""
    return f"    EndpointRule(.{CASES[service]}, .{variant}, {place}host: \"{rule[0]}\"{signing}),"


def recorded(session):
    """What botocore answers in every case, and the rules that say the same, as lines of the table."""
    fixture, lines = [], []
    for service in OPERATIONS:
        for (fips, dual), variant in VARIANTS.items():
            rows = []
            for partition, region in everywhere(session):
                found = answer(session, service, region, fips, dual)
                fixture.append(case(service, region, found, fips=fips, dual=dual))
                rows.append({"partition": partition["id"], "region": region,
                             "rule": templated(found, region, partition["outputs"])})
            lines += [rule_line(service, variant, *rule) for rule in rules(rows)]
    session.set_config_variable("sts_regional_endpoints", "legacy")
    fixture += [case("sts", region, answer(session, "sts", region, False, False), legacy=True)
                for _, region in everywhere(session)]
    return fixture, lines


def everywhere(session):
    """Each region with its partition."""
    for partition in session.get_data("partitions")["partitions"]:
        yield from ((partition, region) for region in partition["regions"] if not region.endswith("-global"))


def case(service, region, found, fips=False, dual=False, legacy=False):
    """A row of the fixture."""
    url, signing = found or (None, None)
    return {"service": service, "region": region, "fips": fips, "dual": dual, "legacy": legacy, "url": url,
            "signing": signing}


def main():
    session = botocore.session.Session()
    fixture, lines = recorded(session)
    (HERE / "endpoints.json").write_text("[\n" + ",\n".join(json.dumps(row) for row in fixture) + "\n]\n")
    regions = {}
    for partition, region in everywhere(session):
        regions.setdefault(partition["id"], []).append(region)
    legacy = sorted(row["region"] for row in fixture if row["legacy"] and row["url"] == "https://sts.amazonaws.com")
    write_table(session.get_data("partitions")["partitions"], regions, lines, legacy)


def write_table(partitions, regions, lines, legacy):
    def prefix(partition):
        return sorted({name.rsplit("-", 2)[0] for name in regions[partition["id"]]} | EXTRA.get(partition["id"], set()))

    listed = [
        f"    Partition(\n      name: \"{p['id']}\", dnsSuffix: \"{p['outputs']['dnsSuffix']}\","
        f" dualStackSuffix: \"{p['outputs']['dualStackDnsSuffix']}\",\n      prefixes: {json.dumps(prefix(p))}),"
        for p in partitions]
    old = "\n".join("    " + ", ".join(f'"{name}"' for name in legacy[at:at + 5]) + "," for at in range(0, len(legacy), 5))
    TABLE.write_text(f"""// Written by Tests/AWSClientTests/Fixtures/make_endpoints.py from botocore {botocore.__version__}; not by hand.

extension Partition {{
  /// The partitions of AWS.
  static let all: [Partition] = [
{chr(10).join(listed)}
  ]
}}

extension EndpointRule {{
  /// The regions whose legacy STS endpoint is the global one.
  static let legacySTSRegions: Set<String> = [
{old}
  ]

  /// Of the rules of a service and variant the one for the region counts, else the partition's, else the one for all.
  static let all: [EndpointRule] = [
{chr(10).join(lines)}
  ]
}}
""")


# What the patterns of the partitions allow beyond the regions that exist.
EXTRA = {"aws": {"us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"}}

if __name__ == "__main__":
    main()
