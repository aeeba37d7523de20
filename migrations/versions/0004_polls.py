"""A right is used once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=40), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("maximum_age", sa.Integer(), nullable=True),
        sa.Column("age_on", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_polls_dates_in_order")),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 120", name=op.f("ck_polls_minimum_age")),
        sa.CheckConstraint("maximum_age BETWEEN minimum_age AND 120", name=op.f("ck_polls_maximum_age")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_polls_area_id_areas"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
    )
    op.create_table(
        "used_rights",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web", "brief", "loket", "papier", name="channel", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_used_rights_poll_id_polls"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("poll_id", "voter_key", name=op.f("pk_used_rights")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("used_rights")
    op.drop_table("polls")
