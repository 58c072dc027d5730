"""The database itself refuses to change a paper or its print."""

from django.db import migrations

TABLES = ("billing_paper", "billing_print")
FUNCTION = """
CREATE FUNCTION paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a paper is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def keep(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        for table in TABLES:
            schema_editor.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION paper_stays()")
        return
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'a paper is never changed'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
