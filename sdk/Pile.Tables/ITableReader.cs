using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Tables;

/// <summary>A table that is open for reading: its columns, and its rows in the file's order, in batches.</summary>
/// <remarks>Memory is bounded by a batch, regardless of the length of the file. The table may be read several times, but not
/// concurrently.</remarks>
public interface ITableReader : IDisposable, IAsyncDisposable
{
    /// <summary>The path of the file as given.</summary>
    string Path { get; }

    /// <summary>The columns in the file's order: name, dtype, shape, unit, UCD, description, whether values can be missing.</summary>
    ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The number of rows; null if it is unknown before reading.</summary>
    long? RowCount { get; }

    /// <summary>Streams rows in the file's order.</summary>
    /// <param name="columns">Names, exactly as in <see cref="Columns"/>, in the order of the result; null for all.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="rowCount">The maximum number of rows; null to read to the end.</param>
    /// <param name="cancellationToken">Cancels the reading between two batches.</param>
    /// <returns>Batches of at most 65,536 rows and about 16 MiB; each has its own memory, which stays valid.</returns>
    /// <exception cref="ArgumentException">A column is unknown or named twice, or the range is negative.</exception>
    /// <exception cref="ObjectDisposedException">The table was disposed before, or while it is read.</exception>
    /// <exception cref="SourceUnreadableException">The file is truncated or damaged.</exception>
    /// <exception cref="ValueInvalidException">A value contradicts its column's declaration.</exception>
    IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        CancellationToken cancellationToken = default);

    /// <summary>Returns the celestial frame that the file declares for a column: ICRS, FK5, FK4, GALACTIC, ECLIPTIC, or the file's own name
    /// of another frame; null if it declares none.</summary>
    /// <param name="column">A column's name.</param>
    string? FrameOf(string column);

    /// <summary>Returns the epoch that the file declares for a column of positions, as a Julian year; null if it declares none.</summary>
    internal double? EpochOf(string column) => null;

    /// <summary>Returns a column that the caller takes for times, with the time axis and the unit that the file declares for it; null for
    /// an unknown column.</summary>
    /// <param name="column">A column's name.</param>
    /// <remarks>FITS tables declare them where the column has neither, too: the reference time, the scale and the unit in the header are
    /// those of all times (FITS 4.0, sections 9.2 and 9.3), and no keyword states which columns have times.</remarks>
    ColumnSchema? AsTimes(string column) => Columns.FirstOrDefault(c => c.Name == column);
}
