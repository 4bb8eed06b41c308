using Pile.Format;

namespace Pile.Storage;

/// <summary>Fetched bytes cannot be written to the local disk; the cache turns this into a <see cref="StoreException"/>.</summary>
internal sealed class LocalWriteException(Exception inner) : Exception(FileFault.TextOf(inner), inner);
