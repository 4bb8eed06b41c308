namespace Pile.Storage;

/// <summary>Divides the name of a file into stem and ending at its first dot, as WebDataset does: <c>a.seg.png</c> has the stem <c>a</c>
/// and the ending <c>seg.png</c>. The dots at the beginning of the name of a hidden file belong to its stem.</summary>
internal static class FileStem
{
    /// <summary>Returns the number of bytes of a path or name before the ending and its dot; all bytes if there is no ending.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> path)
    {
        int name = path.LastIndexOf((byte)'/') + 1;
        int hidden = path[name..].IndexOfAnyExcept((byte)'.');
        int dot = hidden < 0 ? -1 : path[(name + hidden)..].IndexOf((byte)'.');
        return dot < 0 || name + hidden + dot == path.Length - 1 ? path.Length : name + hidden + dot;
    }

    /// <summary>Returns the ending of a path in lower case, without its dot; empty without one.</summary>
    internal static string EndingOf(ReadOnlySpan<byte> path, int stemLength) => stemLength == path.Length ? ""
        : System.Text.Encoding.UTF8.GetString(path[(stemLength + 1)..]).ToLowerInvariant();
}
