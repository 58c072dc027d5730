from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "pivotino.control.payments"
    label = "payments"

    def ready(self) -> None:
        from pivotino.control.payments import reactions  # noqa: F401
        from pivotino.control.payments.provider import Provider, use

        def by_the_settings() -> Provider:
            # Its library takes 23 MB and half a second: only those pay for it who speak with the provider.
            from pivotino.control.payments.stripes import stripe_provider

            return stripe_provider()

        use(by_the_settings)
