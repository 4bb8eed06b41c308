namespace Pile.Writing.Spill;

/// <summary>A range of a file of the spills.</summary>
/// <param name="File">The name of the file; empty for a range without bytes.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Bytes">The number of bytes.</param>
internal sealed record SpillRange(string File, long Offset, long Bytes)
{
    /// <summary>A range without bytes.</summary>
    internal static SpillRange None { get; } = new("", 0, 0);

    /// <summary>The offset behind the last byte.</summary>
    internal long End => Offset + Bytes;

    /// <summary>Returns what a file has behind an offset.</summary>
    internal static SpillRange Of(SpillFile file, long offset) =>
        file.Length == offset ? None : new(Path.GetFileName(file.Path), offset, file.Length - offset);
}
