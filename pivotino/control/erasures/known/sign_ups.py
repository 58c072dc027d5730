"""Forms that were filled in to get started, and what was made of them."""

from collections.abc import Iterable, Iterator

from pivotino.control.accounts.models import Consent
from pivotino.control.erasures.persons import CONTRACT, FROM_YOU, Found, Person, Said, free, knows, told
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.subscriptions.models import Address, SignUp
from pivotino.kit.ids import uuid7


@knows("Sign-ups", models={"subscriptions.SignUp", "subscriptions.Address", "provisioning.Provisioning"}, order=60)
class SignUps:
    def find(self, person: Person) -> Iterator[Found]:
        for one in SignUp.objects.filter(email__iexact=person.email):
            yield Found.of(SignUp, what="A sign-up", basis=CONTRACT, source=FROM_YOU, provided=True, facts=told(
                ("Name", one.name), ("Company", one.company), ("Mail address", one.email), ("Phone", one.phone), ("Country", one.country),
                ("Address wished for", f"/@{one.slug}/"), ("From the network", one.network), ("Sent", one.created_at), ("Proven", one.verified_at),
            ))  # fmt: skip
        made = Provisioning.objects.filter(email__iexact=person.email)
        if made:
            yield Found.of(Provisioning, what="Databases made for you", basis=CONTRACT, source="From your sign-up", count=len(made),
                           facts=told(*(("Begun", one.begun_at) for one in made)))  # fmt: skip

    def forget(self, person: Person) -> int:
        made = free(Provisioning.objects.filter(email__iexact=person.email))
        ids = {*made.values_list("sign_up_id", flat=True),
               *free(SignUp.objects.filter(email__iexact=person.email)).values_list("pk", flat=True)}  # fmt: skip
        Provisioning.objects.filter(sign_up_id__in=ids).delete()
        Consent.objects.filter(sign_up__in=ids, account__isnull=True).delete()
        for id in ids:
            # The address stays out of use; whose it was is forgotten.
            Address.objects.filter(owner=id).update(owner=uuid7())
        return SignUp.objects.filter(pk__in=ids).delete()[0]

    def correct(self, person: Person, said: Said) -> int:
        told = {what: said[what] for what in ("name", "phone", "email") if said.get(what)}
        if email := said.get("email"):
            Provisioning.objects.filter(email=person.email).exclude(email=email).update(email=email)
        return SignUp.objects.filter(email=person.email).update(**told) if told else 0

    def addresses(self) -> Iterable[str]:
        return SignUp.objects.values_list("email", flat=True)
