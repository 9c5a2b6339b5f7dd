"""People: names, titles, phones and mails, on cards and in passing."""

from __future__ import annotations

# ruff: noqa: E501 - lists of titles and labels; a character of Chinese counts twice
import re
from dataclasses import dataclass, field

from crm.paste.reader.directory import Mention
from crm.paste.reader.reading import Told
from crm.paste.reader.text import Span, even, inside, lines, trimmed

_DOUBLE = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|慕容|司徒|令狐|端木|东方|南宫"
_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈"
    "项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单洪包诸左石"
    "崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲家封芮储靳汲井段富巫乌焦巴弓牧山谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司"
    "韶郜黎薄印宿白怀蒲从鄂索咸籍赖卓屠蒙池乔阴胥苍闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕"
    "连茹习艾容向古易慎戈廖庾暨衡步都耿满弘匡国文寇广禄阙东欧利师巩聂关荆肖曾游竺权盖益桓公岳帅涂闫仝佟"
)
_TITLES = (
    r"创始合伙人|管理合伙人|执行合伙人|投资合伙人|合伙人|董事总经理|执行董事|投资董事|投资副总裁|高级投资经理|投资经理|投资总监|投资副总监|高级分析师"
    r"|分析师|投资部总经理|投资部负责人|联合创始人兼CEO|联合创始人|创始人兼CEO|创始人兼董事长|创始人/CEO|创始人&CEO|创始人|首席执行官|首席技术官|首席科学家|首席财务官"
    r"|董事长助理|董事长|总经理助理|副总经理|总经理|副总裁|高级副总裁|总裁|财务总监|财务负责人|融资总监|市场总监|技术总监|总监|董秘|董事会秘书|客户经理|行长助理|副行长|行长"
    r"|项目经理|高级经理|经理|主任|主管|负责人|秘书长|顾问|律师|科技金融部.{0,4}"
    r"|(?:Managing |General |Founding |Venture |Investment )?Partner|(?:Managing|Investment|Executive|Senior)? ?Director|Principal|Vice President"
    r"|(?:Senior )?(?:Investment )?(?:Associate|Manager|Analyst)|Co-?[Ff]ounder(?: (?:&|and) C[ETFO]O)?|Founder(?: (?:&|and) C[ETFO]O)?|Chairman|President"
    r"|(?<![A-Za-z])(?:CEO|CTO|CFO|COO|MD|VP|IR|ED)(?![A-Za-z])"
)
TITLE = re.compile(_TITLES)
FOUNDERS = re.compile(r"创始人|[Ff]ounder")
HEADS = re.compile(r"创始人|CEO|CTO|CFO|COO|首席|[Ff]ounder")
_NAME = re.compile(rf"(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SINGLE}][\u4e00-\u9fff]{{1,2}}")
# A third character that goes on with the sentence: 王磊|觉得.
_GOES_ON = frozenset(
    "觉说认很也都和跟与在来去对表想要聊见给把约的是今明昨一还已将会能可让提介希正建看担负有加发带同总先女老师哥姐们：:，"
)
_IN_NAMES = frozenset("明建希和同光有是")  # which end a name as well
_LATIN_NAME = re.compile(r"[A-Z][a-z]{1,20}(?:[ -][A-Z][a-z'.]{0,20}){1,2}|[A-Z][a-z]+ [A-Z]{2,}|[A-Z]{2,} [A-Z][a-z]+")
PHONE = re.compile(
    r"(?P<mobile>(?<![\d])(?:\+?\s?86[- ]?|\(\+?86\)[- ]?|0086[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))"
    r"|(?P<line>(?<![\d])(?:\+?86[- ]?)?\(?0\d{2,3}\)?[- ]?\d{4}[- ]?\d{3,4}(?:\s?(?:-|转|ext\.?)\s?\d{1,5})?(?!\d)|(?<![\d+])(?:\+86[- ]?)(?:10|2\d|[3-9]\d{2})[- ]\d{4}[- ]?\d{3,4}(?!\d))"
    r"|(?P<foreign>(?<!\d)\+(?!86)\d{1,3}[- ]?\(?\d{1,4}\)?(?:[- ]?\d{2,4}){2,4}(?!\d))"
    r"|(?P<desk>(?<!\d)400[- ]?\d{3}[- ]?\d{4}(?!\d))"
)
MAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
WECHAT = re.compile(
    r"(?<![A-Za-z])(?:微信号?|加V|WeChat|WX|VX)\s*(?::|是|号|ID)?\s*(?:(?P<id>[A-Za-z][\w-]{5,19})(?![\w.@-])|(?P<phone>同号|同手机|同电话))",
    re.IGNORECASE | re.ASCII,
)
_LABEL = re.compile(
    r"^\s*(?:[\U0001F300-\U0001FAFF\u2600-\u27bf\ufe0f]+\s*)?(?P<label>姓\s*名|联系人|名字|Name|职\s*务|职\s*位|职称|岗位|Title|Position|电\s*话|手\s*机|座机|手机号|联系电话|联系方式"
    r"|Tel|Mobile|Mob|Cell|Phone|M|T|P|邮\s*箱|邮件|电子邮箱|电邮|E-?mail|Mail|E|微\s*信|微信号|WeChat|WX|公\s*司|单\s*位|机\s*构|公司名称|单位名称|企业|Company|Organi[sz]ation"
    r"|地\s*址|办公地址|Address|Add|网址|Web(?:site)?|传真|Fax|部门|Dept)\s*[:：.]\s*(?P<value>.*?)\s*$",
    re.IGNORECASE,
)
_FIELDS = (
    ("name", r"姓名|联系人|名字|name"),
    ("title", r"职务|职位|职称|岗位|title|position"),
    ("wechat", r"微信|微信号|wechat|wx"),
    ("address", r"地址|办公地址|address|add"),
    ("company", r"公司|单位|机构|公司名称|单位名称|企业|company|organi[sz]ation"),
)


