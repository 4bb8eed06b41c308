using System.Text.Unicode;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>The paths of members.</summary>
internal static class TarPath
{
    /// <summary>Returns a path without components <c>.</c> and without repeated slashes, as rows have it.</summary>
    /// <param name="path">The path in the archive; the buffer is changed.</param>
    /// <param name="fault">Why the path is not that of a row; null if it is one.</param>
    internal static ReadOnlySpan<byte> Normalize(Span<byte> path, out string? fault)
    {
        fault = !Utf8.IsValid(path) ? FileName.NotUtf8
            : path.IsEmpty ? "its path is empty"
            : path[0] == (byte)'/' ? "its path is absolute"
            : path.Contains((byte)0) ? "its path contains a NUL character"
            : null;
        int length = 0;
        for (int at = 0; fault is null && at < path.Length;)
        {
            int end = path[at..].IndexOf((byte)'/') is >= 0 and var slash ? at + slash : path.Length;
            ReadOnlySpan<byte> part = path[at..end];
            if (part.SequenceEqual(".."u8))
                fault = "its path contains '..'";
            if (!part.IsEmpty && !part.SequenceEqual("."u8))
            {
                if (length > 0)
                    path[length++] = (byte)'/';
                part.CopyTo(path[length..]);
                length += part.Length;
            }
            at = end + 1;
        }
        if (fault is null && length == 0)
            fault = "its path is empty";
        return path[..length];
    }
}
