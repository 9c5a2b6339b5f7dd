"""`crm …`: the commands of operators. They may commit; each is one unit of work."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "serve": "crm.cli.serve:serve",
    "worker": "crm.cli.worker:worker",
    "maintenance": "crm.cli.maintenance:maintenance",
    "doctor": "crm.cli.doctor:doctor",
    "db": "crm.cli.database:database",
    "user": "crm.cli.users:users",
    "demo": "crm.cli.demo:demo",
    "seed": "crm.cli.seed:seed",
    "import": "crm.cli.import_ledger:import_group",
    "backup": "crm.cli.backup:backup",
    "restore": "crm.cli.backup:restore",
    "search": "crm.cli.search:search",
    "deals": "crm.cli.deals:deals",
    "mail": "crm.cli.mail:mail",
    "headline": "crm.cli.headline:headline",
    "matching": "crm.cli.matching:matching",
    "metrics": "crm.cli.metrics:metrics",
    "report": "crm.cli.report:report",
    "cert": "crm.cli.cert:cert",
    "audit": "crm.cli.audit:audit",
    "routes": "crm.cli.routes:routes",
    "permissions": "crm.cli.permissions:permissions",
}


class LazyGroup(click.Group):
    """Imports a command when it is called, so that `crm --help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


SUMMARIES = {
    "serve": "Serve the pages.",
    "worker": "Do the background jobs.",
    "maintenance": "Let nobody change anything for a while.",
    "doctor": "Look whether all is well, and say how to mend what is not.",
    "db": "Upgrade, downgrade or check the database.",
    "user": "Add, disable or change accounts.",
    "demo": "Load demonstration data.",
    "seed": "Fill an empty database in bulk, for measuring.",
    "import": "Read a ledger.",
    "mail": "List mails, and retry those that were given up.",
    "backup": "Back up everything into one file, or verify such a file.",
    "restore": "Restore a backup into an empty place.",
    "search": "Rebuild the index that searching uses.",
    "deals": "Check the totals of deals.",
    "headline": "Print the headline figures.",
    "matching": "Compute matches, and measure them on past rounds.",
    "metrics": "Record what the figures count.",
    "report": "Make a PDF report.",
    "cert": "Make a certificate for trying out signatures.",
    "audit": "Prove that the history is whole.",
    "routes": "List the pages and who may call them.",
    "permissions": "Print the table of roles, actions and scopes.",
}


@click.command("crm", cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The fund matrix CRM. Settings come from the environment: see the README."""
