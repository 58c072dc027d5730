"""The database itself refuses to change what somebody may have agreed to, and to show what nobody agreed to."""

from django.db import migrations

WORDING = "testimonial_id, number, text, name, role, company, language, places, picture, picture_mark, digest"
CONSENT = "digest, mark, how, at"
AGREED = """
SELECT 1 FROM testimonials_consent AS c JOIN testimonials_wording AS w ON w.id = c.wording_id
WHERE c.id = NEW.consent_id AND c.digest = w.digest AND c.ended_at IS NULL AND w.testimonial_id = NEW.testimonial_id
"""
FUNCTIONS = f"""
CREATE FUNCTION testimonial_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what somebody may have agreed to is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE FUNCTION testimonial_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS ({AGREED}) THEN
    RAISE EXCEPTION 'nobody agreed to exactly this' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
STAYS = (("testimonials_wording", WORDING), ("testimonials_consent", CONSENT))
SHOWN = ("INSERT", "UPDATE OF consent_id, testimonial_id")


def keep(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(FUNCTIONS)
    for table, columns in STAYS:
        refuse = (
            "FOR EACH ROW EXECUTE FUNCTION testimonial_stays()" if postgres
            else "BEGIN SELECT RAISE(ABORT, 'what somebody may have agreed to is never changed'); END"
        )  # fmt: skip
        schema_editor.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE OF {columns} ON {table} {refuse}")
    for number, deed in enumerate(SHOWN):
        refuse = (
            "FOR EACH ROW EXECUTE FUNCTION testimonial_agreed()" if postgres
            else f"WHEN NOT EXISTS ({AGREED}) BEGIN SELECT RAISE(ABORT, 'nobody agreed to exactly this'); END"
        )  # fmt: skip
        schema_editor.execute(
            f"CREATE TRIGGER testimonials_publication_agreed_{number} BEFORE {deed} ON testimonials_publication {refuse}"
        )


class Migration(migrations.Migration):
    dependencies = [("testimonials", "0001_initial")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
