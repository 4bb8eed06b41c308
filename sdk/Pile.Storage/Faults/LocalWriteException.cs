using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Storage;

/// <summary>Fetched bytes cannot be written to the local disk; the cache turns this into a <see cref="StoreException"/>.</summary>
internal sealed class LocalWriteException(Exception inner) : Exception(FileFault.TextOf(inner), inner)
{
    /// <summary>Writes bytes at an offset of a local file.</summary>
    /// <exception cref="LocalWriteException">They cannot be written.</exception>
    internal static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offsetBytes)
    {
        try
        {
            RandomAccess.Write(file, bytes, offsetBytes);
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            throw new LocalWriteException(e);
        }
    }
}
