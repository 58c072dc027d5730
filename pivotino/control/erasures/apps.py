from django.apps import AppConfig


class ErasuresConfig(AppConfig):
    name = "pivotino.control.erasures"
    label = "erasures"

    def ready(self) -> None:
        from pivotino.control.accounts import correcting
        from pivotino.control.erasures import bytes_gone, jobs, known, persons  # noqa: F401
        from pivotino.control.erasures.models import Erasure
        from pivotino.tenancy import erasing, scrubbing

        erasing.kept_by(Erasure.objects)
        scrubbing.followed_by(bytes_gone.put_in_line)

        @correcting.corrected
        def hear(before: correcting.Before, said: dict[str, str]) -> None:
            """Every room that names somebody who signs in writes what is right."""
            told = vars(before)
            persons.correct(persons.Person(**told), said)