LONGEST_ROW = 300  # characters of a card's line that are looked at


@dataclass
class Found:
    """Somebody in the text: what fields say, where the person stands, and which part the contact data fill."""

    fields: dict[str, Told] = field(default_factory=dict)
    span: Span = (0, 0)
    company: Span | None = None

    @property
    def has_contact(self) -> bool:
        """Whether there is a way to reach the person."""
        return bool({"phone", "email", "wechat"} & set(self.fields))


def tidy_phone(written: str) -> str:
    """A number as it is kept: 13800000000, 021-54321234, +852 2345 6789."""
    digits = re.sub(r"\D", "", written)
    mobile = re.fullmatch(r"(?:0086|86)?(1[3-9]\d{9})", digits)
    return mobile.group(1) if mobile else re.sub(r"\s+", " ", written.strip()).removeprefix("+86").lstrip(" -")


def cards_in(text: str, mentions: list[Mention]) -> list[Found]:
    """People on name cards: groups of short lines that hold a phone or a mail, and a name."""
    found = []
    plain = even(text)
    for block in _blocks(plain):
        rows = [piece for line in lines(plain, block) for piece in _pieces(plain, line)]
        reachable = PHONE.search(plain, *block) or MAIL.search(plain, *block)
        labelled = sum(_LABEL.match(plain[slice(*row)]) is not None for row in rows)
        short = max((end - start for start, end in rows), default=0) <= 60
        if len(rows) >= 3 and reachable and (short or labelled >= 2):
            person = _card(text, plain, block, rows, mentions)
            if person is not None:
                found.append(person)
    return found


def _pieces(text: str, line: Span) -> list[Span]:
    """A line of a card as its parts (沈知行 | 合伙人 | 远山资本), without a mark such as 【名片】 before them."""
    start, end = line[0], min(line[1], line[0] + LONGEST_ROW)
    mark = re.compile(r"\s*[【\[](?:电子)?名片[】\]]\s*").match(text, start, end)
    found = [match.span() for match in re.compile(r"[^|｜]+").finditer(text, mark.end() if mark else start, end)]
    return [one for one in found if text[slice(*one)].strip()]


