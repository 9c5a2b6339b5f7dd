"""A small site with planted holes: a scanner that finds none of them proves nothing about ours."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from flask import Flask, redirect, request

app = Flask(__name__)
LINKS = ("/items?q=a", "/hello?name=a", "/go?to=/", "/file?page=holes.py")
FORM = """<form method="post" action="/"><input name="text"><button>Add</button>
<button formaction="/say">Say</button></form>"""


@app.get("/")
def show_links() -> str:
    return "".join(f'<a href="{link}">{link}</a>' for link in LINKS) + FORM


@app.get("/items")
def list_items() -> str:
    """SQL from the address."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE item AS SELECT 'a' AS name")
        asked = f"SELECT name FROM item WHERE name = '{request.args.get('q', '')}'"  # noqa: S608 - the hole
        try:
            return f"found: {connection.execute(asked).fetchall()}"
        except sqlite3.Error as error:
            return f"sqlite3.OperationalError: {error}"


@app.get("/hello")
def greet() -> str:
    """Markup from the address."""
    return f"<p>Hello {request.args.get('name', '')}</p>"


@app.post("/say")
def say() -> str:
    """Markup from a form, by its second button."""
    return f"<p>{request.form.get('text', '')}</p>"


@app.get("/go")
def go() -> object:
    """A target from the address."""
    return redirect(request.args.get("to", "/"))


@app.get("/file")
def read_file() -> str:
    """A file named by the address."""
    try:
        return (Path(__file__).parent / request.args.get("page", "")).read_text()
    except (OSError, ValueError):
        return "no such file"


if __name__ == "__main__":
    app.run(port=int(sys.argv[1]))
