"""One line for all shared keys of a team and mode: the indexes that its claims read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0015_notices'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='generation',
            name='generation_waiting',
        ),
        migrations.RemoveIndex(
            model_name='generation',
            name='generation_on_key',
        ),
        migrations.RemoveIndex(
            model_name='generation',
            name='generation_turn',
        ),
        migrations.AlterField(
            model_name='generation',
            name='wait',
            field=models.CharField(blank=True, choices=[('turn', 'starting now'), ('concurrency', 'all slots busy'), ('rate', "the key's requests per minute are used up"), ('key_day', "the key's daily limit is reached"), ('blocked', 'the upstream asked us to wait'), ('retry', 'trying again shortly'), ('elsewhere', 'the upstream was not reached; another key tries'), ('undo', 'not sent yet; it can be undone'), ('paused', 'the key is paused'), ('rejected', 'the upstream rejected the key'), ('exhausted', 'the key is out of credit upstream'), ('stopped', 'no key can be used'), ('daily_limit', 'the daily limit is reached'), ('api_key_day', "the API key's daily limit is reached"), ('wallet', 'not enough in the team wallet')], default='turn', max_length=12),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(condition=models.Q(('status', 'queued')), fields=['team', 'mode', 'author', 'id'], name='generation_in_line'),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(condition=models.Q(('status__in', ['processing', 'storing', 'submitting', 'unknown'])), fields=['team', 'mode', 'author'], name='generation_running'),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(fields=['team', 'mode', 'author', '-claimed_at'], name='generation_last_turn'),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(fields=['upstream_key', 'status'], name='generation_of_key'),
        ),
    ]
