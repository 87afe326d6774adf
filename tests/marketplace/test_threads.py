import sys

import pytest
from celery.signals import worker_process_init

import marketplace.celery


@pytest.fixture
def usual_turns():
    usual = sys.getswitchinterval()
    yield usual
    sys.setswitchinterval(usual)


def test_a_worker_lets_its_threads_hand_over_often(usual_turns):
    worker_process_init.send(sender=marketplace.celery.app)

    assert sys.getswitchinterval() < usual_turns / 5
