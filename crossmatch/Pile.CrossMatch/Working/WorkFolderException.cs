namespace Pile.CrossMatch;

/// <summary>The temporary folder of a match is unusable.</summary>
internal sealed class WorkFolderException(string message, Exception inner) : IOException(message, inner);
