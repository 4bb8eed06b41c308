namespace Pile.CrossMatch;

/// <summary>The temporary folder of a match cannot be used.</summary>
internal sealed class WorkFolderException(string message, Exception inner) : IOException(message, inner);
