"""What pages that enter a document have in common: the number they are asked with, how what was sent is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import BadParameter, RegistryError
from registry.forms.recognition import DocumentForm, ticked
from registry.services.uploads import Examined
from registry.values.row_ids import row_id
from registry.views.web.received import decoded_paper
from registry.views.web.runtime import session


def asked_number(name: str, refusal: str) -> int:
    """The number of a record in the address. Raises BadParameter with the sentence `refusal`."""
    wanted = row_id(request.args.get(name))
    if wanted is None:
        raise BadParameter(refusal, field=name)
    return wanted


def enter_sent(form: DocumentForm, prepare: Callable[[Examined | None], int]) -> AnyResponse | int:
    """Take a document that was sent: `prepare` writes it and gives its id, and its page is next; otherwise the status
    to answer, with every fault at its field."""
    if not form.validate():
        return 422
    try:
        with decoded_paper(form.file.data) as file:
            made = prepare(file)
    except RegistryError as error:
        session().rollback()
        return form.absorb(error)
    return redirect(url_for("publications.publication", publication_id=made), 303)


def chosen(name: str, offered: Iterable[int | None]) -> set[int | None]:
    """The rows that are ticked: all of them on the first look, then those that were sent."""
    return set(offered) if request.method == "GET" else set(ticked(request.form.getlist(name)))
