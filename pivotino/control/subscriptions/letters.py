"""The letters of the subscriptions room."""

from typing import Self

from pivotino.control.subscriptions.models import SignUp
from pivotino.control.subscriptions.queries import shown
from pivotino.letters import Kind, Letter
from pivotino.tenancy.addresses import absolute, control_url


class Verification(Letter):
    """Prove that the address is yours."""

    kind = Kind.TRANSACTIONAL
    template = "subscriptions/letters/verification"
    why = "You get this letter because this address was used to register at Pivotino."

    @classmethod
    def about(cls, sign_up: SignUp) -> Self:
        link = absolute(control_url("provisioning:verify", token=sign_up.token))
        return cls(to=sign_up.email, name=sign_up.name, company=sign_up.company, address=shown(sign_up.slug), link=link)


class AlreadyHere(Letter):
    """The address has an account already. Said here, to its owner, and nowhere else."""

    kind = Kind.TRANSACTIONAL
    template = "subscriptions/letters/already_here"
    why = "You get this letter because this address was used to register at Pivotino."

    @classmethod
    def about(cls, sign_up: SignUp) -> Self:
        sign_in, forgot = (absolute(control_url(f"accounts:{name}")) for name in ("sign_in", "forgot_password"))
        return cls(to=sign_up.email, name=sign_up.name, link=sign_in, forgot=forgot)
