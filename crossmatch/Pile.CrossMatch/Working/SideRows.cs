using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.CrossMatch.Matching;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The rows of a side in the workspace: a table sorted by pixel, then id, whose rows are numbered from 0; those without a position last.</summary>
internal sealed class SideRows
{
    private SideRows(string table, SideBatches batches, SideNeeds needs, long rows, (SortedPositions Positions, string Sha256) read, long withoutError) =>
        (Table, Batches, Needs, Count, Positions, Sha256, WithoutError) = (table, batches, needs, rows, read.Positions, read.Sha256, withoutError);

    /// <summary>The table's name: <c>rowid</c> is the number of a row.</summary>
    internal string Table { get; }

    /// <summary>All rows.</summary>
    internal long Count { get; }

    /// <summary>The rows with a position, which come first.</summary>
    internal SortedPositions Positions { get; }

    /// <summary>Tells the rows with a position, whatever order they came in: SHA-256 over the three of right ascensions, declinations and ids as they stand in the table, numbers little-endian, texts with their bytes counted before them.</summary>
    internal string Sha256 { get; }

    internal long WithoutPosition => Count - Positions.Count;

    /// <summary>Rows with a position and without an error, where errors are asked for.</summary>
    internal long WithoutError { get; }

    internal ImmutableArray<ColumnSchema> Schemas => Batches.Schemas;

    private SideBatches Batches { get; }

    private SideNeeds Needs { get; }

    /// <summary>A relation with the columns by the names that conditions use, and <c>_pile_row</c>.</summary>
    internal string ViewSql => $"(SELECT rowid AS _pile_row, {SideBatches.Id} AS object_id, {SideBatches.Ra} AS ra, {SideBatches.Dec} AS dec, *{Batches.RowIdSql} FROM {Table})";

    /// <summary>A column that was read: its schema, and its name in the table.</summary>
    internal (ColumnSchema Schema, string SqlName) Column(string name) => (Schemas[3 + Needs.All.IndexOf(name)], Batches.SqlNames[Needs.All.IndexOf(name)]);

