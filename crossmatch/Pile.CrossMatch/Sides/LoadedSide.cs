using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>A side that is loaded: its rows are sorted by pixel, then by id, on all threads.</summary>
internal sealed class LoadedSide : PreparedSide
{
    private const int BatchRows = 65_536, LargeRows = 1 << 20, HashBytes = 64 << 10;

    private readonly HealpixRanges? reach;
    private readonly ImmutableArray<string> names;
    private readonly ImmutableArray<ColumnSchema> schemas;
    private readonly NumberValues? idNumbers;
    private readonly KeptColumn? idTexts;
    private readonly NumberValues raDeg, decDeg;
    private readonly LoadedIds ids;
    private readonly byte[]?[] hashes = new byte[]?[3];
    private string? sha256;

    private LoadedSide(MatchSide side, SideNeeds needs, HealpixRanges? reach, MatchWorkspace work, SideBatches batches, KeptColumn[] read,
        int workers)
        : base(side, work)
    {
        (this.reach, names) = (reach, needs.All);
        // Only a table with missing positions needs flags for them.
        schemas = [.. batches.Schemas.Select((schema, i) => i is 1 or 2 && read[i].Pieces.Any(piece => !piece.Values.IsNull.IsEmpty)
            ? schema with { Nullable = true } : schema)];
        RowArray<long> pixels = SkyOrder.Pixels(read[1], read[2], work, workers);
        Comparison<int> byId = schemas[0].DType == DType.String ? new LoadedIds(read[0].Count, null, read[0]).Compare
            : (row, other) => NumberOf(row).CompareTo(NumberOf(other));
        (RowArray<long> sorted, RowArray<int> rows) = SkyOrder.Sort(pixels, byId, work, workers);
        work.Free(pixels);
        RowArray<int>? places = null;
        (raDeg, decDeg) = (Sorted(1), Sorted(2));
        if (schemas[0].DType == DType.String)
            idTexts = Gathered(0);
        else
            idNumbers = Sorted(0);
        for (int i = 0; i < names.Length; i++)
            if (schemas[3 + i] is { IsScalar: true, DType: not DType.String })
                numbers.Add(names[i], Sorted(3 + i));
            else
                others.Add(names[i], Gathered(3 + i));
        RowCount = rows.Count;
        if (places is not null)
            work.Free(places);
        work.Free(rows);
        Count = RowCount;
        int count = RowCount;
        while (count > 0 && sorted[count - 1] == SkyOrder.None)
            count--;
        ids = new(count, idNumbers?.Rows<long>(), idTexts);
        Positions = new RowPositions(sorted, Wrapped(raDeg.Rows<double>()!), decDeg.Rows<double>()!, count);

        NumberValues Sorted(int column)
        {
            NumberValues values = NumberValues.Of(schemas[column].DType, rows.Count, schemas[column].Nullable, work);
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers };
            if (read[column].Whole is { } whole)
                Parallel.For(0, (rows.Count + BatchRows - 1) / BatchRows, parallel, block => values.Collect(block * BatchRows, whole,
                    rows.GetSpan().Slice(block * BatchRows, Math.Min(BatchRows, rows.Count - (block * BatchRows)))));
            else
            {
                places ??= Places();
                Parallel.ForEach(read[column].Pieces, parallel, piece =>
                    values.Scatter(piece.Values, places.GetSpan().Slice(piece.FirstRow, piece.Values.RowCount)));
            }
            read[column].Free();
            return values;
        }

        RowArray<int> Places()
        {
            RowArray<int> all = work.Rows<int>(rows.Count);
            ReadOnlySpan<int> ofRows = rows.GetSpan();
            Span<int> ofPlaces = all.GetSpan();
            for (int place = 0; place < ofRows.Length; place++)
                ofPlaces[ofRows[place]] = place;
            return all;
        }

