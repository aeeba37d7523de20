"""Projects that won are carried out: agreement, milestones, instalments, expenses, news and a survey."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round_survey_answers",
        sa.Column("answer_key", sa.String(length=64), nullable=False),
        sa.Column("is_loose", sa.Boolean(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("in_group", sa.Boolean(), nullable=False),
        sa.Column("easy", sa.Integer(), nullable=False),
        sa.Column("clear", sa.Integer(), nullable=False),
        sa.Column("fair", sa.Integer(), nullable=False),
        sa.Column("better", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "easy BETWEEN 1 AND 5 AND clear BETWEEN 1 AND 5", name=op.f("ck_round_survey_answers_beginning")
        ),
        sa.CheckConstraint(
            "fair BETWEEN 1 AND 5 AND better BETWEEN 1 AND 5 AND again BETWEEN 1 AND 5",
            name=op.f("ck_round_survey_answers_rest"),
        ),
        sa.CheckConstraint("helped BETWEEN 1 AND 5", name=op.f("ck_round_survey_answers_helped")),
        sa.CheckConstraint("in_group OR helped IS NULL", name=op.f("ck_round_survey_answers_helped_is_for_groups")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_survey_answers_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("answer_key", name=op.f("pk_round_survey_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_round_survey_answers_round_id", "round_survey_answers", ["round_id"], unique=False)
    op.create_table(
        "executions",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "te-starten",
                "lopend",
                "uitgevoerd",
                "gestopt",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("award_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("spent_cents", sa.BigInteger(), nullable=True),
        sa.Column("to_return_cents", sa.BigInteger(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("returned_by_id", sa.Integer(), nullable=True),
        sa.Column("sealed_account", sa.Text(), nullable=False),
        sa.Column("account_ending", sa.String(length=4), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(sealed_account = '') = (account_ending = '')", name=op.f("ck_executions_account_whole")),
        sa.CheckConstraint("extended_on IS NULL OR due_on IS NOT NULL", name=op.f("ck_executions_extended_has_an_end")),
        sa.CheckConstraint("(state = 'gestopt') = (stop_reason <> '')", name=op.f("ck_executions_stopped_says_why")),
        sa.CheckConstraint(
            "(state IN ('uitgevoerd', 'gestopt')) = (ended_on IS NOT NULL)", name=op.f("ck_executions_ended_has_day")
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (spent_cents IS NULL)", name=op.f("ck_executions_ended_is_settled")),
        sa.CheckConstraint(
            "(returned_on IS NULL) = (returned_by_id IS NULL)", name=op.f("ck_executions_returned_whole")
        ),
        sa.CheckConstraint("award_cents > 0", name=op.f("ck_executions_award")),
        sa.CheckConstraint("returned_on IS NULL OR to_return_cents > 0", name=op.f("ck_executions_returned")),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_executions_spent")),
        sa.CheckConstraint(
            "to_return_cents = 0 OR ended_on IS NOT NULL", name=op.f("ck_executions_returns_after_the_end")
        ),
        sa.CheckConstraint(
            "to_return_cents >= 0 AND to_return_cents <= award_cents", name=op.f("ck_executions_to_return")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["awards.project_id"], name=op.f("fk_executions_project_id_awards"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["returned_by_id"], ["accounts.id"], name=op.f("fk_executions_returned_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_executions")),
        sa.UniqueConstraint("project_id", "award_cents", name=op.f("uq_executions_project_id_award_cents")),
    )
    op.create_table(
        "award_agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("signed_name", sa.String(length=80), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_name", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(), nullable=True),
        sa.Column("lapse_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_award_agreements_approved_whole")
        ),
        sa.CheckConstraint("approved_at IS NULL OR lapsed_at IS NULL", name=op.f("ck_award_agreements_signed_stays")),
        sa.CheckConstraint("approved_by_id <> account_id", name=op.f("ck_award_agreements_two_people")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_award_agreements_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["accounts.id"],
            name=op.f("fk_award_agreements_approved_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["executions.project_id"],
            name=op.f("fk_award_agreements_project_id_executions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_agreements")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_award_agreements_project_id_number")),
    )
    op.create_index(
        "uq_award_agreements_on_the_table",
        "award_agreements",
        ["project_id"],
        unique=True,
        sqlite_where=sa.text("lapsed_at IS NULL"),
        postgresql_where=sa.text("lapsed_at IS NULL"),
    )
    op.create_table(
        "award_expenses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("refusal", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/webp')", name=op.f("ck_award_expenses_media_type")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_award_expenses_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_award_expenses_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["executions.project_id"],
            name=op.f("fk_award_expenses_project_id_executions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_expenses")),
        sa.UniqueConstraint("name", name=op.f("uq_award_expenses_name")),
    )
    op.create_index("ix_award_expenses_project_id", "award_expenses", ["project_id"], unique=False)
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "gemeld", "goedgekeurd", name="state", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("late_told_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'goedgekeurd') = (approved_on IS NOT NULL)", name=op.f("ck_milestones_approved_has_day")
        ),
        sa.CheckConstraint(
            "(approved_on IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_milestones_approved_whole")
        ),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_milestones_amount")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["accounts.id"], name=op.f("fk_milestones_approved_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["executions.project_id"],
            name=op.f("fk_milestones_project_id_executions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_index("ix_milestones_project_id_due_on", "milestones", ["project_id", "due_on"], unique=False)
    op.create_index("ix_milestones_state_due_on", "milestones", ["state", "due_on"], unique=False)
    op.create_table(
        "instalments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("award_cents", sa.BigInteger(), nullable=False),
        sa.Column("from_cents", sa.BigInteger(), nullable=False),
        sa.Column("until_cents", sa.BigInteger(), nullable=False),
        sa.Column("after_cents", sa.BigInteger(), nullable=True),
        sa.Column("payable_cents", sa.BigInteger(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(from_cents = 0) = (after_cents IS NULL)", name=op.f("ck_instalments_first_at_zero")),
        sa.CheckConstraint("after_cents = from_cents", name=op.f("ck_instalments_begins_where_one_ends")),
        sa.CheckConstraint(
            "from_cents >= 0 AND from_cents < until_cents AND until_cents <= award_cents",
            name=op.f("ck_instalments_on_the_ruler"),
        ),
        sa.CheckConstraint("payable_cents BETWEEN 0 AND until_cents - from_cents", name=op.f("ck_instalments_payable")),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["milestones.id"],
            name=op.f("fk_instalments_milestone_id_milestones"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "after_cents"],
            ["instalments.project_id", "instalments.until_cents"],
            name=op.f("fk_instalments_project_id_after_cents_instalments"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "award_cents"],
            ["executions.project_id", "executions.award_cents"],
            name=op.f("fk_instalments_project_id_award_cents_executions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalments")),
        sa.UniqueConstraint("milestone_id", name=op.f("uq_instalments_milestone_id")),
        sa.UniqueConstraint("project_id", "from_cents", name=op.f("uq_instalments_project_id_from_cents")),
        sa.UniqueConstraint("project_id", "until_cents", name=op.f("uq_instalments_project_id_until_cents")),
    )
    op.create_table(
        "progress_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"], ["submissions.id"], name=op.f("fk_progress_reports_id_submissions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["milestones.id"],
            name=op.f("fk_progress_reports_milestone_id_milestones"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["executions.project_id"],
            name=op.f("fk_progress_reports_project_id_executions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_reports")),
    )
    op.create_index(op.f("ix_progress_reports_milestone_id"), "progress_reports", ["milestone_id"], unique=False)
    op.create_index(op.f("ix_progress_reports_project_id"), "progress_reports", ["project_id"], unique=False)
    op.create_table(
        "instalment_payments",
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("paid_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instalment_id"],
            ["instalments.id"],
            name=op.f("fk_instalment_payments_instalment_id_instalments"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["paid_by_id"],
            ["accounts.id"],
            name=op.f("fk_instalment_payments_paid_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("instalment_id", name=op.f("pk_instalment_payments")),
    )


def downgrade() -> None:
    op.drop_table("instalment_payments")
    op.drop_index(op.f("ix_progress_reports_project_id"), table_name="progress_reports")
    op.drop_index(op.f("ix_progress_reports_milestone_id"), table_name="progress_reports")
    op.drop_table("progress_reports")
    op.drop_table("instalments")
    op.drop_index("ix_milestones_state_due_on", table_name="milestones")
    op.drop_index("ix_milestones_project_id_due_on", table_name="milestones")
    op.drop_table("milestones")
    op.drop_index("ix_award_expenses_project_id", table_name="award_expenses")
    op.drop_table("award_expenses")
    op.drop_index(
        "uq_award_agreements_on_the_table",
        table_name="award_agreements",
        sqlite_where=sa.text("lapsed_at IS NULL"),
        postgresql_where=sa.text("lapsed_at IS NULL"),
    )
    op.drop_table("award_agreements")
    op.drop_table("executions")
    op.drop_index("ix_round_survey_answers_round_id", table_name="round_survey_answers")
    op.drop_table("round_survey_answers")
