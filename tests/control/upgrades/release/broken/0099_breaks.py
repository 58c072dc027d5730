from django.db import migrations

from tests.control.upgrades import release


class Migration(migrations.Migration):
    dependencies = [("contacts", release.NEWEST)]
    operations = [migrations.RunSQL("ALTER TABLE no_such_table ADD COLUMN x text")]
