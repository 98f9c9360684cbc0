"""Pages of one's own notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from eastep.core.events import sentences
from eastep.notices import actions
from eastep.notices.forms import MailChoiceForm, Notices
from eastep.notices.models import Notice
from eastep.notices.queries import wants_mail
from eastep.notices.subjects import subjects_of
from eastep.ui.listing import listing, selected
from eastep.ui.pages import PersonRequest, own_address, page


@login_required
@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    """What the person was told, the newest first."""
    rows = Notice.objects.visible_to(request.user).select_related("entry__by")
    context = listing(request, rows, Notices, sorts={"newest": ("-pk",)})
    entries = [notice.entry for notice in context["page"]]
    subjects = subjects_of(entries)
    told = zip(context["page"], sentences(entries), strict=True)
    context |= {
        "told": [(notice, words, subjects.get(entry.pk, "")) for notice, (entry, words) in told],
        "form": MailChoiceForm(initial={"by_mail": wants_mail(request.user)}),
    }
    return page(request, "notices/notices.html", context, fragment="rows")


@login_required
@require_GET
def notice(request: PersonRequest, pk: int) -> HttpResponse:
    """Go to what the notice is about; with that it is read."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.read_notices(request.user, by=request.user, notices=[found])
    return redirect(found.url)


@login_required
@require_POST
def read_notices(request: PersonRequest) -> HttpResponse:
    """Mark the chosen ones as read."""
    chosen = selected(request, Notice.objects.visible_to(request.user), Notices)
    _say(request, actions.read_notices(request.user, by=request.user, notices=chosen))
    return redirect(own_address(request, "/notices/"))


@login_required
@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark all as read."""
    _say(request, actions.read_all(request.user, by=request.user))
    return redirect("notices")


@login_required
@require_POST
def choose_mail(request: PersonRequest) -> HttpResponse:
    """Whether notices come by mail, too."""
    form = MailChoiceForm(request.POST)
    if form.is_valid():
        choice = actions.choose_mail(request.user, by=request.user, by_mail=form.cleaned_data["by_mail"])
        said = _("You get mails from now on.") if choice.by_mail else _("You get no more mails from now on.")
        messages.success(request, said)
    return redirect("notices")


@login_required
@require_POST
def mail_again(request: PersonRequest, pk: int) -> HttpResponse:
    """Try once more to mail a notice."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.mail_again(found, by=request.user)
    messages.success(request, _("The mail is sent again."))
    return redirect(own_address(request, "/notices/"))


def _say(request: PersonRequest, count: int) -> None:
    text = ngettext("{count} notice is marked as read.", "{count} notices are marked as read.", count)
    messages.success(request, text.format(count=count))
