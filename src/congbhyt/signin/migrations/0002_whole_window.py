from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signin", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="session",
            name="session_history_only_while_it_lasts",
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("history_opened_at", None), ("history_used_at", None), ("shown_insured", None)),
                    models.Q(
                        ("awaits_code", False),
                        ("ended_at", None),
                        ("history_opened_at__isnull", False),
                        ("history_used_at__gte", models.F("history_opened_at")),
                        ("history_used_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="session_history_only_while_it_lasts",
            ),
        ),
    ]
