"""A small mail store that speaks as much IMAP as our client asks for."""

import asyncio
import re
import threading
from dataclasses import dataclass, field


@dataclass
class Mail:
    """One message in the store."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class MailStore:
    """Listens on a free port, in a thread of its own. `said` keeps each command."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.said: list[str] = []
        self.validity, self.password = 1, "right"
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "MailStore":
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def put(self, raw: bytes) -> Mail:
        mail = Mail(len(self.mails) + 1, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.mails.append(mail)
        return mail

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK here\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, _, rest = line.partition(" ")
            self.said.append(rest)
            told, end = self._answer(rest)
            writer.write(told + f"{tag} {end} done\r\n".encode())
            await writer.drain()
            if rest.upper().startswith("LOGOUT"):
                break
        writer.close()

    def _answer(self, line: str) -> tuple[bytes, str]:
        verb = line.upper()
        if verb.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n", "OK"
        if verb.startswith("LOGIN"):
            return b"", "OK" if self.password in line else "NO wrong"
        if verb.startswith("SELECT"):
            return f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}]\r\n".encode(), "OK [READ-WRITE]"
        if verb.startswith("STATUS"):
            return f'* STATUS "INBOX" (UIDVALIDITY {self.validity})\r\n'.encode(), "OK"
        if verb.startswith("UID SEARCH"):
            start = int(re.findall(r"(\d+):\*", line)[0])
            last = max((mail.uid for mail in self.mails), default=0)
            found = [str(mail.uid) for mail in self.mails if mail.uid >= min(start, last)]
            return f"* SEARCH {' '.join(found)}\r\n".encode(), "OK"
        if verb.startswith("UID FETCH"):
            mail = self.mails[int(line.split()[2]) - 1]
            return (
                f"* {mail.uid} FETCH (UID {mail.uid} BODY[]<0> {{{len(mail.raw)}}}\r\n".encode() + mail.raw + b")\r\n",
                "OK",
            )
        if verb.startswith("UID STORE"):
            self.mails[int(line.split()[2]) - 1].flags.update(re.findall(r"\\\w+", line))
            return b"", "OK"
        return (b"* BYE\r\n", "OK") if verb.startswith("LOGOUT") else (b"", "BAD what")
