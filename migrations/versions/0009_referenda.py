"""Residents decide in referenda that anyone can check."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referenda",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("uuid", sa.String(length=22), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ontwerp",
                "gemeenteraad",
                "aangekondigd",
                "lijst",
                "sleutels",
                "codes",
                "open",
                "opgeschort",
                "gesloten",
                "nagerekend",
                "geteld",
                "afgekondigd",
                "opvolging",
                "archief",
                "vernietigd",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=True),
        sa.Column("trustee_count", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_uri", sa.String(length=300), nullable=False),
        sa.Column("frozen_sha256", sa.String(length=64), nullable=False),
        sa.Column("roll_count", sa.Integer(), nullable=True),
        sa.Column("roll_sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=43), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("publishes_at", sa.DateTime(), nullable=True),
        sa.Column("public_reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("roll_count IS NULL OR roll_count >= 0", name=op.f("ck_referenda_roll_count")),
        sa.CheckConstraint("trustee_count >= threshold AND threshold >= 1", name=op.f("ck_referenda_threshold")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_referenda_poll_id_polls"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referenda")),
        sa.UniqueConstraint("poll_id", name=op.f("uq_referenda_poll_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_referenda_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_referenda_uuid")),
    )
    op.create_table(
        "key_rehearsals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("board_hash", sa.String(length=64), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("passed_at", sa.DateTime(), nullable=True),
        sa.Column("subsets", sa.Integer(), nullable=True),
        sa.CheckConstraint("(passed_at IS NULL) = (subsets IS NULL)", name=op.f("ck_key_rehearsals_passed_whole")),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_key_rehearsals_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_rehearsals")),
    )
    op.create_table(
        "paper_counts",
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counted_by_id"], ["accounts.id"], name=op.f("fk_paper_counts_counted_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_paper_counts_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("referendum_id", "counted_by_id", name=op.f("pk_paper_counts")),
    )
    op.create_table(
        "referendum_ballots",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("cast", "tested", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("credential_hash", sa.String(length=64), nullable=True),
        sa.Column("nth", sa.Integer(), nullable=True),
        sa.Column("cast_key", sa.String(length=32), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'cast') = (body IS NOT NULL AND credential_hash IS NOT NULL)",
            name=op.f("ck_referendum_ballots_cast_is_whole"),
        ),
        sa.CheckConstraint("nth IS NULL OR nth >= 1", name=op.f("ck_referendum_ballots_nth")),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_referendum_ballots_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("sha256", "referendum_id", name=op.f("pk_referendum_ballots")),
        sa.UniqueConstraint("referendum_id", "cast_key", name=op.f("uq_referendum_ballots_referendum_id_cast_key")),
        sa.UniqueConstraint(
            "referendum_id",
            "credential_hash",
            "nth",
            name=op.f("uq_referendum_ballots_referendum_id_credential_hash_nth"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_referendum_ballots_batch", "referendum_ballots", ["referendum_id", "batch"], unique=False)
    op.create_table(
        "referendum_exhibits",
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_referendum_exhibits_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("referendum_id", "name", name=op.f("pk_referendum_exhibits")),
    )
    op.create_table(
        "referendum_letter_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(approved_by_id IS NULL) = (approved_at IS NULL)",
            name=op.f("ck_referendum_letter_requests_approved_whole"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> asked_by_id",
            name=op.f("ck_referendum_letter_requests_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["accounts.id"],
            name=op.f("fk_referendum_letter_requests_approved_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["accounts.id"],
            name=op.f("fk_referendum_letter_requests_asked_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_referendum_letter_requests_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referendum_letter_requests")),
    )
    op.create_index(
        op.f("ix_referendum_letter_requests_referendum_id"),
        "referendum_letter_requests",
        ["referendum_id"],
        unique=False,
    )
    op.create_index(
        "uq_referendum_letter_requests_waiting",
        "referendum_letter_requests",
        ["referendum_id", "voter_key"],
        unique=True,
        sqlite_where=sa.text("approved_by_id IS NULL"),
        postgresql_where=sa.text("approved_by_id IS NULL"),
    )
    op.create_table(
        "referendum_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("allows_blank", sa.Boolean(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("arguments_for", sa.JSON(), nullable=False),
        sa.Column("arguments_against", sa.JSON(), nullable=False),
        sa.Column("follow_up", sa.JSON(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_referendum_questions_position")),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_referendum_questions_referendum_id_referenda"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referendum_questions")),
        sa.UniqueConstraint("referendum_id", "position", name=op.f("uq_referendum_questions_referendum_id_position")),
    )
    op.create_table(
        "referendum_trustees",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_referendum_trustees_number")),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_referendum_trustees_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referendum_trustees")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_referendum_trustees_link_hash")),
        sa.UniqueConstraint("referendum_id", "number", name=op.f("uq_referendum_trustees_referendum_id_number")),
    )
    op.create_table(
        "refused_attempts",
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("hour", sa.DateTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_refused_attempts_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("referendum_id", "reason", "hour", name=op.f("pk_refused_attempts")),
    )
    op.create_table(
        "roll_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column(
            "change",
            sa.Enum("erbij", "eraf", name="change", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("birth_key", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_by_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("second_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "change <> 'erbij' OR (area_id IS NOT NULL AND birth_key IS NOT NULL)",
            name=op.f("ck_roll_changes_addition_whole"),
        ),
        sa.CheckConstraint("(second_by_id IS NULL) = (second_at IS NULL)", name=op.f("ck_roll_changes_second_whole")),
        sa.CheckConstraint(
            "second_by_id IS NULL OR second_by_id <> first_by_id", name=op.f("ck_roll_changes_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_roll_changes_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["accounts.id"], name=op.f("fk_roll_changes_first_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_roll_changes_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["accounts.id"], name=op.f("fk_roll_changes_second_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_changes")),
    )
    op.create_index(
        "uq_roll_changes_waiting",
        "roll_changes",
        ["referendum_id", "voter_key"],
        unique=True,
        sqlite_where=sa.text("second_by_id IS NULL"),
        postgresql_where=sa.text("second_by_id IS NULL"),
    )
    op.create_table(
        "roll_entries",
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("birth_key", sa.String(length=64), nullable=False),
        sa.Column("credential_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_roll_entries_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_roll_entries_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("referendum_id", "voter_key", name=op.f("pk_roll_entries")),
        sa.UniqueConstraint(
            "referendum_id", "credential_key", name=op.f("uq_roll_entries_referendum_id_credential_key")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roll_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("roll_sha256", sa.String(length=64), nullable=False),
        sa.Column("reference_on", sa.Date(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("entries > 0", name=op.f("ck_roll_imports_entries")),
        sa.ForeignKeyConstraint(
            ["imported_by_id"],
            ["accounts.id"],
            name=op.f("fk_roll_imports_imported_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_roll_imports_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_imports")),
    )
    op.create_index(op.f("ix_roll_imports_referendum_id"), "roll_imports", ["referendum_id"], unique=False)
    op.create_table(
        "two_person_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "lijst",
                "openen",
                "opschorten",
                "hervatten",
                "sluiten",
                "afkondigen",
                "vernietigen",
                "wissen",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("first_by_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("second_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(second_by_id IS NULL) = (second_at IS NULL)", name=op.f("ck_two_person_acts_second_whole")
        ),
        sa.CheckConstraint(
            "second_by_id IS NULL OR second_by_id <> first_by_id", name=op.f("ck_two_person_acts_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["accounts.id"], name=op.f("fk_two_person_acts_first_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_two_person_acts_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"],
            ["accounts.id"],
            name=op.f("fk_two_person_acts_second_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_person_acts")),
    )
    op.create_index(
        "uq_two_person_acts_waiting",
        "two_person_acts",
        ["referendum_id", "act"],
        unique=True,
        sqlite_where=sa.text("second_by_id IS NULL"),
        postgresql_where=sa.text("second_by_id IS NULL"),
    )
    op.create_table(
        "key_complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_seat_id", sa.Integer(), nullable=False),
        sa.Column("about_seat_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_seat_id"],
            ["referendum_trustees.id"],
            name=op.f("fk_key_complaints_about_seat_id_referendum_trustees"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_seat_id"],
            ["referendum_trustees.id"],
            name=op.f("fk_key_complaints_by_seat_id_referendum_trustees"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_complaints")),
        sa.UniqueConstraint("by_seat_id", "about_seat_id", name=op.f("uq_key_complaints_by_seat_id_about_seat_id")),
    )
    op.create_table(
        "key_pieces",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "certificate",
                "promise",
                "commitment",
                "shares",
                "key",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seat_id"],
            ["referendum_trustees.id"],
            name=op.f("fk_key_pieces_seat_id_referendum_trustees"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("seat_id", "step", name=op.f("pk_key_pieces")),
    )
    op.create_table(
        "key_rehearsal_parts",
        sa.Column("rehearsal_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rehearsal_id"],
            ["key_rehearsals.id"],
            name=op.f("fk_key_rehearsal_parts_rehearsal_id_key_rehearsals"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("rehearsal_id", "owner", name=op.f("pk_key_rehearsal_parts")),
    )
    op.create_table(
        "roll_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referendum_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "nieuw", "gegrond", "ongegrond", name="state", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("sealed_who", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'nieuw') = (decided_at IS NULL)", name=op.f("ck_roll_objections_decided_whole")),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["roll_changes.id"],
            name=op.f("fk_roll_objections_change_id_roll_changes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["accounts.id"],
            name=op.f("fk_roll_objections_decided_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["referendum_id"],
            ["referenda.id"],
            name=op.f("fk_roll_objections_referendum_id_referenda"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_objections")),
    )
    op.create_index(
        "ix_roll_objections_referendum_id_state", "roll_objections", ["referendum_id", "state"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_roll_objections_referendum_id_state", table_name="roll_objections")
    op.drop_table("roll_objections")
    op.drop_table("key_rehearsal_parts")
    op.drop_table("key_pieces")
    op.drop_table("key_complaints")
    op.drop_index(
        "uq_two_person_acts_waiting",
        table_name="two_person_acts",
        sqlite_where=sa.text("second_by_id IS NULL"),
        postgresql_where=sa.text("second_by_id IS NULL"),
    )
    op.drop_table("two_person_acts")
    op.drop_index(op.f("ix_roll_imports_referendum_id"), table_name="roll_imports")
    op.drop_table("roll_imports")
    op.drop_table("roll_entries")
    op.drop_index(
        "uq_roll_changes_waiting",
        table_name="roll_changes",
        sqlite_where=sa.text("second_by_id IS NULL"),
        postgresql_where=sa.text("second_by_id IS NULL"),
    )
    op.drop_table("roll_changes")
    op.drop_table("refused_attempts")
    op.drop_table("referendum_trustees")
    op.drop_table("referendum_questions")
    op.drop_index(
        "uq_referendum_letter_requests_waiting",
        table_name="referendum_letter_requests",
        sqlite_where=sa.text("approved_by_id IS NULL"),
        postgresql_where=sa.text("approved_by_id IS NULL"),
    )
    op.drop_index(op.f("ix_referendum_letter_requests_referendum_id"), table_name="referendum_letter_requests")
    op.drop_table("referendum_letter_requests")
    op.drop_table("referendum_exhibits")
    op.drop_index("ix_referendum_ballots_batch", table_name="referendum_ballots")
    op.drop_table("referendum_ballots")
    op.drop_table("paper_counts")
    op.drop_table("key_rehearsals")
    op.drop_table("referenda")
