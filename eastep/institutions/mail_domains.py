"""Whether an e-mail address is under the internet domain of an institution. No Django."""


def belongs_to(address: str, domain: str) -> bool:
    """Whether *address* is at *domain* or beneath it: a hint, for students and others have such addresses, too.

    >>> [belongs_to(address, "yonsei.ac.kr") for address in ("a@yonsei.ac.kr", "a@Mail.Yonsei.ac.kr", "a@notyonsei.ac.kr")]
    [True, True, False]
    >>> belongs_to("a@yonsei.ac.kr", "")
    False
    """
    host = address.rpartition("@")[2].casefold()
    own = domain.casefold()
    return bool(own) and (host == own or host.endswith(f".{own}"))
