"""All use cases on one database: what a front end (Discord, a terminal) is given."""

from random import Random

from bot.bank.loader import Bank
from bot.clock import Clock
from bot.drawing.studio import Studio
from bot.engine.answering import Answering
from bot.engine.bursts import Bursts
from bot.engine.dailies import Dailies
from bot.engine.examiner import Examiner
from bot.engine.interviews import ROOMS, Interviews, Rooms
from bot.engine.leavers import Leavers
from bot.engine.library import Library
from bot.engine.moderator import Moderator
from bot.engine.news import News
from bot.engine.notebook import Notebook
from bot.engine.pace import Limits
from bot.engine.pictures import Pictures
from bot.engine.practice import Practice
from bot.engine.preferences import Preferences
from bot.engine.privacy import Privacy
from bot.engine.progress import Progress
from bot.engine.reminders import Reminders
from bot.engine.reports import Reports
from bot.engine.reviews import Reviews
from bot.engine.schedules import Schedules
from bot.engine.sittings import Sittings
from bot.engine.stats import Stats
from bot.engine.why import Why
from bot.grading.grader import Grader
from bot.storage.database import Database


class Interviewer:
    """The engine, composed. `close` it before the database."""

    def __init__(
        self,
        database: Database,
        bank: Bank,
        grader: Grader,
        clock: Clock,
        dice: Random,
        limits: Limits,
        rooms: Rooms = ROOMS,
    ) -> None:
        library = Library(bank)
        self.clock = clock
        self.practice = Practice(database, library, clock, dice)
        self.answering = Answering(database, self.practice, Examiner(grader), clock, limits)
        self.bursts = Bursts(database, self.practice, clock, limits)
        self.sittings = Sittings(database, self.practice, clock)
        self.preferences = Preferences(database, clock)
        self.reviews = Reviews(database, library, self.practice, clock)
        self.reminders = Reminders(database, bank, clock)
        self.progress = Progress(database, clock)
        self.stats = Stats(database, library, clock)
        self.pictures = Pictures(Studio())
        self.schedules = Schedules(database, self.practice.topics, clock, dice)
        self.reports = Reports(database)
        self.interviews = Interviews(database, library, self.practice.topics, clock, rooms)
        self.moderator = Moderator(database, library, self.practice.topics, clock, dice)
        self.dailies = Dailies(database, library, self.practice.topics, clock, dice)
        self.news = News(database, clock)
        self.why = Why(database, self.practice, library, grader.digest)
        self.notebook = Notebook(database)
        self.leavers = Leavers(database, clock)
        self.privacy = Privacy(database, library, clock)

    async def close(self) -> None:
        """Wait for work in the background."""
        await self.answering.finish()
        await self.pictures.close()
