from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_whole_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="shared",
            field=models.BooleanField(default=False, help_text="The unit's own account, not a person."),
        ),
        migrations.AlterField(
            model_name="person",
            name="citizen_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="person",
            name="citizen_digest",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("citizen_digest", None), ("citizen_sealed", None), ("shared", True)),
                    models.Q(("citizen_digest__isnull", False), ("citizen_sealed__isnull", False), ("shared", False)),
                    _connector="OR",
                ),
                name="person_has_citizen_number_unless_shared",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("shared", False), ("unit__isnull", False), _connector="OR"),
                name="person_shared_belongs_to_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("shared", True)), fields=("unit",), name="person_shared_once_per_unit"
            ),
        ),
    ]