    /// <summary>Reads a side.</summary>
    /// <param name="work">The workspace.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="side">The side.</param>
    /// <param name="needs">What is read beside id and position.</param>
    /// <param name="reach">Where rows matter; null for everywhere.</param>
    /// <param name="progress">Hears how many rows are read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static async Task<SideRows> LoadAsync(MatchWorkspace work, string table, MatchSide side, SideNeeds needs, HealpixRanges? reach, Action<long, long?>? progress, CancellationToken cancellationToken)
    {
        // Disposed here and not by the statement: a reader that is still reading must not outlive its file.
        await using IAsyncEnumerator<RowBatch> batches = side.ReadAsync(needs.All, reach, cancellationToken).GetAsyncEnumerator(cancellationToken);
        if (!await batches.MoveNextAsync().ConfigureAwait(false))
            throw new InvalidOperationException($"{side.Name} gave no batch.");
        RowBatch first = batches.Current;
        SideBatches converted = new(side, needs, first);
        return await Task.Run(() => work.Do(connection => Load(work, connection, table, side, needs, converted, Stream(converted, first, batches, progress, side.RowsAtMost), cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    private static SideRows Load(MatchWorkspace work, DuckDbConnection connection, string table, MatchSide side, SideNeeds needs, SideBatches batches, IEnumerable<DuckDbColumn[]> rows, CancellationToken cancellationToken)
    {
        string condition = "";
        if (side.Condition is { } sql)
            condition = $" WHERE {SqlExpression.ParseCondition(connection, sql).Sql}";
        using (DuckDbBatches source = new(batches.Fields, rows))
        using (DuckDbScan scan = connection.Scan(source))
            try
            {
                string from = condition.Length == 0 ? scan.Sql : $"(SELECT {SideBatches.Id} AS object_id, {SideBatches.Ra} AS ra, {SideBatches.Dec} AS dec, *{batches.RowIdSql} FROM {scan.Sql})";
                string columns = condition.Length == 0 ? "*" : $"* EXCLUDE (object_id, ra, dec{(batches.RowIdSql.Length == 0 ? "" : $", {SideNeeds.RowId}")})";
                connection.Execute($"CREATE TABLE {table} AS SELECT {columns} FROM {from}{condition}", cancellationToken: cancellationToken);
            }
            catch (DuckDbException e) when (condition.Length > 0 && SqlMistake.Is(e))
            {
                throw SqlMistake.Of(side.Condition!, e, [side]);
            }
        if (batches.OffSky is { } offSky && (condition.Length == 0
            || connection.Scalar<bool>($"SELECT count(*) > 0 FROM {table} WHERE {SideBatches.Healpix29} IS NULL AND NOT isnan({SideBatches.Ra}) AND NOT isnan({SideBatches.Dec})", cancellationToken: cancellationToken)))
            throw offSky;
        if (!batches.IsSorted)
            Sort(connection, table, batches, cancellationToken);

        long count = connection.Scalar<long>($"SELECT count(*) FROM {table}", cancellationToken: cancellationToken);
        if (count > int.MaxValue)
            throw new ArgumentException($"{side.Name} has {count:N0} rows; one side of a match has {int.MaxValue:N0} at most. Match it in parts of the sky.");
        long withoutError = needs.Errors.IsEmpty ? 0 : connection.Scalar<long>($"SELECT count(*) FROM {table} WHERE {SideBatches.Error} IS NULL AND {SideBatches.Healpix29} IS NOT NULL", cancellationToken: cancellationToken);
        return new SideRows(table, batches, needs, count, ReadPositions(work, connection, table, cancellationToken), withoutError);
    }

    private static void Sort(DuckDbConnection connection, string table, SideBatches batches, CancellationToken cancellationToken)
    {
        // Behind pixel and id every column, so that rows with one id stand in an order that does not depend on the file's.
        string order = string.Join(", ", batches.Fields.Where(f => f.Name is not (SideBatches.Healpix29 or SideBatches.Id)).Select(f => $"{DuckDbSql.Identifier(f.Name)} NULLS LAST"));
        connection.Execute($"CREATE TABLE {table}_sorted AS SELECT * FROM {table} ORDER BY {SideBatches.Healpix29} NULLS LAST, {SideBatches.Id} NULLS LAST, {order}", cancellationToken: cancellationToken);
        connection.Execute($"DROP TABLE {table}; ALTER TABLE {table}_sorted RENAME TO {table}", cancellationToken: cancellationToken);
    }

    private static (SortedPositions Positions, string Sha256) ReadPositions(MatchWorkspace work, DuckDbConnection connection, string table, CancellationToken cancellationToken)
    {
        int count = (int)connection.Scalar<long>($"SELECT count({SideBatches.Healpix29}) FROM {table}", cancellationToken: cancellationToken);
        FilePositions? file = work.IsTight(count * FilePositions.RowBytes) ? FilePositions.Create(Path.Combine(work.Folder, $"{table}.positions"), count) : null;
        if (file is not null)
            work.Own(file);
        long[] inMemory = new long[file is null ? count : 0];
        double[] raInMemory = new double[inMemory.Length], decInMemory = new double[inMemory.Length];
        Span<long> healpix29 = file is null ? inMemory : file.Healpix29All;
        Span<double> raDeg = file is null ? raInMemory : file.RaDegAll, decDeg = file is null ? decInMemory : file.DecDegAll;
        int next = 0;
        using IncrementalHash ids = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using DuckDbResult result = connection.Query($"SELECT {SideBatches.Healpix29}, {SideBatches.Ra}, {SideBatches.Dec}, rowid, {SideBatches.Id} FROM {table} WHERE {SideBatches.Healpix29} IS NOT NULL", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
        {
            ReadOnlySpan<long> pixels = chunk.Values<long>(0), rows = chunk.Values<long>(3);
            chunk.Values<double>(2).CopyTo(decDeg[next..]);
            ReadOnlySpan<double> ra = chunk.Values<double>(1);
            for (int i = 0; i < chunk.RowCount; i++, next++)
            {
                if (rows[i] != next || (next > 0 && healpix29[next - 1] > pixels[i]))
                    throw new InvalidOperationException($"Row {rows[i]} of the sorted table came as row {next}.");
                (healpix29[next], raDeg[next]) = (pixels[i], ra[i] == 360 ? 0 : ra[i]);
            }
            AppendIds(ids, chunk[4]);
        }
        byte[] columns = [.. SHA256.HashData(MemoryMarshal.AsBytes(raDeg)), .. SHA256.HashData(MemoryMarshal.AsBytes(decDeg)), .. ids.GetHashAndReset()];
        return (file is null ? new PositionArrays(inMemory, raInMemory, decInMemory) : file, Convert.ToHexStringLower(SHA256.HashData(columns)));
    }

    // Of an id that is null, only that.
    private static void AppendIds(IncrementalHash sha256, DuckDbVector ids)
    {
        bool isText = ids.Type.Id == DuckDbTypeId.Varchar;
        if (!isText && ids.AllValid)
        {
            sha256.AppendData(MemoryMarshal.AsBytes(ids.Values<long>()));
            return;
        }
        Span<byte> number = stackalloc byte[sizeof(long)];
        for (int row = 0; row < ids.RowCount; row++)
        {
            ReadOnlySpan<byte> text = isText && ids.IsValid(row) ? ids.Utf8(row) : default;
            BinaryPrimitives.WriteInt64LittleEndian(number, !ids.IsValid(row) ? long.MinValue : isText ? text.Length : ids.Value<long>(row));
            sha256.AppendData(number);
            sha256.AppendData(text);
        }
    }

    private static IEnumerable<DuckDbColumn[]> Stream(SideBatches converted, RowBatch first, IAsyncEnumerator<RowBatch> batches, Action<long, long?>? progress, long? total)
    {
        RowBatch batch = first;
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                // The next batch is read while this one is taken in.
                next = Task.Run(async () => await batches.MoveNextAsync().ConfigureAwait(false));
                if (batch.RowCount > 0)
                    yield return converted.Convert(batch);
                progress?.Invoke(converted.Rows, total);
                bool goesOn = next.GetAwaiter().GetResult();
                next = null;
                if (!goesOn)
                    yield break;
                batch = batches.Current;
            }
        }
        finally
        {
            // Given up on the way: a reader is not closed while it reads.
            next?.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }
    }
}
