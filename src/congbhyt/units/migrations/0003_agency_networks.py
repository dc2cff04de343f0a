"""Networks of agencies; a change of them reaches every process within its polling interval."""

import django.db.models.deletion
from django.db import migrations, models

import congbhyt.units.fields


class Migration(migrations.Migration):
    """Adds the table and its trigger, so that a change by hand counts too."""

    dependencies = [("units", "0002_network_revision")]
    operations = [
        migrations.CreateModel(
            name="AgencyNetwork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", congbhyt.units.fields.CidrField()),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("basis", models.CharField(max_length=200)),
                ("added_by", models.CharField(max_length=80)),
                ("added_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, default="", max_length=80)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="networks", to="units.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("agency", "network"),
                        name="agency_network_open_once_per_agency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="agency_network_starts_before_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="agency_network_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER agencynetwork_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
            "ON units_agencynetwork FOR EACH STATEMENT EXECUTE FUNCTION raise_revision('networks')",
            "DROP TRIGGER agencynetwork_revision ON units_agencynetwork",
        ),
    ]
