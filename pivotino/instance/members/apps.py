from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "pivotino.instance.members"
    label = "members"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.members import forgetting, guests, jobs, returning, seeds  # noqa: F401
        from pivotino.instance.members.queries import zone
        from pivotino.jobs import register_zone
        from pivotino.ui import banners

        register_zone(zone)
        banners.register(guests.over_every_page)
