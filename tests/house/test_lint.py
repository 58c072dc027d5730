"""The rules of the house hold, and would notice a breach."""

from tests.house.lint import RULES, breaches


def test_no_rule_is_broken() -> None:
    assert list(breaches()) == []


def test_each_rule_would_notice() -> None:
    examples = {
        "other-database": "Card.objects.using('x')", "threads": "threading.Thread(", "async-orm": "await Card.objects.aget()",
        "inline-style": '<p style="x">', "inline-script": "<script>alert(1)</script>", "raw-colour": "color: #ffcc00;",
        "machine-path": "/work/" + "main/x", "package-host": "pypi" + ".org", "lock-address": '"resolved": "x"',
        "mark-safe": "{{ x|safe }}", "float-money": "models.FloatField()",
    }  # fmt: skip

    assert [rule.name for rule in RULES if not rule.pattern.search(examples[rule.name])] == []
