"""Streets have committees, parties, play streets and things on loan."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loan_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("spare_days", sa.Integer(), nullable=False),
        sa.Column("alternative_id", sa.Integer(), nullable=True),
        sa.Column("is_lent", sa.Boolean(), nullable=False),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_loan_items_stock")),
        sa.ForeignKeyConstraint(
            ["alternative_id"],
            ["loan_items.id"],
            name=op.f("fk_loan_items_alternative_id_loan_items"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_items")),
        sa.UniqueConstraint("code", name=op.f("uq_loan_items_code")),
    )
    op.create_table(
        "loan_days",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND stock", name=op.f("ck_loan_days_never_overbooked")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["loan_items.id"], name=op.f("fk_loan_days_item_id_loan_items"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("item_id", "on_day", name=op.f("pk_loan_days")),
    )
    op.create_table(
        "committee_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_committee_letters_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["accounts.id"],
            name=op.f("fk_committee_letters_prepared_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_letters")),
    )
    op.create_table(
        "committees",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column(
            "form",
            sa.Enum("feitelijke-vereniging", "vzw", name="form", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("outline", sa.JSON(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "voorgesteld",
                "bevestigd",
                "erkend",
                "actief",
                "slapend",
                "gestopt",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("recognised_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("active_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(state = 'gestopt') = (ended_on IS NOT NULL)", name=op.f("ck_committees_ended")),
        sa.CheckConstraint(
            "state NOT IN ('erkend', 'actief', 'slapend') OR recognised_on IS NOT NULL",
            name=op.f("ck_committees_recognised"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_committees_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committees")),
        sa.UniqueConstraint("name", name=op.f("uq_committees_name")),
    )
    op.create_index("ix_committees_state_name", "committees", ["state", "name"], unique=False)
    op.create_table(
        "committee_areas",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_committee_areas_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committees.id"],
            name=op.f("fk_committee_areas_committee_id_committees"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("committee_id", "area_id", name=op.f("pk_committee_areas")),
    )
    op.create_index("ix_committee_areas_area_id", "committee_areas", ["area_id"], unique=False)
    op.create_table(
        "committee_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email_key", sa.String(length=64), nullable=False),
        sa.Column("sealed_email", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_committee_contacts_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committees.id"],
            name=op.f("fk_committee_contacts_committee_id_committees"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_contacts")),
        sa.UniqueConstraint("nonce", name=op.f("uq_committee_contacts_nonce")),
    )
    op.create_index("ix_committee_contacts_account_id", "committee_contacts", ["account_id"], unique=False)
    op.create_index(
        "uq_committee_contacts_email",
        "committee_contacts",
        ["committee_id", "email_key"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "committee_streets",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committees.id"],
            name=op.f("fk_committee_streets_committee_id_committees"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["street_id"], ["streets.id"], name=op.f("fk_committee_streets_street_id_streets"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("committee_id", "street_id", name=op.f("pk_committee_streets")),
    )
    op.create_index("ix_committee_streets_street_id", "committee_streets", ["street_id"], unique=False)
    op.create_table(
        "street_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(length=40), nullable=False),
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "concept",
                "ingediend",
                "aan-te-vullen",
                "in-advies",
                "in-bevraging",
                "ter-beslissing",
                "wachtlijst",
                "gemeld",
                "toegestaan",
                "toegestaan-voorwaarden",
                "geweigerd",
                "klaar",
                "afgelopen",
                "verslag-binnen",
                "afgesloten",
                "in-wacht",
                "ingetrokken",
                "stopgezet",
                "vervallen",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "held_from",
            sa.Enum(
                "concept",
                "ingediend",
                "aan-te-vullen",
                "in-advies",
                "in-bevraging",
                "ter-beslissing",
                "wachtlijst",
                "gemeld",
                "toegestaan",
                "toegestaan-voorwaarden",
                "geweigerd",
                "klaar",
                "afgelopen",
                "verslag-binnen",
                "afgesloten",
                "in-wacht",
                "ingetrokken",
                "stopgezet",
                "vervallen",
                name="held_from",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("hold_reason", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("sealed_contact", sa.Text(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("helped_at", sa.String(length=80), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("closes_street", sa.Boolean(), nullable=True),
        sa.Column("music", sa.Boolean(), nullable=True),
        sa.Column("food", sa.Boolean(), nullable=True),
        sa.Column("insurance", sa.String(length=40), nullable=False),
        sa.Column("asks_grant", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("over_on", sa.Date(), nullable=True),
        sa.Column("wiped_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'in-wacht') = (held_from IS NOT NULL)", name=op.f("ck_street_requests_held_whole")
        ),
        sa.CheckConstraint("held_from IS NULL OR hold_reason <> ''", name=op.f("ck_street_requests_held_has_reason")),
        sa.CheckConstraint(
            "state = 'concept' OR submitted_at IS NOT NULL OR state IN ('ingetrokken', 'vervallen')",
            name=op.f("ck_street_requests_handed_in"),
        ),
        sa.CheckConstraint(
            "(first_on IS NULL) = (last_on IS NULL) AND first_on <= last_on", name=op.f("ck_street_requests_days_whole")
        ),
        sa.CheckConstraint("expected > 0", name=op.f("ck_street_requests_expected")),
        sa.CheckConstraint("wiped_on IS NULL OR over_on <= wiped_on", name=op.f("ck_street_requests_wiped_after")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_street_requests_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committees.id"],
            name=op.f("fk_street_requests_committee_id_committees"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["accounts.id"],
            name=op.f("fk_street_requests_prepared_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_requests")),
    )
    op.create_index("ix_street_requests_account_id", "street_requests", ["account_id"], unique=False)
    op.create_index("ix_street_requests_first_on", "street_requests", ["first_on"], unique=False)
    op.create_index("ix_street_requests_state_first_on", "street_requests", ["state", "first_on"], unique=False)
    op.create_table(
        "committee_contact_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leaver_id", sa.Integer(), nullable=False),
        sa.Column("newcomer_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("leaver_agreed_at", sa.DateTime(), nullable=True),
        sa.Column("newcomer_agreed_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "done_at IS NULL OR (leaver_agreed_at IS NOT NULL AND newcomer_agreed_at IS NOT NULL)",
            name=op.f("ck_committee_contact_changes_both_agreed"),
        ),
        sa.CheckConstraint("leaver_id <> newcomer_id", name=op.f("ck_committee_contact_changes_two_people")),
        sa.ForeignKeyConstraint(
            ["leaver_id"],
            ["committee_contacts.id"],
            name=op.f("fk_committee_contact_changes_leaver_id_committee_contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["newcomer_id"],
            ["committee_contacts.id"],
            name=op.f("fk_committee_contact_changes_newcomer_id_committee_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_contact_changes")),
        sa.UniqueConstraint("newcomer_id", name=op.f("uq_committee_contact_changes_newcomer_id")),
    )
    op.create_table(
        "consent_surveys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("agreeing", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("needed", sa.Integer(), nullable=True),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (agreeing IS NULL) AND (closed_at IS NULL) = (needed IS NULL)",
            name=op.f("ck_consent_surveys_result_whole"),
        ),
        sa.CheckConstraint("closes_on > opened_on", name=op.f("ck_consent_surveys_days_in_order")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_consent_surveys_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_surveys")),
        sa.UniqueConstraint("request_id", "round", name=op.f("uq_consent_surveys_request_id_round")),
    )
    op.create_table(
        "loans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column(
            "transport",
            sa.Enum("afhalen", "leveren", name="transport", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "gereserveerd",
                "weg",
                "terug",
                "vrijgegeven",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("returned", sa.Integer(), nullable=True),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.Column("damage", sa.String(length=400), nullable=False),
        sa.CheckConstraint("damaged >= 0 AND (damaged = 0 OR damage <> '')", name=op.f("ck_loans_damage_is_told")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_loans_days_in_order")),
        sa.CheckConstraint("number > 0", name=op.f("ck_loans_number")),
        sa.CheckConstraint("returned BETWEEN 0 AND number", name=op.f("ck_loans_returned")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["loan_items.id"], name=op.f("fk_loans_item_id_loan_items"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["street_requests.id"], name=op.f("fk_loans_request_id_street_requests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
        sa.UniqueConstraint("request_id", "item_id", name=op.f("uq_loans_request_id_item_id")),
    )
    op.create_index("ix_loans_state_from_on", "loans", ["state", "from_on"], unique=False)
    op.create_table(
        "street_advices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("adviser", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("mail", sa.String(length=120), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "nog-niet-gevraagd",
                "gevraagd",
                "gunstig",
                "gunstig-met-voorwaarden",
                "ongunstig",
                "geen-antwoord",
                "niet-meer-nodig",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("signed", sa.String(length=80), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'gunstig-met-voorwaarden' OR conditions <> ''", name=op.f("ck_street_advices_limits_are_written")
        ),
        sa.CheckConstraint("state <> 'ongunstig' OR words <> ''", name=op.f("ck_street_advices_no_has_reason")),
        sa.CheckConstraint(
            "state = 'nog-niet-gevraagd' OR asked_at IS NOT NULL OR state = 'niet-meer-nodig'",
            name=op.f("ck_street_advices_asked"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('gunstig', 'gunstig-met-voorwaarden', 'ongunstig') OR answered_at IS NOT NULL",
            name=op.f("ck_street_advices_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["accounts.id"],
            name=op.f("fk_street_advices_answered_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_advices_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_advices")),
        sa.UniqueConstraint("nonce", name=op.f("uq_street_advices_nonce")),
        sa.UniqueConstraint("request_id", "round", "adviser", name=op.f("uq_street_advices_request_id_round_adviser")),
    )
    op.create_index("ix_street_advices_state_due_on", "street_advices", ["state", "due_on"], unique=False)
    op.create_table(
        "street_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("college_on", sa.Date(), nullable=False),
        sa.Column("decision_uri", sa.String(length=300), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("law_code", sa.String(length=40), nullable=False),
        sa.Column("law_words", sa.String(length=300), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'geweigerd' OR (law_code <> '' AND words <> '')",
            name=op.f("ck_street_decisions_refusal_cites_a_rule"),
        ),
        sa.CheckConstraint(
            "outcome <> 'toegestaan-voorwaarden' OR conditions <> ''",
            name=op.f("ck_street_decisions_conditions_are_written"),
        ),
        sa.CheckConstraint(
            "outcome IN ('toegestaan', 'toegestaan-voorwaarden', 'geweigerd')", name=op.f("ck_street_decisions_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["accounts.id"],
            name=op.f("fk_street_decisions_decided_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_decisions_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_decisions")),
    )
    op.create_index(op.f("ix_street_decisions_request_id"), "street_decisions", ["request_id"], unique=False)
    op.create_table(
        "street_evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("asking", sa.Integer(), nullable=False),
        sa.Column("help", sa.Integer(), nullable=False),
        sa.Column("safety", sa.Integer(), nullable=False),
        sa.Column("neighbours", sa.Integer(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("asking BETWEEN 1 AND 5 AND help BETWEEN 1 AND 5", name=op.f("ck_street_evaluations_city")),
        sa.CheckConstraint(
            "safety BETWEEN 1 AND 5 AND neighbours BETWEEN 1 AND 5", name=op.f("ck_street_evaluations_street")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_evaluations_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_evaluations")),
        sa.UniqueConstraint("request_id", name=op.f("uq_street_evaluations_request_id")),
    )
    op.create_table(
        "street_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("rule_name", sa.String(length=80), nullable=False),
        sa.Column("asked_cents", sa.Integer(), nullable=False),
        sa.Column("promised_cents", sa.Integer(), nullable=False),
        sa.Column("paid_cents", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "gevraagd",
                "toegezegd",
                "eerste-helft-betaald",
                "afrekening-binnen",
                "betaald",
                "geweigerd",
                "vervallen",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("halves", sa.Boolean(), nullable=False),
        sa.Column("needs_account", sa.Boolean(), nullable=False),
        sa.Column("settle_by", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("sealed_iban", sa.Text(), nullable=False),
        sa.Column("signed", sa.String(length=80), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state <> 'betaald' OR paid_cents > 0", name=op.f("ck_street_grants_paid")),
        sa.CheckConstraint("asked_cents > 0", name=op.f("ck_street_grants_asked")),
        sa.CheckConstraint("paid_cents <= promised_cents", name=op.f("ck_street_grants_never_more_than_promised")),
        sa.CheckConstraint("promised_cents >= 0 AND paid_cents >= 0", name=op.f("ck_street_grants_amounts")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_grants_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_grants")),
        sa.UniqueConstraint("request_id", name=op.f("uq_street_grants_request_id")),
    )
    op.create_index("ix_street_grants_state_settle_by", "street_grants", ["state", "settle_by"], unique=False)
    op.create_table(
        "street_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("attendance", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.CheckConstraint("attendance >= 0", name=op.f("ck_street_reports_attendance")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_street_reports_rating")),
        sa.ForeignKeyConstraint(
            ["id"], ["submissions.id"], name=op.f("fk_street_reports_id_submissions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_reports_request_id_street_requests"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_reports")),
        sa.UniqueConstraint("request_id", name=op.f("uq_street_reports_request_id")),
    )
    op.create_table(
        "street_request_areas",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_street_request_areas_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_request_areas_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "area_id", name=op.f("pk_street_request_areas")),
    )
    op.create_index("ix_street_request_areas_area_id", "street_request_areas", ["area_id"], unique=False)
    op.create_table(
        "street_request_days",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_street_request_days_hours_in_order")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_request_days_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "on_day", name=op.f("pk_street_request_days")),
    )
    op.create_index("ix_street_request_days_on_day", "street_request_days", ["on_day"], unique=False)
    op.create_table(
        "street_request_segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=True),
        sa.Column("to_number", sa.Integer(), nullable=True),
        sa.Column(
            "side",
            sa.Enum("beide", "even", "oneven", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.CheckConstraint("from_number > 0 AND to_number > 0", name=op.f("ck_street_request_segments_numbers")),
        sa.CheckConstraint(
            "from_number IS NULL OR to_number IS NULL OR from_number <= to_number",
            name=op.f("ck_street_request_segments_numbers_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_request_segments_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["street_id"],
            ["streets.id"],
            name=op.f("fk_street_request_segments_street_id_streets"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_request_segments")),
        sa.UniqueConstraint(
            "request_id",
            "street_id",
            "from_number",
            name=op.f("uq_street_request_segments_request_id_street_id_from_number"),
        ),
    )
    op.create_index("ix_street_request_segments_street_id", "street_request_segments", ["street_id"], unique=False)
    op.create_table(
        "street_stewards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email_key", sa.String(length=64), nullable=False),
        sa.Column("sealed_email", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("is_adult", sa.Boolean(), nullable=False),
        sa.Column("lives_there", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) OR (is_adult AND lives_there)", name=op.f("ck_street_stewards_confirmed_is_fit")
        ),
        sa.CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name=op.f("ck_street_stewards_one_answer")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_stewards_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_stewards")),
        sa.UniqueConstraint("nonce", name=op.f("uq_street_stewards_nonce")),
        sa.UniqueConstraint("request_id", "email_key", name=op.f("uq_street_stewards_request_id_email_key")),
    )
    op.create_table(
        "consent_voices",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "voice",
            sa.Enum("akkoord", "niet-akkoord", name="voice", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column(
            "channel",
            sa.Enum("code", "papier", name="channel", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column("sealed_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("voice IS NOT NULL OR sealed_reason = ''", name=op.f("ck_consent_voices_reason_has_voice")),
        sa.CheckConstraint("(voice IS NULL) = (channel IS NULL)", name=op.f("ck_consent_voices_voice_whole")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_consent_voices_address_id_addresses"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["consent_surveys.id"],
            name=op.f("fk_consent_voices_survey_id_consent_surveys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("survey_id", "address_id", name=op.f("pk_consent_voices")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_consent_voices_code_hash")),
    )
    op.create_index("ix_consent_voices_address_id", "consent_voices", ["address_id"], unique=False)
    op.create_table(
        "street_grant_bills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_street_grant_bills_cents")),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["street_grants.id"],
            name=op.f("fk_street_grant_bills_grant_id_street_grants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_grant_bills")),
    )
    op.create_index(op.f("ix_street_grant_bills_grant_id"), "street_grant_bills", ["grant_id"], unique=False)
    op.create_table(
        "street_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/webp')", name=op.f("ck_street_documents_media_type")
        ),
        sa.CheckConstraint("(survey_id IS NULL) <> (bill_id IS NULL)", name=op.f("ck_street_documents_one_purpose")),
        sa.CheckConstraint(
            "checked_at IS NULL OR survey_id IS NOT NULL", name=op.f("ck_street_documents_answers_are_checked")
        ),
        sa.ForeignKeyConstraint(
            ["bill_id"],
            ["street_grant_bills.id"],
            name=op.f("fk_street_documents_bill_id_street_grant_bills"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"],
            ["accounts.id"],
            name=op.f("fk_street_documents_checked_by_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["street_requests.id"],
            name=op.f("fk_street_documents_request_id_street_requests"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["consent_surveys.id"],
            name=op.f("fk_street_documents_survey_id_consent_surveys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_documents")),
        sa.UniqueConstraint("name", name=op.f("uq_street_documents_name")),
    )
    op.create_index(op.f("ix_street_documents_bill_id"), "street_documents", ["bill_id"], unique=False)
    op.create_index(op.f("ix_street_documents_request_id"), "street_documents", ["request_id"], unique=False)
    op.create_index(op.f("ix_street_documents_survey_id"), "street_documents", ["survey_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_street_documents_survey_id"), table_name="street_documents")
    op.drop_index(op.f("ix_street_documents_request_id"), table_name="street_documents")
    op.drop_index(op.f("ix_street_documents_bill_id"), table_name="street_documents")
    op.drop_table("street_documents")
    op.drop_index(op.f("ix_street_grant_bills_grant_id"), table_name="street_grant_bills")
    op.drop_table("street_grant_bills")
    op.drop_index("ix_consent_voices_address_id", table_name="consent_voices")
    op.drop_table("consent_voices")
    op.drop_table("street_stewards")
    op.drop_index("ix_street_request_segments_street_id", table_name="street_request_segments")
    op.drop_table("street_request_segments")
    op.drop_index("ix_street_request_days_on_day", table_name="street_request_days")
    op.drop_table("street_request_days")
    op.drop_index("ix_street_request_areas_area_id", table_name="street_request_areas")
    op.drop_table("street_request_areas")
    op.drop_table("street_reports")
    op.drop_index("ix_street_grants_state_settle_by", table_name="street_grants")
    op.drop_table("street_grants")
    op.drop_table("street_evaluations")
    op.drop_index(op.f("ix_street_decisions_request_id"), table_name="street_decisions")
    op.drop_table("street_decisions")
    op.drop_index("ix_street_advices_state_due_on", table_name="street_advices")
    op.drop_table("street_advices")
    op.drop_index("ix_loans_state_from_on", table_name="loans")
    op.drop_table("loans")
    op.drop_table("consent_surveys")
    op.drop_table("committee_contact_changes")
    op.drop_index("ix_street_requests_state_first_on", table_name="street_requests")
    op.drop_index("ix_street_requests_first_on", table_name="street_requests")
    op.drop_index("ix_street_requests_account_id", table_name="street_requests")
    op.drop_table("street_requests")
    op.drop_index("ix_committee_streets_street_id", table_name="committee_streets")
    op.drop_table("committee_streets")
    op.drop_index(
        "uq_committee_contacts_email",
        table_name="committee_contacts",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index("ix_committee_contacts_account_id", table_name="committee_contacts")
    op.drop_table("committee_contacts")
    op.drop_index("ix_committee_areas_area_id", table_name="committee_areas")
    op.drop_table("committee_areas")
    op.drop_index("ix_committees_state_name", table_name="committees")
    op.drop_table("committees")
    op.drop_table("committee_letters")
    op.drop_table("loan_days")
    op.drop_table("loan_items")
