"""From the text to proposals: what each event, card and new company could become."""

from __future__ import annotations

import re
from datetime import date

from crm.lib.days import Day, days_in
from crm.lib.identifiers import read_credit_code
from crm.lib.text import Unreadable
from crm.paste.reader import progress
from crm.paste.reader.amounts import Money, amounts_in
from crm.paste.reader.directory import FORM, Directory, Mention, known_in
from crm.paste.reader.events import Event, Events, same
from crm.paste.reader.newcomers import FINANCE, newcomers_in
from crm.paste.reader.people import FOUNDERS, HEADS, MAIL, Found, cards_in, passing_in
from crm.paste.reader.progress import Word
from crm.paste.reader.reading import Proposal, Reading, Told
from crm.paste.reader.steps import Steps
from crm.paste.reader.tables import is_table, read_table
from crm.paste.reader.text import Span, clauses, even, inside, messages, sentences, trimmed, without_heads

MOST_PROPOSALS = 200
NOTE = 400  # characters
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
_ADDRESS = re.compile(rf"{MAIL.pattern}|https?://\S+|www\.\S+")
_SHORT = re.compile(r"\s*[(（](?:以下)?(?:简称|下称)[:：]?\s*[“\"「]?(?P<name>[^)）”\"」]{2,20})[”\"」]?[)）]")
_WANTS = re.compile(r"\s?(?:那边|这边)?(?:也|还|只)?想?(?:要|拿)\s?")
_KINDS = (("银行", "bank"), ("证券", "securities"), ("担保", "guarantee"), ("租赁", "leasing"), ("保险", "insurer"))


def read(text: str, today: date, directory: Directory) -> Reading:
    """Everything that a pasted text may mean. `today`: the day on which it is pasted."""
    if is_table(text):
        return read_table(text, today, directory)
    return Reading(Prose(text, today, directory).proposals()[:MOST_PROPOSALS])


def companies_in(text: str, directory: Directory) -> list[Mention]:
    """Every company in the text, known or new, in order; a new one's full name beats a known part of it."""
    known = known_in(text, directory)
    new = newcomers_in(text, known)
    whole = [one for one in new if not any(k.start <= one.start and one.end <= k.end for k in known)]
    left = [k for k in known if not any(one.start <= k.start and k.end <= one.end for one in whole)]
    found = sorted([*left, *whole], key=lambda one: one.start)
    called = [match.span() for one in found if (match := _SHORT.match(text, one.end))]
    return [one for one in found if not any(start <= one.start < end for start, end in called)]