def _blocks(text: str) -> list[Span]:
    """Groups of lines between empty ones."""
    found: list[Span] = []
    start = 0
    for gap in re.finditer(r"\n[ \t]*\n\s*", text):
        found.append((start, gap.start()))
        start = gap.end()
    return [*found, (start, len(text))]


def _card(text: str, plain: str, block: Span, rows: list[Span], mentions: list[Mention]) -> Found | None:
    person, more, free = Found(span=block), [], []
    for row in rows:
        label = _LABEL.match(plain[slice(*row)])
        if label is None:
            free.append(row)
            continue
        key = re.sub(r"\s", "", label["label"]).lower()
        name = next((one for one, words in _FIELDS if re.fullmatch(words, key)), "")
        span = trimmed(plain, (row[0] + label.start("value"), row[0] + label.end("value")))
        if name == "company":
            person.company = span
        elif name == "address":
            more.append((text[slice(*row)].strip(), row))
        elif name and span[0] < span[1]:
            person.fields[name] = Told(text[slice(*span)].strip(), *span)
    _contacts(plain, block, person)
    companies = [one.span for one in mentions if block[0] <= one.start < block[1]]
    _free_lines(text, plain, free, companies, person)
    _split_title(person)
    if more:
        person.fields["note"] = Told("；".join(one for one, _ in more), more[0][1][0], more[-1][1][1])
    if not person.fields.get("name", Told("")).value:
        return None
    if person.company is None and companies:
        person.company = companies[0]
    return person


def _split_title(person: Found) -> None:
    """姓名：王磊 投资总监 tells both."""
    whole = person.fields.get("name")
    title = TITLE.search(whole.value) if whole is not None else None
    if whole is None or title is None or "title" in person.fields:
        return
    person.fields["title"] = Told(title.group(), whole.start + title.start(), whole.start + title.end())
    bare = whole.value[: title.start()].strip(" /|·(（")
    person.fields["name"] = Told(bare, whole.start, whole.start + len(bare))


def _free_lines(text: str, plain: str, free: list[Span], companies: list[Span], person: Found) -> None:
    """Lines without a label: the name, the title, or both on one line."""
    for row in free:
        start, end = trimmed(plain, row)
        own = [one for one in companies if start <= one[0] < end]
        # 远舟资本 王磊 投资总监: the company is no part of the name.
        for piece in _around(own, (start, end)):
            _name_and_title(text, plain, piece, person)


def _around(holes: list[Span], span: Span) -> list[Span]:
    at, found = span[0], list[Span]()
    for hole in sorted(holes):
        found.append((at, hole[0]))
        at = hole[1]
    return [*found, (at, span[1])]


def _name_and_title(text: str, plain: str, span: Span, person: Found) -> None:
    title = TITLE.search(plain, *span)
    if title is not None and "title" not in person.fields:
        last = list(TITLE.finditer(plain, *span))[-1]
        person.fields["title"] = Told(text[title.start() : last.end()].strip(), title.start(), last.end())
    if "name" in person.fields:
        return
    name = name_in(plain, span if title is None else (span[0], title.start())) or (
        name_in(plain, (title.end(), span[1])) if title is not None else None
    )
    if name is not None:
        person.fields["name"] = Told(text[slice(*name)].strip(), *name)


