"""The budget game: marking a ballot, keeping it as a draft, sealing it, casting it. Nobody opens one here."""
