"""The rules of the ledger, each on a workbook of a few rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from crm.accounts.models import Account, System
from crm.audit.models import AuditEntry
from crm.core.naming import FormerName
from crm.deals.models import Deal, DealEvent, DealStatus, Receipt, Round, RoundState
from crm.funds.models import Commitment, Fund, FundManager
from crm.imports.actions import import_ledger, read_ledger
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.services.models import Service, ServiceCategory, ServicePartner, ServiceState, ServiceType
from crm.startups.models import Filing, FilingKind, PastRound, Startup, StartupLabel
from tests.conftest import Work
from tests.factories import AT, WAN, YI, a_commitment, a_deal, a_fund, a_startup, an_account, an_institution
from tests.imports.ledger import FIRST, INSTITUTION, STARTUP, code, ledger

A, B = "甲（上海）投资有限公司", "乙（上海）投资有限公司"
Told = dict[str, Any]


@pytest.fixture
def take(work: Work) -> Any:
    """Import a small ledger; gives the outcome in its published shape."""

    def taken(change: Any = None, by: Account | System | None = None, at: datetime = AT, **sheets: Any) -> Told:
        book = read_ledger(ledger(change, **sheets))
        with work():
            return import_ledger(book, by=by or System(), at=at).as_json("en")

    return taken


@pytest.fixture
def one(work: Work) -> Any:
    """The only record of a model, or the one with these values."""

    def found(model: Any, **values: Any) -> Any:
        with work() as session:
            return session.scalars(sa.select(model).filter_by(**values)).one()

    return found


@pytest.fixture
def everyone(work: Work) -> Any:
    def found(model: Any) -> list[Any]:
        with work() as session:
            return list(session.scalars(sa.select(model).order_by(model.id)))

    return found


def effects(told: Told, kind: str) -> tuple[int, int, int]:
    return told["added"][kind], told["changed"][kind], told["unchanged"][kind]


def refused(told: Told) -> list[tuple[int, str]]:
    return [(remark["row"], remark["reason"]) for remark in told["refused"]]


def only_reason(told: Told, which: str = "refused") -> str:
    (remark,) = told[which]
    return str(remark["reason"])


# --- matching


def test_names_match_whatever_their_spaces_and_brackets(take, one):
    take()
    told = take(机构名录=[{"机构名称": "　甲(上海) 投资有限公 司", "所在地": "上海"}], 企业=[])
    assert effects(told, "institutions") == (0, 1, 0)
    kept = one(Institution)
    assert (kept.name, kept.city) == (A, "上海")


def test_a_credit_code_comes_before_the_name_and_renames(take, one, everyone):
    take(机构名录=[{**INSTITUTION, "统一社会信用代码": code(1)}])
    told = take(机构名录=[{"机构名称": "甲（上海）创业投资有限公司", "统一社会信用代码": code(1)}], 企业=[])
    assert effects(told, "institutions") == (0, 1, 0)
    assert one(Institution).name == "甲（上海）创业投资有限公司"
    assert everyone(AuditEntry)[-1].changes == [{"field": "name", "before": A, "after": "甲（上海）创业投资有限公司"}]
    assert (one(FormerName).name, one(FormerName).record_id) == (A, one(Institution).id)


def test_an_old_ledger_does_not_bring_an_old_name_back(take, one):
    take(机构名录=[{**INSTITUTION, "统一社会信用代码": code(1)}])
    take(机构名录=[{"机构名称": B, "统一社会信用代码": code(1)}], 企业=[])
    told = take(机构名录=[{"机构名称": A, "统一社会信用代码": code(1)}], 企业=[])
    assert effects(told, "institutions") == (0, 0, 1)
    assert one(Institution).name == B


def test_a_former_name_finds_its_record(take, one):
    take(机构名录=[{**INSTITUTION, "简称": "", "统一社会信用代码": code(1)}])
    take(机构名录=[{"机构名称": B, "统一社会信用代码": code(1)}], 企业=[])
    told = take(机构名录=[{"机构名称": A, "所在地": "上海"}], 对接台账=[{"机构": A}])
    assert effects(told, "institutions") == (0, 1, 0)
    assert effects(told, "deals") == (1, 0, 0)
    assert (one(Institution).name, one(Institution).city) == (B, "上海")


def test_a_startup_that_got_its_credit_code_no_longer_says_why_it_has_none(take, one):
    a_startup("上海子科技有限公司", no_code_reason="not_incorporated")
    take(企业=[{**STARTUP, "统一社会信用代码": code(2)}])
    assert (one(Startup).credit_code, one(Startup).no_code_reason) == (code(2), None)


def test_place_and_legal_form_make_another_company(take):
    told = take(
        机构名录=[INSTITUTION, {"机构名称": "甲（杭州）投资有限公司"}, {"机构名称": "甲（上海）投资股份有限公司"}]
    )
    assert effects(told, "institutions") == (3, 0, 0)


def test_a_name_with_another_credit_code_is_refused(take):
    take(机构名录=[{**INSTITUTION, "统一社会信用代码": code(1)}])
    told = take(机构名录=[{**INSTITUTION, "统一社会信用代码": code(2)}], 企业=[])
    assert only_reason(told) == f"“{A}” has the credit code {code(1)}"


def test_a_code_found_late_is_added_to_the_record_of_that_name(take, one):
    take()
    take(机构名录=[{**INSTITUTION, "统一社会信用代码": code(1)}], 企业=[])
    assert one(Institution).credit_code == code(1)


def test_a_code_whose_name_belongs_to_another_record_is_refused(take):
    take(机构名录=[{**INSTITUTION, "统一社会信用代码": code(1)}, {"机构名称": B}])
    told = take(机构名录=[{"机构名称": B, "统一社会信用代码": code(1)}], 企业=[])
    assert only_reason(told) == f"“{B}” is the name of another record"


def test_of_a_code_or_name_repeated_in_one_file_the_first_good_row_stands(take, one):
    rows = [
        {**INSTITUTION, "统一社会信用代码": code(1), "入库时间": "2025.2.30"},
        {**INSTITUTION, "统一社会信用代码": code(1), "所在地": "上海"},
        {"机构名称": "别的名字", "统一社会信用代码": code(1), "所在地": "北京"},
        {**INSTITUTION, "所在地": "杭州"},
    ]
    told = take(机构名录=rows)
    assert [row for row, _ in refused(told)] == [FIRST, FIRST + 2, FIRST + 3]
    assert refused(told)[1][1] == f"credit code {code(1)} is in row {FIRST + 1} already"
    assert refused(told)[2][1] == f"“{A}” is in row {FIRST + 1} already"
    assert one(Institution).city == "上海"


def test_a_short_name_finds_its_record_unless_several_share_it(take, everyone):
    institutions = [INSTITUTION, {"机构名称": B, "简称": "乙"}, {"机构名称": "乙（北京）投资有限公司", "简称": "乙"}]
    told = take(机构名录=institutions, 对接台账=[{"机构": "甲", "企业": "子科技"}, {"机构": "乙", "日期": "2025.6.1"}])
    assert effects(told, "deals") == (1, 0, 0)
    assert refused(told) == [(FIRST + 1, f"“乙” is ambiguous, several are called so: {B}、乙（北京）投资有限公司")]


def test_a_full_name_comes_before_a_short_one(take, one):
    institutions = [{"机构名称": A, "简称": "乙"}, {"机构名称": "乙", "统一社会信用代码": code(1)}]
    take(机构名录=institutions, 对接台账=[{"机构": "乙"}])
    assert one(Deal).institution_id == one(Institution, name="乙").id


def test_a_credit_code_in_place_of_a_name_is_understood(take, everyone):
    told = take(
        机构名录=[{**INSTITUTION, "统一社会信用代码": code(1)}],
        企业=[{**STARTUP, "统一社会信用代码": code(2)}],
        对接台账=[{"机构": code(1), "企业": code(2).lower()}],
    )
    assert effects(told, "deals") == (1, 0, 0)


def test_records_that_were_entered_by_hand_are_found(take, one):
    startup, institution = a_startup("上海丑科技有限公司"), an_institution(B)
    told = take(对接台账=[{"企业": "上海丑科技有限公司", "机构": B}])
    assert effects(told, "deals") == (1, 0, 0)
    assert one(Deal).institution_id == institution.id
    assert one(Round).startup_id == startup.id


def test_unknown_names_are_refused(take):
    told = take(对接台账=[{"企业": "上海无此科技有限公司"}, {"机构": "无此投资"}])
    assert [reason.split(" is not")[0] for _, reason in refused(told)] == ["“上海无此科技有限公司”", "“无此投资”"]


# --- what changes, and what does not


def test_a_changed_cell_changes_its_field_and_says_so_in_the_history(take, one, everyone):
    by = an_account(name="许望舒")
    take(企业=[{**STARTUP, "拟融资": "500-1000万", "员工数": "约200"}])
    told = take(企业=[{**STARTUP, "拟融资": 800, "员工数": 60}], by=by)
    assert effects(told, "startups") == (0, 1, 0)
    kept = one(Startup)
    assert (kept.seeking, kept.headcount, kept.headcount_text) == (Amount.exactly(800 * WAN), 60, "")
    assert kept.version == 2
    entry = everyone(AuditEntry)[-1]
    assert (entry.actor_name, entry.verb, entry.record_type, entry.record_id) == (
        "许望舒",
        "imported",
        "startup",
        kept.id,
    )
    assert {"field": "seeking_low", "before": 500 * WAN, "after": 800 * WAN} in entry.changes
    assert {"field": "headcount", "before": 200, "after": 60} in entry.changes


def test_an_empty_cell_erases_nothing(take, one):
    full = {
        **STARTUP,
        "成立日期": "2019.1.1",
        "拟融资": 500,
        "员工数": 30,
        "标签": "专精特新",
        "一句话简介": "好",
        "赛道": "应用",
    }
    take(企业=[full])
    told = take(企业=[STARTUP])
    assert effects(told, "startups") == (0, 0, 1)
    kept = one(Startup)
    assert (kept.seeking.exact, kept.summary, kept.sector_layer) == (500 * WAN, "好", "applications")
    assert one(StartupLabel).label == "specialised"


def test_labels_and_the_model_filing_become_records_once(take, one, everyone):
    row = {**STARTUP, "标签": "高企、自己的称号", "大模型备案号": "Shanghai-子-2024"}
    take(企业=[row])
    assert [(kept.label, kept.label_text) for kept in everyone(StartupLabel)] == [
        ("high_tech", ""),
        (None, "自己的称号"),
    ]
    filing = one(Filing)
    assert (filing.kind, filing.filing_number) == (FilingKind.MODEL_FILING, "Shanghai-子-2024")
    assert effects(take(企业=[row]), "startups") == (0, 0, 1)
    told = take(企业=[{**row, "标签": "高新技术企业、瞪羚"}])
    assert effects(told, "startups") == (0, 1, 0)
    assert [kept.label for kept in everyone(StartupLabel)] == ["high_tech", None, "gazelle"]
    assert everyone(AuditEntry)[-1].changes == [{"field": "labels", "before": None, "after": ["瞪羚"]}]


def test_a_label_that_was_taken_out_by_hand_does_not_come_back(take, one, work):
    take(企业=[{**STARTUP, "标签": "瞪羚"}])
    with work() as session:
        session.execute(sa.update(StartupLabel).values(archived_at=AT))
    assert effects(take(企业=[{**STARTUP, "标签": "瞪羚"}]), "startups") == (0, 0, 1)


def test_a_record_in_the_bin_is_matched_with_a_warning(take, work):
    take()
    with work() as session:
        session.execute(sa.update(Institution).values(archived_at=AT))
    assert "is in the bin" in only_reason(take(), "warnings")


def test_good_rows_are_imported_beside_refused_ones(take):
    told = take(企业=[STARTUP, {"企业名称": None}, {"企业名称": "上海丑科技有限公司"}])
    assert effects(told, "startups") == (2, 0, 0)
    assert [row for row, _ in refused(told)] == [FIRST + 1]


def test_what_fails_halfway_leaves_nothing(work, everyone, monkeypatch):
    book = read_ledger(ledger(服务台账=[{}]))
    monkeypatch.setattr("crm.imports.actions.services.ServiceImport.write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), work():
        import_ledger(book, by=System(), at=AT)
    assert everyone(Institution) == everyone(AuditEntry) == []


# --- institutions and startups


def test_the_words_of_the_vocabularies_become_codes(take, one):
    told = take(
        机构名录=[{**INSTITUTION, "机构类型": "政府引导基金", "关注阶段": "成熟、种子期", "关注赛道": "应用/基础模型"}],
        企业=[{**STARTUP, "赛道": "具身智能", "行业": "汽车", "发展阶段": "扩张", "最近一轮": "天使轮"}],
    )
    institution, startup = one(Institution), one(Startup)
    assert (institution.kind, institution.growth_stages) == ("government_guidance", ("seed", "mature"))
    assert institution.sectors == ("models", "applications")
    assert (startup.sector_layer, startup.sector_vertical, startup.growth_stage) == ("embodied", "automotive", "growth")
    assert told["warnings"] == []


def test_an_unknown_kind_is_other_and_an_unknown_sector_is_left_out_with_warnings(take, one):
    told = take(机构名录=[{**INSTITUTION, "机构类型": "行会", "关注赛道": "应用、炼金"}])
    kept = one(Institution)
    assert (kept.kind, kept.sectors) == ("other", ("applications",))
    assert "“行会” is not one of VC" in only_reason(told, "warnings")
    assert "“炼金” is not one of" in only_reason(told, "warnings")


def test_an_institution_without_a_kind_is_other_and_a_later_blank_keeps_the_kind(take, one):
    take()
    assert one(Institution).kind == "other"
    take(机构名录=[{**INSTITUTION, "机构类型": "CVC"}])
    take()
    assert one(Institution).kind == "cvc"


def test_the_latest_round_is_a_past_round_without_a_day_and_opens_none(take, one, everyone):
    take(企业=[{**STARTUP, "最近一轮": "Pre-A", "拟融资": 500}])
    past = one(PastRound)
    assert (past.round_name, past.happened_on, past.amount) == ("pre-a", None, None)
    assert everyone(Round) == []
    told = take(企业=[{**STARTUP, "最近一轮": "A"}])
    assert effects(told, "startups") == (0, 1, 0)
    assert [one.round_name for one in everyone(PastRound)] == ["pre-a", "a"]


def test_who_joined_in_the_future_is_warned_about(take):
    told = take(机构名录=[{**INSTITUTION, "入库时间": "2031.1.1"}])
    assert only_reason(told, "warnings") == "the day has not come yet"


# --- funds


def test_the_same_fund_under_another_manager_is_one_fund_with_two(take, one, everyone):
    fund = {"基金名称": "一号基金", "备案编码": "SJT208", "认缴规模": 2}
    told = take(机构名录=[INSTITUTION, {"机构名称": B}], 基金=[fund, {**fund, "管理人": B}])
    assert effects(told, "funds") == (1, 0, 0)
    assert len(everyone(FundManager)) == 2
    assert one(Fund).committed == 2 * YI
    again = take(机构名录=[], 企业=[], 基金=[fund, {**fund, "管理人": B}])
    assert effects(again, "funds") == (0, 0, 1)


def test_a_manager_found_later_is_added_to_the_fund(take, everyone):
    fund = {"基金名称": "一号基金", "备案编码": "SJT208"}
    take(机构名录=[INSTITUTION, {"机构名称": B}], 基金=[fund])
    told = take(基金=[{**fund, "管理人": B}])
    assert effects(told, "funds") == (0, 1, 0)
    assert len(everyone(FundManager)) == 2
    assert everyone(AuditEntry)[-1].changes == [{"field": "managers", "before": None, "after": [B]}]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"基金名称": "二号基金", "备案编码": "SJT208", "管理人": B}, "code SJT208 belongs to “一号基金”"),
        ({"基金名称": "一号基金", "备案编码": "SJT209", "管理人": B}, "“一号基金” has the code SJT208"),
        ({"基金名称": "一号基金", "备案编码": "SJT208"}, f"this fund is in row {FIRST} already"),
        ({"基金名称": "二号基金", "管理人": "无此机构"}, "“无此机构” is not known: add it first, or mend the name"),
    ],
)
def test_a_fund_that_contradicts_another_is_refused(take, second, reason):
    rows = [{"基金名称": "一号基金", "备案编码": "SJT208"}, second]
    told = take(机构名录=[INSTITUTION, {"机构名称": B}], 基金=rows)
    assert refused(told) == [(FIRST + 1, reason)]
    assert effects(told, "funds") == (1, 0, 0)


def test_figures_that_differ_under_the_second_manager_do_not_stand(take, one):
    rows = [{"基金名称": "一号基金", "认缴规模": 2}, {"基金名称": "一号基金", "认缴规模": 3, "管理人": B}]
    told = take(机构名录=[INSTITUTION, {"机构名称": B}], 基金=rows)
    assert one(Fund).committed == 2 * YI
    assert f"figures differ from row {FIRST}" in only_reason(told, "warnings")


def test_an_investor_that_is_a_fund_of_this_matrix_is_inside_any_other_outside(take, one, everyone):
    rows = [
        {"基金名称": "子基金", "认缴规模": 8, "基金出资人": "母 基金(有限合伙) 1.6亿；社会资本 5.4亿、手工基金 1亿"},
        {"基金名称": "母基金（有限合伙）"},
    ]
    by_hand = a_fund("手工基金")
    told = take(基金=rows)
    child, parent = one(Fund, name="子基金"), one(Fund, name="母基金（有限合伙）")
    assert [(c.fund_id, c.from_fund_id, c.investor_name, c.amount.exact) for c in everyone(Commitment)] == [
        (child.id, parent.id, "", 16000 * WAN),
        (child.id, None, "社会资本", 54000 * WAN),
        (child.id, by_hand.id, "", YI),
    ]
    assert told["warnings"] == []


def test_without_a_text_nothing_is_inside(take, everyone):
    take(基金=[{"基金名称": "一号基金"}, {"基金名称": "二号基金", "基金出资人": "——"}])
    assert everyone(Commitment) == []


def test_outside_capital_becomes_inside_once_its_name_is_a_fund(take, one, everyone):
    child = {"基金名称": "子基金", "认缴规模": 1, "基金出资人": "母基金 1亿"}
    take(基金=[child])
    assert one(Commitment).investor_name == "母基金"
    take(机构名录=[], 企业=[], 基金=[{"基金名称": "母基金"}])
    kept = one(Commitment)
    assert (kept.from_fund_id, kept.investor_name) == (one(Fund, name="母基金").id, "")
    assert effects(take(基金=[child]), "funds") == (0, 0, 1)


def test_money_that_would_go_round_is_refused_with_its_way(take, everyone):
    rows = [
        {"基金名称": "一号", "认缴规模": 1, "基金出资人": "二号 1亿"},
        {"基金名称": "二号", "认缴规模": 1, "基金出资人": "三号 1亿"},
        {"基金名称": "三号", "认缴规模": 1, "基金出资人": "一号 1亿"},
    ]
    told = take(基金=rows)
    assert refused(told) == [(FIRST + 2, "money would go round in a circle: 三号 ← 一号 ← 二号 ← 三号")]
    assert [one.investor_name for one in everyone(Commitment)] == ["", "三号"]


def test_a_fund_cannot_commit_to_itself(take):
    told = take(基金=[{"基金名称": "一号", "认缴规模": 1, "基金出资人": "一号 1亿"}])
    assert only_reason(told) == "money would go round in a circle: 一号 ← 一号"


def test_a_circle_through_what_is_known_already_is_refused_and_the_fund_stays(take, one):
    inner, outer = a_fund("内基金"), a_fund("外基金")
    a_commitment(inner, outer)
    told = take(基金=[{"基金名称": "外基金", "认缴规模": 9, "基金出资人": "内基金 1亿"}])
    assert only_reason(told) == "money would go round in a circle: 外基金 ← 内基金 ← 外基金"
    assert one(Fund, name="外基金").committed == outer.committed


def test_a_changed_commitment_changes_and_one_not_named_any_more_stays_with_a_warning(take, one, everyone):
    fund = {"基金名称": "一号", "认缴规模": 3}
    take(基金=[{**fund, "基金出资人": "甲某 1亿；乙某 2亿"}])
    told = take(基金=[{**fund, "基金出资人": "甲某 3亿"}])
    assert effects(told, "funds") == (0, 1, 0)
    assert [c.amount.exact for c in everyone(Commitment)] == [3 * YI, 2 * YI]
    assert only_reason(told, "warnings") == "the commitment of “乙某” is not named here and stays"


def test_a_fund_in_another_currency_waits_for_its_rate(take, one):
    told = take(基金=[{"基金名称": "一号", "币种": "美元", "认缴规模": "2亿美元"}])
    kept = one(Fund)
    assert (kept.currency, kept.committed, kept.cny_rate) == ("USD", 2 * YI, None)
    assert "no rate from USD to CNY" in only_reason(told, "warnings")


def test_a_fund_keeps_its_currency(take, one):
    take(基金=[{"基金名称": "一号", "币种": "美元", "认缴规模": 2}])
    told = take(基金=[{"基金名称": "一号", "认缴规模": 3}])
    assert (one(Fund).currency, one(Fund).committed) == ("USD", 3 * YI)
    assert effects(told, "funds") == (0, 1, 0)
    assert only_reason(take(基金=[{"基金名称": "一号", "币种": "人民币"}])) == "“一号” counts in USD"


def test_a_fund_without_a_currency_is_in_renminbi(take, one):
    take(基金=[{"基金名称": "一号"}])
    assert (one(Fund).currency, one(Fund).cny_rate) == ("CNY", 1_000_000)


# --- deals


def test_a_round_per_startup_and_name_with_what_the_latest_row_sought(take, one, everyone):
    rows = [
        {"日期": "2025.6.1", "拟融资": 800},
        {"日期": "2025.5.1", "拟融资": 500, "机构": B},
        {"日期": "2025.7.1", "机构": B, "进展": "尽调"},
        {"日期": "2025.6.1", "拟融资": "500-1000万", "进展": "意向", "机构": B},
    ]
    told = take(机构名录=[INSTITUTION, {"机构名称": B}], 对接台账=rows)
    round = one(Round)
    assert (round.name, round.state, round.opened_on) == ("a", RoundState.OPEN, date(2025, 5, 1))
    assert round.sought == Amount(500 * WAN, 1000 * WAN, "500-1000万")
    assert effects(told, "rounds") == (1, 0, 0)
    assert effects(told, "deals") == (2, 0, 0)
    assert effects(told, "deal_rows") == (4, 0, 0)


def test_an_older_ledger_does_not_overwrite_what_was_sought_since(take, one):
    take(对接台账=[{"日期": "2025.6.1", "拟融资": 800}])
    told = take(对接台账=[{"日期": "2025.1.1", "拟融资": 500, "进展": "推荐"}])
    assert one(Round).sought.exact == 800 * WAN
    assert effects(told, "rounds") == (0, 0, 1)
    assert effects(told, "deals") == (0, 1, 0)


def test_a_deal_told_twice_is_one_deal_with_two_events_by_day(take, one, everyone):
    rows = [{"日期": "2025.6.1", "进展": "尽调中", "备注": "顺利"}, {"日期": "2025.5.1", "进展": "推荐"}]
    take(对接台账=rows)
    deal = one(Deal)
    assert (deal.stage, deal.status, deal.introduced_on, deal.moved_on) == (
        "due_diligence",
        DealStatus.ACTIVE,
        date(2025, 5, 1),
        date(2025, 6, 1),
    )
    assert deal.note == "顺利"
    moves = [(one.from_stage, one.to_stage, one.happened_on, one.recorded_at) for one in everyone(DealEvent)]
    assert moves == [
        (None, "referred", date(2025, 5, 1), AT),
        ("referred", "due_diligence", date(2025, 6, 1), AT),
    ]


PROGRESS = {
    "推荐": ("referred", DealStatus.ACTIVE, None, ""),
    "会面中": ("met", DealStatus.ACTIVE, None, ""),
    "已签约": ("signed", DealStatus.ACTIVE, None, ""),
    "到账": ("funded", DealStatus.COMPLETED, None, ""),
    "机构放弃：估值": ("referred", DealStatus.PASSED, "valuation", ""),
    "机构放弃:返投": ("referred", DealStatus.PASSED, "local_investment", ""),
    "机构放弃（赛道）": ("referred", DealStatus.PASSED, "sector", ""),
    "机构放弃：老板不喜欢": ("referred", DealStatus.PASSED, "other", "老板不喜欢"),
    "机构放弃": ("referred", DealStatus.PASSED, "other", ""),
    "企业放弃": ("referred", DealStatus.DECLINED, None, ""),
    "搁置": ("referred", DealStatus.ON_HOLD, None, ""),
    "失效": ("referred", DealStatus.LAPSED, None, ""),
}


@pytest.mark.parametrize("progress", PROGRESS)
def test_what_the_words_of_progress_mean(take, one, progress):
    take(对接台账=[{"进展": progress, "签约金额": 5, "到账金额": 5}])
    deal = one(Deal)
    assert (deal.stage, deal.status, deal.pass_reason, deal.pass_note) == PROGRESS[progress]
    assert one(DealEvent).reason == deal.pass_reason


def test_a_pass_keeps_the_stage_that_the_deal_had_reached(take, one, everyone):
    rows = [{"日期": "2025.5.1", "进展": "尽调"}, {"日期": "2025.6.1", "进展": "机构放弃：额度"}]
    take(对接台账=rows)
    assert (one(Deal).stage, one(Deal).status) == ("due_diligence", DealStatus.PASSED)
    assert effects(take(对接台账=rows), "deal_rows") == (0, 0, 2)
    assert len(everyone(DealEvent)) == 2


@pytest.mark.parametrize("progress", ["谈得很好", "放弃", "中"])
def test_unknown_progress_is_refused_with_the_known_words(take, progress):
    assert "is not one of 推荐、意向、会面" in only_reason(take(对接台账=[{"进展": progress}]))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("天使轮", "angel"),
        ("A轮融资", "a"),
        ("pre A轮", "pre-a"),
        ("pre-a", "pre-a"),
        ("PreA轮", "pre-a"),
        ("Ａ＋轮", "a+"),
        ("战略", "strategic"),
    ],
)
def test_rounds_by_their_usual_names(take, one, written, code):
    take(对接台账=[{"轮次": written}])
    assert one(Round).name == code


def test_an_unknown_round_is_refused_with_the_known_ones(take):
    assert "“Z轮” is not one of 种子、天使" in only_reason(take(对接台账=[{"轮次": "Z轮"}]))


def test_the_day_of_a_row_is_that_of_signing_and_of_receipt(take, one, everyone):
    rows = [
        {"日期": "2025.5.1", "进展": "签约", "签约金额": 800},
        {"日期": "2025.6.1", "进展": "到账", "签约金额": "800万", "到账金额": 300},
        {"日期": "2025.7.1", "进展": "到账", "到账金额": 500},
    ]
    take(对接台账=rows)
    deal = one(Deal)
    assert (deal.signed, deal.signed_on, deal.status) == (800 * WAN, date(2025, 5, 1), DealStatus.COMPLETED)
    assert [(one.amount, one.received_on) for one in everyone(Receipt)] == [
        (300 * WAN, date(2025, 6, 1)),
        (500 * WAN, date(2025, 7, 1)),
    ]
    assert effects(take(对接台账=rows), "deal_rows") == (0, 0, 3)


def test_a_corrected_amount_corrects_and_adds_nothing(take, one, everyone):
    row = {"进展": "到账", "签约金额": 800, "到账金额": 800}
    take(对接台账=[row])
    told = take(对接台账=[{**row, "签约金额": 900, "到账金额": 900}])
    assert (effects(told, "deals"), effects(told, "deal_rows")) == ((0, 1, 0), (0, 1, 0))
    assert (one(Deal).signed, one(Receipt).amount) == (900 * WAN, 900 * WAN)
    assert {"field": "received", "before": 800 * WAN, "after": 900 * WAN} in everyone(AuditEntry)[-1].changes


def test_two_receipts_of_one_day_are_two(take, everyone):
    rows = [{"进展": "到账", "签约金额": 800, "到账金额": 300}, {"进展": "到账", "到账金额": 500}]
    take(对接台账=rows)
    assert [one.amount for one in everyone(Receipt)] == [300 * WAN, 500 * WAN]
    assert effects(take(对接台账=rows), "deal_rows") == (0, 0, 2)


def test_the_same_row_twice_is_one_event(take, everyone):
    told = take(对接台账=[{}, {}])
    assert (effects(told, "deals"), effects(told, "deal_rows")) == ((1, 0, 0), (1, 0, 1))
    assert len(everyone(DealEvent)) == 1


def test_a_later_row_moves_a_deal_that_was_logged_by_hand(take, one, everyone):
    startup, institution = a_startup("上海丑科技有限公司"), an_institution(B)
    before = a_deal(startup, institution, happened_on=date(2025, 4, 1))
    told = take(对接台账=[{"企业": "上海丑科技有限公司", "机构": B, "进展": "会面", "日期": "2025.5.1"}])
    deal = one(Deal)
    assert (deal.stage, deal.introduced_on, deal.version) == ("met", date(2025, 4, 1), before.version + 1)
    assert effects(told, "deals") == (0, 1, 0)
    latest = everyone(DealEvent)[-1]
    assert (latest.from_stage, latest.from_status) == ("referred", DealStatus.ACTIVE)
    assert {"field": "stage", "before": "referred", "after": "met"} in everyone(AuditEntry)[-1].changes


def test_an_earlier_row_does_not_move_a_deal_back(take, one):
    take(对接台账=[{"日期": "2025.6.1", "进展": "条款"}])
    take(对接台账=[{"日期": "2025.5.1", "进展": "会面"}])
    deal = one(Deal)
    assert (deal.stage, deal.introduced_on, deal.moved_on) == ("term_sheet", date(2025, 5, 1), date(2025, 6, 1))


@pytest.mark.parametrize(
    ("row", "warning"),
    [
        ({"日期": "2031.1.5"}, "the day has not come yet"),
        ({"进展": "到账", "签约金额": 5}, "funded, but no amount received"),
        ({"签约金额": 5, "到账金额": 5}, "money received before the deal is funded"),
    ],
)
def test_implausible_deals_are_imported_with_a_warning(take, row, warning):
    told = take(对接台账=[row])
    assert (effects(told, "deals"), only_reason(told, "warnings")) == ((1, 0, 0), warning)


# --- services


def test_a_service_with_everything(take, one):
    by = an_account()
    row = {
        "内容": "第1号，现场",
        "参与机构": "甲",
        "成果": "获批",
        "金额": "200万",
        "状态": "已完成",
        "经办": "服务一组",
    }
    take(服务台账=[row], by=by)
    service = one(Service)
    assert (service.happened_on, service.state, service.content) == (
        date(2025, 5, 6),
        ServiceState.COMPLETED,
        "第1号，现场",
    )
    assert (service.outcome, service.amount.exact, service.handler) == ("获批", 200 * WAN, "服务一组")
    assert (service.owner_id, service.partner_text) == (by.id, "")
    assert one(ServicePartner).institution_id == one(Institution).id


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("完成", "completed"),
        ("已完成", "completed"),
        ("计划", "planned"),
        ("进行", "in_progress"),
        ("进行中", "in_progress"),
        ("取消", "cancelled"),
    ],
)
def test_the_states_of_a_service(take, one, word, state):
    take(服务台账=[{"状态": word}])
    assert one(Service).state == state


def test_an_unknown_state_is_refused_with_the_known_ones(take):
    assert only_reason(take(服务台账=[{"状态": "还行"}])) == "“还行” is not one of 计划、进行、完成、取消"


def test_only_a_completed_service_of_the_future_is_refused_by_the_day_in_shanghai(take):
    new_year = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)
    rows = [{"日期": "2026.1.1"}, {"日期": "2026.1.1", "状态": "计划", "内容": "另一"}]
    told = take(服务台账=rows, at=new_year)
    assert refused(told) == [(FIRST, "completed in the future (2026-01-01)")]
    assert effects(take(服务台账=rows, at=new_year.replace(hour=16)), "services") == (1, 0, 1)


def test_startup_type_day_and_content_make_a_service(take, everyone):
    rows = [
        {"内容": "甲"},
        {"内容": "乙"},
        {"内容": "甲", "日期": "2025.5.7"},
        {"内容": "甲", "服务事项": "股权激励方案"},
        {"内容": " 甲"},
    ]
    told = take(服务台账=rows)
    assert effects(told, "services") == (4, 0, 1)
    assert effects(take(服务台账=rows), "services") == (0, 0, 5)
    assert len(everyone(Service)) == 4


def test_a_service_that_came_to_more_is_changed(take, one):
    take(服务台账=[{"状态": "计划"}])
    told = take(服务台账=[{"状态": "完成", "成果": "获批", "参与机构": "甲"}])
    assert effects(told, "services") == (0, 1, 0)
    service = one(Service)
    assert (service.state, service.outcome, service.version) == (ServiceState.COMPLETED, "获批", 2)
    assert one(ServicePartner).institution_id == one(Institution).id


def test_categories_and_types_that_are_new_are_added_under_the_finance_line(take, one, everyone):
    rows = [
        {"类别": "公益", "服务事项": "捐赠"},
        {"类别": "公益", "服务事项": "捐赠", "内容": "再"},
        {"类别": "算力", "服务事项": "算力券"},
    ]
    take(服务台账=rows)
    category = one(ServiceCategory, name_zh="公益")
    assert category.line == "finance"
    assert one(ServiceType, name_zh="捐赠").category_id == category.id
    assert {one.line for one in everyone(ServiceCategory) if one.name_zh == "算力"} == {"compute", "finance"}


def test_a_type_without_its_category_is_found_where_there_is_one_of_that_name(take, one):
    told = take(服务台账=[{"类别": None, "服务事项": "专场路演"}, {"类别": None, "服务事项": "捐赠"}])
    assert one(Service).type_id == one(ServiceType, name_zh="专场路演").id
    assert only_reason(told) == "the category of “捐赠” is missing"


def test_a_category_under_two_names_is_the_one_that_is_known(take, one):
    take(服务台账=[{"类别": "路演/沙龙", "服务事项": "专场路演"}])
    assert one(Service).type_id == one(ServiceType, name_zh="专场路演").id


def test_partners_that_are_none_of_ours_are_kept_as_text_with_a_warning(take, one):
    told = take(服务台账=[{"参与机构": "甲、市银行、某律所"}])
    assert one(Service).partner_text == "市银行、某律所"
    assert "“市银行” is no institution of ours" in only_reason(told, "warnings")
    assert one(ServicePartner).institution_id == one(Institution).id


def test_an_ambiguous_partner_refuses_the_service(take):
    institutions = [INSTITUTION, {"机构名称": B, "简称": "甲"}]
    assert "is ambiguous" in only_reason(take(机构名录=institutions, 服务台账=[{"参与机构": "甲"}]))


def test_importing_deals_records_no_service_for_them(take, everyone):
    take(对接台账=[{}])
    assert everyone(Service) == []


# --- other shapes of a ledger


def test_a_ledger_of_deals_only_stands_on_what_is_known(take):
    take()

    def only_deals(workbook: openpyxl.Workbook) -> None:
        for name in ("机构名录", "基金", "企业", "服务台账"):
            workbook.remove(workbook[name])

    assert effects(take(only_deals, 对接台账=[{}]), "deals") == (1, 0, 0)


def test_other_units_in_the_headings_count(take, one):
    def in_yuan(workbook: openpyxl.Workbook) -> None:
        workbook["对接台账"]["G2"].value = "签约金额（元）"
        workbook["基金"]["H2"].value = "认缴规模（万元）"

    take(in_yuan, 基金=[{"基金名称": "一号", "认缴规模": 30000}], 对接台账=[{"进展": "签约", "签约金额": 5_000_000}])
    assert (one(Deal).signed, one(Fund).committed) == (500 * WAN, 3 * YI)


def test_text_that_looks_like_a_formula_is_kept_as_text(take, one):
    def formula(workbook: openpyxl.Workbook) -> None:
        workbook["企业"]["N3"].value = "=cmd|' /C calc'!A0"
        workbook["企业"]["N3"].data_type = "s"

    take(formula)
    assert one(Startup).summary == "=cmd|' /C calc'!A0"
