"""Registering where letters are sent: there is no account until the link was used, and nothing to sign in to.

The password is chosen behind the link. Whoever registers with somebody else's address would otherwise know the password
of the account that its owner confirms.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from registry.models import Account, MailProof
from registry.permissions import PUBLIC
from registry.services.accounts import joining, registration
from registry.services.accounts.making import clean_email, clean_name, email_key, find
from registry.services.accounts.proofs import keep, proof_of
from registry.services.accounts.registration import Registration
from registry.services.events import Entry, record


def ask_registration(
    session: Session, asked: Registration, *, now: datetime, language: str, target: str = "", colleague: str = ""
) -> tuple[str, str] | None:
    """Store a registration, and the page its person wants to go on to, until its link is used. Returns (mail address,
    token).

    `colleague` is the hash of the link by which a member asked him in; the enterprise is that member's then. None where
    the address has an account: then its owner gets a message. Either way one event is written, so that the answer takes
    the same time.
    """
    if colleague:
        joining.host_of(session, colleague, now=now)
        asked = replace(asked, name=clean_name(asked.name), email=clean_email(asked.email))
    else:
        asked = registration.checked(asked)
        registration.require_clear(session, asked)
    holder = find(session, asked.email)
    if holder is not None:
        registration.tell_holder(session, holder, now=now)
        return None
    content = asdict(asked) | {"language": language, "target": target, "colleague": colleague}
    token = keep(session, asked.email, content, account_id=None, now=now)
    record(session, PUBLIC, Entry(action="account.register_asked", subject_type="account"))
    return asked.email, token


def registration_of(session: Session, token: str, *, now: datetime) -> Registration:
    """The registration behind a link; raises NotFound for a link that was used or has expired."""
    proof = proof_of(session, token, now=now, of_account=False)
    return _stated(proof)


def _stated(proof: MailProof) -> Registration:
    return Registration(**{name: str(proof.content.get(name, "")) for name in Registration.__dataclass_fields__})


def complete_registration(
    session: Session, token: str, password_hash: str, *, now: datetime
) -> tuple[Account | None, str]:
    """Make the account that a link proves, with the password that was chosen there; further links of the same address
    end with it. Returns it (None where the address has one by now) and where its person wants to go."""
    proof = proof_of(session, token, now=now, of_account=False, hold=True)
    asked = _stated(proof)
    language, target, colleague = (str(proof.content.get(name, "")) for name in ("language", "target", "colleague"))
    session.execute(
        delete(MailProof).where(MailProof.email_key == email_key(asked.email), MailProof.account_id.is_(None))
    )
    if colleague and find(session, asked.email) is None:
        return joining.join(session, colleague, asked, password_hash, now=now, language=language), target
    return registration.register(session, asked, password_hash, now=now, language=language), target
