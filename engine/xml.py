"""XML from strangers, read safely: no entities, no DOCTYPE, no network, bounded size and depth.

What the elements mean is ``reading``'s concern.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import SpiffWorkflow.bpmn.parser
from lxml import etree

from engine.problems import Problem, Refused

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 60
MAX_ATTRIBUTES = 50
MAX_TEXT = 20_000
"""Of one attribute, or one run of text, in characters."""

_SCHEMA = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema" / "BPMN20.xsd"


def read_xml(file: str, content: bytes) -> etree._Element:
    """The root element of a BPMN 2.0 file; raises ``Refused`` with a sentence for anything else."""
    if len(content) > MAX_BYTES:
        raise _refused(
            file, f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split the pathway in two."
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(file, f"The file is not well-formed XML: {error.msg}.") from None
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise _refused(file, "The file has a DOCTYPE. Save it again from the diagram editor, without one.")
    _check_size(file, root)
    schema = _schema()
    if not schema.validate(root):
        log: Any = schema.error_log
        raise _refused(file, f"The file is not BPMN 2.0 (line {log[0].line}): {log[0].message}")
    return root


def _check_size(file: str, root: etree._Element) -> None:
    todo = [(root, 1)]
    count = 0
    while todo:
        xml, depth = todo.pop()
        count += 1
        if count > MAX_ELEMENTS:
            raise _refused(
                file, f"The file has more than {MAX_ELEMENTS:,} elements. Split the pathway in two."
            )
        if depth > MAX_DEPTH:
            raise _refused(
                file,
                f"Boxes stand in boxes more than {MAX_DEPTH} deep. Make some of them pathways of their own.",
            )
        if len(xml.attrib) > MAX_ATTRIBUTES:
            raise _refused(
                file, f"An element (line {xml.sourceline}) has more than {MAX_ATTRIBUTES} attributes."
            )
        if max(map(len, (xml.text or "", *xml.attrib.values()))) > MAX_TEXT:
            raise _refused(
                file,
                f"A text of the file (line {xml.sourceline}) has more than {MAX_TEXT:,} characters. Make it shorter.",
            )
        todo.extend((child, depth + 1) for child in xml)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_SCHEMA))


def _refused(file: str, message: str) -> Refused:
    return Refused([Problem(file, None, message)])
