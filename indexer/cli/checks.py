"""How `doctor` and `verify` show what they looked at."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.checkup import Check


def print_checks(checks: "list[Check]") -> None:
    """A line for each check, under its area; a remedy once, below the checks that share it."""
    from itertools import groupby

    from rich.markup import escape

    from indexer.cli.output import to_stdout

    console = to_stdout()
    signs = {True: "[green]yes[/]", False: "[red bold]no [/]", None: "[dim] – [/]"}
    for area in dict.fromkeys(check.area for check in checks):
        rows = [check for check in checks if check.area == area]
        console.print(f"[bold]{area.capitalize()}[/]")
        for remedy, same in groupby(rows, key=lambda check: check.remedy):
            for check in same:
                line = f"  {signs[check.ok]}  {escape(check.name)}  [dim]{escape(check.detail)}[/]"
                console.print(line, soft_wrap=True)
            if remedy:
                console.print(f"       [yellow]→ {escape(remedy)}[/]", soft_wrap=True)
