"""What a grant was paid with, and what was written by hand found at once."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0007_stars'),
    ]

    operations = [
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, primary_key=True, related_name='payment', serialize=False, to='generations.entry')),
                ('money', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('invoice', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('kind__in', ['grant', 'adjust'])), fields=['account', '-id'], name='entry_by_hand'),
        ),
        migrations.AddField(
            model_name='payment',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='generations.team'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('invoice'), condition=models.Q(('invoice', ''), _negated=True), name='payment_invoice_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('currency', ''), ('money', None)), models.Q(('money__gte', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='payment_money_has_currency'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('money__isnull', False), models.Q(('invoice', ''), _negated=True), _connector='OR'), name='payment_of_something'),
        ),
    ]
