from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "pivotino.control.matters"
    label = "matters"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.erasures import hooks
        from pivotino.control.matters import holding, jobs
        from pivotino.kit import retention
        from pivotino.tenancy import held

        held.kept_by(holding.Vault())
        hooks.holds(holding.is_instance_held)
        hooks.holds_records(holding.held_keys)
        hooks.holds_people(holding.is_person_held)
        hooks.resumes(jobs.go_on)
        retention.spares(holding.spared)
        register(Place(name="Legal orders", url_name="matters:about_mine", order=76, icon="lock"))
