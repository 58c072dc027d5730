from django.db import migrations

from tests.control.upgrades import release


class Migration(migrations.Migration):
    dependencies = [("contacts", release.NEWEST)]
    operations = [migrations.RunSQL("DELETE FROM pipeline_note")]
