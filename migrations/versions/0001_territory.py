"""The city has areas, streets and addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("plural", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partitions")),
        sa.UniqueConstraint("code", name=op.f("uq_partitions_code")),
    )
    op.create_table(
        "streets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("borough_code", sa.String(length=60), nullable=False),
        sa.Column("search_key", sa.String(length=120), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
        sa.UniqueConstraint("name", "borough_code", name=op.f("uq_streets_name_borough_code")),
    )
    op.create_index("ix_streets_search_key", "streets", ["search_key"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.Column("house_number", sa.String(length=12), nullable=False),
        sa.Column("box", sa.String(length=12), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["street_id"], ["streets.id"], name=op.f("fk_addresses_street_id_streets"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("street_id", "house_number", "box", name=op.f("uq_addresses_street_id_house_number_box")),
    )
    op.create_table(
        "areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partition_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("is_schematic", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("inhabitants", sa.Integer(), nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_areas_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["partition_id"], ["partitions.id"], name=op.f("fk_areas_partition_id_partitions"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("partition_id", "code", "valid_from", name=op.f("uq_areas_partition_id_code_valid_from")),
    )
    op.create_index("ix_areas_code", "areas", ["code"], unique=False)
    op.create_table(
        "address_areas",
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_address_areas_address_id_addresses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_address_areas_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("address_id", "area_id", name=op.f("pk_address_areas")),
    )
    op.create_index("ix_address_areas_area_id", "address_areas", ["area_id"], unique=False)
    op.create_table(
        "street_areas",
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_street_areas_area_id_areas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["street_id"], ["streets.id"], name=op.f("fk_street_areas_street_id_streets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("street_id", "area_id", name=op.f("pk_street_areas")),
    )
    op.create_index("ix_street_areas_area_id", "street_areas", ["area_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_street_areas_area_id", table_name="street_areas")
    op.drop_table("street_areas")
    op.drop_index("ix_address_areas_area_id", table_name="address_areas")
    op.drop_table("address_areas")
    op.drop_index("ix_areas_code", table_name="areas")
    op.drop_table("areas")
    op.drop_table("addresses")
    op.drop_index("ix_streets_search_key", table_name="streets")
    op.drop_table("streets")
    op.drop_table("partitions")
