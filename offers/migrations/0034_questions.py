"""Questions and answers: words that stay, and a stamp renewed by what the public sees alone."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import offers.models.questions

# What waits, is turned down or withdrawn is on no kept page, so it renews nothing.
WHEN = {
    "INSERT": "NEW.status = 'shown'",
    "UPDATE": "OLD.status = 'shown' OR NEW.status = 'shown'",
    "DELETE": "OLD.status = 'shown'",
}
TABLES = ("offers_question", "offers_answer")
SHELF = "".join(
    f"CREATE TRIGGER shelf_changed_{event.lower()} AFTER {event} ON {table}"
    f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION offers_shelf_changed();"
    for table in TABLES
    for event, when in WHEN.items()
)
SHELF_BACKWARD = "".join(
    f"DROP TRIGGER shelf_changed_{event.lower()} ON {table};" for table in TABLES for event in WHEN
)
STAY = """
CREATE FUNCTION offers_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a question or an answer is never edited'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER question_stays BEFORE UPDATE ON offers_question FOR EACH ROW
    WHEN ((NEW.text, NEW.offer_id, NEW.organisation_id, NEW.names_organisation)
        IS DISTINCT FROM (OLD.text, OLD.offer_id, OLD.organisation_id, OLD.names_organisation))
    EXECUTE FUNCTION offers_words_stay();
CREATE TRIGGER answer_stays BEFORE UPDATE ON offers_answer FOR EACH ROW
    WHEN ((NEW.text, NEW.question_id, NEW.organisation_id)
        IS DISTINCT FROM (OLD.text, OLD.question_id, OLD.organisation_id))
    EXECUTE FUNCTION offers_words_stay();
"""
STAY_BACKWARD = """
DROP TRIGGER question_stays ON offers_question;
DROP TRIGGER answer_stays ON offers_answer;
DROP FUNCTION offers_words_stay();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_stop_link"),
        ("offers", "0032_outcomes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("shown", "Shown"),
                            ("turned_down", "Turned Down"),
                            ("hidden", "Hidden"),
                        ],
                        default="given",
                        max_length=11,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it is not shown.", max_length=512),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        help_text="The offer's publisher; empty: the market itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Question",
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
                        default=offers.models.questions.question_reference,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "names_organisation",
                    models.BooleanField(
                        default=False, help_text="Show its name; otherwise what it is and where."
                    ),
                ),
                ("text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("shown", "Shown"),
                            ("turned_down", "Turned Down"),
                            ("withdrawn", "Withdrawn"),
                            ("hidden", "Hidden"),
                        ],
                        default="asked",
                        max_length=11,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it is not shown.", max_length=512),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "answered_at",
                    models.DateTimeField(help_text="When that one was first shown.", null=True),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        help_text="The newest one that is shown.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.answer",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="offers.offer",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="answer",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="offers.question",
            ),
        ),
        migrations.CreateModel(
            name="QuestionReport",
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
                    models.DateTimeField(help_text="Empty: moderators have to look.", null=True),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        help_text="Empty: the question itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="offers.answer",
                    ),
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
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="offers.question",
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
            ],
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                models.F("offer"),
                models.OrderBy(models.F("answered_at"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("status", "shown")),
                name="question_shown",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("status", "asked")), fields=["id"], name="question_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["organisation", "-id"], name="question_of"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["asked", "shown", "turned_down", "withdrawn", "hidden"])
                ),
                name="question_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", None), ("answered_at", None)),
                    models.Q(("answer__isnull", False), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="question_answered_at_some_time",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("status", "given")), fields=["id"], name="answer_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["given", "shown", "turned_down", "hidden"])),
                name="answer_status_known",
            ),
        ),
        migrations.AddIndex(
            model_name="questionreport",
            index=models.Index(
                condition=models.Q(("settled_at", None)),
                fields=["question"],
                name="questionreport_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionreport",
            constraint=models.UniqueConstraint(
                fields=("question", "answer", "reported_by"),
                name="questionreport_once_each",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(SHELF, SHELF_BACKWARD),
        migrations.RunSQL(STAY, STAY_BACKWARD),
    ]