class Prose:
    """A text that is no table."""

    def __init__(self, text: str, today: date, directory: Directory) -> None:
        self.text, self.today, self.directory = text, today, directory
        self.plain = without_heads(even(text))
        self.messages = messages(even(text), today)
        named = _without_addresses(self.plain)
        written = "".join(there if kept != " " else " " for there, kept in zip(text, named, strict=True))
        self.companies = companies_in(written, directory)
        self.cards = cards_in(self.plain, self.companies)
        on_cards = [card.span for card in self.cards]
        self.body = _blanked(self.plain, on_cards)
        self.mentions = [one for one in self.companies if not any(s <= one.start < e for s, e in on_cards)]
        self.passing = passing_in(self.body, (0, len(text)), self.mentions, on_cards)

    def proposals(self) -> list[Proposal]:
        """What could be made, in the order in which it must be."""
        people = [self._person(found, "name_card") for found in self.cards]
        people += [self._person(found, "wechat") for found in self.passing]
        deals, services, rounds = self._events()
        more = [*rounds, *deals, *services]
        return [*self._newcomers([*people, *more]), *people, *more]

    def today_at(self, place: int) -> date:
        """The day on which the text at a place was written."""
        return next((one.day for one in self.messages if one.start <= place < one.end), self.today)

    # --- events

    def _events(self) -> tuple[list[Proposal], list[Proposal], list[Proposal]]:
        deals: list[Proposal] = []
        services: list[Proposal] = []
        rounds: list[Proposal] = []
        for event in Events(self.body, self.mentions).all():
            own = self._services(event)
            for one in own:
                if not any(_same_fields(one, other, "startup", "type_id") for other in services):
                    services.append(one)
            deal = self._deal(event, has_services=bool(own))
            if deal is not None and not any(_same_fields(deal, other, "startup", "institution") for other in deals):
                deals.append(deal)
            elif deal is None and event.institution is None:
                rounds.extend(self._round(event))
        return deals, services, rounds

    def _deal(self, event: Event, *, has_services: bool) -> Proposal | None:
        steps = Steps(self, event)
        rounds = self._first_round(event.own) or self._first_round(event.common)
        amounts = self._amounts(event)
        only_referred = has_services and steps.stage is not None and steps.stage.code == "referred"
        speaks = bool((steps.stage and not only_referred) or steps.status or steps.planned_stage)
        of_deal = rounds or any(one.role in ("sought", "intended", "signed", "received") for one in amounts)
        if event.institution is None or (event.carried and not speaks):
            return None
        if not speaks and not of_deal and (has_services or event.startup is None):
            return None
        if event.startup is None and not speaks:
            return None
        deal = Proposal("deal", sure=event.startup is not None)
        deal.tell("startup", self._company(event.startup))
        deal.tell("round_name", rounds or self._first_round([event.whole]))
        deal.tell("institution", self._company(event.institution))
        steps.fill(deal)
        self._fill_amounts(deal, amounts, event)
        deal.tell("note", self._note(event.own))
        return deal

    def _services(self, event: Event) -> list[Proposal]:
        found = []
        for span in (*event.own, *event.common):
            for part in sentences(self.body, span):
                sentence = self._sentence_at(part)
                for clause in clauses(self.body, part):
                    words = progress.services_in(self.body, clause, self.directory.services)
                    own = [word for word in words if not self._is_pitch(event, word)]
                    found += [self._service(event, word, clause, sentence) for word in own]
        return found

    def _sentence_at(self, span: Span) -> Span:
        return next((one for one in sentences(self.body, (0, len(self.body))) if one[0] <= span[0] < one[1]), span)

    def _is_pitch(self, event: Event, word: Word) -> bool:
        """路演 before an institution is a step of its deal, not an event of ours."""
        return event.institution is not None and self.body[word.start : word.end] == "路演"

    def _service(self, event: Event, word: Word, clause: Span, sentence: Span) -> Proposal:
        days = self.days([clause]) or self.days([sentence])
        planned = self.is_planned(clause) or (not self.days([clause]) and self.is_planned(sentence))
        written = self.body[slice(*sentence)]
        state = "planned" if planned else "in_progress" if progress.is_ongoing(written) else "completed"
        service = Proposal("service", sure=event.startup is not None)
        service.tell("startup", self._company(event.startup))
        service.tell("type_id", self._told(word.code, (word.start, word.end)))
        service.tell("happened_on", self.day(days, ahead=planned, place=word.start))
        service.tell("state", Told(state, *((word.start, word.end) if state != "completed" else (-1, -1))))
        service.tell("content", self._note([sentence]))
        partners = [
            one for one in self.mentions if one.kind == "institution" and sentence[0] <= one.start < sentence[1]
        ]
        if partners:
            names = "、".join(dict.fromkeys(one.value for one in partners))
            service.tell("partners", Told(names, partners[0].start, partners[-1].end))
        money = [one for one in amounts_in(self.body, sentence) if one.role in ("service", "")]
        if money:
            service.tell("amount", self._told(money[0].value, (money[0].start, money[0].end)))
        return service

    def _round(self, event: Event) -> list[Proposal]:
        """A startup that opens a round, with nobody named who invests."""
        name = self._first_round(event.own)
        money = [one for one in self._amounts(event) if one.role in ("sought", "")]
        opens = progress.OPENS.search(self.body, *event.own[0]) is not None
        if event.startup is None or name is None or not (money or opens):
            return []
        round = Proposal("round")
        round.tell("startup", self._company(event.startup))
        round.tell("name", name)
        if money:
            round.tell("sought", self._told(money[0].value, (money[0].start, money[0].end)))
        for one in self._amounts(event):
            if one.role == "valuation":
                round.tell("valuation", self._told(one.value, (one.start, one.end)))
        return [round]

    # --- parts

    def _told(self, value: str, span: Span) -> Told:
        return Told(value, *span)

    def _company(self, mention: Mention | None) -> Told | None:
        if mention is None:
            return None
        return Told(mention.value, mention.start, mention.end, mention.names if len(mention.names) > 1 else ())

    def _first_round(self, spans: list[Span]) -> Told | None:
        for span in spans:
            for word in progress.rounds_in(self.body, span, self.directory.rounds):
                return Told(word.code, word.start, word.end)
        return None

    def _amounts(self, event: Event) -> list[Money]:
        own = [one for span in event.own for one in amounts_in(self.body, span)]
        more = [one for span in event.common for one in amounts_in(self.body, span)]
        whole = [one for one in amounts_in(self.body, event.whole) if one.role == "sought"]
        return [*own, *(one for one in (*more, *whole) if one not in own)]

    def _fill_amounts(self, deal: Proposal, amounts: list[Money], event: Event) -> None:
        for one in amounts:
            name = one.role if one.role in ("sought", "intended", "signed", "received", "valuation") else ""
            if (who := self._who_wants(one)) is not None:
                name = "intended" if same(who, event.institution) else ""
            elif not one.role:
                name = self._likely_role(deal, one, event)
            if name == "intended" and inside(one.start, event.own):  # 领投 700 万 of a round that is signed
                name = progress.PAID.get(deal.fields["stage"].value, name)
            if name and name not in deal.fields:
                deal.tell(name, Told(one.value, one.start, one.end))

    def _who_wants(self, money: Money) -> Mention | None:
        """The institution that wants so much of a round (临渚想要1000万); a startup would seek it."""
        before = [one for one in self.mentions if one.kind == "institution" and one.end <= money.start]
        return next((one for one in before if _WANTS.fullmatch(self.body[one.end : money.start])), None)

    def _likely_role(self, deal: Proposal, money: Money, event: Event) -> str:
        stage = deal.fields["stage"].value
        if stage in progress.PAID:
            return progress.PAID[stage]
        clause = next((c for span in event.own for c in clauses(self.body, span) if c[0] <= money.start < c[1]), None)
        beside_round = clause is not None and progress.rounds_in(self.body, clause, self.directory.rounds)
        return "sought" if beside_round or stage == "referred" else "intended"

    def days(self, spans: list[Span]) -> list[Day]:
        return [day for span in spans for day in days_in(self.body, span, self.today_at)]

    def is_planned(self, clause: Span) -> bool:
        days, today = self.days([clause]), self.today_at(clause[0])
        return progress.is_planned(self.body[slice(*clause)], has_day_ahead=any(day.behind > today for day in days))

    def day(self, days: list[Day], *, ahead: bool, place: int) -> Told:
        """The first day; the day of the message where none is named."""
        for day in days:
            meant = day.meant(ahead=ahead)
            if ahead or meant <= self.today:
                return Told(meant.isoformat(), day.start, day.end)
        return Told(self.today_at(place).isoformat())

    def _note(self, spans: list[Span]) -> Told | None:
        """The words themselves, without the lines that only reach a person."""
        reached = [person.span for person in self.passing if person.has_contact]
        pieces = [
            trimmed(self.body, line)
            for span in spans
            for line in sentences(self.body, span)
            if not any(start <= line[0] < end for start, end in reached)
        ]
        pieces = [piece for piece in pieces if piece[0] < piece[1]]
        said = "；".join(" ".join(self.text[slice(*piece)].split()) for piece in pieces)[:NOTE]
        return Told(said) if said else None

    # --- companies and people

    def _newcomers(self, others: list[Proposal]) -> list[Proposal]:
        used = {told.value for one in others for told in one.fields.values()}
        used |= {
            name for one in others if "partners" in one.fields for name in one.fields["partners"].value.split("、")
        }
        found: dict[str, Proposal] = {}
        for mention in self.companies:
            if mention.is_new and mention.value not in found:
                found[mention.value] = self._newcomer(mention, mention.value in used)
        for proposal in self._unnamed:
            found.setdefault(proposal.fields["name"].value, proposal)
        return sorted(found.values(), key=lambda one: one.kind != "startup")

    _unnamed: tuple[Proposal, ...] = ()

    def _newcomer(self, mention: Mention, is_used: bool) -> Proposal:
        proposal = Proposal(mention.kind, sure=is_used or FORM.search(even(mention.value)) is not None)
        proposal.tell("name", Told(mention.value, mention.start, mention.end))
        short = _SHORT.match(self.text, mention.end)
        if short is not None:
            proposal.tell("short_name", Told(short["name"].strip(), *short.span("name")))
        if mention.kind == "institution":
            proposal.tell("kind", Told(kind_of(mention.value), mention.start, mention.end))
        elif not any(one.kind == "institution" for one in self.mentions):
            sought = [one for one in amounts_in(self.body, (0, len(self.body))) if one.role == "sought"]
            proposal.tell("seeking", Told(sought[0].value, sought[0].start, sought[0].end) if sought else None)
        codes = [one for one in _CODE.finditer(self.plain) if is_code(one.group())]
        after = [one for one in codes if one.start() >= mention.end] or codes
        if after:
            proposal.tell("credit_code", Told(after[0].group(), *after[0].span()))
        return proposal

    def _person(self, found: Found, source: str) -> Proposal:
        person = Proposal("person", sure=found.has_contact)
        for name, told in found.fields.items():
            value = self.text[told.start : told.end] if name in ("name", "title") else told.value
            person.tell(name, Told(" ".join(value.split()) if name != "name" else _joined(value), told.start, told.end))
        title = found.fields.get("title", Told("")).value
        mention = self._company_of(found, prefers="startup" if HEADS.search(title) else "institution")
        if mention is not None:
            person.tell(mention.kind, self._company(mention))
        if "startup" in person.fields and FOUNDERS.search(title):
            person.tell("is_founder", Told("y"))
        person.tell("source", Told(source))
        return person

    def _company_of(self, found: Found, prefers: str) -> Mention | None:
        if found.company is not None:
            start, end = found.company
            own = [one for one in self.companies if one.start < end and start < one.end]
            return own[0] if own else self._named_on_card(found.company, prefers)
        row = [one for one in self.mentions if found.span[0] <= one.start < found.span[1]]
        name = found.fields["name"]
        for near in (row, self.mentions):
            kinds = [one for one in near if one.kind == prefers] if len({one.kind for one in near}) > 1 else near
            if len({one.value for one in kinds}) == 1 or (kinds and near is row):
                return min(kinds, key=lambda one: abs(one.start - name.start))
        return None

    def _named_on_card(self, span: Span, prefers: str) -> Mention | None:
        """A company that a card labels as such and no rule would recognise."""
        name = self.text[slice(*span)].strip()
        if not name:
            return None
        kind = "institution" if FINANCE.search(name) else prefers
        mention = Mention(kind, *span, name, is_new=True)
        self._unnamed = (*self._unnamed, self._newcomer(mention, is_used=True))
        return mention


def _without_addresses(text: str) -> str:
    """The text without mail and web addresses: they hold names that are none."""
    return _ADDRESS.sub(lambda found: " " * len(found.group()), text)


def _blanked(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _same_fields(one: Proposal, other: Proposal, *names: str) -> bool:
    return all(one.fields.get(name, Told("")).value == other.fields.get(name, Told("")).value for name in names)


def _joined(name: str) -> str:
    """王 磊 is 王磊; Li Wei stays."""
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", " ".join(name.split()))


def kind_of(name: str) -> str:
    """The kind of institution that a name tells."""
    return next((code for word, code in _KINDS if word in name), "vc")


def is_code(text: str) -> bool:
    """Whether eighteen characters are a credit code."""
    try:
        return bool(read_credit_code(text))
    except Unreadable:
        return False
