using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Tables;

/// <summary>A table open for reading: what its columns are, and its rows in the file's order, some at a time.</summary>
/// <remarks>Memory is bounded by a batch, whatever the file's length. Reading may be begun again as often as one likes, but by one thread
/// at a time.</remarks>
public interface ITableReader : IDisposable, IAsyncDisposable
{
    /// <summary>The file, as it was given.</summary>
    string Path { get; }

    /// <summary>The columns in the file's order: name, dtype, shape, unit, UCD, description, whether values can be missing.</summary>
    ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>Rows, or null where only reading tells.</summary>
    long? RowCount { get; }

    /// <summary>Streams rows in the file's order.</summary>
    /// <param name="columns">Names, exactly as in <see cref="Columns"/>, in the order they shall come out; null: all.</param>
    /// <param name="firstRow">First row, from 0.</param>
    /// <param name="rowCount">Most rows to read; null: to the end.</param>
    /// <param name="cancellationToken">Ends the reading between two batches.</param>
    /// <returns>Batches of at most 65,536 rows and about 16 MiB; each one's memory is its own and stays valid.</returns>
    /// <exception cref="ArgumentException">A column is unknown or named twice, or the range is negative.</exception>
    /// <exception cref="SourceUnreadableException">The file is cut short or broken.</exception>
    /// <exception cref="ValueInvalidException">A value can't be what its column declares.</exception>
    IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        CancellationToken cancellationToken = default);

    /// <summary>The celestial frame that the file declares for a column: ICRS, FK5, FK4, GALACTIC, ECLIPTIC, or its own word for another;
    /// null when it declares none.</summary>
    /// <param name="column">A column's name.</param>
    string? FrameOf(string column);
}
