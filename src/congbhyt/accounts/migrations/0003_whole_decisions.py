from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_portal_people"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="grant",
            name="grant_revoked_by_somebody_for_a_reason",
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at", None), ("revoked_by", ""), ("revoked_reason", "")),
                    models.Q(
                        ("revoked_at__gte", models.F("granted_at")),
                        ("revoked_at__isnull", False),
                        models.Q(("revoked_by", ""), _negated=True),
                        models.Q(("revoked_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="grant_revoked_by_somebody_for_a_reason",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="phonechange",
            name="phone_change_decided_by_somebody_for_a_reason",
        ),
        migrations.AddConstraint(
            model_name="phonechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", ""), ("outcome", "pending"), ("reason", "")),
                    models.Q(
                        models.Q(("outcome", "pending"), _negated=True),
                        ("decided_at__gte", models.F("requested_at")),
                        ("decided_at__isnull", False),
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="phone_change_decided_by_somebody_for_a_reason",
            ),
        ),
    ]
