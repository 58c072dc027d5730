"""On PostgreSQL the outbox says aloud that it grew; on SQLite the watch looks at the file's version."""

from django.db import migrations

TELL = """
CREATE FUNCTION outbox_tells() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('pivotino_outbox', TG_TABLE_SCHEMA); RETURN NULL; END $$;
CREATE TRIGGER outbox_tells AFTER INSERT ON history_outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_tells();
"""


def tell(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TELL)


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
