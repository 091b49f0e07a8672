"""Fixtures of the fault tests."""

import pytest

from FakeAWS import CredentialLedger


@pytest.fixture(scope="module")
def module_ledger():
    """Every credential of one file's tests."""
    return CredentialLedger()
