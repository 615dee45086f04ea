"""A page as a real browser sees it: what it says to the console, what it asks for, whether it fits."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=3000", "--enable-logging=stderr"),
)
# Asked in the page itself, after it has settled; the answer is read from the dumped document.
QUESTION = """<script>addEventListener("load", () => setTimeout(() => {
  const box = (e) => e.getBoundingClientRect(), all = (what) => [...document.querySelectorAll(what)];
  const wide = all("body *").filter((e) => box(e).right > innerWidth + 1 && !e.closest("svg"));
  document.documentElement.dataset.seen = JSON.stringify({
    asked_for: performance.getEntriesByType("resource").map((e) => e.name),
    width: document.documentElement.scrollWidth, window: innerWidth,
    wide: wide.slice(0, 5).map((e) => e.tagName + "." + e.className),
    words: document.body.innerText.length, pictures: all("svg").filter((e) => box(e).height > 20).length });
}, 500));</script>
</body>"""


@dataclass(frozen=True)
class Seen:
    """What was seen: errors and words on the console, addresses asked for, the width that the page
    needs and that of the window, elements that stick out, visible characters, pictures."""

    said: tuple[str, ...]
    asked_for: tuple[str, ...]
    width: int
    window: int
    wide: tuple[str, ...]
    words: int
    pictures: int

    @property
    def fits(self) -> bool:
        """No sideways scrolling."""
        return self.width <= self.window


def look(chromium: str, page: Path, folder: Path, width: int = 1200) -> Seen:
    """Open a copy of `page` in a window of `width` pixels, from disk.

    One question is added to the copy, and the policy is removed that would forbid it (and would
    hide what the page asks for). `folder` takes the copy and the browser's profile. Requests to
    other hosts go nowhere, but they are seen. Raises CalledProcessError where the browser does not
    start.
    """
    copy = folder / "copy.html"
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    copy.write_text(text.replace("</body>", QUESTION), encoding="utf-8")
    own = (f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900")
    command = [chromium, *QUIET, *own, "--dump-dom", copy.as_uri()]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    answer = re.search(r'<html[^>]* data-seen="([^"]*)"', run.stdout)
    assert answer, "the page did not answer: does it forbid scripts, or lack </body>?"
    seen = json.loads(answer.group(1).replace("&quot;", '"'))
    said = tuple(line for line in run.stderr.splitlines() if "CONSOLE" in line)
    return Seen(said, **{key: tuple(x) if isinstance(x, list) else x for key, x in seen.items()})
