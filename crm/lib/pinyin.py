"""How Chinese names are typed on a keyboard: their pinyin without tones.

One reading per character, and the others of those that names use in two ways (重 chong/zhong, 行 hang/xing): all are
indexed, because nobody should have to know which one we chose. ü is v, as input methods have it.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.metadata import distribution
from itertools import islice, product
from math import prod
from pathlib import Path
from sys import intern

MOST_SPELLINGS = 8

# The likely reading first. Also corrects characters whose first reading in the dictionary is the rarer one.
_TABLE = """
重zhong/chong 长chang/zhang 行hang/xing 乐le/yue 曾zeng/ceng 单dan/shan 朝chao/zhao 都du/dou 会hui/kuai
调diao/tiao 传chuan/zhuan 藏cang/zang 参can/shen 厦xia/sha 盛sheng/cheng 晟sheng/cheng 弹dan/tan 解jie/xie
仇qiu/chou 区qu/ou 朴pu/piao 查zha/cha 尉wei/yu 覃qin/tan 翟zhai/di 万wan 沈shen 任ren 华hua 系xi 数shu 率lv/shuai
卡ka/qia 奇qi 校xiao/jiao 省sheng 大da 薄bo/bao 蔚wei/yu 柏bai/bo 绿lv/lu 六liu/lu 车che 贾jia 露lu 模mo/mu 载zai
称cheng 角jiao 颉jie/xie 阿a/e 番fan/pan 壳ke/qiao 度du 地di 石shi 宿su/xiu 莘xin/shen 缪miao/mou 祭ji/zhai 洗xi 冼xian
燕yan 召zhao/shao 逄pang 隗kui/wei 员yuan 俞yu/shu 郇xun/huan 盖gai/ge 能neng 术shu 合he 分fen 家jia 信xin 创chuang
中zhong
"""
POLYPHONES = {one[0]: tuple(one[1:].split("/")) for one in _TABLE.split()}


@cache
def readings(character: str) -> tuple[str, ...]:
    """The pinyin of a character, the likeliest first; itself where it has none."""
    if character in POLYPHONES:
        return POLYPHONES[character]
    return (dictionary().get(character) or character,)


@cache
def dictionary() -> dict[str, str]:
    """The first reading of each character, read by the first who writes to the index. From the file of pypinyin: the
    package itself holds 55 MB for as long as the process lives, mostly phrases, which nothing here asks."""
    file = distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    told: dict[str, str] = json.loads(Path(str(file)).read_text(encoding="utf-8"))
    return {chr(int(code)): intern(without_tone(known.partition(",")[0])) for code, known in told.items()}


def without_tone(syllable: str) -> str:
    """lǜ as lv."""
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in plain if letter.isascii())


def spellings(run: str) -> list[tuple[str, ...]]:
    """The syllables of some characters, in every combination of readings; of very many, the first few."""
    options = [readings(character) for character in run]
    if prod(map(len, options)) <= MOST_SPELLINGS:
        return list(product(*options))
    likely = tuple(option[0] for option in options)
    others = (
        (*likely[:place], reading, *likely[place + 1 :])
        for place, option in enumerate(options)
        for reading in option[1:]
    )
    return [likely, *islice(others, MOST_SPELLINGS - 1)]
