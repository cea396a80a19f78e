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
