"""What every answer carries."""

from __future__ import annotations

from tests.support.visitor import Visitor


def test_private_pages_are_kept_by_no_cache(finance: Visitor) -> None:
    answer = finance.open("/startups/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_the_policy_allows_no_inline_code_and_no_other_site(visitor: Visitor) -> None:
    policy = visitor.open("/sign-in").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_form_without_its_token_changes_nothing(finance: Visitor) -> None:
    answer = finance.open("/startups/new", "POST", {"name": "上海无令牌科技有限公司"})
    assert answer.status_code == 400
    assert finance.visit("startups.list_startups", q="无令牌").now.rows == []


def test_an_error_page_has_an_id_that_the_log_has(finance: Visitor) -> None:
    answer = finance.open("/startups/999999999")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.get_data(as_text=True)


def test_an_oversized_request_is_refused(finance: Visitor) -> None:
    answer = finance.open("/startups/new", "POST", {"name": "x" * 2_000_000})
    assert answer.status_code == 413
