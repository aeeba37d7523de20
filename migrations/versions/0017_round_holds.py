"""A budget round can stand still until two people let it go on."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round_holds",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.Column("lift_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("lift_asked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_round_holds_has_a_reason")),
        sa.CheckConstraint(
            "(lift_asked_by_id IS NULL) = (lift_asked_at IS NULL)", name=op.f("ck_round_holds_asked_whole")
        ),
        sa.ForeignKeyConstraint(
            ["lift_asked_by_id"],
            ["accounts.id"],
            name=op.f("fk_round_holds_lift_asked_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_holds_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_holds")),
    )


def downgrade() -> None:
    op.drop_table("round_holds")
