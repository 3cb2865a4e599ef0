"""What an order that does not fit waits for, as a team has it; words of a wait."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0013_reconciliation'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='waits_for',
            field=models.CharField(choices=[('nothing', 'is refused'), ('reset', 'waits for the reset of the daily limit'), ('credit', 'waits for the reset, and for credit in the wallet')], default='nothing', max_length=10),
        ),
        migrations.AlterField(
            model_name='generation',
            name='wait',
            field=models.CharField(blank=True, choices=[('turn', 'starting now'), ('concurrency', 'all slots busy'), ('rate', "the key's requests per minute are used up"), ('key_day', "the key's daily limit is reached"), ('blocked', 'the upstream asked us to wait'), ('retry', 'trying again shortly'), ('undo', 'not sent yet; it can be undone'), ('paused', 'the key is paused'), ('rejected', 'the upstream rejected the key'), ('exhausted', 'the key is out of credit upstream'), ('daily_limit', 'the daily limit is reached'), ('api_key_day', "the API key's daily limit is reached"), ('wallet', 'not enough in the team wallet')], default='turn', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('waits_for__in', ['nothing', 'reset', 'credit'])), name='team_waits_for'),
        ),
    ]