        KeptColumn Gathered(int column)
        {
            KeptColumn values = new(work);
            ColumnData[] taken = new ColumnData[workers];
            int rowsOfWorker = (BatchRows + workers - 1) / workers;
            for (int first = 0; first < rows.Count || first == 0; first += workers * rowsOfWorker)
            {
                Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
                {
                    int from = Math.Min(first + (worker * rowsOfWorker), rows.Count), end = Math.Min(from + rowsOfWorker, rows.Count);
                    taken[worker] = read[column].Take(rows.GetSpan()[from..end], schemas[column]);
                });
                foreach (ColumnData rowsTaken in taken)
                    values.Add(rowsTaken);
            }
            values.Complete();
            read[column].Free();
            return values;
        }

        // Only rows with the same pixel are compared by id.
        long NumberOf(int row)
        {
            (ColumnData values, int at) = read[0].Find(row);
            return ((ColumnData<long>)values).Values.Span[at];
        }
    }

    /// <inheritdoc/>
    internal override SortedPositions Positions { get; }

    /// <inheritdoc/>
    internal override RowIds Ids => ids;

    /// <inheritdoc/>
    internal override int RowCount { get; }

    /// <summary>Loads a side.</summary>
    /// <param name="side">The side, prepared.</param>
    /// <param name="needs">The columns to read in addition to ids and positions.</param>
    /// <param name="reach">The part of the sky in which rows are needed; null for all of it.</param>
    /// <param name="work">The workspace in which values are stored.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="progress">Receives the number of rows that are read.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ValueInvalidException">A position is out of range.</exception>
    internal static async Task<LoadedSide> LoadAsync(MatchSide side, SideNeeds needs, HealpixRanges? reach, MatchWorkspace work,
        int workers,
        Action<long, long?>? progress, CancellationToken cancellationToken)
    {
        SideBatches? batches = null;
        KeptColumn[] read = [];
        TableCondition? condition = null;
        long rows = 0, keptRows = 0;
        TableSide? table = side is TableSide { Condition: null, RowsAtMost: >= LargeRows } large ? large : null;
        if (table is not null)
            table.Overwrites = true;
        try
        {
            await foreach (RowBatch batch in side.ReadAsync(needs.All, reach, cancellationToken).ConfigureAwait(false))
            {
                if (batches is null)
                {
                    batches = new SideBatches(side, needs, batch);
                    int expected = side is TableSide { Condition: null, RowsAtMost: <= int.MaxValue and { } rowCount } ? (int)rowCount : 0;
                    read = [.. batches.Schemas.Select(_ => new KeptColumn(work, expected))];
                    condition = side.Condition is null ? null : new TableCondition(side, batches, work, cancellationToken);
                }
                int[]? wanted = condition?.Find(batch);
                batches.RequireOnSky(batch, wanted, rows);
                batches.RequireErrors(batch, wanted, rows);
                batches.RequireTimes(batch, wanted, rows);
                RowBatch kept = wanted is null ? batch : new RowBatch(batch.Columns.Select(c => c.Take(wanted)));
                (rows, keptRows) = (rows + batch.RowCount, keptRows + kept.RowCount);
                if (keptRows > int.MaxValue)
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                        $"{side.Name} has more than {int.MaxValue:N0} rows, the maximum for one side of a "
                        + $"match. Match parts of the sky separately."));
                for (int i = 0; i < read.Length; i++)
                    read[i].Add(kept.Columns[i], isOverwritten: table is { Overwrites: true });
                progress?.Invoke(rows, side.RowsAtMost);
            }
        }
        finally
        {
            condition?.Dispose();
            if (table is not null)
                table.Overwrites = false;
        }
        if (batches is null)
            throw new InvalidOperationException($"{side.Name} returned no batch.");
        foreach (KeptColumn column in read)
            column.Complete();
        if (side.HasUncheckedIds && !side.AcceptIds([.. read[0].Pieces.Select(piece => piece.Values)]))
            read[0] = RowNumbers(read[0], batches, work);
        LoadedSide loaded = await work.InTurnAsync(() => new LoadedSide(side, needs, reach, work, batches, read, workers),
            cancellationToken).ConfigureAwait(false);
        if (side is DatasetSide { Dataset.Catalogue: not null })
            TileRows.Require(side.Name, loaded.Positions, await side.CoverageAsync(cancellationToken).ConfigureAwait(false) ?? []);
        // Rows out of reach are counted, although they are not read.
        if (reach is not null && await side.CountAsync(cancellationToken).ConfigureAwait(false) is { } count)
            loaded.Count = count;
        return loaded;
    }

    private static KeptColumn RowNumbers(KeptColumn ids, SideBatches batches, MatchWorkspace work)
    {
        KeptColumn rows = new(work, ids.Count);
        for (int first = 0; first < ids.Count || first == 0; first += BatchRows)
            rows.Add(ObjectIdColumn.OfRows(first, Math.Min(BatchRows, ids.Count - first)));
        rows.Complete();
        ids.Free();
        batches.ReplaceIds(rows.Schema);
        return rows;
    }

    /// <inheritdoc/>
    internal override IEnumerable<Action> IdentityWork => sha256 is not null ? [] : [() => hashes[0] ??= HashOf(Positions.RaDeg),
        () => hashes[1] ??= HashOf(Positions.DecDeg), () => hashes[2] ??= HashOfIds()];

    internal override SideIdentity Identified(SideIdentity identity,
        bool ofPositions) => identity with { Sha256 = identity.Sha256 ?? (sha256 ??= Hash()) };

    internal override async Task<SidePlan> ActualAsync(SideNeeds needs, HealpixRanges? reach, CancellationToken cancellationToken) =>
        await Side.PlanAsync(needs.All, this.reach, cancellationToken).ConfigureAwait(false) with { Rows = RowCount };

    // The identity of the side is compared after the match.
    internal override void RequireUnchanged() { }

    internal override ColumnSchema OwnSchema(PositionColumn column) => schemas[(int)column];

    internal override ColumnSchema Schema(string name) => schemas[3 + names.IndexOf(name)];

    internal override ResultColumn Own(PositionColumn column, ColumnSchema schema, ResultPart part) => column switch
    {
        PositionColumn.Id when idTexts is not null => new OtherColumn(schema, part, idTexts),
        PositionColumn.Id => new NumberColumn(schema, part, idNumbers!),
        PositionColumn.Ra => new NumberColumn(schema, part, raDeg),
        _ => new NumberColumn(schema, part, decDeg),
    };

    // The result keeps 360 degrees; the search needs 0.
    private RowArray<double> Wrapped(RowArray<double> values)
    {
        if (!values.GetSpan().Contains(360))
            return values;
        RowArray<double> wrapped = Work.Rows<double>(values.Count);
        values.GetSpan().CopyTo(wrapped.GetSpan());
        wrapped.GetSpan().Replace(360, 0);
        return wrapped;
    }

    // The SHA-256 of the SHA-256 of right ascensions, declinations and ids: numbers little-endian, text preceded by its length in bytes.
    private string Hash()
    {
        Parallel.Invoke([.. IdentityWork]);
        return Convert.ToHexStringLower(SHA256.HashData([.. hashes[0]!, .. hashes[1]!, .. hashes[2]!]));
    }

    private byte[] HashOfIds()
    {
        using IncrementalHash ofIds = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (idNumbers is not null)
            ofIds.AppendData(MemoryMarshal.AsBytes(idNumbers.Rows<long>()!.GetSpan()[..ids.Count]));
        ArrayBufferWriter<byte> texts = new(HashBytes); // each call of the hash costs as much as a short text
        for (int row = 0; idNumbers is null && row < ids.Count; row++)
        {
            ReadOnlySpan<byte> text = ids.Text(row);
            BinaryPrimitives.WriteInt64LittleEndian(texts.GetSpan(sizeof(long)), text.Length);
            texts.Advance(sizeof(long));
            texts.Write(text);
            if (texts.WrittenCount < HashBytes / 2)
                continue;
            ofIds.AppendData(texts.WrittenSpan);
            texts.ResetWrittenCount();
        }
        ofIds.AppendData(texts.WrittenSpan);
        return ofIds.GetHashAndReset();
    }

    private byte[] HashOf(ColumnOfChunk column)
    {
        using IncrementalHash values = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int chunk = 0; chunk < Positions.ChunkCount; chunk++)
            values.AppendData(MemoryMarshal.AsBytes(column(chunk)));
        return values.GetHashAndReset();
    }

    private delegate ReadOnlySpan<double> ColumnOfChunk(int chunk);
}
