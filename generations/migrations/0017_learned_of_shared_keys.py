"""What the upstream says of a shared key: its own rate, and its balance."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0016_one_line_for_all_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='upstreamkey',
            name='balance',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='upstreamkey',
            name='balance_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='upstreamkey',
            name='balance_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='upstreamkey',
            name='rate_resets_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='upstreamkey',
            name='told_per_minute',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='upstreamkey',
            constraint=models.CheckConstraint(condition=models.Q(('told_per_minute__isnull', True), ('told_per_minute__gte', 1), _connector='OR'), name='upstream_key_told'),
        ),
        migrations.AddConstraint(
            model_name='upstreamkey',
            constraint=models.CheckConstraint(condition=models.Q(('balance__isnull', True), ('balance_at__isnull', False), _connector='OR'), name='upstream_key_balance_has_a_time'),
        ),
    ]
