from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "pivotino.instance.contacts"
    label = "contacts"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.contacts import files, takeout, undoing  # noqa: F401
        from pivotino.instance.history.trail import follows
        from pivotino.instance.history.visibility import open_to_all
        from pivotino.ui.places import Place, register

        follows("contact.removed", "contact.restored")
        open_to_all("contact")
        register(
            Place(
                name="people", label="People", icon="people", url_name="contacts:index", key="g p", order=40, far=True
            )
        )
