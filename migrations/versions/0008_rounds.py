"""Residents share out a budget."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "greedy",
                "greedy-no-skip",
                "greedy-per-cost",
                "equal-shares",
                name="rule",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("rule_options", sa.JSON(), nullable=False),
        sa.Column("max_approvals", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_uri", sa.String(length=300), nullable=False),
        sa.Column("publishes_at", sa.DateTime(), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("without_vote", sa.Boolean(), nullable=False),
        sa.Column("is_about_themes", sa.Boolean(), nullable=False),
        sa.Column("themes_from_id", sa.Integer(), nullable=True),
        sa.Column("officers_needed", sa.Integer(), nullable=False),
        sa.Column("mixed_ballots", sa.Integer(), nullable=False),
        sa.Column("ballot_keys", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_rounds_amount")),
        sa.CheckConstraint("max_approvals IS NULL OR max_approvals > 0", name=op.f("ck_rounds_max_approvals")),
        sa.CheckConstraint("officers_needed BETWEEN 1 AND 9", name=op.f("ck_rounds_officers_needed")),
        sa.CheckConstraint("NOT is_about_themes OR rule = 'greedy'", name=op.f("ck_rounds_themes_by_votes")),
        sa.CheckConstraint("themes_from_id <> id", name=op.f("ck_rounds_not_from_itself")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_rounds_poll_id_polls"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["themes_from_id"], ["rounds.id"], name=op.f("fk_rounds_themes_from_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("poll_id", name=op.f("uq_rounds_poll_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_rounds_slug")),
    )
    op.create_table(
        "ballot_drafts",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed_choice", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("is_begun", sa.Boolean(), nullable=False),
        sa.Column("counts_at_close", sa.Boolean(), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ballot_drafts_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_ballot_drafts_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("round_id", "account_id", name=op.f("pk_ballot_drafts")),
    )
    op.create_table(
        "budget_ballots",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("sealed_choice", sa.Text(), nullable=False),
        sa.Column("change_mark", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_budget_ballots_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_ballots")),
        sa.UniqueConstraint("change_mark", name=op.f("uq_budget_ballots_change_mark")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counting_officers",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("proven_at", sa.DateTime(), nullable=True),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("seat BETWEEN 1 AND 9", name=op.f("ck_counting_officers_seat")),
        sa.CheckConstraint("proven_at IS NULL OR public_key <> ''", name=op.f("ck_counting_officers_proves_a_key")),
        sa.CheckConstraint(
            "(given_at IS NULL) OR proven_at IS NOT NULL", name=op.f("ck_counting_officers_gives_a_proven_key")
        ),
        sa.CheckConstraint("sealed_key = '' OR given_at IS NOT NULL", name=op.f("ck_counting_officers_key_was_given")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_counting_officers_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_counting_officers_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("round_id", "seat", name=op.f("pk_counting_officers")),
        sa.UniqueConstraint("round_id", "account_id", name=op.f("uq_counting_officers_round_id_account_id")),
    )
    op.create_index("ix_budget_ballots_round_id", "budget_ballots", ["round_id"], unique=False)
    op.create_table(
        "pots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_pots_amount")),
        sa.CheckConstraint("(area_id IS NULL) <> (theme = '')", name=op.f("ck_pots_of_area_or_theme")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_pots_area_id_areas"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_pots_round_id_rounds"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pots")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_pots_round_id_code")),
    )
    op.create_table(
        "published_outcomes",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by_id IS NULL) OR prepared_by_id IS NULL",
            name=op.f("ck_published_outcomes_confirmed_whole"),
        ),
        sa.CheckConstraint("published_by_id <> prepared_by_id", name=op.f("ck_published_outcomes_two_people")),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["accounts.id"],
            name=op.f("fk_published_outcomes_prepared_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["accounts.id"],
            name=op.f("fk_published_outcomes_published_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_published_outcomes_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("round_id", "part", name=op.f("pk_published_outcomes")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.CheckConstraint("cost_cents > 0", name=op.f("ck_projects_cost")),
        sa.ForeignKeyConstraint(
            ["id"], ["submissions.id"], name=op.f("fk_projects_id_submissions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["submissions.id"], name=op.f("fk_projects_origin_id_submissions"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_projects_pot_id_pots"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_projects_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_projects_round_id_code")),
    )
    op.create_index(op.f("ix_projects_round_id"), "projects", ["round_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_projects_round_id"), table_name="projects")
    op.drop_table("projects")
    op.drop_table("published_outcomes")
    op.drop_table("pots")
    op.drop_index("ix_budget_ballots_round_id", table_name="budget_ballots")
    op.drop_table("budget_ballots")
    op.drop_table("counting_officers")
    op.drop_table("ballot_drafts")
    op.drop_table("rounds")
