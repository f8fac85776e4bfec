"""What `shoplens index --dry-run` shows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.difference import Difference

_NAMED = 5


def print_difference(found: "Difference") -> None:
    """A table on stdout; on stderr whether a run would stop."""
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stderr, to_stdout

    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    for change, count in (
        ("new", found.new),
        ("changed", found.changed),
        ("unchanged", found.unchanged),
        ("gone", found.gone),
    ):
        named = [product_id for its, product_id in found.examples if its == change][:_NAMED]
        more = ", …" if count > len(named) > 0 else ""
        table.add_row(change.capitalize(), f"{count:,}", escape(", ".join(named)) + more)
    for reason in found.reasons:
        table.add_row("Bad", f"{reason.count:,}", escape(f"{reason.kind}: {reason.reason}"))
    to_stdout().print(table)
    aside = to_stderr()
    if found.useless:
        aside.print("A run would stop: no picture of the feed can be used.")
    elif found.refused:
        aside.print("A run would stop: too many products would leave; see --allow-shrink.")
    aside.print("Nothing was written.", style="dim")
