"""A server that answers byte for byte what a test scripts, and a canary that must hear nothing."""

import asyncio
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Heard:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    """Answers by path (without query), ``"*"`` for all others; a list is played in order."""

    scripts: dict[str, Script | list[Script]] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    port: int = 0

    def on(self, path: str, *scripts: Script) -> None:
        self.scripts[path] = list(scripts) if len(scripts) > 1 else scripts[0]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._answer_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        originals = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.heard.append(Heard(method, path, {k.lower(): v for k, v in originals.items()}, body))
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await self._script_for(path)(writer)
            await writer.drain()
        finally:
            self.open_now -= 1
        return not writer.is_closing()

    def _script_for(self, path: str) -> Script:
        script = self.scripts.get(path.partition("?")[0]) or self.scripts["*"]
        if isinstance(script, list):
            return script.pop(0) if len(script) > 1 else script[0]
        return script


def answer(
    body: bytes | object = b"{}",
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Script:
    """A well-formed HTTP answer; anything but bytes is written as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Type": content_type, "Content-Length": str(len(content)), **(headers or {})}

    async def script(writer: asyncio.StreamWriter) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode() + content)

    return script


def raw(*pieces: bytes, every: float = 0.0, then_close: bool = True) -> Script:
    """Bytes as they are, one piece after the other."""

    async def script(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every)
        if then_close:
            writer.close()

    return script


def after(seconds: float, script: Script) -> Script:
    """The same answer, later."""

    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await script(writer)

    return late


@contextmanager
def scripted_server(tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    """A server on loopback, in a thread of its own, on a free port."""
    scripted = Scripted()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(scripted.serve, "127.0.0.1", 0, ssl=tls)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(5)
    scripted.port = server.sockets[0].getsockname()[1]
    try:
        yield scripted
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
