"""The cheapest way to send so many units through a network of arcs. Knows nothing of juries."""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

Node = Hashable


class CannotFlow(ValueError):
    """The network does not carry so many units."""


@dataclass
class Network:
    """Arcs with a capacity and a cost per unit; costs are zero or more. Each arc has its way back beside it."""

    heads: list[Node] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    out: dict[Node, list[int]] = field(default_factory=dict)

    def arc(self, tail: Node, head: Node, *, room: int, cost: int = 0) -> None:
        """An arc for at most `room` units; none at all when there is no room."""
        if room <= 0:
            return
        for start, end, carries, price in ((tail, head, room, cost), (head, tail, 0, -cost)):
            self.out.setdefault(start, []).append(len(self.heads))
            self.heads.append(end)
            self.rooms.append(carries)
            self.costs.append(price)

    def least_cost(self, source: Node, sink: Node, units: int) -> int:
        """What it costs at least to send `units`, by cheapest paths one after another. Raises CannotFlow."""
        total = 0
        while units:
            path, price = self._cheapest(source, sink)
            sent = min(units, *(self.rooms[arc] for arc in path))
            for arc in path:
                self.rooms[arc] -= sent
                self.rooms[arc ^ 1] += sent
            units -= sent
            total += sent * price
        return total

    def _cheapest(self, source: Node, sink: Node) -> tuple[list[int], int]:
        """The arcs of a cheapest path with room left (Bellman and Ford, with a queue)."""
        price, came_by, waiting, queued = {source: 0}, {}, deque([source]), {source}
        while waiting:
            node = waiting.popleft()
            queued.discard(node)
            for arc in self.out.get(node, ()):
                head, reached = self.heads[arc], price[node] + self.costs[arc]
                if self.rooms[arc] and reached < price.get(head, reached + 1):
                    price[head], came_by[head] = reached, arc
                    if head not in queued:
                        queued.add(head)
                        waiting.append(head)
        if sink not in price:
            raise CannotFlow
        path, node = [], sink
        while node != source:
            path.append(came_by[node])
            node = self.heads[came_by[node] ^ 1]
        return path, price[sink]
