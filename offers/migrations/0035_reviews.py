"""Reviews by organisations that got the data: who may write, what they wrote, what is shown."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import offers.models.reviews
import offers.models.shelf

FROZEN = """
CREATE FUNCTION offers_review_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.offer_id, NEW.organisation_id, NEW.version_id, NEW.delivered_at, NEW.stars,
        NEW.as_described, NEW.completeness, NEW.ease, NEW.headline, NEW.text, NEW.used_for,
        NEW.shows_name)
    IS DISTINCT FROM
       (OLD.offer_id, OLD.organisation_id, OLD.version_id, OLD.delivered_at, OLD.stars,
        OLD.as_described, OLD.completeness, OLD.ease, OLD.headline, OLD.text, OLD.used_for,
        OLD.shows_name) THEN
        RAISE EXCEPTION 'what a review says never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_is_frozen BEFORE UPDATE ON offers_review
    FOR EACH ROW EXECUTE FUNCTION offers_review_frozen();
CREATE FUNCTION offers_reviewanswer_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.review_id, NEW.text) IS DISTINCT FROM (OLD.review_id, OLD.text) THEN
        RAISE EXCEPTION 'what an answer says never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviewanswer_is_frozen BEFORE UPDATE ON offers_reviewanswer
    FOR EACH ROW EXECUTE FUNCTION offers_reviewanswer_frozen();
"""
UNFROZEN = """
DROP TRIGGER review_is_frozen ON offers_review;
DROP FUNCTION offers_review_frozen();
DROP TRIGGER reviewanswer_is_frozen ON offers_reviewanswer;
DROP FUNCTION offers_reviewanswer_frozen();
"""

# Only what is or was shown: a review that waits makes no page anew.
TABLES = ("offers_review", "offers_reviewanswer")
CHANGES = {
    "insert": "NEW.status = 'shown'",
    "update": "'shown' IN (OLD.status, NEW.status)",
    "delete": "OLD.status = 'shown'",
}
RENEWED = "".join(
    f"CREATE TRIGGER shelf_changed_by_{change} AFTER {change} ON {table}"
    f" FOR EACH ROW WHEN ({is_shown}) EXECUTE FUNCTION offers_shelf_changed();"
    for table in TABLES
    for change, is_shown in CHANGES.items()
)
NOT_RENEWED = "".join(
    f"DROP TRIGGER shelf_changed_by_{change} ON {table};" for table in TABLES for change in CHANGES
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_stop_link"),
        ("offers", "0034_questions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="star_counts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(),
                default=offers.models.shelf.no_stars,
                help_text="How many shown reviews gave one star, two, and so on.",
                size=5,
            ),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=offers.models.reviews.review_reference, max_length=16, unique=True
                    ),
                ),
                ("delivered_at", models.DateTimeField()),
                (
                    "stars",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (5, "Excellent"),
                            (4, "Good"),
                            (3, "Fair"),
                            (2, "Weak"),
                            (1, "Poor"),
                        ]
                    ),
                ),
                (
                    "as_described",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (5, "Excellent"),
                            (4, "Good"),
                            (3, "Fair"),
                            (2, "Weak"),
                            (1, "Poor"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "completeness",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (5, "Excellent"),
                            (4, "Good"),
                            (3, "Fair"),
                            (2, "Weak"),
                            (1, "Poor"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "ease",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (5, "Excellent"),
                            (4, "Good"),
                            (3, "Fair"),
                            (2, "Weak"),
                            (1, "Poor"),
                        ],
                        null=True,
                    ),
                ),
                ("headline", models.CharField(max_length=80)),
                ("text", models.TextField()),
                (
                    "used_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("AcademicResearch", "Academic research and publication"),
                            ("ScientificResearch", "Scientific research, health included"),
                            ("PublicBenefit", "Planning of public services and places"),
                            ("ProvideOfficialStatistics", "Official statistics"),
                            (
                                "CommercialResearch",
                                "Market research about groups, never about one person",
                            ),
                            (
                                "ImproveExistingProductsAndServices",
                                "Improving products and services",
                            ),
                            ("ResearchAndDevelopment", "Designing new products and services"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "shows_name",
                    models.BooleanField(default=False, help_text="Else kind and place are shown."),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("written", "Written"),
                            ("shown", "Shown"),
                            ("turned_down", "Turned Down"),
                            ("hidden", "Hidden"),
                            ("replaced", "Replaced"),
                        ],
                        default="written",
                        max_length=11,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it is not shown.", max_length=512),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="offers.offer",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.offerversion",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("is_by_market", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("written", "Written"),
                            ("shown", "Shown"),
                            ("turned_down", "Turned Down"),
                            ("hidden", "Hidden"),
                        ],
                        default="written",
                        max_length=11,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it is not shown.", max_length=512),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="offers.review",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=512)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "settled_at",
                    models.DateTimeField(help_text="A moderator has decided about it.", null=True),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="offers.review",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "delivered_at",
                    models.DateTimeField(help_text="When data of that version was first there."),
                ),
                (
                    "reminded_at",
                    models.DateTimeField(help_text="When we asked for a review, once.", null=True),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="offers.offer",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        help_text="The newest they got.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="offers.offerversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("reminded_at", None)),
                        fields=["delivered_at"],
                        name="delivery_to_remind",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("offer", "organisation"), name="delivery_one_per_organisation"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["offer", "status", "-id"], name="review_shown"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status", "written")), fields=["id"], name="review_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["written", "shown", "turned_down", "hidden", "replaced"])
                ),
                name="review_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "shown")),
                fields=("offer", "organisation"),
                name="review_one_shown",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "written")),
                fields=("offer", "organisation"),
                name="review_one_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("stars__range", (1, 5))), name="review_stars_in_stars"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("as_described__range", (1, 5))),
                name="review_as_described_in_stars",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("completeness__range", (1, 5))),
                name="review_completeness_in_stars",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("ease__range", (1, 5))), name="review_ease_in_stars"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["written", "shown", "turned_down", "hidden"])),
                name="reviewanswer_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("written", "shown"))),
                fields=("review",),
                name="reviewanswer_one_stands",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewreport",
            index=models.Index(
                condition=models.Q(("settled_at", None)),
                fields=["review"],
                name="reviewreport_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreport",
            constraint=models.UniqueConstraint(
                fields=("review", "organisation"), name="reviewreport_once_per_organisation"
            ),
        ),
        migrations.RunSQL(FROZEN, UNFROZEN),
        migrations.RunSQL(RENEWED, NOT_RENEWED),
    ]
