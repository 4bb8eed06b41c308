using System.Collections.Immutable;
using Pile.Builders.Sources.Table;
using Pile.Format;
using Pile.Tables;
using Pile.Writing;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Some objects of the catalogue: their ids, positions and other columns.</summary>
/// <param name="Rows">The rows of the objects in the catalogue, from 0.</param>
/// <param name="ObjectId">The ids of the objects, as <c>object_id</c>.</param>
/// <param name="RaDeg">Right ascensions, ICRS; NaN if missing.</param>
/// <param name="DecDeg">Declinations, ICRS.</param>
/// <param name="Native">The catalogue's columns.</param>
/// <param name="Faults">The errors of rows without a usable id or position, by row of the catalogue. Such a row has no
/// position.</param>
internal sealed record Targets(long[] Rows, ColumnData ObjectId, double[] RaDeg, double[] DecDeg, ImmutableArray<ColumnData> Native,
    IReadOnlyDictionary<long, ValueInvalidException> Faults)
{
    /// <summary>The source of the ids.</summary>
    internal IdSource Ids { get; init; }

    /// <summary>The ids of the objects that do not meet the catalogue's filter.</summary>
    internal ColumnData? DroppedIds { get; init; }

    private static readonly Modality Image = Modality.Get("image");

    internal int Count => RaDeg.Length;

    internal bool HasPosition(int row) => !double.IsNaN(RaDeg[row]);

    /// <summary>Returns a range of the objects.</summary>
    /// <exception cref="ValueInvalidException">An object of the range has no usable id or position.</exception>
    internal Targets Require(int first, int count)
    {
        for (int row = first; Faults.Count > 0 && row < first + count; row++)
            if (Faults.TryGetValue(Rows[row], out ValueInvalidException? fault))
                throw fault;
        return Slice(first, count);
    }

    /// <summary>Returns a range of the objects.</summary>
    internal Targets Slice(int first, int count)
    {
        if (count == Count)
            return this;
        return Take([.. Enumerable.Range(first, count)]);
    }

    /// <summary>Returns the objects of a range of the catalogue's rows, without <see cref="DroppedIds"/>.</summary>
    internal Targets Between(long firstRow, long endRow)
    {
        int first = FirstFrom(firstRow);
        return Slice(first, FirstFrom(endRow) - first) with { DroppedIds = null };

        int FirstFrom(long row) => Array.BinarySearch(Rows, row) is var at && at < 0 ? ~at : at;
    }

    private Targets Take(int[] rows) => this with
    {
        Rows = Array.ConvertAll(rows, row => Rows[row]),
        ObjectId = ObjectId.Take(rows),
        RaDeg = Array.ConvertAll(rows, row => RaDeg[row]),
        DecDeg = Array.ConvertAll(rows, row => DecDeg[row]),
        Native = [.. Native.Select(c => c.Take(rows))],
    };

    /// <summary>Counts the rows of the catalogue and checks the positions of the objects, because some warnings depend on all of
    /// them.</summary>
    /// <param name="recipe">The catalogue.</param>
    /// <param name="context">The build, which receives messages about the rows.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="PileException">The table is unreadable, or its right ascensions look like hours.</exception>
    internal static async Task<long> CountAsync(CatalogueRecipe recipe, BuildContext context, CancellationToken cancellationToken)
    {
        OpenTable open = await OpenAsync(recipe, cancellationToken).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            ITableReader table = open.Rows;
            TargetColumns columns = new(table, recipe, onMessage: context.Report); // a bad row becomes an error when it is used
            string[] names = [.. columns.PositionNames.Concat(open.JoinedColumns).Concat(open.Filter?.ColumnNames ?? [])
                .Distinct(StringComparer.Ordinal)];
            long count = 0;
            await foreach (RowBatch batch in table.ReadAsync(names, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                int[]? kept = open.Filter is null ? null : Kept(open.Filter.Test(batch, cancellationToken), isKept: true);
                columns.Positions(kept is null ? batch : new(batch.Columns.Select(c => c.Take(kept))));
                count += batch.RowCount;
            }
            columns.Complete();
            open.Report(context);
            // Reported, because the values may differ from those that follow from the positions.
            if (recipe.Choice.Keeps(ColumnNames.Healpix29) && table.Columns.Any(TargetColumns.IsIndexKey))
                context.Report($"{table.Path}: the column '{ColumnNames.Healpix29}' is left out; the dataset has one that is computed "
                    + "from the positions. Set 'rename' in the recipe's source to keep its values under another name");
            return count;
        }
    }

    /// <summary>Returns the objects with cut-outs as a batch.</summary>
    internal RowBatch Batch(int[] rows, IEnumerable<ColumnData> cutouts) => new([
        ObjectId.Take(rows),
        new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), Array.ConvertAll(rows, row => RaDeg[row])),
        new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), Array.ConvertAll(rows, row => DecDeg[row])),
        .. cutouts,
        .. Native.Select(column => column.Take(rows)),
    ]);

    /// <summary>Returns the native columns, those with the name of another column under another name.</summary>
    internal IEnumerable<ColumnData> NativeBeside(Func<string, bool> isTaken)
    {
        HashSet<string> names = [.. Native.Select(c => c.Schema.Name)];
        return Native.Select(c => isTaken(c.Schema.Name)
            ? c.WithSchema(c.Schema with { Name = ColumnNames.Free(ColumnNames.Native(c.Schema.Name), names) }) : c);
    }

    /// <summary>Reads some rows of the catalogue.</summary>
    /// <param name="recipe">The catalogue.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="PileException">The table is unreadable, or has no positions.</exception>
    internal static async Task<Targets> ReadAsync(CatalogueRecipe recipe, long firstRow, int rowCount, CancellationToken cancellationToken)
    {
        OpenTable open = await OpenAsync(recipe, cancellationToken).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            ITableReader table = open.Rows;
            TargetColumns columns = new(table, recipe, firstRow);
            List<RowBatch> batches = await table.ReadAsync(null, firstRow, rowCount, cancellationToken).ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            ColumnData[] all = [.. table.Columns.Select((_, i) => ColumnData.Concat([.. batches.Select(b => b.Columns[i])]))];
            RowBatch rows = new(all);
            (double[] ra, double[] dec) = columns.Positions(rows);
            ColumnData ids = columns.ObjectIds(rows, firstRow);
            foreach (long row in columns.Faults.Keys)
                ra[row - firstRow] = dec[row - firstRow] = double.NaN;
            HashSet<string> names = [.. all.Select(c => c.Schema.Name)];
            Targets targets = new([.. Enumerable.Range(0, rows.RowCount).Select(row => firstRow + row)], ids, ra, dec,
                [.. all.Where(c => !columns.IsStandard(c.Schema) && open.Keeps(c.Schema.Name)).Select(c => AsNative(c, names))],
                columns.Faults)
            { Ids = columns.Ids };
            if (open.Filter is null)
                return targets;
            bool[] meets = open.Filter.Test(rows, cancellationToken);
            return targets.Take(Kept(meets, isKept: true)) with { DroppedIds = ids.Take(Kept(meets, isKept: false)) };
        }
    }

    private static int[] Kept(bool[] meets, bool isKept) => [.. Enumerable.Range(0, meets.Length).Where(row => meets[row] == isKept)];

    private static async Task<OpenTable> OpenAsync(CatalogueRecipe recipe, CancellationToken cancellationToken)
    {
        try
        {
            ITableReader table = await TableReader.OpenAsync(recipe.Path, recipe.Choice.ReadOptions, cancellationToken)
                .ConfigureAwait(false);
            try
            {
                recipe.Choice.Require(table);
                return new(table, recipe.Choice, recipe.Joins, await recipe.JoinedAsync().ConfigureAwait(false), recipe.Filter);
            }
            catch
            {
                await table.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch (ArgumentException e)
        {
            throw new SourceUnreadableException(recipe.Path, e.Message.TrimEnd('.'),
                "Set 'catalogue' in the recipe's source to a table", e);
        }
    }

    /// <summary>Returns a native column. If its name is that of a standard column, it is renamed.</summary>
    private static ColumnData AsNative(ColumnData column, HashSet<string> names)
    {
        ColumnSchema schema = column.Schema;
        string name = IsTaken(schema.Name) ? ColumnNames.Free(ColumnNames.Native(schema.Name), names) : schema.Name;
        return column.WithSchema(schema with
        {
            Name = name,
            Storage = ColumnSchema.StorageFor(schema.DType, schema.Shape.AsSpan(), schema.StringBytes)
        });
    }

    // Names of optional common columns are allowed: the writer checks whether the catalogue's columns match them.
    private static bool IsTaken(string name) =>
        name is "frame_file" or "frame_zero_point" or ColumnNames.Healpix29
            || name.StartsWith(ColumnNames.PiecePrefix, StringComparison.Ordinal)
        || (Image.Find(name) is not null && Modality.Common.Find(name) is not { IsRequired: false });
}
