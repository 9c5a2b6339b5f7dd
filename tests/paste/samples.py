"""What finance staff and investors really paste, and what it should be read as on Friday, 12 June 2026.

Each sample: its text, and the proposals in order as (kind, {field: value}). What repeats the words themselves (note,
content) is left out; so is where a person comes from. A kind with "?" is proposed, but not ticked.
"""

from __future__ import annotations

# ruff: noqa: E501 - a sample reads better in one piece
# fmt: off
Expected = list[tuple[str, dict[str, str]]]

HENGXI = "上海衡汐智能科技有限公司"
YUNXIU = "上海云岫医语科技有限公司"
LINZHU = "临渚（上海）创业投资有限公司"
YUANSHAN = "远山（深圳）资本管理有限公司"
LUMING = "鹿鸣（苏州）投资管理有限公司"
CCB = "中国建设银行股份有限公司上海徐汇支行"

SAMPLES: dict[str, tuple[str, Expected]] = {
    'a meeting in one breath': (
        '今天下午临渚创投见了衡汐智能，A+轮，聊得不错，下周三约技术负责人再聊，意向投1000万',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-12', 'next_step': '下周三约技术负责人再聊', 'next_step_on': '2026-06-17', 'intended': '1000万'}),
        ],
    ),
    'a pass with its reason': (
        '远山资本pass了衡汐，估值太贵',
        [
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
        ],
    ),
    'too early for them': (
        '云岫医语那边，鹿鸣投资反馈说阶段太早，这轮先不投了，明年再看',
        [
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'referred', 'status': 'passed', 'reason': 'stage', 'happened_on': '2026-06-12', 'next_step': '明年再看'}),
        ],
    ),
    'local investment required': (
        '徐汇国投对衡汐的返投要求谈不拢，放弃了',
        [
            ('deal', {'startup': HENGXI, 'institution': '上海徐汇国有资本投资运营有限公司', 'stage': 'referred', 'status': 'passed', 'reason': 'local_investment', 'happened_on': '2026-06-12'}),
        ],
    ),
    'a meeting planned': (
        '约了周四上午临渚来看云岫医语，先不急着发BP',
        [
            ('deal', {'startup': YUNXIU, 'institution': LINZHU, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '约了周四上午临渚来看云岫医语', 'next_step_on': '2026-06-18'}),
        ],
    ),
    'a term sheet': (
        '好消息！远山资本昨天给衡汐智能出了TS，A+轮领投3000万，投前估值2亿[庆祝]',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': YUANSHAN, 'stage': 'term_sheet', 'happened_on': '2026-06-11', 'intended': '3000万', 'valuation': '2亿'}),
        ],
    ),
    'signed with the amount': (
        '云岫医语 Pre-A 轮 今天和鹿鸣投资签约了，签约金额2000万元，款下周到',
        [
            ('deal', {'startup': YUNXIU, 'round_name': 'pre-a', 'institution': LUMING, 'stage': 'signed', 'happened_on': '2026-06-12', 'next_step': '款下周到', 'signed': '2000万元'}),
        ],
    ),
    'money received': (
        '6.10 鹿鸣投资第一笔1200万已到账云岫医语，签约2000万',
        [
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'funded', 'happened_on': '2026-06-10', 'received': '1200万', 'signed': '2000万'}),
        ],
    ),
    'investment committee passed': (
        '刚接到电话：衡汐智能在临渚过会了！额度1500-2000万，下周二签协议',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'committee', 'happened_on': '2026-06-12', 'next_step': '下周二签协议', 'next_step_on': '2026-06-16', 'intended': '1500-2000万'}),
        ],
    ),
    'due diligence under way': (
        '远山这周一进场尽调衡汐，尽调清单已经发了，预计月底结束',
        [
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'due_diligence', 'happened_on': '2026-06-08', 'next_step': '预计月底结束'}),
        ],
    ),
    'several institutions, one startup': (
        '衡汐智能A+轮进展：临渚创投已立项，下周三尽调；远山资本pass，估值高；鹿鸣投资约了6.18见面',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LINZHU, 'stage': 'approved', 'happened_on': '2026-06-12', 'next_step': '下周三尽调', 'next_step_on': '2026-06-17'}),
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': YUANSHAN, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LUMING, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '鹿鸣投资约了6.18见面', 'next_step_on': '2026-06-18'}),
        ],
    ),
    'several startups, one institution': (
        '今天陪临渚创投看了两个项目。衡汐智能见了创始人，很感兴趣，想跟投500万；云岫医语聊了一小时，觉得赛道不合适，pass。',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-12', 'intended': '500万'}),
            ('deal', {'startup': YUNXIU, 'institution': LINZHU, 'stage': 'met', 'status': 'passed', 'reason': 'sector', 'happened_on': '2026-06-12'}),
        ],
    ),
    'two startups, two institutions': (
        '衡汐智能：临渚昨天见过了，准备立项\n云岫医语：鹿鸣不投，团队不稳定',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-11', 'next_step': '准备立项'}),
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'referred', 'status': 'passed', 'reason': 'team', 'happened_on': '2026-06-12'}),
        ],
    ),
    'a service done': (
        '今天帮衡汐智能改了BP，第二版已经发他们了',
        [
            ('service', {'startup': HENGXI, 'type_id': 'BP辅导', 'happened_on': '2026-06-12', 'state': 'completed'}),
        ],
    ),
    'a service planned': (
        '下周四给云岫医语做高企认定辅导',
        [
            ('service', {'startup': YUNXIU, 'type_id': '高新技术企业认定', 'happened_on': '2026-06-18', 'state': 'planned'}),
        ],
    ),
    'two services in one message': (
        '上午给衡汐智能理了一下股权架构，下午陪云岫医语跑了大模型备案辅导',
        [
            ('service', {'startup': HENGXI, 'type_id': '估值与股权架构', 'happened_on': '2026-06-12', 'state': 'completed'}),
            ('service', {'startup': YUNXIU, 'type_id': '大模型备案辅导', 'happened_on': '2026-06-12', 'state': 'completed'}),
        ],
    ),
    'a bank loan': (
        '建行徐汇支行给衡汐智能批了500万授信，年化3.2%',
        [
            ('service', {'startup': HENGXI, 'type_id': '银行授信', 'happened_on': '2026-06-12', 'state': 'completed', 'partners': CCB, 'amount': '500万'}),
        ],
    ),
    'compute vouchers': (
        '云岫医语的算力券批下来了，30万',
        [
            ('service', {'startup': YUNXIU, 'type_id': '算力券', 'happened_on': '2026-06-12', 'state': 'completed', 'amount': '30万'}),
        ],
    ),
    'one service for two startups': (
        '6月9日组织了专场路演，衡汐智能、云岫医语都上了',
        [
            ('service', {'startup': HENGXI, 'type_id': '专场路演', 'happened_on': '2026-06-09', 'state': 'completed'}),
            ('service', {'startup': YUNXIU, 'type_id': '专场路演', 'happened_on': '2026-06-09', 'state': 'completed'}),
        ],
    ),
    'a new institution by its brand': (
        '刚跟蓝渚资本的合伙人王磊聊完，他们对衡汐智能感兴趣，电话13812345678',
        [
            ('institution', {'name': '蓝渚资本', 'kind': 'vc'}),
            ('person', {'name': '王磊', 'title': '合伙人', 'phone': '13812345678', 'institution': '蓝渚资本'}),
            ('deal', {'startup': HENGXI, 'institution': '蓝渚资本', 'stage': 'met', 'happened_on': '2026-06-12'}),
        ],
    ),
    'a new startup seeking money': (
        '新项目：上海青禾具身智能科技有限公司，天使轮，拟融2000万，投前估值1亿，创始人许望舒 139-0000-1234',
        [
            ('startup', {'name': '上海青禾具身智能科技有限公司', 'seeking': '2000万'}),
            ('person', {'name': '许望舒', 'title': '创始人', 'phone': '13900001234', 'startup': '上海青禾具身智能科技有限公司', 'is_founder': 'y'}),
            ('round', {'startup': '上海青禾具身智能科技有限公司', 'name': 'angel', 'sought': '2000万', 'valuation': '1亿'}),
        ],
    ),
    'a round opened': (
        '衡汐智能启动B轮了，要融1.2亿，投前8亿',
        [
            ('round', {'startup': HENGXI, 'name': 'b', 'sought': '1.2亿', 'valuation': '8亿'}),
        ],
    ),
    'a vague amount': (
        '临渚对衡汐很感兴趣，可以投数千万',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'interested', 'happened_on': '2026-06-12', 'intended': '数千万'}),
        ],
    ),
    'a range': (
        '鹿鸣投资想投云岫医语500-1000万，下周五上会',
        [
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '下周五上会', 'next_step_on': '2026-06-19', 'intended': '500-1000万'}),
        ],
    ),
    'spoken Chinese numbers': (
        '远山愿意给衡汐出三千万，还想约创始人吃个饭',
        [
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '还想约创始人吃个饭', 'intended': '3000万'}),
        ],
    ),
    'dollars': (
        '临渚创投美元基金意向投衡汐智能200万美元，A+轮',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LINZHU, 'stage': 'interested', 'happened_on': '2026-06-12', 'intended': '200万美元'}),
        ],
    ),
    'full-width digits and signs': (
        '２０２６．６．８\u3000临渚创投见了衡汐智能，意向５００万',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-08', 'intended': '500万'}),
        ],
    ),
    'messy spaces and emoji': (
        '👍👍  衡 汐 智 能   和  远山资本   聊了  ， 周三 继续  🎉',
        [
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'met', 'happened_on': '2026-06-12', 'next_step': '周三 继续 🎉', 'next_step_on': '2026-06-17'}),
        ],
    ),
    'a forwarded chat': (
        '林予安 2026/6/11 15:32\n衡汐今天见了临渚，聊得挺好\n周牧之 2026/6/11 15:40\n下周一再约一次，带上CTO',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-11', 'next_step': '下周一再约一次', 'next_step_on': '2026-06-15'}),
        ],
    ),
    'a forwarded chat without days': (
        '张三 15:32\n远山那边说衡汐估值太高了\n李四 15:33\n那就pass吧',
        [
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
        ],
    ),
    'English meeting': (
        'Met with Lakeside Ventures yesterday on 衡汐智能, Series A+, they are interested in $3M. Next call on June 18.',
        [
            ('institution', {'name': 'Lakeside Ventures', 'kind': 'vc'}),
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': 'Lakeside Ventures', 'stage': 'met', 'happened_on': '2026-06-11', 'next_step': 'Next call on June 18', 'next_step_on': '2026-06-18', 'intended': '$3M'}),
        ],
    ),
    'English pass': (
        'Yuanshan passed on Hengxi - too early for them.',
        [
            ('deal', {'startup': 'Hengxi Labs', 'institution': 'Yuanshan Capital Limited', 'stage': 'referred', 'status': 'passed', 'reason': 'stage', 'happened_on': '2026-06-12'}),
        ],
    ),
    'English service': (
        'Reviewed the pitch deck with Hengxi today, sent comments.',
        [
            ('service', {'startup': 'Hengxi Labs', 'type_id': 'BP辅导', 'happened_on': '2026-06-12', 'state': 'completed'}),
        ],
    ),
    "last year's day": (
        '12.28临渚见过衡汐',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2025-12-28'}),
        ],
    ),
    'an ambiguous short name': (
        '寒溪明天来看衡汐',
        [
            ('deal', {'startup': HENGXI, 'institution': '寒溪', 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '寒溪明天来看衡汐', 'next_step_on': '2026-06-13'}),
        ],
    ),
    'a former name': (
        '汐算科技昨天和鹿鸣投资见面了',
        [
            ('deal', {'startup': HENGXI, 'institution': LUMING, 'stage': 'met', 'happened_on': '2026-06-11'}),
        ],
    ),
    'a list of facts': (
        '项目：衡汐智能\n轮次：A+轮\n融资：5000万\n机构：远山资本\n进展：已立项\n下一步：6月20日实地走访',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': YUANSHAN, 'stage': 'approved', 'happened_on': '2026-06-12', 'next_step': '6月20日实地走访', 'next_step_on': '2026-06-20', 'sought': '5000万'}),
        ],
    ),
    'the startup said no': (
        '衡汐创始人婉拒了鹿鸣的TS，觉得条款太苛刻',
        [
            ('deal', {'startup': HENGXI, 'institution': LUMING, 'stage': 'term_sheet', 'status': 'declined', 'happened_on': '2026-06-12'}),
        ],
    ),
    'on hold': (
        '临渚说云岫医语先放一放，等Q3数据',
        [
            ('deal', {'startup': YUNXIU, 'institution': LINZHU, 'stage': 'referred', 'status': 'on_hold', 'happened_on': '2026-06-12'}),
        ],
    ),
    'sent the deck': (
        '把衡汐的BP推给鹿鸣了，让他们周末看看',
        [
            ('deal', {'startup': HENGXI, 'institution': LUMING, 'stage': 'referred', 'happened_on': '2026-06-12'}),
        ],
    ),
    'a card in lines': (
        '张 伟\n投资总监\n远舟（上海）私募基金管理有限公司\n手机：138 1234 5678\n邮箱：zhangwei@yuanzhou.com\n地址：上海市徐汇区龙腾大道2879号',
        [
            ('institution', {'name': '远舟（上海）私募基金管理有限公司', 'kind': 'vc'}),
            ('person', {'phone': '13812345678', 'email': 'zhangwei@yuanzhou.com', 'name': '张伟', 'title': '投资总监', 'institution': '远舟（上海）私募基金管理有限公司'}),
        ],
    ),
    'a card with labels': (
        '姓名：李思远\n职务：执行董事\n公司：临渚（上海）创业投资有限公司\n电话：021-5432 1234\n手机：+86 139 1234 5678\n邮箱：lsy@linzhu.vc\n微信：lsy_linzhu',
        [
            ('person', {'name': '李思远', 'title': '执行董事', 'wechat': 'lsy_linzhu', 'phone': '13912345678', 'email': 'lsy@linzhu.vc', 'institution': LINZHU}),
        ],
    ),
    'a card in English': (
        'Wei Zhang\nInvestment Director\nLakeside Capital Management Co., Ltd.\nM: +86 138-1234-5678\nE: wei.zhang@lakeside.com\nWeChat: weizhang88',
        [
            ('institution', {'name': 'Lakeside Capital Management Co., Ltd.', 'kind': 'vc'}),
            ('person', {'wechat': 'weizhang88', 'phone': '13812345678', 'email': 'wei.zhang@lakeside.com', 'name': 'Wei Zhang', 'title': 'Investment Director', 'institution': 'Lakeside Capital Management Co., Ltd.'}),
        ],
    ),
    "a founder's card": (
        '许望舒\n创始人 & CEO\n上海衡汐智能科技有限公司\nTel 13900001234\nxu@hengxi.ai',
        [
            ('person', {'phone': '13900001234', 'email': 'xu@hengxi.ai', 'name': '许望舒', 'title': '创始人 & CEO', 'startup': HENGXI, 'is_founder': 'y'}),
        ],
    ),
    'a card in one line': (
        '远山资本 投资经理 周子墨 18612345678 zhou@yuanshan.com',
        [
            ('person', {'name': '周子墨', 'title': '投资经理', 'phone': '18612345678', 'email': 'zhou@yuanshan.com', 'institution': YUANSHAN}),
        ],
    ),
    'a card and a meeting': (
        '今天临渚创投见了衡汐智能，很感兴趣，下周二再约\n\n王思齐\n投资经理\n临渚创投\n13512345678',
        [
            ('person', {'phone': '13512345678', 'name': '王思齐', 'title': '投资经理', 'institution': LINZHU}),
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-12', 'next_step': '下周二再约', 'next_step_on': '2026-06-16'}),
        ],
    ),
    'a card of Hong Kong': (
        '陈嘉明 Kelvin Chan\n合伙人\nHarbour Peak Capital\n+852 2345 6789\nkelvin@harbourpeak.hk',
        [
            ('institution', {'name': 'Harbour Peak Capital', 'kind': 'vc'}),
            ('person', {'phone': '+852 2345 6789', 'email': 'kelvin@harbourpeak.hk', 'name': '陈嘉明', 'title': '合伙人', 'institution': 'Harbour Peak Capital'}),
        ],
    ),
    'rows with a heading': (
        '日期\t企业\t机构\t轮次\t进展\t签约金额（万元）\n2026/6/1\t衡汐智能\t临渚创投\tA+\t会面\t\n6.3\t云岫医语\t鹿鸣投资\tPre-A\t签约\t2000',
        [
            ('deal', {'happened_on': '2026-06-01', 'startup': HENGXI, 'institution': LINZHU, 'round_name': 'a+', 'stage': 'met'}),
            ('deal', {'happened_on': '2026-06-03', 'startup': YUNXIU, 'institution': LUMING, 'round_name': 'pre-a', 'stage': 'signed', 'signed': '2000万'}),
        ],
    ),
    'rows without a heading': (
        '2026-06-01\t衡汐智能\tBP辅导\t改了第二版\n2026-06-03\t云岫医语\t高企认定\t材料初审\n2026-06-05\t云岫医语\t专场路演\t',
        [
            ('service', {'happened_on': '2026-06-01', 'startup': HENGXI, 'type_id': 'BP辅导', 'state': 'completed'}),
            ('service', {'happened_on': '2026-06-03', 'startup': YUNXIU, 'type_id': '高新技术企业认定', 'state': 'completed'}),
            ('service', {'happened_on': '2026-06-05', 'startup': YUNXIU, 'type_id': '专场路演', 'state': 'completed'}),
        ],
    ),
    'people in rows': (
        '姓名\t职务\t电话\t邮箱\t机构\n王思齐\t投资经理\t135 1234 5678\twsq@linzhu.vc\t临渚创投\n周子墨\t合伙人\t18612345678\t\t远山资本',
        [
            ('person', {'name': '王思齐', 'title': '投资经理', 'phone': '13512345678', 'email': 'wsq@linzhu.vc', 'institution': LINZHU}),
            ('person', {'name': '周子墨', 'title': '合伙人', 'phone': '18612345678', 'institution': YUANSHAN}),
        ],
    ),
    'startups in rows': (
        '企业名称\t统一社会信用代码\t拟融资（万元）\t一句话简介\n上海青禾具身智能科技有限公司\t91110000600037341L\t2000\t具身大脑\n北京墨语科技有限公司\t\t\t语音合成',
        [
            ('startup', {'name': '上海青禾具身智能科技有限公司', 'credit_code': '91110000600037341L', 'seeking': '2000万', 'summary': '具身大脑'}),
            ('startup', {'name': '北京墨语科技有限公司', 'summary': '语音合成'}),
        ],
    ),
    'institutions in rows': (
        '序号\t机构名称\t简称\t所在地\n1\t蓝渚（上海）私募基金管理有限公司\t蓝渚\t上海\n2\t杭州远舟创业投资合伙企业（有限合伙）\t远舟\t杭州',
        [
            ('institution', {'name': '蓝渚（上海）私募基金管理有限公司', 'short_name': '蓝渚', 'city': '上海'}),
            ('institution', {'name': '杭州远舟创业投资合伙企业（有限合伙）', 'short_name': '远舟', 'city': '杭州'}),
        ],
    ),
    'deals in rows without a heading': (
        '衡汐智能\t临渚创投\tA+\t3000万\t尽调中\n云岫医语\t远山资本\tPre-A\t1000-2000万\tpass 太早',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'round_name': 'a+', 'sought': '3000万', 'stage': 'due_diligence', 'happened_on': '2026-06-12'}),
            ('deal', {'startup': YUNXIU, 'institution': YUANSHAN, 'round_name': 'pre-a', 'sought': '1000-2000万', 'status': 'passed', 'reason': 'stage', 'happened_on': '2026-06-12', 'stage': 'referred'}),
        ],
    ),
    'a quoted cell with a line end': (
        '企业\t服务事项\t日期\t内容\n衡汐智能\tBP辅导\t2026.6.2\t"第一版\n第二版"',
        [
            ('service', {'startup': HENGXI, 'type_id': 'BP辅导', 'happened_on': '2026-06-02', 'state': 'completed'}),
        ],
    ),
    'a reading of two lines': (
        '跟鹿鸣的刘总电话沟通了云岫医语\n他们意向800万，要等投决会，6月25日上会',
        [
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'met', 'happened_on': '2026-06-12', 'next_step': '6月25日上会', 'next_step_on': '2026-06-25', 'intended': '800万'}),
        ],
    ),
    'an amount that is none': (
        '衡汐智能今年营收3000万，用户500万，模型参数70亿，临渚昨天聊了聊',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-11'}),
        ],
    ),
    'an old word for a meeting': (
        '临渚今天约见了衡汐智能的CTO，聊了算力和芯片，初步感兴趣，让发一份数据室',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-12'}),
        ],
    ),
    'a pitch tomorrow': (
        '@所有人 明天下午2点鹿鸣投资来园区路演厅看衡汐智能路演，请企业提前准备',
        [
            ('deal', {'startup': HENGXI, 'institution': LUMING, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '@所有人 明天下午2点鹿鸣投资来园区路演厅看衡汐智能路演', 'next_step_on': '2026-06-13'}),
        ],
    ),
    'a pitch to an institution': (
        '衡汐智能给临渚路演了，反馈不错，估计下周立项',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'pitched', 'happened_on': '2026-06-12', 'next_step': '估计下周立项'}),
        ],
    ),
    'a partner and his mail': (
        '远山合伙人周子墨说想看云岫医语，麻烦推一下，BP发他邮箱 zzm@yuanshan.com',
        [
            ('person', {'name': '周子墨', 'title': '合伙人', 'email': 'zzm@yuanshan.com', 'institution': YUANSHAN}),
            ('deal', {'startup': YUNXIU, 'institution': YUANSHAN, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '远山合伙人周子墨说想看云岫医语'}),
        ],
    ),
    'a visit that tells of due diligence': (
        '今天走访了云岫医语，了解到企业正在融Pre-A轮，目标3000万，已有鹿鸣投资在尽调',
        [
            ('deal', {'startup': YUNXIU, 'round_name': 'pre-a', 'institution': LUMING, 'stage': 'due_diligence', 'happened_on': '2026-06-12', 'sought': '3000万'}),
        ],
    ),
    'money received, as the startup says': (
        '企业反馈：衡汐智能收到临渚的投资款2000万，6月11日到账，至此A+轮签约的5000万已到一半',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LINZHU, 'stage': 'funded', 'happened_on': '2026-06-11', 'received': '2000万', 'signed': '5000万'}),
        ],
    ),
    'a new startup with its short name': (
        '上海墨语科技有限公司（简称墨语科技），A轮融资5000-8000万，投后5亿，联系人：李雷 13911112222',
        [
            ('startup', {'name': '上海墨语科技有限公司', 'short_name': '墨语科技', 'seeking': '5000-8000万'}),
            ('person', {'name': '李雷', 'phone': '13911112222', 'startup': '上海墨语科技有限公司'}),
            ('round', {'startup': '上海墨语科技有限公司', 'name': 'a', 'sought': '5000-8000万'}),
        ],
    ),
    'an introduction by somebody new': (
        '王总好，我是蓝鲸资本的投资总监张晓明，想约衡汐智能下周四聊一下，我的电话186 2222 3333',
        [
            ('institution', {'name': '蓝鲸资本', 'kind': 'vc'}),
            ('person', {'name': '张晓明', 'title': '投资总监', 'phone': '18622223333', 'institution': '蓝鲸资本'}),
            ('deal', {'startup': HENGXI, 'institution': '蓝鲸资本', 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '想约衡汐智能下周四聊一下', 'next_step_on': '2026-06-18'}),
        ],
    ),
    'a loan that is being examined': (
        '帮云岫医语对接了建行徐汇支行，授信300万，正在审批',
        [
            ('service', {'startup': YUNXIU, 'type_id': '银行授信', 'happened_on': '2026-06-12', 'state': 'in_progress', 'partners': CCB, 'amount': '300万'}),
        ],
    ),
    'a pledge of patents': (
        '知识产权质押：云岫医语拿专利质押贷了200万，昨天放款',
        [
            ('service', {'startup': YUNXIU, 'type_id': '知识产权质押', 'happened_on': '2026-06-11', 'state': 'completed', 'amount': '200万'}),
        ],
    ),
    'a salon with guests': (
        '6/5 沙龙：衡汐智能、云岫医语参加，临渚、远山、鹿鸣到场',
        [
            ('service', {'startup': HENGXI, 'type_id': '投融资沙龙', 'happened_on': '2026-06-05', 'state': 'completed', 'partners': '临渚（上海）创业投资有限公司、远山（深圳）资本管理有限公司、鹿鸣（苏州）投资管理有限公司'}),
            ('service', {'startup': YUNXIU, 'type_id': '投融资沙龙', 'happened_on': '2026-06-05', 'state': 'completed', 'partners': '临渚（上海）创业投资有限公司、远山（深圳）资本管理有限公司、鹿鸣（苏州）投资管理有限公司'}),
        ],
    ),
    'a committee that said no': (
        '临渚投委会没过云岫医语，主要是竞品冲突，他们已经投了同类',
        [
            ('deal', {'startup': YUNXIU, 'institution': LINZHU, 'stage': 'referred', 'status': 'passed', 'reason': 'conflict', 'happened_on': '2026-06-12'}),
        ],
    ),
    'a secondary sale': (
        '衡汐智能老股转让，远山接1000万，已签SPA',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'secondary', 'institution': YUANSHAN, 'stage': 'signed', 'happened_on': '2026-06-12', 'signed': '1000万'}),
        ],
    ),
    'two startups in one numbered list': (
        '先跟大家同步：1、衡汐智能：临渚TS已签，额度2000万；2、云岫医语：远山不跟了，嫌贵',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'term_sheet', 'happened_on': '2026-06-12', 'intended': '2000万'}),
            ('deal', {'startup': YUNXIU, 'institution': YUANSHAN, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
        ],
    ),
    'three institutions met, one goes on': (
        '衡汐智能这周见了三家：临渚、远山、鹿鸣，都有兴趣，临渚最积极，周二来尽调',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-12', 'next_step': '周二来尽调', 'next_step_on': '2026-06-16'}),
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'met', 'happened_on': '2026-06-12'}),
            ('deal', {'startup': HENGXI, 'institution': LUMING, 'stage': 'met', 'happened_on': '2026-06-12'}),
        ],
    ),
    'an incentive plan': (
        '云岫医语期权方案今天定稿了，ESOP池子10%',
        [
            ('service', {'startup': YUNXIU, 'type_id': '股权激励方案', 'happened_on': '2026-06-12', 'state': 'completed'}),
        ],
    ),
    'English term sheet': (
        'Term sheet signed with 鹿鸣投资 for 云岫医语: RMB 20 million, pre-money 150 million. DD starts next Monday.',
        [
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'term_sheet', 'happened_on': '2026-06-12', 'next_step': 'DD starts next Monday', 'next_step_on': '2026-06-15', 'intended': '20m', 'valuation': '150m'}),
        ],
    ),
    'English introduction': (
        'Hi, this is Jason Lee, Partner at Blue Harbor Ventures. Would love to meet Hengxi next Tuesday. jason@blueharbor.com',
        [
            ('institution', {'name': 'Blue Harbor Ventures', 'kind': 'vc'}),
            ('person', {'name': 'Jason Lee', 'title': 'Partner', 'email': 'jason@blueharbor.com', 'institution': 'Blue Harbor Ventures'}),
            ('deal', {'startup': 'Hengxi Labs', 'institution': 'Blue Harbor Ventures', 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': 'Would love to meet Hengxi next Tuesday', 'next_step_on': '2026-06-16'}),
        ],
    ),
    'a question about the valuation': (
        '临渚：衡汐估值能不能谈到1.5亿？他们可以出1000万',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'referred', 'happened_on': '2026-06-12', 'valuation': '1.5亿', 'intended': '1000万'}),
        ],
    ),
    'an application under way': (
        '衡汐智能 高企 已提交 受理中',
        [
            ('service', {'startup': HENGXI, 'type_id': '高新技术企业认定', 'happened_on': '2026-06-12', 'state': 'in_progress'}),
        ],
    ),
    'a negated signing': (
        '衡汐智能没有和临渚签约，还在谈条款',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'term_sheet', 'happened_on': '2026-06-12'}),
        ],
    ),
    'one of two of a brand, by its place': (
        '昨天和寒溪（深圳）王总在衡汐智能碰了一面，A+轮，下周启动尽调',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': '寒溪（深圳）投资管理有限公司', 'stage': 'met', 'happened_on': '2026-06-11', 'next_step': '下周启动尽调'}),
        ],
    ),
    'one of two of a brand, without brackets': (
        '寒溪上海pass了云岫医语，团队太早期',
        [
            ('deal', {'startup': YUNXIU, 'institution': '寒溪（上海）投资有限公司', 'stage': 'referred', 'status': 'passed', 'reason': 'team', 'happened_on': '2026-06-12'}),
        ],
    ),
    'what each of two investors signed': (
        '云岫医语 Pre-A 轮 已签约 金额 1200 万 ，临渚领投 700 万，鹿鸣投资跟投 500 万',
        [
            ('deal', {'startup': YUNXIU, 'round_name': 'pre-a', 'institution': LINZHU, 'stage': 'signed', 'happened_on': '2026-06-12', 'signed': '700万'}),
            ('deal', {'startup': YUNXIU, 'round_name': 'pre-a', 'institution': LUMING, 'stage': 'signed', 'happened_on': '2026-06-12', 'signed': '500万'}),
        ],
    ),
    'a second meeting': (
        '云岫医语 & 鹿鸣投资：上周五二面，聊得不错，鹿鸣投资准备下周三上投决会',
        [
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'met', 'happened_on': '2026-06-05', 'next_step': '鹿鸣投资准备下周三上投决会', 'next_step_on': '2026-06-17'}),
        ],
    ),
    'what they need in English': (
        'Call with Yuanshan on 9 June re Hengxi Series A. They need data room access by next Friday.',
        [
            ('deal', {'startup': 'Hengxi Labs', 'round_name': 'a', 'institution': 'Yuanshan Capital Limited', 'stage': 'met', 'happened_on': '2026-06-09', 'next_step': 'They need data room access by next Friday', 'next_step_on': '2026-06-19'}),
        ],
    ),
    'two rounds of coaching': (
        '衡汐智能这边我们辅导了两轮BP，第二版已经发对方了',
        [
            ('service', {'startup': HENGXI, 'type_id': 'BP辅导', 'happened_on': '2026-06-12', 'state': 'completed'}),
        ],
    ),
    'a loan on a patent': (
        '云岫医语知识产权质押贷款批下来了，500万',
        [
            ('service', {'startup': YUNXIU, 'type_id': '知识产权质押', 'happened_on': '2026-06-12', 'state': 'completed', 'amount': '500万'}),
        ],
    ),
    'a phone and a WeChat name': (
        '衡汐智能CTO邓嘉言电话 13800138000 微信 dengjy2020',
        [
            ('person', {'name': '邓嘉言', 'title': 'CTO', 'phone': '13800138000', 'wechat': 'dengjy2020', 'startup': HENGXI}),
        ],
    ),
    'a phone that is the WeChat name': (
        '临渚创投 合伙人王磊 13900139000（微信同号）',
        [
            ('person', {'name': '王磊', 'title': '合伙人', 'phone': '13900139000', 'wechat': '13900139000', 'institution': LINZHU}),
        ],
    ),
    'rows whose column is called an amount and no more': (
        '企业\t机构\t轮次\t阶段\t日期\t金额\n衡汐智能\t临渚创投\tB\t会面\t2026/6/2\t8000万\n云岫医语\t鹿鸣投资\tA\t签约\t2026-06-03\t500万',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'round_name': 'b', 'stage': 'met', 'happened_on': '2026-06-02', 'sought': '8000万'}),
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'round_name': 'a', 'stage': 'signed', 'happened_on': '2026-06-03', 'signed': '500万'}),
        ],
    ),
    'a list and what all of them say': (
        '今天把衡汐智能推给了临渚，远山，鹿鸣，三家都感兴趣，想约创始人聊',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '想约创始人聊'}),
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '想约创始人聊'}),
            ('deal', {'startup': HENGXI, 'institution': LUMING, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '想约创始人聊'}),
        ],
    ),
    'a list, and each says something else': (
        '衡汐智能这轮推了三家：临渚约了下周二见，远山说估值贵先不看，鹿鸣还没回',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '临渚约了下周二见', 'next_step_on': '2026-06-16'}),
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
            ('deal', {'startup': HENGXI, 'institution': LUMING, 'stage': 'referred', 'happened_on': '2026-06-12'}),
        ],
    ),
    'a list, and the last one asks': (
        '上午给临渚创投、远山资本推了云岫医语，远山想约创始人聊聊',
        [
            ('deal', {'startup': YUNXIU, 'institution': LINZHU, 'stage': 'referred', 'happened_on': '2026-06-12'}),
            ('deal', {'startup': YUNXIU, 'institution': YUANSHAN, 'stage': 'referred', 'happened_on': '2026-06-12', 'next_step': '远山想约创始人聊聊'}),
        ],
    ),
    'two institutions on two days': (
        '临渚、远山分别在6月9日和6月10日见了衡汐智能',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-09'}),
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'met', 'happened_on': '2026-06-10'}),
        ],
    ),
    'what is left of a round': (
        '衡汐那边A+轮的额度还剩2000万，临渚想要1000万，鹿鸣也想要500万',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LINZHU, 'stage': 'referred', 'happened_on': '2026-06-12', 'intended': '1000万'}),
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LUMING, 'stage': 'referred', 'happened_on': '2026-06-12', 'intended': '500万'}),
        ],
    ),
    'a card between strokes': (
        '【名片】沈知行 | 合伙人 | 远山资本\n手机：13800001111（微信同号）',
        [
            ('person', {'phone': '13800001111', 'wechat': '13800001111', 'name': '沈知行', 'title': '合伙人', 'institution': YUANSHAN}),
        ],
    ),
    'all passed': (
        '临渚、远山、鹿鸣都pass了云岫医语，估值太高',
        [
            ('deal', {'startup': YUNXIU, 'institution': LINZHU, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
            ('deal', {'startup': YUNXIU, 'institution': YUANSHAN, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'referred', 'status': 'passed', 'reason': 'valuation', 'happened_on': '2026-06-12'}),
        ],
    ),
    'seen one after another': (
        '衡汐智能这周见了临渚，又见了远山，两家都约了下周二看现场',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'met', 'happened_on': '2026-06-12', 'next_step': '两家都约了下周二看现场', 'next_step_on': '2026-06-16'}),
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'met', 'happened_on': '2026-06-12', 'next_step': '两家都约了下周二看现场', 'next_step_on': '2026-06-16'}),
        ],
    ),
    'rows without headings, one under way': (
        '衡汐智能\tBP辅导\t2026/6/8\t完成\n云岫医语\t股权激励方案\t2026/6/9\t进行中',
        [
            ('service', {'startup': HENGXI, 'type_id': 'BP辅导', 'happened_on': '2026-06-08', 'state': 'completed'}),
            ('service', {'startup': YUNXIU, 'type_id': '股权激励方案', 'happened_on': '2026-06-09', 'state': 'in_progress'}),
        ],
    ),
    'rows with what a bank granted': (
        '序号\t企业名称\t服务事项\t服务时间\t状态\n1\t上海衡汐智能科技有限公司\t银行授信\t2026.6.3\t审批中\n2\t云岫医语\tBP辅导\t2026.6.5\t已完成',
        [
            ('service', {'startup': HENGXI, 'type_id': '银行授信', 'happened_on': '2026-06-03', 'state': 'in_progress'}),
            ('service', {'startup': YUNXIU, 'type_id': 'BP辅导', 'happened_on': '2026-06-05', 'state': 'completed'}),
        ],
    ),
    'a credit line with its rate': (
        '建行徐汇支行给衡汐智能批了500万信用贷，利率3.45%，今天放款',
        [
            ('service', {'startup': HENGXI, 'type_id': '银行授信', 'happened_on': '2026-06-12', 'state': 'completed', 'partners': CCB, 'amount': '500万'}),
        ],
    ),
    'what ends, what comes and what is hoped for': (
        '远山对衡汐的尽调本周五结束，下周上投决会，争取月底前签',
        [
            ('deal', {'startup': HENGXI, 'institution': YUANSHAN, 'stage': 'due_diligence', 'happened_on': '2026-06-12', 'next_step': '下周上投决会'}),
        ],
    ),
    'a first tranche, and when the second comes': (
        '衡汐A+轮临渚的第一笔1500万昨天到账了，剩下1500万6月底前打',
        [
            ('deal', {'startup': HENGXI, 'round_name': 'a+', 'institution': LINZHU, 'stage': 'funded', 'happened_on': '2026-06-11', 'received': '1500万'}),
        ],
    ),
    'a fund that raises its next one': (
        '鹿鸣这边基金在募新一期，云岫医语先放一放，9月再跟',
        [
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'referred', 'status': 'on_hold', 'happened_on': '2026-06-12', 'next_step': '9月再跟'}),
        ],
    ),
    'a voice message put into writing': (
        '那个衡汐啊，就是做端侧的那家，昨天晚上临渚的顾总给我打电话，说他们内部过了立项了，让准备尽调清单',
        [
            ('deal', {'startup': HENGXI, 'institution': LINZHU, 'stage': 'approved', 'happened_on': '2026-06-11', 'next_step': '让准备尽调清单'}),
        ],
    ),
    'a roadshow with its guests': (
        '6月18日下午路演：衡汐智能、云岫医语上台，邀请临渚、远山、鹿鸣、徐汇国投',
        [
            ('service', {'startup': HENGXI, 'type_id': '专场路演', 'happened_on': '2026-06-18', 'state': 'planned', 'partners': '临渚（上海）创业投资有限公司、远山（深圳）资本管理有限公司、鹿鸣（苏州）投资管理有限公司、上海徐汇国有资本投资运营有限公司'}),
            ('service', {'startup': YUNXIU, 'type_id': '专场路演', 'happened_on': '2026-06-18', 'state': 'planned', 'partners': '临渚（上海）创业投资有限公司、远山（深圳）资本管理有限公司、鹿鸣（苏州）投资管理有限公司、上海徐汇国有资本投资运营有限公司'}),
        ],
    ),
    'a new company in one line': (
        '新来一家做具身智能的公司，上海朔影机器人有限公司，想融天使轮1500万，创始人周子墨 13712345678',
        [
            ('startup', {'name': '上海朔影机器人有限公司', 'seeking': '1500万'}),
            ('person', {'name': '周子墨', 'title': '创始人', 'phone': '13712345678', 'startup': '上海朔影机器人有限公司', 'is_founder': 'y'}),
            ('round', {'startup': '上海朔影机器人有限公司', 'name': 'angel', 'sought': '1500万'}),
        ],
    ),
    'both want to see the deck': (
        '云岫医语更新了BP，临渚和鹿鸣都想看BP',
        [
            ('deal', {'startup': YUNXIU, 'institution': LINZHU, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '临渚和鹿鸣都想看BP'}),
            ('deal', {'startup': YUNXIU, 'institution': LUMING, 'stage': 'interested', 'happened_on': '2026-06-12', 'next_step': '临渚和鹿鸣都想看BP'}),
        ],
    ),
}

NOTHING = ('哈哈好的收到', '明天下午三点开会，地点B1会议室，请大家准时', '[图片]', 'http://mp.weixin.qq.com/s/abc123 转发一下', '今天天气不错，中午一起吃饭？', '生成式人工智能发展很快，产业投资也热，千万别错过', '衡汐智能', '约鹿鸣看项目', '请把衡汐智能的签约协议发我')
