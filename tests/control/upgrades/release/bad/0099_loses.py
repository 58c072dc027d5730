from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [migrations.RunSQL("DELETE FROM pipeline_note")]
