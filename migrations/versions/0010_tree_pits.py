"""Residents care for the soil around street trees."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adoptables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("species", sa.String(length=80), nullable=False),
        sa.Column("species_latin", sa.String(length=80), nullable=False),
        sa.Column("length_cm", sa.Integer(), nullable=False),
        sa.Column("width_cm", sa.Integer(), nullable=False),
        sa.Column(
            "light",
            sa.Enum(
                "zon", "halfschaduw", "schaduw", name="light", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("near_junction", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("search_key", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "beschikbaar",
                "in-aanvraag",
                "geadopteerd",
                "niet-geschikt",
                "tijdelijk-niet",
                "weg",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(length=200), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(state = 'weg') = (gone_on IS NOT NULL)", name=op.f("ck_adoptables_gone_has_day")),
        sa.CheckConstraint("kind <> 'boomspiegel' OR species <> ''", name=op.f("ck_adoptables_tree_has_species")),
        sa.CheckConstraint(
            "state NOT IN ('niet-geschikt', 'tijdelijk-niet') OR state_reason <> ''",
            name=op.f("ck_adoptables_state_has_reason"),
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_adoptables_place")
        ),
        sa.CheckConstraint(
            "length_cm BETWEEN 1 AND 5000 AND width_cm BETWEEN 1 AND 5000", name=op.f("ck_adoptables_size")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptables")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_adoptables_kind_code")),
    )
    op.create_index("ix_adoptables_kind_latitude", "adoptables", ["kind", "latitude"], unique=False)
    op.create_index("ix_adoptables_kind_state_code", "adoptables", ["kind", "state", "code"], unique=False)
    op.create_table(
        "adoption_regulations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("decision_url", sa.String(length=300), nullable=False),
        sa.Column("residents_only", sa.Boolean(), nullable=False),
        sa.Column("adoptions_most", sa.Integer(), nullable=False),
        sa.Column("adopters_most", sa.Integer(), nullable=False),
        sa.Column("waiting_most", sa.Integer(), nullable=False),
        sa.Column("height_most_cm", sa.Integer(), nullable=False),
        sa.Column("height_junction_cm", sa.Integer(), nullable=False),
        sa.Column("junction_metres", sa.Integer(), nullable=False),
        sa.Column("trunk_free_cm", sa.Integer(), nullable=False),
        sa.Column("dig_most_cm", sa.Integer(), nullable=False),
        sa.Column("raise_most_cm", sa.Integer(), nullable=False),
        sa.Column("footpath_least_cm", sa.Integer(), nullable=False),
        sa.Column("advice_days", sa.Integer(), nullable=False),
        sa.Column("mend_days", sa.Integer(), nullable=False),
        sa.Column("offer_days", sa.Integer(), nullable=False),
        sa.Column("nest_box_days", sa.Integer(), nullable=False),
        sa.Column("check_months", sa.Integer(), nullable=False),
        sa.Column("check_answer_days", sa.Integer(), nullable=False),
        sa.Column("misses_most", sa.Integer(), nullable=False),
        sa.Column("visit_days", sa.Integer(), nullable=False),
        sa.Column("warning_days", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("vanish_percent_most", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "adoptions_most > 0 AND adopters_most > 0 AND waiting_most > 0",
            name=op.f("ck_adoption_regulations_at_least_one"),
        ),
        sa.CheckConstraint(
            "check_months > 0 AND misses_most > 0 AND check_answer_days > 0",
            name=op.f("ck_adoption_regulations_yearly"),
        ),
        sa.CheckConstraint(
            "height_junction_cm <= height_most_cm AND height_junction_cm > 0",
            name=op.f("ck_adoption_regulations_heights"),
        ),
        sa.CheckConstraint(
            "vanish_percent_most BETWEEN 0 AND 100", name=op.f("ck_adoption_regulations_vanish_percent_most")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_regulations")),
        sa.UniqueConstraint("kind", "valid_from", name=op.f("uq_adoption_regulations_kind_valid_from")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_adoption_regulations_kind_version")),
    )
    op.create_table(
        "adoptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoptable_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("regulation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "klad",
                "wachtlijst",
                "aangeboden",
                "in-aanvraag",
                "aan-te-passen",
                "geadviseerd",
                "actief",
                "bezoek",
                "verwittigd",
                "vervallen",
                "geweigerd",
                "ingetrokken",
                "verlopen",
                "overgedragen",
                "beeindigd-adoptant",
                "beeindigd-stad",
                "beeindigd-werken",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("queue_number", sa.Integer(), nullable=True),
        sa.Column(
            "adopter_kind",
            sa.Enum(
                "persoon",
                "gezin",
                "school",
                "comite",
                name="adopter_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("group_name", sa.String(length=80), nullable=False),
        sa.Column(
            "nearness",
            sa.Enum(
                "woon",
                "werk",
                "school",
                "anders",
                name="nearness",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("first_name", sa.String(length=40), nullable=False),
        sa.Column("plan_words", sa.Text(), nullable=False),
        sa.Column("plan_hits", sa.String(length=300), nullable=False),
        sa.Column("has_plan", sa.Boolean(), nullable=False),
        sa.Column(
            "advice",
            sa.Enum(
                "gunstig",
                "gunstig-met-voorwaarden",
                "ongunstig",
                name="advice",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("advice_words", sa.Text(), nullable=False),
        sa.Column("advised_on", sa.Date(), nullable=True),
        sa.Column("mend_by", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_url", sa.String(length=300), nullable=False),
        sa.Column("end_words", sa.Text(), nullable=False),
        sa.Column("offer_until", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("nest_box_done_on", sa.Date(), nullable=True),
        sa.Column("nest_box_gone_on", sa.Date(), nullable=True),
        sa.Column("check_due_on", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("missed_checks", sa.Integer(), nullable=False),
        sa.Column("visit_by", sa.Date(), nullable=True),
        sa.Column("warning_until", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("link_nonce", sa.String(length=32), nullable=False),
        sa.CheckConstraint("(decided_on IS NULL) = (decision_url = '')", name=op.f("ck_adoptions_decision_whole")),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR NOT (state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'klad', 'verwittigd', 'wachtlijst'))",
            name=op.f("ck_adoptions_open_has_account"),
        ),
        sa.CheckConstraint(
            "check_due_on IS NOT NULL OR NOT (state IN ('actief', 'bezoek', 'verwittigd'))",
            name=op.f("ck_adoptions_caring_has_check"),
        ),
        sa.CheckConstraint(
            "started_on IS NOT NULL OR NOT (state IN ('actief', 'bezoek', 'verwittigd'))",
            name=op.f("ck_adoptions_caring_has_start"),
        ),
        sa.CheckConstraint(
            "state <> 'aangeboden' OR offer_until IS NOT NULL", name=op.f("ck_adoptions_offered_has_end")
        ),
        sa.CheckConstraint(
            "state <> 'verwittigd' OR warning_until IS NOT NULL", name=op.f("ck_adoptions_warned_has_end")
        ),
        sa.CheckConstraint(
            "state <> 'wachtlijst' OR queue_number IS NOT NULL", name=op.f("ck_adoptions_waiting_has_number")
        ),
        sa.CheckConstraint("missed_checks >= 0", name=op.f("ck_adoptions_missed_checks")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_adoptions_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["adoptable_id"], ["adoptables.id"], name=op.f("fk_adoptions_adoptable_id_adoptables"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["regulation_id"],
            ["adoption_regulations.id"],
            name=op.f("fk_adoptions_regulation_id_adoption_regulations"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
        sa.UniqueConstraint("adoptable_id", "queue_number", name=op.f("uq_adoptions_adoptable_id_queue_number")),
    )
    op.create_index("ix_adoptions_account_id", "adoptions", ["account_id"], unique=False)
    op.create_index("ix_adoptions_state_check_due_on", "adoptions", ["state", "check_due_on"], unique=False)
    op.create_index(
        "uq_adoptions_holder",
        "adoptions",
        ["adoptable_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'verwittigd')"
        ),
        postgresql_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'verwittigd')"
        ),
    )
    op.create_index(
        "uq_adoptions_open",
        "adoptions",
        ["adoptable_id", "account_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'klad', 'verwittigd', 'wachtlijst')"
        ),
        postgresql_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'klad', 'verwittigd', 'wachtlijst')"
        ),
    )
    op.create_table(
        "pit_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoptable_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "concern",
            sa.Enum(
                "verwaarlozing",
                "probleem",
                "correctie",
                name="concern",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "afgehandeld", name="state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'afgehandeld') = (handled_on IS NOT NULL)", name=op.f("ck_pit_reports_handled_has_day")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_pit_reports_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["adoptable_id"],
            ["adoptables.id"],
            name=op.f("fk_pit_reports_adoptable_id_adoptables"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pit_reports")),
    )
    op.create_index("ix_pit_reports_account_id", "pit_reports", ["account_id"], unique=False)
    op.create_index("ix_pit_reports_adoptable_id", "pit_reports", ["adoptable_id"], unique=False)
    op.create_index("ix_pit_reports_state_created_at", "pit_reports", ["state", "created_at"], unique=False)
    op.create_table(
        "accepted_rules",
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoptions.id"], name=op.f("fk_accepted_rules_adoption_id_adoptions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("adoption_id", "rule_code", name=op.f("pk_accepted_rules")),
    )
    op.create_table(
        "adoptable_areas",
        sa.Column("adoptable_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoptable_id"],
            ["adoptables.id"],
            name=op.f("fk_adoptable_areas_adoptable_id_adoptables"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_adoptable_areas_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("adoptable_id", "area_id", name=op.f("pk_adoptable_areas")),
    )
    op.create_index("ix_adoptable_areas_area_id", "adoptable_areas", ["area_id"], unique=False)
    op.create_table(
        "care_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "deed",
            sa.Enum("geplant", "gewied", "gegoten", name="deed", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("litres", sa.Integer(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.CheckConstraint("(deed = 'gegoten') = (litres IS NOT NULL)", name=op.f("ck_care_entries_water_in_litres")),
        sa.CheckConstraint("litres IS NULL OR litres BETWEEN 1 AND 500", name=op.f("ck_care_entries_litres")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_care_entries_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoptions.id"], name=op.f("fk_care_entries_adoption_id_adoptions"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_entries")),
    )
    op.create_index("ix_care_entries_account_id", "care_entries", ["account_id"], unique=False)
    op.create_index("ix_care_entries_adoption_id", "care_entries", ["adoption_id"], unique=False)
    op.create_table(
        "co_adopters",
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.CheckConstraint("seat >= 2", name=op.f("ck_co_adopters_seat")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_co_adopters_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoptions.id"], name=op.f("fk_co_adopters_adoption_id_adoptions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("adoption_id", "seat", name=op.f("pk_co_adopters")),
        sa.UniqueConstraint("adoption_id", "account_id", name=op.f("uq_co_adopters_adoption_id_account_id")),
    )
    op.create_index("ix_co_adopters_account_id", "co_adopters", ["account_id"], unique=False)
    op.create_table(
        "drought_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_drought_calls_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drought_calls")),
    )
    op.create_table(
        "pit_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoptable_id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column(
            "moment",
            sa.Enum(
                "voor", "onderhoud", "melding", name="moment", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["adoptable_id"], ["adoptables.id"], name=op.f("fk_pit_photos_adoptable_id_adoptables"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoptions.id"], name=op.f("fk_pit_photos_adoption_id_adoptions"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["submissions.id"], name=op.f("fk_pit_photos_id_submissions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["pit_reports.id"], name=op.f("fk_pit_photos_report_id_pit_reports"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pit_photos")),
    )
    op.create_index(op.f("ix_pit_photos_adoptable_id"), "pit_photos", ["adoptable_id"], unique=False)
    op.create_index(op.f("ix_pit_photos_adoption_id"), "pit_photos", ["adoption_id"], unique=False)
    op.create_index(op.f("ix_pit_photos_report_id"), "pit_photos", ["report_id"], unique=False)
    op.create_table(
        "planned_plants",
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("plant_code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoptions.id"], name=op.f("fk_planned_plants_adoption_id_adoptions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("adoption_id", "plant_code", name=op.f("pk_planned_plants")),
    )


def downgrade() -> None:
    op.drop_table("planned_plants")
    op.drop_index(op.f("ix_pit_photos_report_id"), table_name="pit_photos")
    op.drop_index(op.f("ix_pit_photos_adoption_id"), table_name="pit_photos")
    op.drop_index(op.f("ix_pit_photos_adoptable_id"), table_name="pit_photos")
    op.drop_table("pit_photos")
    op.drop_table("drought_calls")
    op.drop_index("ix_co_adopters_account_id", table_name="co_adopters")
    op.drop_table("co_adopters")
    op.drop_index("ix_care_entries_adoption_id", table_name="care_entries")
    op.drop_index("ix_care_entries_account_id", table_name="care_entries")
    op.drop_table("care_entries")
    op.drop_index("ix_adoptable_areas_area_id", table_name="adoptable_areas")
    op.drop_table("adoptable_areas")
    op.drop_table("accepted_rules")
    op.drop_index("ix_pit_reports_state_created_at", table_name="pit_reports")
    op.drop_index("ix_pit_reports_adoptable_id", table_name="pit_reports")
    op.drop_index("ix_pit_reports_account_id", table_name="pit_reports")
    op.drop_table("pit_reports")
    op.drop_index(
        "uq_adoptions_open",
        table_name="adoptions",
        sqlite_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'klad', 'verwittigd', 'wachtlijst')"
        ),
        postgresql_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'klad', 'verwittigd', 'wachtlijst')"
        ),
    )
    op.drop_index(
        "uq_adoptions_holder",
        table_name="adoptions",
        sqlite_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'verwittigd')"
        ),
        postgresql_where=sa.text(
            "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'verwittigd')"
        ),
    )
    op.drop_index("ix_adoptions_state_check_due_on", table_name="adoptions")
    op.drop_index("ix_adoptions_account_id", table_name="adoptions")
    op.drop_table("adoptions")
    op.drop_table("adoption_regulations")
    op.drop_index("ix_adoptables_kind_state_code", table_name="adoptables")
    op.drop_index("ix_adoptables_kind_latitude", table_name="adoptables")
    op.drop_table("adoptables")
