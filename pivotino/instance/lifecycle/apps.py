from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "pivotino.instance.lifecycle"
    label = "lifecycle"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.history.timeline import leads_to
        from pivotino.instance.history.trail import follows
        from pivotino.instance.lifecycle import colleagues, guarding, keeping, looking, panels, takeout  # noqa: F401
        from pivotino.ui.places import Place, register

        follows("member.", "company.", "stage.", "rate.", "lost_reason.", "lost_category.", "sensitive.")
        leads_to("contact", "contacts:show")
        leads_to("opportunity", "pipeline:opportunity", titles=panels.titles_of)
        settings = Place(
            name="settings", label="Settings", icon="gear", url_name="lifecycle:settings", key="g s", spot="end", order=90,
            covers=frozenset({"lifecycle"}), spares=frozenset({"lifecycle:search", "lifecycle:help"}),
        )  # fmt: skip
        register(settings)
        register(
            Place(name="help", label="Help", icon="help", url_name="lifecycle:help", spot="end", order=80, far=True)
        )
        register(Place(name="search", label="Search", icon="search", url_name="lifecycle:search", spot="search"))
