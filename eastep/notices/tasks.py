"""The background jobs of notices. Each may run twice."""

from smtplib import SMTPRecipientsRefused

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from eastep.notices import actions
from eastep.notices.models import Notice
from eastep.notices.states import MailState

RETRY = RetryStrategy(
    max_attempts=7, exponential_wait=5
)  # after 5 seconds, 25, 2 minutes, …, the last after a day


@app.task(name="notices.mail_notice", queue="mail", retry=RETRY, pass_context=True)
def mail_notice(context: JobContext, notice_id: int) -> None:
    """Mail one notice; repeated with growing pauses while the mail server does not take it."""
    notice = (
        Notice.objects.select_related("entry__by", "person")
        .filter(pk=notice_id, mail=MailState.WAITING)
        .first()
    )
    if notice is None:  # it was sent by a job that ended before it could say so
        return
    try:
        actions.mail_notice(notice)
    except OSError as error:
        reason = _reason(error)
        if _is_final(error) or RETRY.get_retry_decision(exception=error, job=context.job) is None:
            actions.give_up_mail(notice, reason=reason)
            return
        actions.put_off_mail(notice, reason=reason)
        raise


def _is_final(error: OSError) -> bool:
    """Whether the mail server said that the address will never work."""
    return isinstance(error, SMTPRecipientsRefused) and all(
        500 <= code < 600 for code, _said in error.recipients.values()
    )


def _reason(error: OSError) -> str:
    """What the mail server said, for the person who reads it; never empty."""
    if isinstance(error, SMTPRecipientsRefused):
        said = [f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values()]
        return "; ".join(said)
    return str(error) or type(error).__name__
