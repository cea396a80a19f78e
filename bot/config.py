"""config.toml and environment -> one frozen Config; unknown keys are refused by name."""

# ruff: noqa: ARG002, ARG003 - the settings library dictates these signatures
import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.errors import StartupError

PREFIX = "HOTSEAT_"
SQLITE = "sqlite:///"


class DiscordConfig(BaseModel):
    """Where Discord is. Both stay as they are unless you run behind a proxy or against the sandbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_base: str = Field(
        default="https://discord.com/api/v10", description="address of the API, version included"
    )
    gateway_url: str = Field(default="wss://gateway.discord.gg/", description="address of the gateway")

    @field_validator("api_base")
    @classmethod
    def _api_base(cls, given: str) -> str:
        return _address(given, ("https", "http"))

    @field_validator("gateway_url")
    @classmethod
    def _gateway_url(cls, given: str) -> str:
        return _address(given, ("wss", "ws"))


class DatabaseConfig(BaseModel):
    """Where the answers are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(
        default="sqlite:///hotseat.db",
        pattern=r"^sqlite:///.+",
        description="sqlite:///x.db lies in the working folder, sqlite:////srv/x.db is absolute",
    )

    @property
    def path(self) -> Path:
        """The database file: relative to the working folder, absolute with a fourth slash."""
        return Path(self.url.removeprefix(SQLITE))


class LimitsConfig(BaseModel):
    """How fast one member may answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds_between_answers: float = Field(
        default=5, ge=0, le=3600, description="seconds between two answers of one member; 0 for none"
    )
    answers_per_hour: int = Field(
        default=60, ge=1, le=1_000_000, description="answers of one member per hour"
    )


class InterviewsConfig(BaseModel):
    """How large mock interviews may become."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seats: int = Field(default=25, ge=2, le=25, description="members who may sit in one interview")
    per_server: int = Field(
        default=10, ge=1, le=1000, description="interviews that may go on in one server at the same time"
    )


class LogConfig(BaseModel):
    """What the log says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="lowest level that is written"
    )


class DiscordTokenSource(PydanticBaseSettingsSource):
    """DISCORD_TOKEN, the name most hosts use, where HOTSEAT_TOKEN is not set."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """One field's value, its key and whether it still is to be parsed; only `token` has one here."""
        value = os.environ.get("DISCORD_TOKEN") if field_name == "token" else None
        return value or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All values of this source."""
        token, key, _ = self.get_field_value(Config.model_fields["token"], "token")
        return {key: token} if token else {}


class Config(BaseSettings):
    """Everything an operator can set. Built by `load`; each key stands in config.example.toml."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True
    )

    token: str = Field(default="", description="the bot's token; rather set HOTSEAT_TOKEN or DISCORD_TOKEN")
    discord: DiscordConfig = DiscordConfig()
    database: DatabaseConfig = DatabaseConfig()
    limits: LimitsConfig = LimitsConfig()
    interviews: InterviewsConfig = InterviewsConfig()
    log: LogConfig = LogConfig()

    # What the file says; `load` reads it, because the library's own reader refuses a byte order mark.
    from_file: ClassVar[Mapping[str, Any]] = {}

    @field_validator("token")
    @classmethod
    def _token(cls, given: str) -> str:
        # A secret often comes out of a file, with the line break at its end; inside, two things were pasted.
        token = given.strip()
        if len(token.split()) > 1:
            raise PydanticCustomError(
                "token",
                "it has white space inside (DISCORD_TOKEN counts too); "
                "copy it again from the developer portal, under Bot",
            )
        return token

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First come, first served: HOTSEAT_…, then DISCORD_TOKEN, then the file."""
        return (
            init_settings,
            env_settings,
            DiscordTokenSource(settings_cls),
            InitSettingsSource(settings_cls, dict(cls.from_file)),
        )


def dotted_keys(model: type[BaseModel] = Config, prefix: str = "") -> list[str]:
    """Every key of the config, dotted: `token`, `discord.api_base`, …"""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += dotted_keys(inner, f"{prefix}{name}.")
        else:
            found.append(prefix + name)
    return found


def load(path: Path | None = None) -> Config:
    """Read the config file (`path`, else config.toml in the working folder if there is one) and the environment.

    Raises StartupError with every mistake at once.
    """
    file = path or Path("config.toml")
    if path is not None and not path.is_file():
        raise StartupError(
            f"{path}: there is no such file. Copy config.example.toml there, or leave --config out."
        )
    from_file = _read(file) if file.is_file() else {}
    problems = [_unknown_variable(name) for name in _strange(os.environ)]
    settings = type("Config", (Config,), {"from_file": from_file})
    try:
        config: Config = settings()
    except ValidationError as error:
        problems += [
            _sentence(file, problem["loc"], problem["type"], problem["msg"]) for problem in error.errors()
        ]
    except SettingsError as error:
        # A section given as a plain variable, which is among the unknown variables already.
        problems = problems or [f"environment: {error}."]
    else:
        if not problems:
            return config
    raise StartupError("\n".join(problems))


def _address(given: str, schemes: tuple[str, str]) -> str:
    try:
        parts = urlsplit(given)
        fits = parts.scheme in schemes and parts.hostname and parts.port != 0 and given.split() == [given]
    except ValueError:  # half a pair of brackets, a port that is no number
        fits = False
    if not fits:
        raise PydanticCustomError(
            "address",
            "write an address like {example}://host/path, beginning with {example}:// or {other}://",
            {"example": schemes[0], "other": schemes[1]},
        )
    return given


def _read(file: Path) -> dict[str, Any]:
    """What the file says. Raises StartupError with the line if it is no TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))  # Windows editors add a byte order mark
    except (ValueError, RecursionError) as error:  # also for numbers and brackets without end
        raise StartupError(
            f"{file}: this is not valid TOML ({error}). Compare with config.example.toml."
        ) from error
    except OSError as error:
        raise StartupError(f"{file}: cannot be read ({error.strerror}). Check its permissions.") from error


def _strange(environment: Mapping[str, str]) -> list[str]:
    known = {_variable(key) for key in dotted_keys()}
    return [name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known]


def _variable(key: str) -> str:
    return PREFIX + key.upper().replace(".", "__")


def _unknown_variable(name: str) -> str:
    inner = [one for one in map(_variable, dotted_keys()) if one.startswith(f"{name.upper()}__")]
    if inner:
        return f"environment: {name} is a whole section. Set {' or '.join(inner)} instead."
    return f"environment: {name} is not a setting of Hotseat.{_did_you_mean(name.upper(), map(_variable, dotted_keys()))}"


def _sentence(file: Path, where: tuple[int | str, ...], kind: str, message: str) -> str:
    key = ".".join(map(str, where))
    if kind == "extra_forbidden":
        return f"{file}: {key} is not a key of the config.{_did_you_mean(key, dotted_keys())}"
    if kind == "model_type":
        return f"{file}: {key} is a whole section. Write [{key}] on a line of its own and its keys below."
    return f"{file} or {_variable(key)}: {key} is wrong: {message}. config.example.toml shows each key with its default."


def _did_you_mean(wrong: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]}?" if close else " config.example.toml lists them all."
