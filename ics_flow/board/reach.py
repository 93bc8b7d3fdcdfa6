"""How far a change reaches: the pathways that it alters, and the roles whose work stands in them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagram import Call, Pathway, UserTask, names_in
from ics_flow.domain.release import Release
from ics_flow.domain.rights import ALLOCATED_MANAGER, ALLOCATED_WORKER, Rights


def reached_pathways(before: Release, after: Release) -> tuple[str, ...]:
    """The pathways, by id, of which the diagram, a shared procedure that it calls or a form that they ask is not the same in both."""
    ids = sorted({*before.pathways.by_id, *after.pathways.by_id})
    return tuple(each for each in ids if _content(before, each) != _content(after, each))


def reached_roles(before: Release, after: Release) -> tuple[str, ...]:
    """The roles, by short name, whose tasks stand in those pathways; every role where what changed is no pathway's."""
    reached = reached_pathways(before, after)
    found: set[str] = set()
    for release in (before, after):
        for each in reached:
            if each in release.pathways.by_id:
                found.update(_roles(release, release.pathways[each]))
    held = {each for role in found for each in _held(after.rights, role)}
    return tuple(sorted(held or after.rights.labels))


def _held(rights: Rights, role: str) -> tuple[str, ...]:
    """The roles that people hold: for one that comes from the case, those who can come to have it."""
    acts = {ALLOCATED_WORKER: "hold_cases", ALLOCATED_MANAGER: "reassign"}
    return rights.may_do_beside.get(acts[role], ()) if role in acts else (role,)


def _content(release: Release, pathway: str) -> tuple[tuple[str, bytes], ...] | None:
    """The files that say what the pathway does."""
    if pathway not in release.pathways.by_id:
        return None
    names: set[str] = set()
    for each in _with_called(release, pathway, set()):
        names |= {each.file, *(f"forms/{form}.form" for form in _forms(release, each))}
    return tuple((name, release.files[name]) for name in sorted(names))


def _with_called(release: Release, pathway: str, seen: set[str]) -> Iterator[Pathway]:
    seen.add(pathway)
    found = release.pathways[pathway]
    yield found
    for node in found.graph.walk():
        if isinstance(node, Call) and node.pathway not in seen:
            yield from _with_called(release, node.pathway, seen)


def _forms(release: Release, pathway: Pathway) -> Iterator[str]:
    for node in pathway.graph.walk():
        match node:
            case UserTask() if isinstance(node.form, str):
                yield node.form
            case Call():
                given = (each for _, each in node.inputs if isinstance(each, str))
                yield from (name for name in given if name in release.forms)
            case _:
                pass


def _roles(release: Release, pathway: Pathway) -> Iterator[str]:
    known = release.rights.roles
    for node in pathway.graph.walk():
        match node:
            case UserTask() if isinstance(node.roles, tuple):
                yield from node.roles
            case Call():
                for _, given in node.inputs:
                    if isinstance(given, str):
                        yield from (name for name in names_in(given) if name in known)
            case _:
                pass
