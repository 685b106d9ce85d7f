"""What an editor says that it can do."""

from lsprotocol import types


def capabilities(
    encodings: list[str] | None, *, has_lenses: bool = True, **experimental: bool
) -> types.ClientCapabilities:
    """Return them; `experimental` are those beside the standard."""
    lenses = types.CodeLensClientCapabilities() if has_lenses else None
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
            inline_value=types.InlineValueWorkspaceClientCapabilities(refresh_support=True),
        ),
        text_document=types.TextDocumentClientCapabilities(code_lens=lenses),
        notebook_document=types.NotebookDocumentClientCapabilities(
            types.NotebookDocumentSyncClientCapabilities()
        ),
        general=types.GeneralClientCapabilities(position_encodings=encodings),
        experimental=experimental or None,
    )
