"""Codes on paper, letters and paper ballots are doors to the same right."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("last_key", sa.String(length=64), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_letter_runs_approved_whole")
        ),
        sa.CheckConstraint("approved_by_id <> asked_by_id", name=op.f("ck_letter_runs_two_people")),
        sa.CheckConstraint(
            "finished_at IS NULL OR approved_at IS NOT NULL", name=op.f("ck_letter_runs_made_after_approval")
        ),
        sa.CheckConstraint("letters BETWEEN 0 AND seen", name=op.f("ck_letter_runs_letters")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["accounts.id"],
            name=op.f("fk_letter_runs_approved_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_letter_runs_asked_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_letter_runs_poll_id_polls"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_runs")),
    )
    op.create_index(
        "uq_letter_runs_unfinished",
        "letter_runs",
        ["poll_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "vote_passes",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web", "brief", "loket", "papier", name="channel", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("channel IN ('brief', 'loket')", name=op.f("ck_vote_passes_through_a_code")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_vote_passes_poll_id_polls"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("poll_id", "code_hash", name=op.f("pk_vote_passes")),
        sa.UniqueConstraint("poll_id", "voter_key", "channel", name=op.f("uq_vote_passes_poll_id_voter_key_channel")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_paper_batches_accepted_whole")
        ),
        sa.CheckConstraint(
            "accepted_at IS NOT NULL OR ballots + blank + invalid = 0",
            name=op.f("ck_paper_batches_counted_when_accepted"),
        ),
        sa.CheckConstraint("ballots >= 0 AND blank >= 0 AND invalid >= 0", name=op.f("ck_paper_batches_counts")),
        sa.CheckConstraint("number > 0", name=op.f("ck_paper_batches_number")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["accounts.id"],
            name=op.f("fk_paper_batches_approved_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["accounts.id"],
            name=op.f("fk_paper_batches_prepared_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_paper_batches_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_paper_batches_round_id_number")),
    )
    op.create_table(
        "paper_minutes",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("handed_out", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "handed_out = ballots + blank + invalid OR reason <> ''", name=op.f("ck_paper_minutes_explained")
        ),
        sa.CheckConstraint("ballots >= 0 AND blank >= 0 AND invalid >= 0", name=op.f("ck_paper_minutes_counts")),
        sa.CheckConstraint(
            "handed_out >= ballots + blank + invalid", name=op.f("ck_paper_minutes_none_from_elsewhere")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["accounts.id"],
            name=op.f("fk_paper_minutes_prepared_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_paper_minutes_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_paper_minutes")),
    )
    op.create_table(
        "paper_entries",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=False),
        sa.Column("sealed_sheets", sa.Text(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.CheckConstraint("seat IN (1, 2)", name=op.f("ck_paper_entries_two_people")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["paper_batches.id"],
            name=op.f("fk_paper_entries_batch_id_paper_batches"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["counted_by_id"],
            ["accounts.id"],
            name=op.f("fk_paper_entries_counted_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("batch_id", "seat", name=op.f("pk_paper_entries")),
        sa.UniqueConstraint("batch_id", "counted_by_id", name=op.f("uq_paper_entries_batch_id_counted_by_id")),
    )
    op.create_index("ix_register_entries_born_on", "register_entries", ["born_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_register_entries_born_on", table_name="register_entries")
    op.drop_table("paper_entries")
    op.drop_table("paper_minutes")
    op.drop_table("paper_batches")
    op.drop_table("vote_passes")
    op.drop_index(
        "uq_letter_runs_unfinished",
        table_name="letter_runs",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_table("letter_runs")
