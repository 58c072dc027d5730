from django.db import migrations, models

from tests.control.upgrades import release


class Migration(migrations.Migration):
    dependencies = [("contacts", release.NEWEST)]
    operations = [
        migrations.AddField("contact", "nickname", models.CharField(max_length=40, null=True)),
        migrations.CreateModel(
            "Shelf", [("id", models.UUIDField(primary_key=True)), ("name", models.CharField(max_length=40))]
        ),
    ]
