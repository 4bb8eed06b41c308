using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Looks up the location of the pieces of selected rows, and their light columns, in one statement.</summary>
internal sealed class RowResolver
{
    private readonly Dataset dataset;
    private readonly RowKeys keys;
    private readonly IndexQuery indexQuery;
    private readonly ImmutableArray<ViewColumn> columns;
    private readonly List<(Action<IndexSelect> Extend, int Width, Action<DuckDbChunk, int> Take)> parts = [];
    private readonly ColumnSchema idSchema;
    private readonly ColumnCollector ids;
    private readonly List<int> sources = [], sourceRows = [];
    private readonly Dictionary<ColumnSchema, LocatedPieces> heavy = [];
    private long ordinals;

    private RowResolver(Query query, RowKeys keys, IndexQuery indexQuery)
    {
        (dataset, this.keys, this.indexQuery) = (query.Dataset, keys, indexQuery);
        columns = indexQuery.View.FindAll(query.ColumnNames, withHeavy: true);
        idSchema = dataset.Manifest.Column("object_id")!;
        ids = ColumnTypes.Of(idSchema.DType).Collector(idSchema);
    }

    internal static async Task<RowReader> ResolveAsync(Query query, RowKeys keys, RowReaderOptions options,
        CancellationToken cancellationToken)
    {
        _ = query.Dataset.IdsAreText; // throws if there are no ids at all
        FileList files = await query.Dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        RowResolver resolver = new(query, await keys.LocateAsync(query.Dataset, cancellationToken).ConfigureAwait(false),
            await IndexQuery.OfAsync(query, isWithHeavy: true, cancellationToken).ConfigureAwait(false));
        resolver.Plan(files);
        using IndexResult result = await resolver.indexQuery
            .ExecuteAsync(select => resolver.parts.ForEach(p => p.Extend(select)), cancellationToken).ConfigureAwait(false);
        result.Gather(long.MaxValue, resolver.Take);
        if (!resolver.heavy.Keys.Any(c => c.IsOutside))
            return resolver.Finish(result.Take(), query.Dataset.Shards(files), null, options);
        OutsideFiles outside = await query.Dataset.ReferencesAsync(cancellationToken).ConfigureAwait(false);
        return resolver.Finish(result.Take(), outside.Pieces, outside.Windows, options);
    }

    private void Plan(FileList files)
    {
        if (keys.Ids is { } wantedIds && keys.Positions is null)
            Join(Dataset.ToColumn(wantedIds, idSchema.DType), s =>
            {
                s.Define(IndexSelect.RowId, s.StoredSql("object_id"));
                s.Near(wantedIds);
            }, IndexSelect.RowId);
        else if (keys.Positions is { } positions)
            Join(DuckDbColumn.Of<long>(positions), s =>
            {
                s.UsesPosition = true;
                s.KeepPositions(positions);
            }, IndexSelect.Position);
        Part(s => s.Output(IndexSelect.RowId, s.StoredSql("object_id")), 1, (chunk, at) => ids.Append(chunk[at]));
        if (!dataset.Manifest.IsIndexOnly)
        {
            Part(s => s.Output(ColumnNames.Source), 1, (chunk, at) => sources.AddRange(chunk.Values<int>(at)));
            Part(s => s.Output(ColumnNames.SourceRow), 1, (chunk, at) => sourceRows.AddRange(chunk.Values<int>(at)));
        }
        foreach (ColumnSchema stored in columns.Where(c => c.IsHeavy).Select(c => c.Stored!).Distinct())
            PlanPieces(stored);
    }

    private void Join(DuckDbColumn wanted, Action<IndexSelect> define, string key)
    {
        long[] numbers = new long[keys.Count];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = i;
        indexQuery.MakeTable(IndexSelect.IdTable, [new("n", DuckDbColumn.Of<long>(numbers)), new("wanted", wanted)]);
        Part(s =>
        {
            define(s);
            s.Join = $"i.wanted = d.{key}";
            s.JoinOrder = "i.n";
            s.OutputOuter("i.n");
        }, 1, TakeOrdinals);
    }

