"""The only importer of `transitions`: a definition becomes one shared, compiled decision table.

Items are never bound to the machine (at a million items that costs gigabytes), and nothing is
written in callbacks; a small token carries the state through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from transitions import Machine, MachineError

from engine.definition import Transition, Workflow
from engine.vocabulary import ContentType, GuardKind, Vocabulary


class _Token:
    __slots__ = ("STATE",)  # no trigger can be called so: names have no capitals

    def __init__(self, state: str) -> None:
        self.STATE = state


@dataclass(frozen=True, slots=True)
class BoundGuard:
    """A guard with its parameters read once, when the definition was compiled."""

    kind: GuardKind
    parameters: Mapping[str, Any]


class Compiled:
    """A published definition, ready to decide. Safe to share between threads."""

    def __init__(
        self, workflow: Workflow, version: int, digest: str, vocabulary: Vocabulary
    ) -> None:
        self.workflow = workflow
        self.version = version
        self.digest = digest
        self.content: ContentType = vocabulary.contents[workflow.content]
        self._machine = _machine(workflow)
        self._table = {
            (source, transition.trigger): transition
            for transition in workflow.transitions
            for source in transition.sources
        }
        self._guards = {
            id(transition): tuple(
                _bound(g.name, g.parameters, vocabulary) for g in transition.guards
            )
            for transition in workflow.transitions
        }
        self._fired: dict[tuple[str, str], str | None] = {}
        self._needs = {id(t): _needs(t, self._guards[id(t)]) for t in workflow.transitions}

    def transition(self, state: str, trigger: str) -> Transition | None:
        return self._table.get((state, trigger))

    def guards(self, transition: Transition) -> tuple[BoundGuard, ...]:
        return self._guards[id(transition)]

    def needs(self, state: str, trigger: str) -> frozenset[str]:
        """What must be loaded before the trigger can be decided."""
        found = self._table.get((state, trigger))
        return self._needs[id(found)] if found is not None else frozenset()

    def fire(self, state: str, trigger: str) -> str | None:
        """The state after the trigger; None where the machine does not allow it.

        The machine has no conditions of its own, so that its answer is asked for once.
        """
        if (state, trigger) not in self._fired:
            self._fired[state, trigger] = self._ask(state, trigger)
        return self._fired[state, trigger]

    def _ask(self, state: str, trigger: str) -> str | None:
        event = self._machine.events.get(trigger)
        if event is None:
            return None
        token = _Token(state)
        try:
            event.trigger(token)
        except MachineError:
            return None
        return token.STATE

    def holder(self, state: str) -> str:
        """The role that the state waits on; empty for a final state."""
        return self.workflow.states[state].holder or ""

    @cached_property
    def uncounted(self) -> frozenset[str]:
        """States whose items are outside their organisation's set."""
        return frozenset(name for name, state in self.workflow.states.items() if not state.counts)

    @cached_property
    def owing(self) -> frozenset[str]:
        """States in which an item may owe a letter: those that a step with letters ends in."""
        return frozenset(
            state
            for transition in self.workflow.transitions
            if transition.letters
            for state in ([transition.to] if transition.to else transition.sources)
        )

    def sent_by(self, state: str) -> Mapping[str, str]:
        """The triggers that a sent letter fires here, by the kind of letter."""
        return self._sent.get(state, {})

    @cached_property
    def _sent(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for transition in self.workflow.transitions:
            if transition.automatic and transition.automatic.letter_sent:
                for state in transition.sources:
                    kinds = found.setdefault(state, {})
                    kinds[transition.automatic.letter_sent] = transition.trigger
        return found

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What the audit trail says of the definition."""
        return {"name": self.workflow.name, "version": self.version, "digest": self.digest}


def _machine(workflow: Workflow) -> Machine:
    return Machine(
        model=None,
        model_attribute="STATE",
        states=list(workflow.states),
        initial=workflow.initial,
        transitions=[
            {"trigger": t.trigger, "source": list(t.sources), "dest": t.to}
            for t in workflow.transitions
        ],
        auto_transitions=False,  # they would add a `to_approved` that no rule guards
        queued=False,
        send_event=True,
    )


def _bound(name: str, parameters: Mapping[str, Any], vocabulary: Vocabulary) -> BoundGuard:
    kind = vocabulary.guards[name]
    return BoundGuard(kind, dict(kind.parameters.model_validate(dict(parameters))))


def _needs(transition: Transition, guards: tuple[BoundGuard, ...]) -> frozenset[str]:
    own = {"threads"} if transition.thread else set()
    if transition.to is None and transition.decision:
        own |= {"decisions"}
    if transition.amends:
        own |= {"subject", "content"}
    return frozenset(own.union(*(guard.kind.needs for guard in guards)))
