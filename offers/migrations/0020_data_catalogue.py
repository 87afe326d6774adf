import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0007_keeping"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("namespace", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "words",
                    models.CharField(
                        help_text="Where the data comes from, for buyers.", max_length=300
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="DataEndpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "path",
                    models.CharField(help_text="As HATs name it.", max_length=120, unique=True),
                ),
                (
                    "name",
                    models.CharField(help_text="Several of it: Nights of sleep.", max_length=60),
                ),
                (
                    "record",
                    models.CharField(help_text="What one record is, in words.", max_length=200),
                ),
                (
                    "table",
                    models.SlugField(
                        help_text="Its table in the files of an offer.", max_length=40
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("event", "Something that happened"),
                            ("day", "The state of one day"),
                            ("state", "How things stand; the newest record counts"),
                            ("answer", "What the person wrote about themselves"),
                        ],
                        max_length=8,
                    ),
                ),
                ("natural_key", models.CharField(blank=True, max_length=120)),
                (
                    "time_field",
                    models.CharField(blank=True, help_text="Path to sort by.", max_length=120),
                ),
                (
                    "time_format",
                    models.CharField(blank=True, help_text="In words.", max_length=120),
                ),
                (
                    "volume",
                    models.CharField(help_text="How often a record is written.", max_length=120),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="What else one must know.", max_length=300
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("people", models.PositiveIntegerField(default=0)),
                ("people_counted_at", models.DateTimeField(null=True)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.category",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="endpoints",
                        to="offers.datasource",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DataField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        help_text="In the record, as a mapping reads it.", max_length=120
                    ),
                ),
                (
                    "column",
                    models.CharField(
                        help_text="Its column in the files of an offer.", max_length=60
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("meaning", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("whole number", "whole number"),
                            ("decimal", "decimal"),
                            ("date and time", "date and time"),
                            ("date", "date"),
                            ("yes or no", "yes or no"),
                            ("list", "list"),
                        ],
                        max_length=20,
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=40)),
                (
                    "examples",
                    models.JSONField(help_text="Invented values, as a HAT would answer them."),
                ),
                ("may_be_missing", models.BooleanField(default=False)),
                (
                    "sensitivity",
                    models.CharField(
                        blank=True, help_text="Marks: ID, LOC, HEALTH …", max_length=30
                    ),
                ),
                ("is_special", models.BooleanField(default=False, help_text="GDPR article 9.")),
                ("is_precise_location", models.BooleanField(default=False)),
                (
                    "filter_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Cannot be narrowed"),
                            ("number", "From, up to"),
                            ("choice", "One of its known values"),
                            ("words", "Has these words"),
                            ("yes-no", "Yes or no"),
                            ("element", "The list includes this"),
                            ("day", "Days in text, such as 2026-02-11"),
                            ("moment", "Moments in text, such as 2026-02-11T08:14:52.331Z"),
                            ("seconds", "Moments as seconds since 1970"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="All it can be.",
                        size=None,
                    ),
                ),
                (
                    "kept_back",
                    models.CharField(
                        blank=True,
                        help_text="Why no offer may take it; empty: offers may.",
                        max_length=200,
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fields",
                        to="offers.dataendpoint",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("endpoint", "path"), name="datafield_one_per_path"
                    ),
                    models.UniqueConstraint(
                        fields=("endpoint", "column"), name="datafield_one_per_column"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "text",
                                    "whole number",
                                    "decimal",
                                    "date and time",
                                    "date",
                                    "yes or no",
                                    "list",
                                ],
                            )
                        ),
                        name="datafield_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "filter_by__in",
                                [
                                    "",
                                    "number",
                                    "choice",
                                    "words",
                                    "yes-no",
                                    "element",
                                    "day",
                                    "moment",
                                    "seconds",
                                ],
                            )
                        ),
                        name="datafield_filter_known",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="dataendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["event", "day", "state", "answer"])),
                name="dataendpoint_kind_known",
            ),
        ),
    ]
