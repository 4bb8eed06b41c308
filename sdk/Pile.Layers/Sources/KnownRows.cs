using System.Diagnostics.CodeAnalysis;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>The rows of a source as of an earlier commit, in the order of their paths.</summary>
internal sealed class KnownRows : IDisposable
{
    private const double UnixEpochMjd = 40_587, MicrosPerDay = 86_400_000_000.0;

    private readonly DuckDbConnection? connection;
    private readonly DuckDbResult? result;
    private DuckDbChunk? chunk;
    private int row;

    private KnownRows(DuckDbConnection? connection, DuckDbResult? result) => (this.connection, this.result) = (connection, result);

    /// <summary>The current row; null behind the last one.</summary>
    internal KnownRow? Current { get; private set; }

    /// <summary>Opens the rows of a state.</summary>
    /// <param name="state">The state; null for a source without commits.</param>
    /// <param name="fields">The fields of the state: fields may have been dropped.</param>
    /// <param name="database">The database to read in.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal static KnownRows Open(LayerState? state, IReadOnlyList<LayerField> fields, LayerDatabase database,
        CancellationToken cancellationToken)
    {
        if (state is null)
            return new KnownRows(null, null);
        IEnumerable<string> items = SourceFields.All.Select(f => fields.Any(known => known.Name == f.Name)
            ? DuckDbSql.Identifier(f.Name) : $"NULL::{f.StateSql}");
        DuckDbConnection own = database.Connect();
        KnownRows rows = new(own, own.Query($"SELECT {LayerPaths.ObjectId}, {string.Join(", ", items)}, "
            + $"{FoldedSql(LayerPaths.ObjectId)} FROM read_parquet({DuckDbSql.Literal(state.Path)}, hive_partitioning = false)",
            cancellationToken: cancellationToken));
        rows.MoveNext();
        return rows;
    }

    /// <summary>SQL of a hash of a path that ignores case and Unicode form.</summary>
    internal static string FoldedSql(string path) => $"hash(lower(nfc_normalize({path})))";

    /// <summary>Returns a time as MJD in UTC, with the same rounding as a state.</summary>
    internal static double MjdOf(long micros) => (micros / MicrosPerDay) + UnixEpochMjd;

    /// <summary>Returns a time whose MJD by <see cref="MjdOf"/> is the given one; until 2038 doubles tell microseconds apart.</summary>
    internal static long MicrosOf(double mjd)
    {
        long micros = (long)Math.Round((mjd - UnixEpochMjd) * MicrosPerDay);
        return micros + mjd.CompareTo(MjdOf(micros)); // what both directions lose together may exceed half a microsecond
    }

    /// <summary>Goes to the next row.</summary>
    [MemberNotNullWhen(true, nameof(Current))]
    internal bool MoveNext()
    {
        row++;
        if (chunk is null || row >= chunk.RowCount)
        {
            row = 0;
            if (result is null || !result.TryNextChunk(out chunk))
            {
                Current = null;
                return false;
            }
        }
        Current = Read(chunk, row);
        return true;
    }

    // The columns are object_id, SourceFields.All, and the hash.
    private static KnownRow Read(DuckDbChunk chunk, int row) => new()
    {
        Path = chunk[0].Text(row) ?? "",
        SizeBytes = chunk[1].IsValid(row) ? chunk.Values<long>(1)[row] : -1,
        ModifiedMjd = chunk[2].IsValid(row) ? chunk.Values<double>(2)[row] : null,
        ETag = chunk[3].Text(row),
        MediaType = chunk[4].Text(row),
        Sha256 = chunk[5].Text(row),
        Size = chunk[6].IsValid(row) && chunk[7].IsValid(row) && chunk[8].IsValid(row)
            ? new PictureSize(chunk.Values<int>(6)[row], chunk.Values<int>(7)[row], chunk.Values<int>(8)[row]) : null,
        IsSniffed = chunk[9].IsValid(row) && chunk.Values<bool>(9)[row],
        IsLfsPointer = chunk[10].IsValid(row) && chunk.Values<bool>(10)[row],
        Fault = chunk[11].Text(row),
        Folded = chunk.Values<ulong>(12)[row],
    };

    public void Dispose()
    {
        result?.Dispose();
        connection?.Dispose();
    }
}
