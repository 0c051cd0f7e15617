"""Passwords that everybody tries first are refused with what is wrong about them; long ones of one's own pass."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from registry.errors import InvalidInput
from registry.services.accounts.guessing import weakness
from registry.services.accounts.passwords import require_good
from registry.wording import told

WELL_KNOWN = [
    "Admin@123456",
    "Admin@123",
    "Admin123456",
    "admin@2024!",
    "Aa123456789",
    "Aa123456..",
    "Abc123456!",
    "abc123456789",
    "Abcd@1234567",
    "a123456789",
    "1qaz2wsx3edc",
    "1qaz@WSX3edc",
    "!QAZ2wsx#EDC",
    "qaz123wsx456",
    "qazwsxedc123",
    "zaq12wsxcde3",
    "1q2w3e4r5t6y",
    "q1w2e3r4t5",
    "qwertyuiop",
    "Qwerty@12345",
    "asdfghjkl123",
    "zxcvbnm12345",
    "zxcvbnm,./",
    "1234567890",
    "0123456789",
    "9876543210",
    "1122334455",
    "111222333444",
    "147258369a",
    "1472583690",
    "5201314520",
    "woaini1314520",
    "woaini123456",
    "woaini521520",
    "iloveyou1314",
    "5201314woaini",
    "wodemima123",
    "nihao123456",
    "woshishui123",
    "zhang123456",
    "wang123456789",
    "P@ssw0rd123",
    "P@ssw0rd2024",
    "Passw0rd!123",
    "password1234!",
    "Password@2025",
    "my-password-1",
    "Welcome@123",
    "Huawei@123",
    "Huawei12#$",
    "Changeme123",
    "Root@123456",
    "root@12345",
    "Test@123456",
    "system123456",
    "user@123456",
    "Sysadmin@123",
    "administrator",
    "oracle@123",
    "tomcat@123456",
    "mysql@123456",
    "superman123",
    "trustno1234",
    "Summer2025!",
    "Spring@2026",
    "Beijing@123",
    "China@123456",
    "zhongguo123",
    "woaizhongguo",
    "19900101abc",
    "13800138000",
    "qq5201314a",
    "Asd123456789",
    "aaa111222333",
    "abc123def456",
    "a1b2c3d4e5f6",
    "741852963a",
    "qweasdzxc123",
    "123qweasdzxc",
    "P@55w0rd123",
    "Pa$$w0rd2023",
]
SITE = ("智能制造试点示范项目登记", "示例市", "Exampleton", "示例市工业和信息化局")
OWN = ("li.wenhua", "李文华", "示例市飞跃精密机械有限公司", "91320411MA1T8K2L5X")


def refusal(password: str, near: tuple[str, ...] = OWN) -> str:
    with pytest.raises(InvalidInput) as caught:
        require_good(password, near=near, local=SITE, field="new_password")
    assert caught.value.field == "new_password"
    return caught.value.message


@pytest.mark.parametrize("password", WELL_KNOWN)
def test_well_known_passwords_are_refused_with_a_reason(password: str) -> None:
    assert len(WELL_KNOWN) >= 70
    sentence = refusal(password) if len(password) >= 10 else str(weakness(password, SITE))
    assert sentence.startswith("密码容易被猜到：")
    assert sentence.endswith("。请换一个，例如几个不相干的词连在一起，或写一句较长的话。")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("feiyuejingmi1", "含有本人、单位、城市或本站的名称、代码"),
        ("liwenhua-88!", "含有本人、单位、城市或本站的名称、代码"),
        ("Exampleton88", "含有本人、单位、城市或本站的名称、代码"),
        ("飞跃精密机械2026!", "含有本人、单位、城市或本站的名称、代码"),
        ("ma1t8k2l5x-", "含有本人、单位、城市或本站的名称、代码"),
        ("asdfghjkl;'", "是键盘上相邻的键"),
        ("xyxyxyxyxyxy", "有重复的内容"),
        ("efghijklmnop", "有连续的数字或字母"),
        ("13961234567", "只有数字，像电话、日期或证件号"),
    ],
)
def test_the_sentence_says_what_gives_the_password_away(password: str, reason: str) -> None:
    assert reason in refusal(password)


def test_a_password_never_holds_the_mail_address_or_a_name() -> None:
    for password in ("!wQ8#li.wenhua-Zt7&", "otter 91320411MA1T8K2L5X violet hums"):
        assert refusal(password) == "密码不能包含邮箱、姓名、企业的名称或代码。"


@pytest.mark.parametrize(
    "password",
    [
        "horse-battery-31",
        "correct horse battery staple",
        "密码也可以用中文写成的句子",
        "车间灯火通明到凌晨三点",
        "茶壶 铁轨 星期三 风筝",
        "tiegui-chahu-fengzheng-77",
        "rain_on_blue_roof_at_noon",
        "k7mp-x2qd-9vht-3ncw",
        "Gp7#vQ2!xR",
        "exampleton otters hum at dusk",
        "a long sentence about a river, a red bridge and seven geese, which nobody else would ever think of",
    ],
)
def test_long_ones_of_ones_own_pass(password: str) -> None:
    require_good(password, near=OWN, local=SITE)
    assert weakness(password, (*OWN, *SITE)) is None


def test_looking_takes_no_time_that_an_attacker_could_use() -> None:
    started = time.monotonic()
    for password in ("a1" * 100, "Aa@4" * 50, "l33t$1" * 33, "p@ssw0rd" * 25, "密码" * 100):
        weakness(password, (*OWN, "长" * 200))
    assert time.monotonic() - started < 2


def test_the_reason_is_told_in_english_as_well() -> None:
    found = weakness("1qaz2wsx3edc")
    assert found is not None
    assert told(found, "en").startswith("The password is easy to guess: it ")


@pytest.mark.slow
def test_the_lists_of_words_are_not_read_when_the_site_starts() -> None:
    program = "import app, sys; print(sorted(name for name in sys.modules if name in ('zxcvbn', 'pypinyin')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
