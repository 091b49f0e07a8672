"""In each situation bedrock-keyd and botocore resolve the same credentials or both refuse, but for listed deviations."""

from pathlib import Path

import pytest

from Differential import services
from Differential.resolvers import by_bedrock_keyd, by_botocore
from Differential.situations import FINDS, load, make_ledger
from FakeAWS import make_certificate
from Processes import clean_environment, find_secrets

SITUATIONS = load()
DEVIATIONS = {name: situation for name, situation in SITUATIONS.items() if situation.deviation}
LIST = Path(__file__).parents[2] / "docs" / "differences-from-botocore.md"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """What the services behind the proxy show."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), *services.HOSTS)


@pytest.fixture
def resolve(folder, certificate):
    """What both make of a situation, and what each asked of the services."""
    def resolve(situation):
        ledger = make_ledger()
        with services.run(situation.services, ledger, certificate) as running:
            results = []
            for name, resolver in (("theirs", by_botocore), ("ours", by_bedrock_keyd)):
                home = folder / name
                own = situation.write(home, running.places)
                environment = clean_environment(home, AWS_MAX_ATTEMPTS="1") | running.environment | own
                running.clear()
                results.append((resolver(environment, situation.profile), running.asked()))
            assert situation.outcome != FINDS or running.violations() == []
        assert find_secrets(results[1][0].words, ledger.secrets()) == []
        return *results, running.name

    return resolve


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation(resolve, name):
    situation = SITUATIONS[name]
    (theirs, they_asked), (ours, we_asked), name_of = resolve(situation)
    assert ours.outcome == situation.outcome, f"{ours.outcome} {ours.credentials[:1]} {ours.words}; botocore: {theirs}"
    if ours.outcome == FINDS:
        assert name_of(ours.credentials[0]) == situation.finds
    else:
        assert getattr(situation, situation.outcome) in ours.words and "cannot " in ours.words
    if situation.deviation:
        found = name_of(theirs.credentials[0]) if theirs.outcome == FINDS else theirs.outcome
        assert found == situation.botocore, theirs
        assert found != situation.finds or we_asked != they_asked
        return
    assert (ours.outcome, ours.credentials) == (theirs.outcome, theirs.credentials)
    # AWS Sign-In tells a life, which each counts from its own second.
    assert ours.expiration == theirs.expiration or abs(ours.expiration - theirs.expiration) <= 1
    assert we_asked == they_asked


def test_there_are_many():
    assert len(SITUATIONS) >= 150


def test_the_deviations_are_listed():
    """The list has a line for each, and none for anything else."""
    rows = [line.split("|") for line in LIST.read_text().splitlines() if line.startswith("| `")]
    listed = {row[1].strip(" `"): row[2].strip() for row in rows}
    assert listed == {name: situation.deviation for name, situation in DEVIATIONS.items()}
