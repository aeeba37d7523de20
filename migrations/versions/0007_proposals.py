"""Residents propose, support and are answered."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("support_needed", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("support_count", sa.Integer(), nullable=False),
        sa.Column("threshold_reached_at", sa.DateTime(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column(
            "latest_answer",
            sa.Enum(
                "we-doen-het",
                "we-onderzoeken-het",
                "we-doen-een-deel",
                "we-doen-het-niet",
                name="latest_answer",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (latest_answer IS NULL)", name=op.f("ck_proposals_answer_whole")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_proposals_place_whole")),
        sa.CheckConstraint(
            "(threshold_reached_at IS NULL) = (answer_due_on IS NULL)", name=op.f("ck_proposals_clock_whole")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_proposals_place")
        ),
        sa.CheckConstraint("support_count >= 0", name=op.f("ck_proposals_support_count")),
        sa.ForeignKeyConstraint(
            ["id"], ["submissions.id"], name=op.f("fk_proposals_id_submissions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["street_id"], ["streets.id"], name=op.f("fk_proposals_street_id_streets"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_answer_due_on", "proposals", ["answer_due_on"], unique=False)
    op.create_index("ix_proposals_support_count", "proposals", ["support_count"], unique=False)
    op.create_table(
        "official_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "we-doen-het",
                "we-onderzoeken-het",
                "we-doen-een-deel",
                "we-doen-het-niet",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_html", sa.Text(), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["accounts.id"],
            name=op.f("fk_official_answers_answered_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_official_answers_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_answers")),
    )
    op.create_index(op.f("ix_official_answers_proposal_id"), "official_answers", ["proposal_id"], unique=False)
    op.create_table(
        "supports",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("supporter_key", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("supported_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_supports_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_supports_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "supporter_key", name=op.f("pk_supports")),
    )
    op.create_index("ix_supports_account_id", "supports", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_supports_account_id", table_name="supports")
    op.drop_table("supports")
    op.drop_index(op.f("ix_official_answers_proposal_id"), table_name="official_answers")
    op.drop_table("official_answers")
    op.drop_index("ix_proposals_support_count", table_name="proposals")
    op.drop_index("ix_proposals_answer_due_on", table_name="proposals")
    op.drop_table("proposals")