def name_in(plain: str, span: Span) -> Span | None:
    """Where a whole word of a part is somebody's name."""
    for word in re.finditer(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z .'-]*[A-Za-z.]", plain[slice(*span)]):
        start, written = span[0] + word.start(), word.group()
        bare = re.sub(r"(?:先生|女士|总|老师|博士|教授)$", "", written)
        if _NAME.fullmatch(bare) or (_LATIN_NAME.fullmatch(written) and not PLACE_WORDS.search(written)):
            return start, start + len(bare if _NAME.fullmatch(bare) else written)
        spaced = re.fullmatch(r"[\u4e00-\u9fff]", written)
        following = re.match(r"([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])", plain[start : span[1]])
        if spaced and following and _NAME.fullmatch(following.group(1) + following.group(2)):
            return start, start + following.end()
    return None


PLACE_WORDS = re.compile(
    r"Road|Street|Building|Floor|District|Shanghai|Beijing|Tower|Room|Park|Capital|Ventures|Center|Centre|Avenue"
)


def _contacts(plain: str, span: Span, person: Found) -> None:
    phones = list(PHONE.finditer(plain, *span))
    if phones:
        best = next((one for one in phones if one["mobile"]), phones[0])
        person.fields["phone"] = Told(tidy_phone(best.group()), *best.span())
    mail = MAIL.search(plain, *span)
    if mail is not None:
        person.fields["email"] = Told(mail.group(), *mail.span())
    wechat = WECHAT.search(plain, *span)
    if wechat is not None and wechat["id"]:
        person.fields.setdefault("wechat", Told(wechat["id"], *wechat.span("id")))
    elif wechat is not None and "phone" in person.fields:
        person.fields.setdefault("wechat", Told(person.fields["phone"].value, *wechat.span()))


def passing_in(text: str, span: Span, mentions: list[Mention], taken: list[Span]) -> list[Found]:
    """People named in passing: with a phone or a mail in their line, or with their title beside their name."""
    plain, found = even(text), list[Found]()
    companies = [one.span for one in mentions]
    for row in lines(plain, span):
        if inside(row[0], taken):
            continue
        reach = Found(span=row)
        _contacts(plain, row, reach)
        named = _titled(text, plain, row, companies)
        if reach.has_contact:
            person = named[0] if named else _untitled(text, plain, row, companies)
            if person is not None:
                person.fields.update(reach.fields)
                person.span = row
                found.append(person)
                named = named[1:]
        found.extend(named)
    return found


def _untitled(text: str, plain: str, row: Span, companies: list[Span]) -> Found | None:
    for piece in _around([one for one in companies if row[0] <= one[0] < row[1]], row):
        label = re.match(r"\s*(?:联系人|对接人|姓名|找|联系)\s*:?\s*", plain[slice(*piece)])
        start = piece[0] + (label.end() if label else 0)
        name = name_in(plain, (start, piece[1]))
        if name is not None:
            return Found({"name": Told(text[slice(*name)], *name)}, row)
    return None


def _titled(text: str, plain: str, row: Span, companies: list[Span]) -> list[Found]:
    """合伙人王磊, 王磊（投资总监）, Li Wei, Partner."""
    found: list[Found] = []
    for title in TITLE.finditer(plain, *row):
        if any(start <= title.start() < end for start, end in companies):
            continue
        name = _name_after(plain, title.end(), row[1]) or _name_before(plain, row[0], title.start())
        if name is None or any(start < name[1] and name[0] < end for start, end in companies):
            continue
        if any(one.fields["name"].start == name[0] for one in found):
            continue
        fields = {"name": Told(text[slice(*name)], *name), "title": Told(title.group(), *title.span())}
        found.append(Found(fields, row))
    return found


def _name_after(plain: str, start: int, end: int) -> Span | None:
    gap = re.compile(r"[ :：]?").match(plain, start, end)
    start = gap.end() if gap else start
    match = _NAME.match(plain, start, end)
    if match is None:
        latin = _LATIN_NAME.match(plain, start, end)
        return latin.span() if latin else None
    written = match.group()
    if re.match(rf"{_DOUBLE}", written):
        return match.span()
    follows = plain[match.end() : match.end() + 1]
    ends = not follows or not "一" <= follows <= "鿿"
    goes_on = written[-1] in _GOES_ON and not (ends and written[-1] in _IN_NAMES)
    if len(written) == 3 and (goes_on or (follows and written[1:] in ("先生", "女士"))):
        return match.start(), match.start() + 2
    return None if written[1:] in ("总", "先生", "女士") or written[1] in "总哥姐董工老" else match.span()


def _name_before(plain: str, start: int, end: int) -> Span | None:
    start = max(start, end - 24)
    before = re.search(
        rf"(?:^|[^\u4e00-\u9fff]|[的和跟与见了是由人])(?P<name>{_NAME.pattern}|{_LATIN_NAME.pattern})[ ,，(·/|-]*$",
        plain[start:end],
    )
    if before is None:
        return None
    return start + before.start("name"), start + before.end("name")
