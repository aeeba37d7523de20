"""A round is a dated regulation; neighbours apply as a group."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round_phases",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "voorbereiding",
                "indienen",
                "ontvankelijkheid",
                "dialoog",
                "budgetspel",
                "jury",
                "toekenning",
                "uitvoering",
                "evaluatie",
                "archief",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "closes_at IS NOT NULL OR kind = 'archief'", name=op.f("ck_round_phases_only_archive_stays_open")
        ),
        sa.CheckConstraint("kind <> 'budgetspel'", name=op.f("ck_round_phases_game_is_the_poll")),
        sa.CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name=op.f("ck_round_phases_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_phases_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("round_id", "kind", name=op.f("pk_round_phases")),
    )
    op.create_table(
        "round_regulations",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("project_least_cents", sa.BigInteger(), nullable=True),
        sa.Column("project_most_cents", sa.BigInteger(), nullable=True),
        sa.Column("applicants_least", sa.Integer(), nullable=False),
        sa.Column("addresses_least", sa.Integer(), nullable=False),
        sa.Column("adults_least", sa.Integer(), nullable=False),
        sa.Column("adult_age", sa.Integer(), nullable=False),
        sa.Column("applicant_age_least", sa.Integer(), nullable=False),
        sa.Column("applicant_age_most", sa.Integer(), nullable=True),
        sa.Column("ideas_per_person_most", sa.Integer(), nullable=True),
        sa.Column("group_days", sa.Integer(), nullable=False),
        sa.Column("mend_days", sa.Integer(), nullable=False),
        sa.Column("reply_days", sa.Integer(), nullable=False),
        sa.Column("advice_days", sa.Integer(), nullable=False),
        sa.Column(
            "vote_method",
            sa.Enum(
                "basket",
                "coins",
                "approval",
                "points",
                "ranking",
                name="vote_method",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("basket_cents", sa.BigInteger(), nullable=True),
        sa.Column("coins", sa.Integer(), nullable=True),
        sa.Column("favourites", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("ranks", sa.Integer(), nullable=True),
        sa.Column("may_change_vote", sa.Boolean(), nullable=False),
        sa.Column("reminder_days", sa.Integer(), nullable=False),
        sa.Column("buyers_least", sa.Integer(), nullable=True),
        sa.Column("top", sa.Integer(), nullable=True),
        sa.Column(
            "top_edge",
            sa.Enum("all", "none", "lot", name="top_edge", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("jury_size", sa.Integer(), nullable=False),
        sa.Column(
            "jury_formation",
            sa.Enum("drawn", "appointed", name="jury_formation", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("jury_reserves", sa.Integer(), nullable=False),
        sa.Column("jury_age_least", sa.Integer(), nullable=False),
        sa.Column("jury_weight_percent", sa.Integer(), nullable=True),
        sa.Column("winners_most", sa.Integer(), nullable=True),
        sa.Column("themes_most", sa.Integer(), nullable=True),
        sa.Column("carry_out_months", sa.Integer(), nullable=True),
        sa.Column("first_instalment_percent", sa.Integer(), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("account_days", sa.Integer(), nullable=False),
        sa.Column("preset", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(vote_method = 'basket') = (basket_cents IS NOT NULL) OR vote_method IS NULL",
            name=op.f("ck_round_regulations_basket"),
        ),
        sa.CheckConstraint(
            "(vote_method = 'coins') = (coins IS NOT NULL) OR vote_method IS NULL",
            name=op.f("ck_round_regulations_coins"),
        ),
        sa.CheckConstraint(
            "addresses_least BETWEEN 1 AND applicants_least", name=op.f("ck_round_regulations_addresses_least")
        ),
        sa.CheckConstraint(
            "adults_least BETWEEN 0 AND applicants_least", name=op.f("ck_round_regulations_adults_least")
        ),
        sa.CheckConstraint(
            "applicant_age_least BETWEEN 0 AND 120 AND adult_age BETWEEN 0 AND 120",
            name=op.f("ck_round_regulations_ages"),
        ),
        sa.CheckConstraint(
            "applicant_age_most IS NULL OR applicant_age_most >= applicant_age_least",
            name=op.f("ck_round_regulations_ages_in_order"),
        ),
        sa.CheckConstraint("applicants_least >= 1", name=op.f("ck_round_regulations_applicants_least")),
        sa.CheckConstraint(
            "group_days > 0 AND mend_days > 0 AND reply_days > 0 AND advice_days > 0",
            name=op.f("ck_round_regulations_clocks"),
        ),
        sa.CheckConstraint("jury_size >= 0 AND jury_reserves >= 0", name=op.f("ck_round_regulations_jury_size")),
        sa.CheckConstraint("jury_age_least BETWEEN 0 AND 120", name=op.f("ck_round_regulations_jury_age")),
        sa.CheckConstraint("winners_most IS NULL OR jury_size > 0", name=op.f("ck_round_regulations_winners_most")),
        sa.CheckConstraint("themes_most IS NULL OR themes_most > 0", name=op.f("ck_round_regulations_themes_most")),
        sa.CheckConstraint(
            "first_instalment_percent BETWEEN 0 AND 100", name=op.f("ck_round_regulations_first_instalment")
        ),
        sa.CheckConstraint(
            "reminder_days >= 0 AND late_days >= 0 AND account_days >= 0", name=op.f("ck_round_regulations_days_after")
        ),
        sa.CheckConstraint(
            "(vote_method = 'points') = (points IS NOT NULL) OR vote_method IS NULL",
            name=op.f("ck_round_regulations_points"),
        ),
        sa.CheckConstraint(
            "(vote_method = 'ranking') = (ranks IS NOT NULL) OR vote_method IS NULL",
            name=op.f("ck_round_regulations_ranks"),
        ),
        sa.CheckConstraint(
            "jury_weight_percent IS NULL OR jury_weight_percent BETWEEN 1 AND 99",
            name=op.f("ck_round_regulations_jury_weight"),
        ),
        sa.CheckConstraint(
            "project_least_cents IS NULL OR project_least_cents > 0", name=op.f("ck_round_regulations_project_least")
        ),
        sa.CheckConstraint(
            "project_most_cents IS NULL OR project_most_cents >= COALESCE(project_least_cents, 1)",
            name=op.f("ck_round_regulations_project_most"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_regulations_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_regulations")),
        sa.UniqueConstraint("round_id", "jury_formation", name=op.f("uq_round_regulations_round_id_jury_formation")),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "concept",
                "groep-onvolledig",
                "ingediend",
                "aan-te-vullen",
                "niet-ontvankelijk",
                "ontvankelijk",
                "haalbaar-mits",
                "haalbaar",
                "niet-haalbaar",
                "op-de-lijst",
                "niet-op-de-lijst",
                "samengevoegd",
                "ingetrokken",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "resumes",
            sa.Enum(
                "concept",
                "groep-onvolledig",
                "ingediend",
                "aan-te-vullen",
                "niet-ontvankelijk",
                "ontvankelijk",
                "haalbaar-mits",
                "haalbaar",
                "niet-haalbaar",
                "op-de-lijst",
                "niet-op-de-lijst",
                "samengevoegd",
                "ingetrokken",
                name="resumes",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("frozen_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(project_id IS NULL) = (frozen_sha256 = '')", name=op.f("ck_dossiers_on_ballot_has_hash")),
        sa.CheckConstraint(
            "(stage = 'groep-onvolledig') = (resumes IS NOT NULL)", name=op.f("ck_dossiers_incomplete_knows_way_back")
        ),
        sa.CheckConstraint(
            "(stage = 'op-de-lijst') = (project_id IS NOT NULL)", name=op.f("ck_dossiers_on_ballot_has_project")
        ),
        sa.CheckConstraint(
            "(stage = 'samengevoegd') = (merged_into_id IS NOT NULL)", name=op.f("ck_dossiers_merged_knows_into_what")
        ),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_dossiers_place_whole")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_dossiers_not_into_itself")),
        sa.ForeignKeyConstraint(
            ["id"], ["submissions.id"], name=op.f("fk_dossiers_id_submissions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["dossiers.id"], name=op.f("fk_dossiers_merged_into_id_dossiers"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_dossiers_project_id_projects"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_dossiers_round_id_rounds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("project_id", name=op.f("uq_dossiers_project_id")),
    )
    op.create_index("ix_dossiers_round_id_stage", "dossiers", ["round_id", "stage"], unique=False)
    op.create_table(
        "dossier_advice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "juridisch",
                "technisch",
                "kost",
                "onderhoud",
                "veiligheid",
                "eigendom",
                "vergunningen",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "gunstig",
                "gunstig-mits",
                "ongunstig",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("public_summary", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "answered_at IS NULL OR public_summary <> ''", name=op.f("ck_dossier_advice_answer_says_why")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_dossier_advice_answer_has_author")
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (verdict IS NULL)", name=op.f("ck_dossier_advice_answer_whole")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["accounts.id"],
            name=op.f("fk_dossier_advice_answered_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_dossier_advice_asked_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_advice_dossier_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_advice")),
        sa.UniqueConstraint(
            "dossier_id", "subject", "service", name=op.f("uq_dossier_advice_dossier_id_subject_service")
        ),
    )
    op.create_index(op.f("ix_dossier_advice_dossier_id"), "dossier_advice", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_attachments_dossier_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_attachments")),
    )
    op.create_index(op.f("ix_dossier_attachments_dossier_id"), "dossier_attachments", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_costs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "eenmalig",
                "per-jaar",
                "eigen-bijdrage",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_dossier_costs_amount")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_costs_dossier_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_costs")),
    )
    op.create_index(op.f("ix_dossier_costs_dossier_id"), "dossier_costs", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(replied_at IS NULL) = (reply = '')", name=op.f("ck_dossier_decisions_reply_whole")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["accounts.id"],
            name=op.f("fk_dossier_decisions_decided_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_decisions_dossier_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_decisions")),
    )
    op.create_index(op.f("ix_dossier_decisions_dossier_id"), "dossier_decisions", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("sealed_email", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_dossier_invitations_one_answer")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_invitations_dossier_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_invitations")),
    )
    op.create_index(op.f("ix_dossier_invitations_dossier_id"), "dossier_invitations", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("applicant_key", sa.String(length=64), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_dossier_members_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_members_dossier_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_members")),
    )
    op.create_index("ix_dossier_members_account_id", "dossier_members", ["account_id"], unique=False)
    op.create_index(
        "uq_dossier_members_lead",
        "dossier_members",
        ["dossier_id"],
        unique=True,
        sqlite_where=sa.text("is_lead AND left_at IS NULL"),
        postgresql_where=sa.text("is_lead AND left_at IS NULL"),
    )
    op.create_index(
        "uq_dossier_members_person",
        "dossier_members",
        ["dossier_id", "applicant_key"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "dossier_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("from_agreed_at", sa.DateTime(), nullable=True),
        sa.Column("into_agreed_at", sa.DateTime(), nullable=True),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("from_id <> into_id", name=op.f("ck_dossier_merges_two_dossiers")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_dossier_merges_asked_by_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["dossiers.id"], name=op.f("fk_dossier_merges_from_id_dossiers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["dossiers.id"], name=op.f("fk_dossier_merges_into_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_merges")),
        sa.UniqueConstraint("from_id", "into_id", name=op.f("uq_dossier_merges_from_id_into_id")),
    )
    op.create_index(op.f("ix_dossier_merges_from_id"), "dossier_merges", ["from_id"], unique=False)
    op.create_index(op.f("ix_dossier_merges_into_id"), "dossier_merges", ["into_id"], unique=False)
    op.create_table(
        "dossier_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=160), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_steps_dossier_id_dossiers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_steps")),
    )
    op.create_index(op.f("ix_dossier_steps_dossier_id"), "dossier_steps", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_findings",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column(
            "criterion",
            sa.Enum(
                "grondgebied",
                "algemeen-belang",
                "niet-commercieel",
                "neutraal",
                "bedrag",
                "volledig",
                "geen-dubbele-subsidie",
                name="criterion",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("passed OR reason <> ''", name=op.f("ck_dossier_findings_failure_has_reason")),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["dossier_decisions.id"],
            name=op.f("fk_dossier_findings_decision_id_dossier_decisions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", "criterion", name=op.f("pk_dossier_findings")),
    )


def downgrade() -> None:
    op.drop_table("dossier_findings")
    op.drop_index(op.f("ix_dossier_steps_dossier_id"), table_name="dossier_steps")
    op.drop_table("dossier_steps")
    op.drop_index(op.f("ix_dossier_merges_into_id"), table_name="dossier_merges")
    op.drop_index(op.f("ix_dossier_merges_from_id"), table_name="dossier_merges")
    op.drop_table("dossier_merges")
    op.drop_index(
        "uq_dossier_members_person",
        table_name="dossier_members",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index(
        "uq_dossier_members_lead",
        table_name="dossier_members",
        sqlite_where=sa.text("is_lead AND left_at IS NULL"),
        postgresql_where=sa.text("is_lead AND left_at IS NULL"),
    )
    op.drop_index("ix_dossier_members_account_id", table_name="dossier_members")
    op.drop_table("dossier_members")
    op.drop_index(op.f("ix_dossier_invitations_dossier_id"), table_name="dossier_invitations")
    op.drop_table("dossier_invitations")
    op.drop_index(op.f("ix_dossier_decisions_dossier_id"), table_name="dossier_decisions")
    op.drop_table("dossier_decisions")
    op.drop_index(op.f("ix_dossier_costs_dossier_id"), table_name="dossier_costs")
    op.drop_table("dossier_costs")
    op.drop_index(op.f("ix_dossier_attachments_dossier_id"), table_name="dossier_attachments")
    op.drop_table("dossier_attachments")
    op.drop_index(op.f("ix_dossier_advice_dossier_id"), table_name="dossier_advice")
    op.drop_table("dossier_advice")
    op.drop_index("ix_dossiers_round_id_stage", table_name="dossiers")
    op.drop_table("dossiers")
    op.drop_table("round_regulations")
    op.drop_table("round_phases")
