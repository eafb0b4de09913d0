"""Giving an item new content: a new revision, which voids the decisions on the one before."""

from collections.abc import Mapping
from typing import Any

from engine import load
from engine.apply import Change, write
from engine.canonical import canonical, digest, plain_form
from engine.chain import header
from engine.characters import unprintable_content
from engine.database import Transaction
from engine.errors import Reason, Refusal, WrongUse, refused
from engine.events import role_of
from engine.facts import contents
from engine.machine import Compiled
from engine.office import Answer, Office
from engine.people import Actor, Asking, person_of, who_could
from engine.reschedule import reschedule


def revise(office: Office, asking: Asking, ref: str, changes: Mapping[str, Any]) -> Answer:
    """Give an item new content: the fields named in `changes` replace the present ones.

    A new revision voids the decisions taken on the one before. Raises Refusal where the item's
    state cannot be edited, or not by this person, and where nothing would change.
    """

    def work(transaction: Transaction) -> Answer:
        actor = person_of(transaction, asking)
        loaded = load.one(transaction, ref)
        item = loaded.item
        compiled = office.definitions.get(transaction, item.workflow, item.definition)
        role = _may_edit(transaction, asking, compiled, loaded, actor)
        before = contents(transaction, [ref])[ref]
        content = compiled.content.clean({**before, **changes})
        # Of what was typed now: an older fault elsewhere keeps nobody from mending this.
        typed = {name: content[name] for name in changes if name in content}
        if reasons := unprintable_content(typed):
            raise WrongUse(*reasons)
        body = canonical(content)
        if digest(body) == item.digest:
            raise refused("same", "เนื้อหาเหมือนเดิมทุกประการ", "the content is the same as before")
        code, title = compiled.content.heading(content)
        document = {
            **header(asking, actor, simulation=office.simulation),
            "kind": "revised",
            "workflow": compiled.identity,
            "organisation": loaded.place.snapshot,
            "cycle": item.cycle,
            "state": item.state,
            "code": code,
            "title": title,
            "revision": {"number": item.revision + 1, "digest": digest(body)},
            "voids": True,
        }
        document["actor"] = {**document["actor"], "role": role}
        another = code != item.code  # a date of the calendar may be for one code
        write(transaction, [Change(ref, item, document, body)])
        if another:
            only = load.Where({"ref": [ref]})
            reschedule(transaction, office, asking, {"kind": "code", "code": code}, only)
        return {
            "ref": ref,
            "revision": document["revision"],
            "changed": sorted(k for k in content if content[k] != before.get(k)),
        }

    asked = digest(canonical(plain_form(changes)))
    return office.command(asking, ["revise", ref, asked], work)


def _may_edit(
    transaction: Transaction,
    asking: Asking,
    compiled: Compiled,
    loaded: load.Loaded,
    actor: Actor,
) -> dict[str, str]:
    item, workflow = loaded.item, compiled.workflow
    state = workflow.states[item.state]
    titles = [workflow.roles[name] for name in state.edit]
    grant = actor.role_for(state.edit, loaded.place.path)
    if not state.edit:
        raise refused(
            "edit",
            f"{item.ref} อยู่ที่ “{state.title.th}” ซึ่งแก้ไขเนื้อหาไม่ได้",
            f"{item.ref} is at “{state.title.en}”, where the content cannot be edited",
        )
    if grant is None:
        reason = Reason(
            "role",
            f"{actor.name_th} ไม่มีสิทธิแก้ไข {item.ref} ที่ “{state.title.th}” "
            f"(ต้องเป็น {' หรือ '.join(title.th for title in titles)})",
            f"{actor.name_en} may not edit {item.ref} at “{state.title.en}” "
            f"(needs: {' or '.join(title.en for title in titles)})",
        )
        raise Refusal(reason, who_could(transaction, state.edit, loaded.place.path, asking.now))
    return role_of(compiled, grant)
