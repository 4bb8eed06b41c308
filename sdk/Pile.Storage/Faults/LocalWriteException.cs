namespace Pile.Storage;

/// <summary>What was fetched cannot be written to the local disk; the cache says what that means.</summary>
internal sealed class LocalWriteException(IOException inner) : Exception(inner.Message, inner);
