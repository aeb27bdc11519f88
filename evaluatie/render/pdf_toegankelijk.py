"""What Chromium leaves out of a tagged PDF: with it the file meets the checks of PDF/UA-1 (ISO 14289-1).

Chromium writes the structure tree. Added here: what is only decoration says so (backgrounds, the running title), list
items have a body, a table head that is printed again on the next page is not read again, links have a description, and
the document names its title, language and standard. Nothing that is seen changes. The only module that touches pikepdf.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator, String

_BEGIN = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
_END = ContentStreamInstruction([], Operator("EMC"))
_PAINTS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "n", "ET", "sh", "Do", "INLINE IMAGE"})
_STARTS = frozenset({"m", "re", "BT", "sh", "Do", "INLINE IMAGE"})


def make_accessible(printed: bytes, title: str, links: Mapping[str, str]) -> bytes:
    """Return the same document with what PDF/UA-1 asks; the same input gives the same bytes.

    Parameters
    ----------
    printed : bytes
        A tagged PDF as Chromium prints it.
    title : str
        Title of the document.
    links : mapping of str to str
        What a link is called, by its target: an address, or the name of a place in the document.
    """
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        root = pdf.Root.StructTreeRoot
        root.RoleMap = Dictionary(Strong=Name.Span, Em=Name.Span)
        owners = _read_owners(root)
        repeated: dict[Any, set[int]] = {page.obj.objgen: set() for page in pdf.pages}
        for tag in list(_elements(root)):
            if tag.S == Name.LI:
                _add_body(pdf, tag, owners)
            elif tag.S == Name.TH and _heads_column(tag):
                _drop_repeats(tag, owners, repeated)
        for page in pdf.pages:
            drawing = _mark_decoration(page, repeated[page.obj.objgen])
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(drawing)))
            _describe_links(page, links)
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as data:
            data["dc:title"], data["dc:language"], data["pdfuaid:part"] = title, {"nl"}, "1"
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _read_owners(root: Any) -> dict[int, Any]:
    """Return per page which element owns each piece of its content: the parent tree."""
    numbers = root.ParentTree.Nums
    return {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}


def _listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, Array) else [] if found is None else [found]


def _elements(tag: Any) -> Iterator[Any]:
    for kid in _listed(tag.get("/K")):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _add_body(pdf: pikepdf.Pdf, item: Any, owners: Mapping[int, Any]) -> None:
    """Put all of a list item but its bullet in a body."""
    kids = _listed(item.get("/K"))
    labels = [kid for kid in kids if isinstance(kid, Dictionary) and kid.get("/S") == Name.Lbl]
    inside = Array([kid for kid in kids if kid not in labels])
    body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, K=inside))
    if "/Pg" in item:
        body.Pg = item.Pg
    for kid in body.K:
        if not isinstance(kid, Dictionary):
            owners[int(item.Pg.StructParents)][int(kid)] = body
        elif "/S" in kid:
            kid.P = body
        else:
            owners[int(kid.Pg.StructParents)][int(kid.MCID)] = body
    item.K = Array([*labels, body])


def _heads_column(tag: Any) -> bool:
    return any(attribute.get("/Scope") == Name.Column for attribute in _listed(tag.get("/A")))


def _drop_repeats(head: Any, owners: Mapping[int, Any], repeated: Mapping[Any, set[int]]) -> None:
    """Take a head that is printed again at the top of a next page out of the tree."""
    for part in [head, *_elements(head)]:
        for kid in _listed(part.get("/K")):
            piece = isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR
            if piece and kid.Pg.objgen != part.Pg.objgen:
                repeated[kid.Pg.objgen].add(int(kid.MCID))
                owners[int(kid.Pg.StructParents)][int(kid.MCID)] = None
                part.K = Array([other for other in _listed(part.K) if other != kid])


def _mark_decoration(page: Any, repeats: set[int]) -> Iterator[Any]:
    """Yield the drawing of a page, with everything that no element owns marked as decoration."""
    depth, inside = 0, False
    for instruction in pikepdf.parse_content_stream(page):
        name = str(instruction.operator)
        again = name == "BDC" and int(instruction.operands[1].get("/MCID", -1)) in repeats
        depth += (name in ("BDC", "BMC")) - (name == "EMC")
        if depth == 0 and not inside and name in _STARTS:
            inside = True
            yield _BEGIN
        yield _BEGIN if again else instruction
        if inside and name in _PAINTS:
            inside = False
            yield _END


def _describe_links(page: Any, links: Mapping[str, str]) -> None:
    for note in page.get("/Annots", []):
        target = str(note.Dest)[1:] if "/Dest" in note else str(note.A.get("/URI", ""))
        note.Contents = String(links.get(target, target))
