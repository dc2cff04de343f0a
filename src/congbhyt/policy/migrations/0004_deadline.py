"""Deadlines that an installation sets itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table."""

    dependencies = [("policy", "0003_retirement_revision")]
    operations = [
        migrations.CreateModel(
            name="LocalDeadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=200)),
                ("decided_by", models.CharField(max_length=80)),
                ("decided_at", models.DateTimeField()),
                ("campaign", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("addresses", "addresses"),
                            ("people", "people"),
                            ("approvers", "approvers"),
                            ("address_summary", "address_summary"),
                        ],
                        max_length=20,
                    ),
                ),
                ("agency", models.CharField(blank=True, max_length=10)),
                ("opens", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("ends", models.DateTimeField()),
            ],
            options={
                "db_table": "policy_deadline",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "kind", "agency"), name="deadline_one_per_campaign_and_agency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["addresses", "people", "approvers", "address_summary"])),
                        name="deadline_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due__lte", models.F("ends")), ("opens__lt", models.F("due"))),
                        name="deadline_lies_within_its_campaign",
                    ),
                ],
            },
        ),
    ]
