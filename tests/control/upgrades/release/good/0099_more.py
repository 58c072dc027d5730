from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [
        migrations.AddField("contact", "nickname", models.CharField(max_length=40, null=True)),
        migrations.CreateModel(
            "Shelf", [("id", models.UUIDField(primary_key=True)), ("name", models.CharField(max_length=40))]
        ),
    ]
