"""What git remembers of a folder, where there is git; everywhere else nothing."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from econ.errors import BaselineError

__all__ = ["History"]

MOST = 200  # revisions of a file that are looked through


@dataclass(frozen=True)
class History:
    """The revisions of the files below a folder."""

    root: Path

    @cached_property
    def _git(self) -> str | None:
        return shutil.which("git")

    def content(self, revision: str, path: str) -> bytes | None:
        """A file as it was in a revision; None if it was not there."""
        return self._run("show", f"{revision}:./{path}")

    def committed(self, revision: str, path: str) -> str:
        """A text file as it was in a revision.

        Raises
        ------
        BaselineError
            If there is no such revision, or it lacks the file.
        """
        if self._git is None:
            raise BaselineError("git is not installed, so there are no other revisions")
        if self._run("rev-parse", "--git-dir") is None:
            raise BaselineError(
                f"{self.root.name}/ is no git checkout that git lets this user read (git config safe.directory), so "
                "there "
                "are no other revisions"
            )
        if revision.startswith("-") or self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is None:
            raise BaselineError(
                f"no revision {revision!r}; git fetch it first (CI checkouts are shallow), or name another"
            )
        content = self.content(revision, path)
        if content is None:
            raise BaselineError(f"revision {revision} has no {path}")
        return content.decode("utf-8", errors="replace")

    def with_checksum(self, path: str, sha256: str) -> bytes | None:
        """The newest version of a file that has a checksum; None if git does not remember one."""
        found = (self._run("log", f"--max-count={MOST}", "--format=%H", "--", path) or b"").decode().split()
        versions = (self.content(revision, path) for revision in found)
        return next((one for one in versions if one and hashlib.sha256(one).hexdigest() == sha256), None)

    @property
    def shallow(self) -> bool:
        """Whether older revisions were left out of the checkout."""
        return (self._run("rev-parse", "--is-shallow-repository") or b"").strip() == b"true"

    def changed_since(self, path: str, folders: tuple[str, ...], revision: str | None = None) -> tuple[str, ...]:
        """Files below folders that differ from how they were in a revision, or when `path` was last committed."""
        last = revision or (self._run("log", "--max-count=1", "--format=%H", "--", path) or b"").decode().strip()
        if not last:
            return ()
        names = self._run("diff", "--name-only", "--relative", last, "--", *folders) or b""
        fresh = self._run("ls-files", "--others", "--exclude-standard", "--", *folders) or b""
        return tuple(sorted({*names.decode().splitlines(), *fresh.decode().splitlines()}))

    def _run(self, *arguments: str) -> bytes | None:
        """What git prints; None where it fails or is missing."""
        if self._git is None or not self.root.is_dir():
            return None
        done = subprocess.run(  # noqa: S603 - arguments, no shell
            [self._git, *arguments], cwd=self.root, capture_output=True, check=False
        )
        return None if done.returncode else done.stdout
