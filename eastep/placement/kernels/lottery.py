"""`lottery_number` as machine code: SHA-256 (FIPS 180-4) of many short messages side by side."""

import numpy as np
from numpy.typing import NDArray

from eastep.placement.kernels.compiling import compiled
from eastep.placement.names import Names

# ruff: noqa: PLR0917 -- Numba takes arrays, not objects

LANES = (
    16  # messages side by side: the innermost loops run over them, so that the compiler makes vectors of them
)
A, E, W = 0, 68, 136  # where the rows of the working variables a and e and of the message schedule begin


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _root_bits(number: int, degree: int) -> int:
    """The first 32 bits after the point of the root of this degree, computed in whole numbers."""
    low, high = 0, 1 << 64
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= number << 32 * degree else (low, middle)
    return low & 0xFFFFFFFF


ROUND = np.array([_root_bits(prime, 3) for prime in _primes(64)], np.uint32)
START = np.array([_root_bits(prime, 2) for prime in _primes(8)], np.uint32)


def lottery_numbers(seed: str, names: Names) -> NDArray[np.uint64]:
    """uint64[n]: the `lottery_number` of each name. O(bytes); about 0.1 microseconds for an id of one block."""
    prefix = np.frombuffer(f"{seed}:".encode(), np.uint8)
    return _numbers(prefix, names.data, names.offsets, ROUND, START)


@compiled
def _turned(word: np.uint32, bits: int) -> np.uint32:
    """*word* turned to the right by *bits*."""
    return np.uint32(np.uint32(word >> np.uint32(bits)) | np.uint32(word << np.uint32(32 - bits)))


@compiled
def _numbers(
    prefix: NDArray[np.uint8],
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    constants: NDArray[np.uint32],
    start: NDArray[np.uint32],
) -> NDArray[np.uint64]:
    count = len(offsets) - 1
    numbers = np.empty(count, np.uint64)
    rows = np.zeros((W + 64, LANES), np.uint32)
    state = np.empty((8, LANES), np.uint32)
    blocks = np.zeros(LANES, np.int64)
    block = np.empty(64, np.uint8)
    for first in range(0, count, LANES):
        most = 0
        for lane in range(LANES):
            blocks[lane] = 0
            if first + lane < count:
                length = len(prefix) + offsets[first + lane + 1] - offsets[first + lane]
                blocks[lane] = (length + 9 + 63) // 64  # the end mark and the length take nine bytes
                most = max(most, blocks[lane])
        for part in range(8):
            for lane in range(LANES):
                state[part, lane] = start[part]
        for number in range(most):
            for lane in range(LANES):
                if number < blocks[lane]:
                    begin, end = offsets[first + lane], offsets[first + lane + 1]
                    _fill(block, number, blocks[lane], prefix, text, begin, end)
                    _schedule(rows, lane, block)
            _compress(rows, state, constants)
            for part in range(4):
                for lane in range(LANES):
                    if number < blocks[lane]:
                        state[part, lane] += rows[A + 67 - part, lane]
                        state[4 + part, lane] += rows[E + 67 - part, lane]
        for lane in range(min(LANES, count - first)):
            numbers[first + lane] = np.uint64(state[0, lane]) << np.uint64(32) | np.uint64(state[1, lane])
    return numbers


@compiled
def _fill(
    block: NDArray[np.uint8],
    number: int,
    blocks: int,
    prefix: NDArray[np.uint8],
    text: NDArray[np.uint8],
    begin: int,
    end: int,
) -> None:
    """Block *number* of the padded message *prefix* + *text[begin:end]*."""
    block[:] = 0
    place = number * 64  # in the message
    length = len(prefix) + end - begin
    for byte in range(place, min(place + 64, len(prefix))):
        block[byte - place] = prefix[byte]
    for byte in range(max(place, len(prefix)), min(place + 64, length)):
        block[byte - place] = text[begin + byte - len(prefix)]
    if place <= length < place + 64:
        block[length - place] = 0x80
    if number == blocks - 1:
        for byte in range(8):
            block[63 - byte] = (length * 8 >> 8 * byte) & 0xFF


@compiled
def _schedule(rows: NDArray[np.uint32], lane: int, block: NDArray[np.uint8]) -> None:
    """The words of a block, the most significant byte first, as the head of the message schedule of a lane."""
    for word in range(16):
        rows[W + word, lane] = (
            np.uint32(block[4 * word]) << np.uint32(24)
            | np.uint32(block[4 * word + 1]) << np.uint32(16)
            | np.uint32(block[4 * word + 2]) << np.uint32(8)
            | np.uint32(block[4 * word + 3])
        )


@compiled
def _compress(rows: NDArray[np.uint32], state: NDArray[np.uint32], constants: NDArray[np.uint32]) -> None:
    """Sixty-four rounds. Row t + 3 of A and E holds a and e before round t; b, c, d are the rows before it."""
    for part in range(4):
        for lane in range(LANES):
            rows[A + 3 - part, lane] = state[part, lane]
            rows[E + 3 - part, lane] = state[4 + part, lane]
    for t in range(16, 64):
        for lane in range(LANES):
            older, newer = rows[W + t - 15, lane], rows[W + t - 2, lane]
            small = _turned(older, 7) ^ _turned(older, 18) ^ (older >> np.uint32(3))
            large = _turned(newer, 17) ^ _turned(newer, 19) ^ (newer >> np.uint32(10))
            rows[W + t, lane] = np.uint32(rows[W + t - 16, lane] + small + rows[W + t - 7, lane] + large)
    for t in range(64):
        constant = constants[t]
        for lane in range(LANES):
            a, b, c = rows[A + t + 3, lane], rows[A + t + 2, lane], rows[A + t + 1, lane]
            e, f, g = rows[E + t + 3, lane], rows[E + t + 2, lane], rows[E + t + 1, lane]
            chosen = (e & f) ^ (~e & g)
            most = (a & b) ^ (a & c) ^ (b & c)
            one = np.uint32(
                rows[E + t, lane] + (_turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)) + chosen + constant
                + rows[W + t, lane]
            )  # fmt: skip
            two = np.uint32((_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + most)
            rows[E + t + 4, lane] = np.uint32(rows[A + t, lane] + one)
            rows[A + t + 4, lane] = np.uint32(one + two)
