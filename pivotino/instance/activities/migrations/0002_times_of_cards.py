from django.db import migrations

# The first step of a card is the earliest on its day; where one has a time, the earliest of these.
TIMES = """
UPDATE pipeline_opportunity SET next_time = COALESCE((
    SELECT substr(CAST(MIN(a.due_time) AS text), 1, 5) FROM activities_activity a
    WHERE a.opportunity_id = pipeline_opportunity.id AND a.due_on = pipeline_opportunity.next_on
    AND a.done_at IS NULL AND a.cancelled_at IS NULL
), '24:00') WHERE next_on IS NOT NULL
"""


class Migration(migrations.Migration):
    """The time of what is planned, onto the cards that show only its day."""

    dependencies = [
        ('activities', '0001_initial'),
        ('pipeline', '0002_next_time'),
    ]

    operations = [migrations.RunSQL(TIMES, migrations.RunSQL.noop)]
