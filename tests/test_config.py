"""config.toml and environment."""

import tomllib
from pathlib import Path

import pytest

from bot import config
from bot.errors import StartupError

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("HOTSEAT_TOKEN", "DISCORD_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def write(text: str) -> Path:
    Path("config.toml").write_text(text)
    return Path("config.toml")


def test_without_a_file_there_are_defaults():
    settings = config.load()
    assert settings.token == ""
    assert settings.database.path == Path("hotseat.db")
    assert settings.discord.api_base == "https://discord.com/api/v10"


def test_the_example_shows_every_key_with_its_default():
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert example == config.Config().model_dump()
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for key in config.dotted_keys():
        name = key.rsplit(".", 1)[-1]
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{name} ="))
        assert lines[at - 1].startswith("# "), f"{key} needs a line that explains it"


def test_the_file_is_read_and_the_environment_wins(monkeypatch):
    write('token = "file"\n[database]\nurl = "sqlite:////srv/file.db"\n[log]\nlevel = "DEBUG"\n')
    assert config.load().token == "file"
    assert config.load().database.path == Path("/srv/file.db")
    monkeypatch.setenv("DISCORD_TOKEN", "discord")
    assert config.load().token == "discord"
    monkeypatch.setenv("HOTSEAT_TOKEN", "hotseat")
    assert config.load().token == "hotseat"
    monkeypatch.setenv("HOTSEAT_DATABASE__URL", "sqlite:///env.db")
    settings = config.load()
    assert settings.database.path == Path("env.db")
    assert settings.log.level == "DEBUG"


def test_a_named_file_must_exist():
    with pytest.raises(StartupError, match="no such file"):
        config.load(Path("nowhere.toml"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tokn = 'x'", "tokn is not a key of the config. Did you mean token?"),
        (
            "[discord]\napi_bas = 'x'",
            "discord.api_bas is not a key of the config. Did you mean discord.api_base?",
        ),
        ("[log]\nlevel = 'LOUD'", "HOTSEAT_LOG__LEVEL: log.level is wrong"),
        ("[database]\nurl = 'postgres://x'", "database.url is wrong"),
        ("token = ", "not valid TOML"),
        pytest.param("token = " + "1" * 5000, "not valid TOML", id="long number"),
        pytest.param("token = " + "[" * 100_000, "not valid TOML", id="deep list"),
    ],
)
def test_mistakes_are_named(text, said):
    write(text)
    with pytest.raises(StartupError) as caught:
        config.load()
    assert said in str(caught.value)


def test_an_unknown_variable_is_refused(monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATABASE_URL", "sqlite:///x.db")
    with pytest.raises(StartupError, match="Did you mean HOTSEAT_DATABASE__URL"):
        config.load()


def test_all_mistakes_at_once(monkeypatch):
    monkeypatch.setenv("HOTSEAT_TOKNE", "x")
    write("tokn = 'x'\n[log]\nlevel = 'LOUD'")
    with pytest.raises(StartupError) as caught:
        config.load()
    assert len(str(caught.value).splitlines()) == 3


def test_a_file_with_a_byte_order_mark_is_read():
    Path("config.toml").write_text('token = "file"\n', encoding="utf-8-sig")
    assert config.load().token == "file"


def test_white_space_around_the_token_is_dropped(monkeypatch):
    write('token = " file\\n"')
    assert config.load().token == "file"
    monkeypatch.setenv("DISCORD_TOKEN", "discord\n")
    assert config.load().token == "discord"
    monkeypatch.setenv("HOTSEAT_TOKEN", "\thotseat ")
    assert config.load().token == "hotseat"


@pytest.mark.parametrize("variable", ["HOTSEAT_TOKEN", "DISCORD_TOKEN"])
def test_white_space_inside_the_token_is_refused_without_telling_it(monkeypatch, variable):
    monkeypatch.setenv(variable, "half\nother")
    with pytest.raises(StartupError, match="white space inside") as caught:
        config.load()
    assert len(str(caught.value).splitlines()) == 1
    assert variable in str(caught.value)
    assert "half" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOTSEAT_LOG", "DEBUG"),
        ("HOTSEAT_LOG", '{"level": "DEBUG"}'),
        ("hotseat_log", "DEBUG"),
        ("HOTSEAT_DISCORD", "https://x"),
    ],
)
def test_a_section_given_as_a_variable_is_refused_in_one_sentence(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(StartupError) as caught:
        config.load()
    assert len(str(caught.value).splitlines()) == 1
    assert f"{name} is a whole section. Set {name.upper()}__" in str(caught.value)


def test_a_section_given_as_a_plain_key_is_refused_in_one_sentence():
    write('log = "DEBUG"')
    with pytest.raises(StartupError, match=r"config\.toml: log is a whole section") as caught:
        config.load()
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("api_base", "discord.com/api/v10"),
        ("api_base", "wss://discord.com/api/v10"),
        ("api_base", "https:///api/v10"),
        ("api_base", "https://:80/api/v10"),
        ("api_base", "https://[::1/api/v10"),
        ("api_base", "https://discord.com:port/api/v10"),
        ("api_base", "https://discord .com/api/v10"),
        ("api_base", "https://discord.com/api/v10\u00a0"),
        ("api_base", ""),
        ("gateway_url", "gateway.discord.gg"),
        ("gateway_url", "https://gateway.discord.gg/"),
        ("gateway_url", "wss://"),
    ],
)
def test_addresses_are_checked(key, value):
    Path("config.toml").write_text(f"[discord]\n{key} = '{value}'", encoding="utf-8")
    with pytest.raises(StartupError, match=f"discord.{key} is wrong: write an address like ") as caught:
        config.load()
    assert len(str(caught.value).splitlines()) == 1


def test_plain_and_local_addresses_are_fine():
    write("[discord]\napi_base = 'http://127.0.0.1:9/api/v10'\ngateway_url = 'ws://[::1]:9/'")
    assert config.load().discord.gateway_url == "ws://[::1]:9/"
