from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "pivotino.control.billing"
    label = "billing"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.accounts.standing import told_by
        from pivotino.control.billing import reactions  # noqa: F401
        from pivotino.control.billing.queries import people_of_plan, standings
        from pivotino.tenancy import limits

        register(Place(name="Plan and billing", url_name="billing:show", order=10, icon="receipt"))
        register(Place(name="People", url_name="billing:people", order=20, icon="people"))
        limits.told_by(people_of_plan)
        told_by(standings)
