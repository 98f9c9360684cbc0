"""Places of an option that are kept for members of a group."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from eastep.placement.mappings import is_places

type Reserves = Mapping[str, Mapping[str, int]]
type Groups = Mapping[str, Sequence[str]]


def with_reserves(arrays: dict[str, Any], reserved: Reserves, groups: Groups) -> dict[str, Any]:
    """The arguments of `Market` with these reserves; see `Market.from_mappings`.

    The node of the option becomes the parent of a node for each group and of one for the open places. The
    option draws on the open places; a new option for each group, at the end, on that group's. The members'
    lists get it before the option itself.
    """
    options, nodes = list(arrays["option_names"]), list(arrays["node_names"])
    parent, capacity = arrays["parent"].tolist(), arrays["capacity"].tolist()
    option_ptr, option_node = arrays["option_ptr"].tolist(), arrays["option_node"].tolist()
    number = {name: place for place, name in enumerate(options)}
    option_of = list(range(len(options)))
    doors: dict[int, dict[str, int]] = {}  # option -> group -> the option that stands for its places
    for name, kept in reserved.items():
        option = number.get(name)
        if option is None:
            raise ValueError(f"places of {name!r} are reserved, which is not an option")
        first, end = option_ptr[option : option + 2]
        node = option_node[first]
        if end - first != 1 or option_node.count(node) != 1:
            raise ValueError(
                f"places of {name!r} are reserved, but it does not have its places to itself; reserve places only of an "
                "option that draws on one node, on which no other option draws"
            )
        for group, count in kept.items():
            if not is_places(count):
                raise ValueError(
                    f"{name!r} has {count!r} places for {group!r}; a whole number from 0 is needed"
                )
        if sum(kept.values()) > capacity[node]:
            raise ValueError(
                f"{sum(kept.values())} places of {name!r} are reserved, but it has {capacity[node]}"
            )
        doors[option] = {}
        for group, count in kept.items():
            doors[option][group] = len(options)
            options.append(f"{name} ({group})")
            option_of.append(option)
            option_node.append(len(nodes))
            option_ptr.append(len(option_node))
            nodes.append(f"{name} ({group})")
            parent.append(node)
            capacity.append(count)
        option_node[first] = len(nodes)
        nodes.append(f"{name} (open)")
        parent.append(node)
        capacity.append(capacity[node] - sum(kept.values()))
    arrays = arrays | _applications(arrays, doors, groups)
    if "host" in arrays:
        arrays["host"] = arrays["host"][option_of]
    return arrays | {
        "parent": np.array(parent, np.int32),
        "capacity": np.array(capacity, np.int32),
        "option_ptr": np.array(option_ptr, np.int64),
        "option_node": np.array(option_node, np.int32),
        "option_names": tuple(options),
        "node_names": tuple(nodes),
        "option_of": np.array(option_of, np.int32),
    }


def _applications(
    arrays: dict[str, Any], doors: Mapping[int, Mapping[str, int]], groups: Groups
) -> dict[str, Any]:
    """The lists with the reserved places of each choice before the open ones."""
    ptr, wished = arrays["pref_ptr"], arrays["pref_option"]
    student_number = {name: place for place, name in enumerate(arrays["student_ids"])}
    more = np.zeros(len(ptr), np.int64)
    before: list[int] = []
    through: list[int] = []
    for name, own in groups.items():
        if isinstance(own, str):
            raise ValueError(f"the groups of student {name!r} are {own!r}; give a list of groups")
        if name not in student_number:
            raise ValueError(f"student {name!r} has groups but no list of wishes")
        student = student_number[name]
        for application in range(ptr[student], ptr[student + 1]):
            for group, door in doors.get(int(wished[application]), {}).items():
                if group in own:
                    before.append(application)
                    through.append(door)
                    more[student + 1] += 1
    place = np.array(before, np.int64)
    changed = {
        "pref_ptr": ptr + np.cumsum(more),
        "pref_option": np.insert(wished, place, np.array(through, np.int32)),
    }
    if arrays["score_per_application"]:
        changed["score"] = np.insert(arrays["score"], place, arrays["score"][place])
    return changed
