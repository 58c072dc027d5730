"""The words of every record, and beside them an index of trigrams: FTS5 on SQLite, pg_trgm on PostgreSQL where it is installed."""

from django.db import migrations, models

SQLITE = [
    "CREATE VIRTUAL TABLE history_searchtrigrams USING fts5(text, content='history_searchdoc', content_rowid='id', tokenize='trigram')",
    """CREATE TRIGGER search_doc_made AFTER INSERT ON history_searchdoc BEGIN
         INSERT INTO history_searchtrigrams(rowid, text) VALUES (new.id, new.text);
       END""",
    """CREATE TRIGGER search_doc_gone AFTER DELETE ON history_searchdoc BEGIN
         INSERT INTO history_searchtrigrams(history_searchtrigrams, rowid, text) VALUES ('delete', old.id, old.text);
       END""",
    """CREATE TRIGGER search_doc_changed AFTER UPDATE OF text ON history_searchdoc BEGIN
         INSERT INTO history_searchtrigrams(history_searchtrigrams, rowid, text) VALUES ('delete', old.id, old.text);
         INSERT INTO history_searchtrigrams(rowid, text) VALUES (new.id, new.text);
       END""",
]
# Begins with COMMENT because the script of a new instance keeps only statements that change the schema by their first word.
POSTGRES = """COMMENT ON TABLE history_searchdoc IS 'searched by trigrams';
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
    EXECUTE 'CREATE INDEX search_doc_trigrams ON history_searchdoc USING gin (text gin_trgm_ops)';
  END IF;
END $$"""


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            schema_editor.execute(statement)
    else:
        schema_editor.execute(POSTGRES)


class Migration(migrations.Migration):
    dependencies = [("history", "0002_outbox_tells")]

    operations = [
        migrations.CreateModel(
            name="SearchDoc",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("subject_id", models.UUIDField()),
                ("owner_id", models.UUIDField(blank=True, null=True)),
                ("text", models.TextField()),
            ],
            options={"abstract": False},
        ),
        migrations.AddConstraint(
            model_name="searchdoc",
            constraint=models.UniqueConstraint(fields=("kind", "subject_id"), name="search_doc_once"),
        ),
        migrations.AddIndex(
            model_name="searchdoc",
            index=models.Index(fields=["kind", "id"], name="search_doc_newest"),
        ),
        migrations.RunPython(build, migrations.RunPython.noop),
    ]
