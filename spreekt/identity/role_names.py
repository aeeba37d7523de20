"""What staff call each role."""

from spreekt.kernel.actor import Role
from spreekt.kernel.errors import N_

ROLE_NAMES = {
    Role.MODERATOR: N_("Moderator"),
    Role.APPEAL: N_("Behandelt beroep"),
    Role.AREA_WORKER: N_("Gebiedswerker"),
    Role.SERVICE: N_("Medewerker van een dienst"),
    Role.ADVISER: N_("Adviseur"),
    Role.DESK: N_("Loketmedewerker"),
    Role.REGISTER: N_("Beheert het register"),
    Role.REFERENDUM: N_("Beheert referendums"),
    Role.PUBLISHER: N_("Publiceert uitslagen"),
    Role.JUROR: N_("Jurylid"),
    Role.FINANCE: N_("Betaalt toelagen"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Beheerder"),
}