    private void PlanPieces(ColumnSchema stored)
    {
        string name = stored.SqlName;
        LocatedPieces located = heavy[stored] = new(stored);
        if (stored.IsRagged)
            Part(s => s.Output($"{ColumnNames.PiecePrefix}{name}_row_shape", s.StoredSql(ColumnNames.Shape(stored.Name))), 1,
                (chunk, at) => located.AppendShapes(chunk[at]));
        if (located.IsWindow)
        {
            Part(s =>
            {
                s.Output(ColumnNames.PieceFile(name));
                s.Output(ColumnNames.WindowBand(name));
                s.Output(ColumnNames.WindowFactor(name));
                s.Output(ColumnNames.Window(name));
            }, 4, (chunk, at) => located.AppendWindows(chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]));
            return;
        }
        Part(s =>
        {
            s.Output(ColumnNames.PieceOffset(name));
            s.Output(ColumnNames.PieceSize(name));
            s.Output(ColumnNames.PieceCodec(name));
            s.Output(ColumnNames.PieceCrc32C(name));
        }, 4, (chunk, at) => located.AppendPieces(chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]));
        if (located.HasChunks)
            Part(s => s.Output(ColumnNames.PieceChunk(name)), 1, (chunk, at) => located.AppendChunks(chunk[at]));
        if (!located.IsReference)
            return;
        Part(s => s.Output(ColumnNames.PieceFile(name)), 1, (chunk, at) => located.AppendFiles(chunk[at]));
        Part(s => s.Output(ColumnNames.PieceFirst(name)), 1, (chunk, at) => located.AppendFirst(chunk[at]));
    }

    private void Part(Action<IndexSelect> extend, int width, Action<DuckDbChunk, int> take) => parts.Add((extend, width, take));

    private void Take(DuckDbChunk chunk)
    {
        int at = indexQuery.Columns.Length;
        foreach ((_, int width, Action<DuckDbChunk, int> take) in parts)
        {
            take(chunk, at);
            at += width;
        }
    }

    // In the caller's order the numbers must be 0, 1, 2 …: a gap means a key without a row, a repetition a key with two rows.
    private void TakeOrdinals(DuckDbChunk chunk, int at)
    {
        foreach (long ordinal in chunk.Values<long>(at))
        {
            if (ordinal > ordinals)
                throw Missing(ordinals);
            if (ordinal < ordinals)
                throw new DatasetInvalidException(dataset.Address, $"two rows have the id {keys.Ids?[ordinal]}",
                    "Run 'pile validate' for all findings");
            ordinals++;
        }
    }

    private Exception Missing(long ordinal) => keys.Ids is { } wanted && (keys.Positions is null || dataset.Saved is not null)
        ? RowKeys.MissingId(dataset, wanted[ordinal])
        : new DatasetInvalidException(dataset.Address, $"the index has no row at position {keys.Positions![ordinal]}",
            "Run 'pile validate' for all findings");

    private RowReader Finish(ImmutableArray<ColumnData> light, PieceFiles shards, WindowSources? rasters, RowReaderOptions options)
    {
        if (keys != RowKeys.None && ordinals < keys.Count)
            throw Missing(ordinals);
        int[] source = [.. sources], sourceRow = [.. sourceRows];
        bool isVerified = options.Verify && !dataset.IsWithoutIndex;
        Dictionary<ColumnSchema, HeavyColumn> heavyColumns = heavy.Where(h => !IsKept(h.Key)).ToDictionary(h => h.Key, h => h.Value.IsWindow
            ? h.Value.ToWindows(rasters!, shards)
            : h.Value.IsReference ? h.Value.ToReference(shards, isVerified)
            : h.Value.ToHeavy(source, sourceRow, shards, isVerified));
        if (isVerified) // otherwise the caller asked for it, or the lost index was reported
            dataset.ReportUnverified(heavyColumns.Values);
        int nextLight = 0;
        ImmutableArray<RowColumn> opened = [.. columns.Select(c => c.IsHeavy && IsKept(c.Stored!)
            ? new KeptWindows(heavy[c.Stored!].ToData(c.Schema(c.DType!.Value), rasters!, dataset.Address))
            : c.IsHeavy ? ColumnTypes.Of(c.Stored!.DType).Heavy(c.Schema(c.DType!.Value), heavyColumns[c.Stored], c.Scale)
            : Light(light[nextLight++]))];
        RowReader rows = new(dataset, Light(ids.Finish(idSchema)), opened, [.. heavyColumns.Values], shards);
        for (int i = 0; keys is { Ids: { } wanted, Positions: not null } && i < wanted.Length; i++)
            if (rows.IdAt(i) != wanted[i])
                throw new DatasetInvalidException(dataset.Address, $"'{DatasetPaths.Ids(dataset.Manifest.Subset)}' has position "
                    + $"{keys.Positions[i]} for object_id {wanted[i]}; the row there has {rows.IdAt(i)}",
                        IndexRemedy.OfIndex(dataset));
        return rows;

        bool IsKept(ColumnSchema stored) => options.KeepsWindows && stored.Storage == ColumnStorage.Window;

        static RowColumn Light(ColumnData data) => ColumnTypes.Of(data.Schema.DType).Light(data);
    }
}
