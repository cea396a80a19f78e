"""A small Discord on loopback: REST, gateway and a driver, so that the very bot that ships can run without an account."""

from bot.sandbox.driver import Handle, NotPossible, Shown, Unanswered
from bot.sandbox.feed import Change, WaitedTooLong
from bot.sandbox.process import BotProcess
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

__all__ = [
    "BotProcess",
    "Change",
    "Handle",
    "NotPossible",
    "Sandbox",
    "Shown",
    "Unanswered",
    "WaitedTooLong",
    "World",
]
