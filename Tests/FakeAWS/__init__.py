"""A fake AWS on loopback for black-box tests: it answers as AWS documents it, checks what it is sent, breaks when told.

Every service keeps a log of its requests and a list of violations: what a client sent that the real service refuses.
Every credential it hands out goes into a CredentialLedger, so that keys can be verified and leaks be searched for.
"""

from .answers import Answer
from .bedrock import BearerCheck, BedrockControlPlane
from .certificates import Certificate, make_certificate
from .container_endpoint import ContainerEndpoint
from .credential_ledger import CredentialLedger, IssuedCredentials
from .iam import IdentityService
from .instance_metadata import InstanceMetadata
from .verifier import DerivedKey, KeyRefused, derive

__all__ = [
    "Answer", "BearerCheck", "BedrockControlPlane", "Certificate", "ContainerEndpoint", "CredentialLedger", "DerivedKey",
    "IdentityService", "InstanceMetadata", "IssuedCredentials", "KeyRefused", "derive", "make_certificate",
]
