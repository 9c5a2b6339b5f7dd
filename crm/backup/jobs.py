"""The nightly backup: a file a day in a folder, of which the newest are kept."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

from crm.backup.actions import back_up
from crm.backup.letter import tell_administrators
from crm.core.clock import SHANGHAI, day_of, now
from crm.core.jobs import Job, JobState, Progress, enqueue, handles, when_over
from crm.core.periodic import once_a_day

BACKUP = "backup"
NAME = "crm-????-??-??.backup"


class Folder:
    """Where this process keeps nightly backups, by the settings; nowhere, none are made."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.passphrase, self.kept = "", 0

    def connect(self, path: Path | None, passphrase: str, kept: int) -> None:
        """Use a folder, or none, of which the `kept` newest backups stay."""
        self.path, self.passphrase, self.kept = path, passphrase, kept


folder = Folder()


def ask_for_backup(since: time, at: datetime) -> None:
    """Ask for the day's backup, once, when it is time (Shanghai)."""
    if folder.path is not None and at.astimezone(SHANGHAI).time() >= since:
        number = day_of(at).toordinal()
        once_a_day("backup", lambda: enqueue(BACKUP, number, by_id=None, at=at), at=at)


@handles(BACKUP)
def keep_backup(day_number: int, progress: Progress) -> None:
    """Write the backup of a day unless it is there, then delete the oldest beyond those that are kept.

    Raises OSError where the folder is missing or full; nothing half stays.
    """
    if folder.path is None:
        return
    file = folder.path / f"crm-{date.fromordinal(day_number)}.backup"
    if not file.exists():
        made = back_up(file, folder.passphrase, at=now(), progress=lambda what, done, total: progress(done, total))
        if made.lost:
            raise LookupError(f"the storage has lost {len(made.lost)} files that records name: {made.lost[:5]}")
    for old in sorted(folder.path.glob(NAME))[: -folder.kept]:
        old.unlink()


@when_over(BACKUP)
def tell_of_failure(job: Job) -> None:
    """A backup that failed is told to administrators at once: nobody looks for what is not there."""
    if job.state == JobState.FAILED:
        reason = job.error.strip().rpartition("\n")[2]
        tell_administrators(date.fromordinal(job.record_id), reason, at=now())
