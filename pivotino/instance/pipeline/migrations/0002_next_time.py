from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ('pipeline', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='opportunity', name='card_by_next'),
        migrations.RemoveIndex(model_name='opportunity', name='card_own_by_next'),
        migrations.AddField(
            model_name='opportunity',
            name='next_time',
            field=models.CharField(default='24:00', max_length=5),
        ),
        migrations.AddIndex(
            model_name='opportunity',
            index=models.Index(F('stage'), F('next_on'), F('next_time'), F('id').desc(), condition=Q(removed_at__isnull=True), name='card_by_next'),
        ),
        migrations.AddIndex(
            model_name='opportunity',
            index=models.Index(F('owner'), F('stage'), F('next_on'), F('next_time'), F('id').desc(), condition=Q(removed_at__isnull=True), name='card_own_by_next'),
        ),
    ]
