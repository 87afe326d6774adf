"""T26, T30: how much of large answers is held at once."""

import asyncio

from hats.room import Hold, Room


def test_who_finds_room_does_not_wait():
    async def two() -> None:
        room = Room(10)
        await room.take(4)
        await room.take(6)

    asyncio.run(asyncio.wait_for(two(), 1))


async def _is_waiting(*tasks: asyncio.Task[None]) -> list[bool]:
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return [not task.done() for task in tasks]


def test_others_wait_in_line_until_room_is_given_back():
    async def three() -> list[list[bool]]:
        room = Room(10)
        await room.take(8)
        tasks = [asyncio.create_task(room.take(size)) for size in (6, 2)]
        before = await _is_waiting(*tasks)
        room.give_back(8)
        return [before, await _is_waiting(*tasks)]

    assert asyncio.run(three()) == [[True, True], [False, False]]


def test_an_answer_larger_than_the_room_comes_in_alone():
    async def large() -> list[list[bool]]:
        room = Room(10)
        await room.take(1)
        tasks = [asyncio.create_task(room.take(size)) for size in (50, 1)]
        seen = [await _is_waiting(*tasks)]
        for size in (1, 50):
            room.give_back(size)
            seen.append(await _is_waiting(*tasks))
        return seen

    assert asyncio.run(large()) == [[True, True], [False, True], [False, False]]


def test_who_gives_up_waiting_stands_in_nobodys_way():
    async def given_up() -> None:
        room = Room(10)
        await room.take(10)
        tasks = [asyncio.create_task(room.take(10)) for _ in range(2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
        room.give_back(10)
        await tasks[1]

    asyncio.run(asyncio.wait_for(given_up(), 1))


def test_room_that_came_too_late_goes_to_the_next():
    async def too_late() -> None:
        room = Room(10)
        await room.take(10)
        tasks = [asyncio.create_task(room.take(10)) for _ in range(2)]
        await asyncio.sleep(0)
        room.give_back(10)
        tasks[0].cancel()
        await tasks[1]

    asyncio.run(asyncio.wait_for(too_late(), 1))


def test_a_hold_keeps_what_the_answer_really_took_until_it_is_let_go():
    async def one_after_the_other() -> None:
        room = Room(10)
        hold = Hold(room)
        await hold.take(10)
        hold.settle(10, 4)
        await room.take(6)
        room.give_back(6)
        hold.let_go()
        hold.let_go()
        await room.take(10)

    asyncio.run(asyncio.wait_for(one_after_the_other(), 1))
