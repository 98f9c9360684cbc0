"""The background jobs that every app shares."""

from datetime import timedelta

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from eastep.core.events import REACTIONS
from eastep.core.models import Entry

TRIED_ENOUGH = 3


@app.task(name="core.react", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
def react(entry_id: int, reaction: str) -> None:
    """Run one reaction to one entry; repeated with growing pauses until it succeeds."""
    entry = Entry.objects.get(pk=entry_id)
    REACTIONS[entry.event][reaction](entry)


@app.periodic(cron="*/5 * * * *")
@app.task(name="core.retry_stalled", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up again what a worker that was killed had begun; not for ever, as the job may be what kills it."""
    stalled = await context.app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=timedelta(minutes=2).total_seconds()
    )
    for job in stalled:
        if job.attempts >= TRIED_ENOUGH:
            await context.app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await context.app.job_manager.retry_job(job)
