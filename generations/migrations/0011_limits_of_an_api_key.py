"""Limits of an API key, with a day of its own where it has one of credits."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0010_series_of_batches'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKeyDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('api_key', models.UUIDField()),
                ('day', models.DateField()),
                ('reserved', models.BigIntegerField(default=0)),
                ('spent', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='apikey',
            name='concurrent',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='apikey',
            name='daily_limit',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='apikey',
            name='requests_per_minute',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='userday',
            name='has_key_days',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='generation',
            name='wait',
            field=models.CharField(blank=True, choices=[('turn', 'starting now'), ('concurrency', 'all slots busy'), ('rate', "the key's requests per minute are used up"), ('key_day', "the key's daily limit is reached"), ('blocked', 'the upstream asked us to wait'), ('retry', 'trying again shortly'), ('undo', 'not sent yet; it can be undone'), ('paused', 'the key is paused'), ('rejected', 'the upstream rejected the key'), ('exhausted', 'the key is out of credit upstream'), ('daily_limit', 'the daily limit is reached'), ('api_key_day', "the API key's daily limit is reached"), ('wallet', 'the team wallet is empty')], default='turn', max_length=12),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('api_key__isnull', False)), fields=['api_key', 'day'], name='hold_by_key'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('concurrent__isnull', True), ('concurrent__gte', 1), _connector='OR'), name='api_key_concurrent'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('requests_per_minute__isnull', True), ('requests_per_minute__gte', 1), _connector='OR'), name='api_key_requests'),
        ),
        migrations.AddField(
            model_name='apikeyday',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='generations.team'),
        ),
        migrations.AddConstraint(
            model_name='apikeyday',
            constraint=models.UniqueConstraint(fields=('api_key', 'day'), name='api_key_day_once'),
        ),
        migrations.AddConstraint(
            model_name='apikeyday',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0)), name='api_key_day_reserved'),
        ),
        migrations.AddConstraint(
            model_name='apikeyday',
            constraint=models.CheckConstraint(condition=models.Q(('spent__gte', 0)), name='api_key_day_spent'),
        ),
    ]
