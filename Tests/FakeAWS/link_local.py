"""The fake services at the addresses that they have in AWS, in a network namespace of their own.

`unshare --net python3 -m FakeAWS.link_local COMMAND…` runs the command beside them, with its environment, and prints
{"code", "out", "err", "issued", "violations", "steps"} as JSON.
"""

import json
import subprocess
import sys

from .container_endpoint import ContainerEndpoint
from .credential_ledger import CredentialLedger
from .instance_metadata import InstanceMetadata

INSTANCE_METADATA = "169.254.169.254"
CONTAINER = "169.254.170.2"


def _bring_up() -> None:
    addresses = [["addr", "add", f"{address}/32", "dev", "lo"] for address in (INSTANCE_METADATA, CONTAINER)]
    for arguments in (["link", "set", "lo", "up"], *addresses):
        subprocess.run(["ip", *arguments], check=True, timeout=20)


def main() -> None:
    """Runs the command of the arguments."""
    _bring_up()
    ledger = CredentialLedger()
    with (
        InstanceMetadata(ledger, address=(INSTANCE_METADATA, 80)) as instance_metadata,
        ContainerEndpoint(ledger, address=(CONTAINER, 80)) as container,
    ):
        done = subprocess.run(sys.argv[1:], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        json.dump({
            "code": done.returncode, "out": done.stdout, "err": done.stderr,
            "issued": [one.process_output for one in ledger.all()],
            "violations": instance_metadata.violations + container.violations,
            "steps": [f"{service}:{request.step}" for service, requests in
                      (("instance", instance_metadata.requests), ("container", container.requests))
                      for request in requests],
        }, sys.stdout)


if __name__ == "__main__":
    main()
