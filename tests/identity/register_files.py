"""Small register files for tests. Serial 999 belongs to nobody."""

from spreekt.identity.register_file import HEADER

NOEMIE = "85.07.30-999.32;1985-07-30;Noémie;Dewaele;Sint-Denijsestraat;12;3;8500;Kortrijk;2015-01-01"
LUKASZ = "99123199940;1999-12-31;Łukasz;Demeester;Heuleplaats;4;;8501;Heule;2020-05-01"
ANNA = "00010199974;2000-01-01;Anna;Demeester;Heuleplaats;4;;8501;Heule;2020-05-01"


def a_file(*lines: str) -> bytes:
    """A file with these residents, or with Noémie and Łukasz."""
    return "\n".join((";".join(HEADER), *(lines or (NOEMIE, LUKASZ)), "")).encode()
