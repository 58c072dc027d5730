from django.db import migrations, models

import pivotino.kit.ids


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='SampleMark',
            fields=[
                ('id', models.UUIDField(default=pivotino.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('subject_id', models.UUIDField(unique=True)),
                ('last_event', models.UUIDField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
