namespace Pile.Parquet;

/// <summary>Consecutive bytes of a file that move into another one.</summary>
internal sealed class PartBytes
{
    /// <summary>The first byte, or 0 if it is empty.</summary>
    internal long Offset { get; private set; }

    /// <summary>The byte after the last one.</summary>
    internal long End { get; private set; }

    /// <summary>Where the first byte is in the new file.</summary>
    internal long NewOffset { get; set; }

    /// <summary>Returns the place in the new file of a byte in the old one.</summary>
    internal long Moved(long offset) => offset - Offset + NewOffset;

    /// <summary>Includes more bytes.</summary>
    internal void Add(long offset, long bytes)
    {
        Offset = End == 0 ? offset : Math.Min(Offset, offset);
        End = Math.Max(End, offset + bytes);
    }
}
