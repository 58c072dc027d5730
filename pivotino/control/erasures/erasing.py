"""Erasing an instance or a person: begun once, gone on with until nothing is left."""

from django.db import IntegrityError, transaction

from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.people import STEPS as STEPS_OF_A_PERSON
from pivotino.control.erasures.steps import STEPS
from pivotino.jobs import steps
from pivotino.tenancy.models import Instance


def begin(instance: Instance, cause: str) -> Erasure:
    """The one erasure of this instance, begun now or found. From here there is no way back."""
    if found := Erasure.objects.of_instances().filter(instance_id=instance.pk).first():
        return found
    try:
        with transaction.atomic():
            return Erasure.objects.create(kind=Erasure.Kind.INSTANCE, instance_id=instance.pk, cause=cause)
    except IntegrityError:
        return Erasure.objects.of_instances().get(instance_id=instance.pk)


def go_on(erasure: Erasure) -> None:
    """Do every step that is not done yet. Whatever goes wrong comes out; the next call goes on from there."""
    steps.advance(erasure, STEPS if erasure.kind == Erasure.Kind.INSTANCE else STEPS_OF_A_PERSON)
