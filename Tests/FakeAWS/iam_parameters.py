"""The parameters of IAM's actions, and what they may be.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
"""

import re

from .service import Request
from .service_credentials import Refusal

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_ID = re.compile(r"\w{20,128}", re.ASCII)
# What each action takes beside Action and Version; a star before what it needs.
PARAMETERS = {
    "CreateServiceSpecificCredential": ("*UserName", "*ServiceName", "CredentialAgeDays"),
    "ListServiceSpecificCredentials": ("UserName", "ServiceName", "AllUsers", "Marker", "MaxItems"),
    "UpdateServiceSpecificCredential": ("UserName", "*ServiceSpecificCredentialId", "*Status"),
    "ResetServiceSpecificCredential": ("UserName", "*ServiceSpecificCredentialId"),
    "DeleteServiceSpecificCredential": ("UserName", "*ServiceSpecificCredentialId"),
    "CreateUser": ("*UserName",),
    "AttachUserPolicy": ("*UserName", "*PolicyArn"),
}


class Parameters(dict):
    """The parameters of a request, and what they mean."""

    def __init__(self, form: dict[str, str], request: Request, owners: dict[str, str]):
        super().__init__(form)
        self._caller = owners.get(re.search(r"Credential=([^/]+)", request.headers["authorization"])[1])

    @property
    def user(self) -> str:
        """The user that is named, else the one whose credentials ask."""
        name = self.get("UserName", self._caller)
        if name is None:
            raise Refusal("ValidationError", "Must specify userName when calling with non-User credentials")
        if not _NAME.fullmatch(name):
            raise Refusal("ValidationError", "The specified value for userName is invalid.")
        return name

    @property
    def id(self) -> str:
        """The id of a credential."""
        if not _ID.fullmatch(self["ServiceSpecificCredentialId"]):
            raise Refusal("ValidationError", "The specified value for serviceSpecificCredentialId is invalid.")
        return self["ServiceSpecificCredentialId"]

    def number(self, name: str, least: int, most: int) -> int | None:
        """A number within its limits; None where it is not given."""
        if name not in self:
            return None
        if not self[name].isdigit() or not least <= int(self[name]) <= most:
            raise Refusal("ValidationError", f"{name} must be from {least} to {most}")
        return int(self[name])
