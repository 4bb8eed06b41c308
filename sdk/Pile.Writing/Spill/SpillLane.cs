using System.Buffers;

namespace Pile.Writing.Spill;

/// <summary>The files to which units are spilled, one unit after the other.</summary>
/// <remarks>A survey has a file for each object: with files of their own, units would be bound by the file system.</remarks>
/// <param name="path">The path of the files without their extensions.</param>
internal sealed class SpillLane(string path) : IDisposable
{
    private const string PiecesExtension = ".pieces", SkippedExtension = ".skipped";

    private long rowsStart, piecesStart, skippedStart;

    /// <summary>The rows, as parts of a <see cref="RowsFile"/>.</summary>
    internal SpillFile Rows { get; } = new(path + RowsFile.Extension);

    /// <summary>The values that are excluded from sorting (see <see cref="HeavyRows"/>).</summary>
    internal SpillFile Pieces { get; } = new(path + PiecesExtension);

    /// <summary>The lines of <see cref="SkippedRows"/>.</summary>
    internal SpillFile Skipped { get; } = new(path + SkippedExtension);

    /// <summary>Memory for the rows of a part.</summary>
    internal ArrayBufferWriter<byte> Buffer { get; } = new();

    /// <summary>The values of the current unit.</summary>
    internal SpillRange PiecesOfUnit => SpillRange.Of(Pieces, piecesStart);

    /// <summary>The skipped rows of the current unit.</summary>
    internal SpillRange SkippedOfUnit => SpillRange.Of(Skipped, skippedStart);

    /// <summary>Begins a unit.</summary>
    internal void Begin() => (rowsStart, piecesStart, skippedStart) = (Rows.Length, Pieces.Length, Skipped.Length);

    /// <summary>Writes what is left of the unit.</summary>
    internal void Flush()
    {
        Rows.Flush();
        Pieces.Flush();
        Skipped.Flush();
    }

    /// <summary>Removes the current unit.</summary>
    internal void Abandon()
    {
        Buffer.ResetWrittenCount();
        Rows.Truncate(rowsStart);
        Pieces.Truncate(piecesStart);
        Skipped.Truncate(skippedStart);
    }

    /// <summary>Returns whether a file is one of a lane, by its name.</summary>
    internal static bool Is(string file) => Path.GetExtension(file) is RowsFile.Extension or PiecesExtension or SkippedExtension;

    public void Dispose()
    {
        Rows.Dispose();
        Pieces.Dispose();
        Skipped.Dispose();
    }
}
